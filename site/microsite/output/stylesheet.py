"""The site's one stylesheet: the theme's files and the company's colours, named by its content."""

import colorsys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from functions.core.mail.colours import (
    INK,
    NIGHT_SURFACE,
    PAPER,
    PRIMARY,
    READABLE,
    SURFACE,
    contrast,
    shades_of,
)
from microsite.content.company import Font, Settings

ORDER = ("base", "scene", "frame", "items", "article", "forms", "desk", "door")
DEFAULTS = {"primary": PRIMARY, "accent": "#b4441f", "paper": PAPER, "ink": INK}
DAY, NIGHT = SURFACE, NIGHT_SURFACE
FACES = {"headings": "Company headings", "text": "Company text"}  # the names in base.css
_MARGIN = 1.2  # the page's grounds are tinted, so aim a little higher


@dataclass(frozen=True)
class Stylesheet:
    name: str  # path below the site
    text: str


def stylesheet(root: Path, settings: Settings) -> Stylesheet:
    folder = root / "site" / "theme" / "assets" / "css"
    sheets = ((folder / f"{name}.css").read_text("utf-8") for name in ORDER)
    printed = "@media print {\n" + (folder / "print.css").read_text("utf-8") + "}\n"
    text = "\n".join([colours(settings), *map(_face, settings.fonts), *sheets, printed])
    return Stylesheet(f"assets/site.{sha256(text.encode()).hexdigest()[:10]}.css", text)


def colours(settings: Settings) -> str:
    """The company's colours: primary and accent by day and by night, moved until text in them can
    be read, and those of the day that follow from paper and ink."""
    chosen = DEFAULTS | settings.colours
    shades = shades_of(chosen["paper"], chosen["ink"])
    values = {
        "primary": readable(chosen["primary"], shades["tint"]),
        "primary-night": readable(chosen["primary"], NIGHT),
        "accent": readable(chosen["accent"], shades["tint"]),
        "accent-night": readable(chosen["accent"], NIGHT),
        "deep": readable(chosen["primary"], DAY, at_least=9),
        "paper": chosen["paper"],
        "ink": chosen["ink"],
        **shades,
    }
    lines = "".join(f"  --company-{name}: {value};\n" for name, value in values.items())
    return f":root {{\n{lines}}}\n"


def _face(font: Font) -> str:
    return (
        f'@font-face {{ font-family: "{FACES[font.use]}"; src: url("/{quote(font.file)}") '
        f'format("woff2"); font-weight: {font.weight}; font-style: {font.style}; '
        "font-display: swap; }\n"
    )


def readable(colour: str, behind: str, at_least: float = READABLE) -> str:
    """`colour` (#rrggbb), darker or lighter in steps of its own hue until its contrast to `behind`
    is enough."""
    hue, light, saturation = colorsys.rgb_to_hls(*_channels(colour))
    step = -0.01 if contrast(behind, "#000000") > contrast(behind, "#ffffff") else 0.01
    moved = colour
    while contrast(moved, behind) < at_least * _MARGIN and 0 < light + step < 1:
        light += step
        moved = _hex(colorsys.hls_to_rgb(hue, light, saturation))
    return moved


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
