"""Pictures below site/content: what may be published, and what of them is."""

from collections.abc import Callable
from pathlib import Path

from microsite.content.pictures import avif, jpeg, png, svg, webp
from microsite.content.pictures.exif import DamagedError
from microsite.content.pictures.svg import ActiveError

MEGABYTE = 1_000_000
MOST_BYTES = 4 * MEGABYTE  # until pictures are resized
KINDS = {
    ".avif": "AVIF",
    ".jpeg": "JPEG",
    ".jpg": "JPEG",
    ".png": "PNG",
    ".svg": "SVG",
    ".webp": "WebP",
}
CHOICE = "JPEG, PNG, WebP, AVIF or SVG"
_REFUSED = (".bmp", ".gif", ".heic", ".heif", ".jfif", ".jp2", ".jxl", ".psd", ".tif", ".tiff")
_BEGIN = 4096  # bytes that tell a file's kind
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC"}
_STARTS = {
    b"\xff\xd8\xff": "JPEG",
    png.SIGNATURE: "PNG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"%PDF": "PDF",
}
_CLEAN: dict[str, Callable[[bytes], bytes]] = {
    "AVIF": avif.without_metadata,
    "JPEG": jpeg.without_metadata,
    "PNG": png.without_metadata,
    "SVG": svg.without_metadata,
    "WebP": webp.without_metadata,
}


def is_picture(name: str) -> bool:
    return name.lower().endswith(tuple(KINDS))


def problem(path: Path) -> str:
    """The problem with a file that is a picture by its name, or ""."""
    ending = path.suffix.lower()
    if ending not in KINDS and ending not in _REFUSED:
        return ""
    with path.open("rb") as file:
        kind = kind_of(file.read(_BEGIN))
    if kind not in _CLEAN:
        return f"is {kind or 'no picture'}: save it as {CHOICE}"
    if KINDS.get(ending) != kind:
        ending = next(known for known, its_kind in KINDS.items() if its_kind == kind)
        return f"is {kind}, so its name must end in {ending}: rename it, or save it as JPEG"
    size = path.stat().st_size
    if size > MOST_BYTES:
        most = MOST_BYTES // MEGABYTE
        return f"has {size / MEGABYTE:.1f} MB, but {most} MB is the most: save it 2,000 pixels wide"
    return _content_problem(kind, path.read_bytes())


def _content_problem(kind: str, data: bytes) -> str:
    try:
        _CLEAN[kind](data)
    except ActiveError as error:
        return str(error)
    except DamagedError as error:
        return f"is damaged ({error}): save it again"
    return ""


def published(data: bytes) -> bytes:
    """A picture without what cameras and editors add. The same content gives the same bytes.

    Raises DamagedError or ActiveError, which `problem` reports."""
    return _CLEAN[kind_of(data[:_BEGIN])](data)


def kind_of(begin: bytes) -> str:
    """By a file's first bytes: "JPEG", "HEIC" ..., or "" if it is no picture."""
    if begin[4:8] == b"ftyp":
        end = int.from_bytes(begin[:4])
        brands = [begin[8:12], *(begin[at : at + 4] for at in range(16, min(end, 256), 4))]
        return next((kind for brand, kind in _BRANDS.items() if brand in brands), "")
    if begin[:4] == b"RIFF" and begin[8:12] == b"WEBP":
        return "WebP"
    text = begin.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<") and b"<svg" in text:
        return "SVG"
    return next((kind for start, kind in _STARTS.items() if begin.startswith(start)), "")
