"""The company's colours in a mail, by day and by night, always readable (WCAG 2.2, 1.4.3)."""

import re
from typing import Any

PRIMARY, ACCENT = "#12414f", "#e2643d"
PAPER, SURFACE, INK = "#f4f1ea", "#ffffff", "#1d2a2e"
NIGHT_PAPER, NIGHT_SURFACE, NIGHT_INK, NIGHT_MUTED, NIGHT_LINE = (
    "#0c1a20", "#13262e", "#e9f0ef", "#a9bbbf", "#2a424b",
)  # fmt: skip
READABLE = 4.5
VISIBLE = 3.0  # 1.4.11: what is no text, such as the edge of a field
HEX = re.compile(r"#[0-9a-fA-F]{6}")

Rgb = tuple[int, int, int]


def palette(chosen: dict[str, Any]) -> dict[str, str]:
    """The names that layout.mjml uses → `#rrggbb`; a missing or invalid colour is the default."""
    primary = _colour(chosen.get("primary"), PRIMARY)
    accent = _colour(chosen.get("accent"), ACCENT)
    paper, ink = _colour(chosen.get("paper"), PAPER), _colour(chosen.get("ink"), INK)
    shades = shades_of(paper, ink)
    return {
        "primary": readable(primary, paper),
        "accent": accent,
        "accent_text": readable(accent, paper),
        "paper": paper,
        "surface": SURFACE,
        "ink": ink,
        "muted": shades["muted"],
        "line": shades["line"],
        "night_primary": readable(primary, NIGHT_SURFACE),
        "night_accent_text": readable(accent, NIGHT_PAPER),
        "night_paper": NIGHT_PAPER,
        "night_surface": NIGHT_SURFACE,
        "night_ink": NIGHT_INK,
        "night_muted": NIGHT_MUTED,
        "night_line": NIGHT_LINE,
    }


def shades_of(paper: str, ink: str) -> dict[str, str]:
    """What lies between the two: a ground for bands, quiet text, lines, and the edges of fields."""
    tint = mix(paper, ink, 5)
    return {
        "tint": tint,
        "muted": readable(mix(ink, paper, 26), tint),
        "line": mix(paper, ink, 15),
        "edge": readable(mix(ink, paper, 42), tint, VISIBLE),
    }


def readable(colour: str, behind: str, at_least: float = READABLE) -> str:
    """The colour, moved towards white or black until text in it can be read on `behind`."""
    target = "#000000" if _light(behind) > _light("#808080") else "#ffffff"
    for percent in range(0, 101, 5):
        mixed = mix(colour, target, percent)
        if contrast(mixed, behind) >= at_least:
            return mixed
    return target


def contrast(colour: str, behind: str) -> float:
    """1 (none) to 21 (black on white); WCAG's definition."""
    darker, lighter = sorted((_light(colour), _light(behind)))
    return (lighter + 0.05) / (darker + 0.05)


def _colour(value: Any, default: str) -> str:
    return value.lower() if isinstance(value, str) and HEX.fullmatch(value) else default


def mix(colour: str, target: str, percent: int) -> str:
    """The colour with so much of the target."""
    pairs = zip(_rgb(colour), _rgb(target), strict=True)
    return "#" + "".join(f"{(a * (100 - percent) + b * percent) // 100:02x}" for a, b in pairs)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _light(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
