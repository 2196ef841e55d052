"""What the functions know of the site: the catalogue's `site` part, as `catalogue` stored it."""

from typing import Any

from functions.core import clock
from functions.core.aws import table

KEY = ("CATALOGUE", "CATALOGUE")
FRESH_SECONDS = 60

_kept: dict[str, Any] = {}


def site() -> dict[str, Any]:
    """Company, offices, kinds, topics, languages, consent text: at most a minute old."""
    if _kept.get("until", 0) <= clock.now():
        item = table.get(KEY)
        if item is None:
            raise RuntimeError("nothing is published yet; run `alumni publish`")
        _kept.update(site=item["site"], until=clock.now() + FRESH_SECONDS)
    site: dict[str, Any] = _kept["site"]
    return site


def forget() -> None:
    _kept.clear()
