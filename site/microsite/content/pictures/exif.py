"""Of a camera's data, the one fact that a picture needs: which side is up."""

import struct

UPRIGHT = 1
_ORIENTATION, _SHORT = 0x0112, 3
_ENTRY = 12  # bytes
_IFD = struct.Struct(">2sHIHHHIHHI")


class DamagedError(ValueError):
    """The file breaks off, or isn't built as its kind is."""


def orientation(tiff: bytes) -> int:
    """1 to 8, as in EXIF 2.32; 1 if there is none, or none that can be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for at in range(start + 2, start + 2 + count * _ENTRY, _ENTRY):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, at)
            if (tag, kind) == (_ORIENTATION, _SHORT) and UPRIGHT <= value <= 8:  # noqa: PLR2004
                return int(value)
    except struct.error:
        pass
    return UPRIGHT


def only_orientation(turned: int) -> bytes:
    """EXIF that holds nothing else."""
    return _IFD.pack(b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, turned, 0, 0)
