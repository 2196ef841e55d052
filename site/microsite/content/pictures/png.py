"""A PNG without texts, times, EXIF and whatever follows its end."""

import zlib
from collections.abc import Iterator

from microsite.content.pictures.exif import UPRIGHT, DamagedError, only_orientation, orientation

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Chunks that draw: those of PNG 3, its colours, and an animation's.
_NEEDED = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"),
    *(b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs"),
}
_FRAME = 12  # bytes around a chunk's content


def without_metadata(data: bytes) -> bytes:
    """Raises DamagedError."""
    kept = [SIGNATURE]
    for kind, begin, end in _chunks(data):
        if kind in _NEEDED:
            kept.append(data[begin:end])
        elif kind == b"eXIf" and (turned := orientation(data[begin + 8 : end - 4])) != UPRIGHT:
            kept.append(_chunk(kind, only_orientation(turned)))
    return b"".join(kept)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = len(SIGNATURE)
    while at + _FRAME <= len(data):
        kind = data[at + 4 : at + 8]
        end = at + _FRAME + int.from_bytes(data[at : at + 4])
        if zlib.crc32(data[at + 4 : end - 4]).to_bytes(4) != data[end - 4 : end]:
            break
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end
    raise DamagedError("the PNG breaks off")
