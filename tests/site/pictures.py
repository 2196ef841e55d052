"""Pictures as cameras and editors leave them, made by Pillow."""

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
SECRET = b"Anna's phone"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def exif(turned: int = 1) -> Image.Exif:
    """With a camera, an orientation and a place."""
    data = Image.Exif()
    data[0x0110] = SECRET.decode()
    if turned != 1:
        data[0x0112] = turned
    data[0x8825] = {1: "N", 2: tuple(map(IFDRational, (59, 19, 24))), 3: "E"}
    return data


@cache
def picture(kind: str, turned: int = 1) -> bytes:
    return _saved(kind, turned)


def _saved(kind: str, turned: int, **more: Any) -> bytes:
    image = Image.radial_gradient("L").resize((60, 40)).convert("RGB")
    file = BytesIO()
    image.save(file, kind, exif=exif(turned), **more)
    return file.getvalue()


@cache
def with_everything(kind: str, turned: int = 1) -> bytes:
    more: dict[str, Any] = {"xmp": XMP, "icc_profile": b"profile" * 20}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        texts = PngInfo()
        texts.add_text("Author", SECRET.decode())
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        more = {"pnginfo": texts, "icc_profile": more["icc_profile"]}
    elif kind == "JPEG":
        more |= {"comment": SECRET, "progressive": True}
    return _saved(kind, turned, **more)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image
