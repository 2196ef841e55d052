"""A WebP without EXIF, XMP and whatever follows its end."""

from collections.abc import Iterator

from microsite.content.pictures.exif import UPRIGHT, DamagedError, only_orientation, orientation

_NEEDED = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_HEAD = 12  # RIFF, size, WEBP
_HAS_EXIF, _HAS_XMP = 0x08, 0x04  # flags of VP8X


def without_metadata(data: bytes) -> bytes:
    """Raises DamagedError."""
    chunks = [*_chunks(data)]
    turned = next((_turned(content) for kind, content in chunks if kind == b"EXIF"), UPRIGHT)
    kept = [_chunk(kind, content) for kind, content in chunks if kind in _NEEDED]
    if turned != UPRIGHT:
        kept.append(_chunk(b"EXIF", only_orientation(turned)))
    if chunks and chunks[0][0] == b"VP8X":
        kept[0] = _chunk(b"VP8X", _flagged(chunks[0][1], has_exif=turned != UPRIGHT))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _turned(content: bytes) -> int:
    return orientation(content.removeprefix(b"Exif\0\0"))


def _flagged(content: bytes, *, has_exif: bool) -> bytes:
    flags = content[0] & ~(_HAS_EXIF | _HAS_XMP)
    return bytes([flags | (_HAS_EXIF if has_exif else 0)]) + content[1:]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = 8 + int.from_bytes(data[4:8], "little")
    at = _HEAD
    while at < end <= len(data) + 1:  # some writers leave out the last padding
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        content = data[at + 8 : at + 8 + size]
        if len(content) < size or not size:
            break
        yield data[at : at + 4], content
        at += 8 + size + size % 2
    if at < end or end <= _HEAD:
        raise DamagedError("the WebP breaks off")
