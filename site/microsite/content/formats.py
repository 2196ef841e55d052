"""How addresses and time zones are written, in items as in the settings."""

import re
from zoneinfo import ZoneInfo

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_address(email: str) -> bool:
    return bool(_ADDRESS.fullmatch(email))


def known_zone(name: str) -> bool:
    """True for a place's zone, and for UTC. `EST` and `Etc/GMT+1`, which is an hour behind and not
    before UTC, are rarely what they seem."""
    if name != "UTC" and ("/" not in name or name.startswith("Etc/")):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown; a folder of zones; no sort of name
        return False
    return True
