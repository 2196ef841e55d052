"""One email in several views: the same HTML, changed as little as possible."""

import base64
import html
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

_SCHEME = re.compile(r"@media[^{]*\(\s*prefers-color-scheme\s*:\s*dark\s*\)[^{]*")
_META = re.compile(r'(<meta name="(?:supported-)?color-schemes?" content=")[^"]*"')
_PICTURE = re.compile(r"<img\b([^>]*)>", re.IGNORECASE)
_SOURCE = re.compile(r'(<img\b[^>]*?\bsrc=")([^"]*)(")', re.IGNORECASE)
_ATTRIBUTES = re.compile(r'\b(alt|width)="([^"]*)"', re.IGNORECASE)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
_TYPES = {".png": "image/png", ".gif": "image/gif", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}

# What email apps show in place of an image they don't load.
_BOX = (
    "display:block;box-sizing:border-box;width:100%;{width}padding:14px 16px;margin:0 0 16px;"
    "border:1px dashed currentColor;font:14px/1.4 Helvetica,Arial,sans-serif"
)

View = Callable[[str], str]


def light(page: str) -> str:
    return _META.sub(r'\1light"', _SCHEME.sub("@media not all ", _in_a_tab(page)))


def dark(page: str) -> str:
    """As on a device set to dark mode."""
    return _META.sub(r'\1dark"', _SCHEME.sub("@media all ", _in_a_tab(page)))


def without_pictures(page: str) -> str:
    return _PICTURE.sub(_alt_text, light(page))


def _alt_text(match: re.Match[str]) -> str:
    attributes = {name.lower(): value for name, value in _ATTRIBUTES.findall(match[1])}
    if not attributes.get("alt"):
        return ""
    width = attributes.get("width", "")
    style = _BOX.format(width=f"max-width:{width}px;" if width.isdigit() else "")
    return f'<span style="{style}">{attributes["alt"]}</span>'


def _in_a_tab(page: str) -> str:
    """Make links open a new tab, not the frame."""
    return _HEAD.sub(lambda match: match[0] + '<base target="_blank">', page, count=1)


def with_pictures(page: str, site_url: str, folder: Path) -> str:
    """Embed the site's pictures, which may not be published yet."""

    def embedded(match: re.Match[str]) -> str:
        return match[1] + _data(html.unescape(match[2]), site_url, folder) + match[3]

    return _SOURCE.sub(embedded, page)


def _data(url: str, site_url: str, folder: Path) -> str:
    path = (folder / unquote(url.removeprefix(site_url)).lstrip("/")).resolve()
    is_own = url.startswith(f"{site_url}/") and path.is_relative_to(folder.resolve())
    if not is_own or path.suffix.lower() not in _TYPES or not path.is_file():
        return html.escape(url)
    content = base64.b64encode(path.read_bytes()).decode()
    return f"data:{_TYPES[path.suffix.lower()]};base64,{content}"
