"""The site's one stylesheet: the theme's files, the company's colours; named by its content."""

import colorsys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from microsite.content.company import Settings

ORDER = ("base", "scene", "frame", "items", "article", "forms")
DEFAULTS = {"primary": "#12414f", "accent": "#b4441f"}
READABLE = 4.5  # WCAG 2.2, 1.4.3
DAY, NIGHT = "#ffffff", "#13262e"


@dataclass(frozen=True)
class Stylesheet:
    name: str  # path below the site
    text: str


def stylesheet(root: Path, settings: Settings) -> Stylesheet:
    folder = root / "site" / "theme" / "assets" / "css"
    parts = [colours(settings), *((folder / f"{each}.css").read_text("utf-8") for each in ORDER)]
    parts.append("@media print {\n" + (folder / "print.css").read_text("utf-8") + "}\n")
    text = "\n".join(parts)
    return Stylesheet(f"assets/site.{sha256(text.encode()).hexdigest()[:10]}.css", text)


def colours(settings: Settings) -> str:
    """The company's two colours, by day and by night, moved until text in them can be read."""
    given = DEFAULTS | settings.colours
    values = {
        "primary": readable(given["primary"], DAY),
        "primary-night": readable(given["primary"], NIGHT),
        "accent": readable(given["accent"], DAY),
        "accent-night": readable(given["accent"], NIGHT),
        "deep": readable(given["primary"], DAY, at_least=9),
    }
    lines = "".join(f"  --company-{name}: {value};\n" for name, value in values.items())
    return f":root {{\n{lines}}}\n"


def readable(colour: str, behind: str, at_least: float = READABLE) -> str:
    """`colour` (#rrggbb), darker or lighter in steps until its contrast to `behind` is enough.

    A little more than asked for, because the page's grounds are tinted.
    """
    hue, light, saturation = colorsys.rgb_to_hls(*_channels(colour))
    step = -0.01 if luminance(behind) > 0.5 else 0.01  # noqa: PLR2004 - the middle
    found = colour
    while contrast(found, behind) < at_least * 1.2 and 0 < light + step < 1:
        light += step
        found = _hex(colorsys.hls_to_rgb(hue, light, saturation))
    return found


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2's relative luminance, 0 to 1."""
    red, green, blue = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for each in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(each * 255):02x}" for each in channels)
