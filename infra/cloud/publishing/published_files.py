"""The files of a build: their content types and cache lifetimes, and which have changed."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

UTF8 = "; charset=utf-8"
TYPES = {
    ".avif": "image/avif",
    ".css": "text/css" + UTF8,
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".html": "text/html" + UTF8,
    ".ico": "image/x-icon",
    ".ics": "text/calendar" + UTF8,
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript" + UTF8,
    ".json": "application/json",
    ".map": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain" + UTF8,
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml" + UTF8,
}
FEED = "application/rss+xml" + UTF8
UNKNOWN = "application/octet-stream"

# assets/site.1ca18f8e04.css: the build names it by its content, so browsers may keep it for ever.
# HR's own files may look alike: team.20261103.png is replaced under its name.
HASHED = re.compile(r"^assets/site\.[0-9a-f]{10}\.css$")
FOREVER = "public, max-age=31536000, immutable"
# Short, so that a page corrects itself if an invalidation is lost.
A_MINUTE = "public, max-age=60"
FIVE_MINUTES = "public, max-age=300"
PAGES = {".html", ".xml", ".ics", ".json", ".gz"}

MOST_PATHS = 15  # of one invalidation; beyond, `/*`, which costs as much as one path


@dataclass(frozen=True)
class File:
    key: str
    path: Path
    md5: str  # hexadecimal, as in an ETag


@dataclass(frozen=True)
class Difference:
    """Keys to upload, those among them that replace something, and keys to delete; each sorted."""

    upload: tuple[str, ...]
    replaced: tuple[str, ...]
    delete: tuple[str, ...]


def files(folder: Path) -> dict[str, File]:
    """Every file under `folder` by its key."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        (key := path.relative_to(folder).as_posix()): File(key, path, _md5(path.read_bytes()))
        for path in paths
    }


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def compare(
    wanted: Mapping[str, File], stored: Mapping[str, str], *, upload_all: bool
) -> Difference:
    """The changes after which the bucket holds `wanted` and nothing else.

    `stored` is key → ETag without quotes. A file is uploaded unless it is certainly the same, so
    also if it was changed by hand or its ETag is not an MD5. `upload_all` is for new headers.
    """
    upload = [key for key, file in wanted.items() if upload_all or stored.get(key) != file.md5]
    return Difference(
        tuple(sorted(upload)),
        tuple(sorted(key for key in upload if key in stored)),
        tuple(sorted(stored.keys() - wanted.keys())),
    )


def is_page(key: str) -> bool:
    """True if it refers to other files, which must be uploaded first."""
    return Path(key).suffix in PAGES


def headers(key: str) -> dict[str, str]:
    """PutObject's arguments for the content type and the cache lifetime."""
    suffix = Path(key).suffix.lower()
    kind = FEED if key.endswith("feed.xml") else TYPES.get(suffix, UNKNOWN)
    if HASHED.search(key):
        return {"ContentType": kind, "CacheControl": FOREVER}
    return {"ContentType": kind, "CacheControl": A_MINUTE if is_page(key) else FIVE_MINUTES}


@cache
def headers_version() -> str:
    """Changes with the rules above, so that everything is uploaded again with new headers."""
    rules = [TYPES, FEED, HASHED.pattern, FOREVER, A_MINUTE, FIVE_MINUTES, sorted(PAGES)]
    return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()[:16]


def paths_to_invalidate(keys: Iterable[str]) -> tuple[str, ...]:
    """The paths under which CloudFront may hold the old content of `keys`.

    A page has two: the requested one, and the one to which DirectoryIndex rewrites it.
    """
    paths = {path for key in keys for path in _known_as("/" + key)}
    return tuple(sorted(paths)) if len(paths) <= MOST_PATHS else ("/*",)


def _known_as(path: str) -> tuple[str, ...]:
    quoted = quote(path)
    if quoted.endswith("/index.html"):
        return quoted, quoted.removesuffix("index.html")
    return (quoted,)
