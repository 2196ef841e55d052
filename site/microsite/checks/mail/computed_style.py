"""The style of a text in an email once all declarations are applied: its colour, its background,
its size, and whether it is visible at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tinycss2 import color4  # type: ignore[import-untyped]

from microsite.checks.mail.styles import Tokens

_TAGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17}
_BOLD = {"h1", "h2", "h3", "h4", "b", "strong", "th"}
_INHERITED = {"inherit", "none", "initial", "currentcolor"}
BOLD = 700
SEEN = 2.0  # pixels: nobody can read smaller text


@dataclass(frozen=True, slots=True)
class ComputedStyle:
    """`colour` and `behind` are #rrggbb, or empty where they can't be known; `size` in pixels."""

    colour: str
    behind: str
    link: str
    size: float = 16.0
    weight: int = 400
    is_hidden: bool = False

    @property
    def is_seen(self) -> bool:
        return not self.is_hidden and self.size >= SEEN

    @property
    def is_large(self) -> bool:
        """WCAG 2.2: 18 points, or 14 points bold."""
        return self.size >= 24 or (self.size >= 18.66 and self.weight >= BOLD)  # noqa: PLR2004


# The defaults of email apps.
DAY = ComputedStyle("#000000", "#ffffff", "#0000ee")
NIGHT = ComputedStyle("#ffffff", "#121212", "#9e9eff")


def compute(tag: str, above: ComputedStyle, styles: Mapping[str, Tokens]) -> ComputedStyle:
    """Return an element's style, given its parent's and the declarations that apply to it."""
    style = _by_tag(tag, above)
    grounds = [name for name in styles if name in {"background", "background-color"}]
    if grounds:
        behind = _colour(styles[grounds[-1]], above.behind, above.behind)
        style = replace(style, behind=behind)
    if "color" in styles:
        style = replace(style, colour=_colour(styles["color"], above.colour, style.behind))
    if "font-size" in styles:
        style = replace(style, size=_size(styles["font-size"], above.size))
    if "font-weight" in styles:
        style = replace(style, weight=_weight(styles["font-weight"], above.weight))
    return replace(style, is_hidden=above.is_hidden or _hides(styles))


def _by_tag(tag: str, above: ComputedStyle) -> ComputedStyle:
    size = above.size * _TAGS.get(tag, 1.0)
    weight = BOLD if tag in _BOLD else above.weight
    colour = above.link if tag == "a" else above.colour
    return replace(above, size=size, weight=weight, colour=colour)


def _hides(styles: Mapping[str, Tokens]) -> bool:
    def is_zero(name: str) -> bool:
        value = _only(styles.get(name, ()))
        return getattr(value, "value", None) == 0

    return (
        _word(styles.get("display", ())) == "none"
        or _word(styles.get("visibility", ())) == "hidden"
        or is_zero("opacity")
        or is_zero("max-height")
    )


def _only(value: Tokens) -> Any:
    """The token of a value that has no more than one, else None."""
    tokens = [token for token in value if token.type not in {"whitespace", "comment"}]
    return tokens[0] if len(tokens) == 1 else None


def _word(value: Tokens) -> str:
    token = _only(value)
    return str(token.lower_value) if token and token.type == "ident" else ""


def _colour(value: Tokens, inherited: str, behind: str) -> str:
    """The colour, mixed with `behind` if it is transparent; empty for anything but a plain colour,
    such as a picture or a gradient."""
    if not [*filter(lambda token: token.type != "whitespace", value)] or _word(value) in _INHERITED:
        return inherited
    colour: Any = next(filter(None, map(color4.parse_color, value)), None)
    try:
        return _mixed(colour.to("srgb").coordinates, colour.alpha, behind)
    except (AttributeError, NotImplementedError):  # no colour at all; or not on our scale
        return ""


def _mixed(channels: Sequence[float], alpha: float, behind: str) -> str:
    if alpha < 1 and not behind:
        return ""
    grounds = [int(behind[at : at + 2], 16) / 255 if behind else 0.0 for at in (1, 3, 5)]
    pairs = zip(channels, grounds, strict=True)
    mixed = (alpha * own + (1 - alpha) * ground for own, ground in pairs)
    return "#" + "".join(f"{round(min(max(part, 0), 1) * 255):02x}" for part in mixed)


_PIXELS = {"px": 1.0, "pt": 4 / 3, "rem": 16.0}


def _size(value: Tokens, inherited: float) -> float:
    token = _only(value)
    match token and token.type:
        case "dimension" if token.lower_unit in _PIXELS:
            return float(token.value * _PIXELS[token.lower_unit])
        case "dimension" if token.lower_unit == "em":
            return float(token.value * inherited)
        case "percentage":
            return float(token.value * inherited / 100)
        case "number" if token.value == 0:
            return 0.0
    return inherited


def _weight(value: Tokens, inherited: int) -> int:
    token = _only(value)
    if token and token.type == "number" and token.is_integer:
        return int(token.value)
    named = {"normal": 400, "bold": BOLD, "bolder": BOLD, "lighter": 300}
    return named.get(_word(value), inherited)
