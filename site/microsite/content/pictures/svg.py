"""An SVG that draws and nothing else: no script, no page in it, nothing from elsewhere."""

import re
from typing import Any
from xml.parsers import expat

from microsite.content.pictures.exif import DamagedError

SPACE = "http://www.w3.org/2000/svg"
_ACTIVE = {
    *("script", "foreignobject", "iframe", "object", "embed", "audio", "video", "canvas"),
    *("handler", "listener"),
}
_LINKS = {"href", "src", "base"}
_INSIDE = re.compile(r"\s*(#|data:image/(png|jpe?g|webp|gif|avif)[;,])", re.IGNORECASE)
# In CSS; an escape could hide any of them.
_FROM_ELSEWHERE = re.compile(
    r"@import|image-set\(|\bsrc\(|\\|url\((?!\s*[\"']?(#|data:(image/(png|jpe?g|webp|gif)|font/)))",
    re.IGNORECASE,
)


class ActiveError(ValueError):
    """The SVG does more than draw; the message gives the remedy."""


def without_metadata(data: bytes) -> bytes:
    """Raises ActiveError or DamagedError."""
    kept, at = [], 0
    descriptions = _Scan(data).metadata
    for begin, end in descriptions:
        kept.append(data[at:begin])
        at = end
    rest = b"".join([*kept, data[at:]])
    if descriptions:
        _Scan(rest)
    return rest


class _Scan:
    """One pass over the file. `metadata` are the places of its descriptions (XMP, editors' notes).

    Expat limits how far entities expand, and loads nothing."""

    def __init__(self, data: bytes) -> None:
        self.metadata: list[tuple[int, int]] = []
        self._path: list[str] = []
        self._style: list[str] = []
        self._data = data
        self._parser = expat.ParserCreate("utf-8", namespace_separator="}")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.EntityDeclHandler = self._entity
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise DamagedError(f"the SVG is not valid XML: {error}") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, word = name.rpartition("}")
        if not self._path and (space, word) != (SPACE, "svg"):
            raise DamagedError(f'it does not begin with <svg xmlns="{SPACE}">')
        if word.lower() in _ACTIVE:
            raise ActiveError(f"has <{word}>, which could do harm: export it as a plain SVG")
        if name == f"{SPACE}}}metadata":
            self.metadata.append((self._parser.CurrentByteIndex, 0))
        self._path.append(word)
        for key, value in attributes.items():
            _check_attribute(key.rpartition("}")[2].lower(), value)

    def _end(self, name: str) -> None:
        self._path.pop()
        if name.rpartition("}")[2].lower() == "style":
            _check_css("".join(self._style))
            self._style = []
        if name == f"{SPACE}}}metadata":
            begin, _ = self.metadata.pop()
            end = self._parser.CurrentByteIndex  # behind <metadata/>, or before </metadata>
            if self._data.startswith(b"</", end):
                end = self._data.index(b">", end) + 1
            self.metadata.append((begin, end))

    def _text(self, text: str) -> None:
        if self._path[-1].lower() == "style":
            self._style.append(text)

    def _instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise ActiveError("loads a stylesheet: export it with its styles inside")

    def _entity(self, *_: Any) -> None:
        raise ActiveError("defines entities: export it as a plain SVG")


def _check_attribute(key: str, value: str) -> None:
    if key.startswith("on"):
        raise ActiveError(f"has {key}, a script: export it as a plain SVG")
    if key == "attributename" and value.rpartition(":")[2].lower().startswith(("on", "href")):
        raise ActiveError("changes a link by animation: export it as a plain SVG")
    if key in _LINKS and not _INSIDE.match(value):
        raise ActiveError(f"loads or links '{value[:60]}': embed it, or leave it out")
    if "(" in value or key == "style":
        _check_css(value)


def _check_css(text: str) -> None:
    match = _FROM_ELSEWHERE.search(text)
    if match:
        raise ActiveError(
            f"loads something in its styles ('{match[0]}'): embed it, or leave it out"
        )
