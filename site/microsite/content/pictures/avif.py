"""An AVIF whose EXIF and XMP are blank. They stay in their place, because the file points to its
parts by their distance from its beginning (ISO/IEC 23008-12, 14496-12)."""

from collections.abc import Iterator
from dataclasses import dataclass

from microsite.content.pictures.exif import UPRIGHT, DamagedError, only_orientation

_BLANK_EXIF = bytes(4) + only_orientation(UPRIGHT)  # turning is a property of its own here
_LARGE = 16  # bytes of a box's head with a long size


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    begin: int  # of its content
    end: int


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def number(self, size: int) -> int:
        if self._at + size > len(self._data):
            raise DamagedError("the AVIF breaks off")
        self._at += size
        return int.from_bytes(self._data[self._at - size : self._at])

    def word(self) -> bytes:
        end = self._data.find(b"\0", self._at)
        text, self._at = self._data[self._at : end], end + 1
        return text


def without_metadata(data: bytes) -> bytes:
    """Raises DamagedError."""
    boxes = [*_boxes(data, 0, len(data))]
    meta = next((box for box in boxes if box.kind == b"meta"), None)
    if meta is None:
        raise DamagedError("the AVIF has no head")
    parts = {box.kind: box for box in _boxes(data, meta.begin + 4, meta.end)}
    if not {b"iinf", b"iloc"} <= parts.keys():
        raise DamagedError("the AVIF has no list of its parts")
    blank = bytearray(data)
    kinds = dict(_items(data, parts[b"iinf"]))
    for item, begin, end in _extents(data, parts):
        if item in kinds:
            blank[begin:end] = _filling(kinds[item], end - begin)
    for box in (one for one in boxes if one.kind == b"uuid"):
        blank[box.begin + 16 : box.end] = bytes(max(0, box.end - box.begin - 16))
    return bytes(blank)


def _filling(kind: bytes, size: int) -> bytes:
    if kind == b"Exif" and size >= len(_BLANK_EXIF):
        return _BLANK_EXIF.ljust(size, b"\0")
    return b" " * size


def _boxes(data: bytes, begin: int, end: int) -> Iterator[Box]:
    at = begin
    while at < end:
        read = _Reader(data, at)
        size, kind, head = read.number(4), read.number(4).to_bytes(4), 8
        if size == 1:
            size, head = read.number(8), _LARGE
        size = size or end - at  # 0: up to the end
        if size < head or at + size > end:
            raise DamagedError("the AVIF breaks off")
        yield Box(kind, at + head, at + size)
        at += size


def _items(data: bytes, table: Box) -> Iterator[tuple[int, bytes]]:
    """The number and kind of each part that holds EXIF or XMP."""
    count_size = 4 if data[table.begin] else 2
    for box in _boxes(data, table.begin + 4 + count_size, table.end):
        version = data[box.begin]
        read = _Reader(data, box.begin + 4)
        item, _, kind = read.number(4 if version > 2 else 2), read.number(2), read.number(4)  # noqa: PLR2004
        _ = read.word()
        if kind.to_bytes(4) in {b"Exif", b"mime"}:
            yield item, kind.to_bytes(4)


def _extents(data: bytes, parts: dict[bytes, Box]) -> Iterator[tuple[int, int, int]]:
    """Where each part is: its number, begin and end in the file. A part may have several."""
    read = _Reader(data, parts[b"iloc"].begin)
    version, _, sizes = read.number(1), read.number(3), read.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> n & 15 for n in (12, 8, 4, 0))
    id_size = 4 if version > 1 else 2
    for _ in range(read.number(id_size)):
        item = read.number(id_size)
        in_idat = bool(version) and read.number(2) & 15 == 1
        _ = read.number(2)
        start = read.number(base_size) + (parts[b"idat"].begin if in_idat else 0)
        for _ in range(read.number(2)):
            _ = read.number(index_size) if version else 0
            begin = start + read.number(offset_size)
            end = begin + read.number(length_size)
            if end > len(data):
                raise DamagedError("the AVIF breaks off")
            yield item, begin, end
