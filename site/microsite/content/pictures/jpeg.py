"""A JPEG without what cameras and editors add: EXIF with its GPS, XMP, IPTC, comments, thumbnails,
and films or further pictures behind its end."""

import re
from collections.abc import Iterator

from microsite.content.pictures.exif import UPRIGHT, DamagedError, only_orientation, orientation

START, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_ALONE = {0x01, END}  # markers without a length
_EXIF = b"Exif\0\0"
_NEEDED = {APP0: b"JFIF\0", APP2: b"ICC_PROFILE\0", APP14: b"Adobe"}
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def without_metadata(data: bytes) -> bytes:
    """Raises DamagedError."""
    kept = [data[:2]]
    for marker, begin, end in _segments(data):
        content = data[begin + 4 : end]
        if marker == APP1 and content.startswith(_EXIF):
            kept.append(_exif(orientation(content[len(_EXIF) :])))
        elif _is_needed(marker, content):
            kept.append(data[begin:end])
    return b"".join(kept)


def _is_needed(marker: int, content: bytes) -> bool:
    if APP0 <= marker <= APP15:
        return marker in _NEEDED and content.startswith(_NEEDED[marker])
    return marker != COMMENT


def _exif(turned: int) -> bytes:
    if turned == UPRIGHT:
        return b""
    content = _EXIF + only_orientation(turned)
    return bytes((0xFF, APP1)) + (len(content) + 2).to_bytes(2) + content


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, begin and end of each segment up to the picture's end; a scan has its data."""
    at = 2
    while at < len(data):
        match = _NEXT_MARKER.match(data, at)
        if not match:
            break
        begin, at = match.end() - 2, match.end()
        marker = data[begin + 1]
        if marker not in _ALONE:
            at += max(2, int.from_bytes(data[at : at + 2]))
        if marker == SCAN:
            following = _NEXT_MARKER.search(data, at)
            at = following.start() if following else len(data) + 1
        if at > len(data):
            break
        yield marker, begin, at
        if marker == END:
            return
    raise DamagedError("the JPEG breaks off")
