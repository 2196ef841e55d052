"""The site's settings as the functions read them: the catalogue's `site` part in the table."""

from typing import Any

from functions.core import clock
from functions.core.aws import table

KEY = ("CATALOGUE", "CATALOGUE")
FRESH_SECONDS = 60

_cache: dict[str, Any] = {}


def site() -> dict[str, Any]:
    """Company, offices, kinds, topics, languages, consent text: at most a minute old."""
    if _cache.get("until", 0) <= clock.now():
        item = table.get(KEY)
        if item is None:
            raise RuntimeError("nothing is published yet; run `alumni publish`")
        _cache.update(site=item["site"], until=clock.now() + FRESH_SECONDS)
    site: dict[str, Any] = _cache["site"]
    return site


def forget() -> None:
    _cache.clear()
