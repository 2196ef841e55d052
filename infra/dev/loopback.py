"""Who may call a server of this machine: itself and programs, but no page of another site.

Standard library only: the local cloud runs it in its own Python.
"""

from urllib.parse import urlsplit

NAMES = {"localhost", "127.0.0.1", "::1"}


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine. Other names were pointed at it (DNS rebinding)."""
    try:
        return urlsplit(f"//{host}").hostname in NAMES
    except ValueError:
        return False


def is_own(host: str, origin: str | None, fetch_site: str | None) -> bool:
    """Whether a request is a program's, a typed address or of the server's own page.

    `host`, `origin` and `fetch_site` are the headers Host, Origin and Sec-Fetch-Site. Browsers send
    the last to loopback addresses, also where they send no Origin, as for pictures.
    """
    return origin in {None, f"http://{host}"} and fetch_site in {None, "none", "same-origin"}
