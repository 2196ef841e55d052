"""How text in a mail looks, by day and in the dark, once all styles that apply are applied."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from microsite.checks.mail.css import Element, Rule

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)")
_LENGTH = re.compile(r"(\d+\.?\d*|\.\d+)(px|pt|em|rem|%)")
_NAMED = {"white": "#ffffff", "black": "#000000", "gray": "#808080", "red": "#ff0000"}
_IMPORTANT = re.compile(r"\s*!\s*important$")
_TAGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17}
_BOLD = {"h1", "h2", "h3", "h4", "b", "strong", "th"}
BOLD = 700
SEEN = 2.0  # pixels: smaller text is there for machines


@dataclass(frozen=True, slots=True)
class Look:
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


# What a mail program takes where the mail says nothing.
DAY = Look("#000000", "#ffffff", "#0000ee")
NIGHT = Look("#ffffff", "#121212", "#9e9eff")


def of(element: Element, above: Look, rules: Iterable[Rule], inline: dict[str, str]) -> Look:
    """The element's look, given its parent's, the sheet's rules that hold, its own style."""
    look = _by_tag(element.tag, above)
    for name, value in _in_order([r for r in rules if r.fits(element)], inline):
        look = _with(look, above, name, value)
    return look


def _by_tag(tag: str, above: Look) -> Look:
    size = above.size * _TAGS.get(tag, 1.0)
    weight = BOLD if tag in _BOLD else above.weight
    colour = above.link if tag == "a" else above.colour
    return replace(above, size=size, weight=weight, colour=colour)


def _in_order(rules: Sequence[Rule], inline: dict[str, str]) -> list[tuple[str, str]]:
    """The cascade: the sheet by weight, the element's own, then what is important of both."""
    sheet = [
        pair for rule in sorted(rules, key=lambda r: r.weight) for pair in rule.declared.items()
    ]
    every = [*sheet, *inline.items()]
    loud = [(name, value) for name, value in every if "!" in value]
    quiet = [(name, value) for name, value in every if "!" not in value]
    return quiet + [(name, _IMPORTANT.sub("", value)) for name, value in loud]


def _with(look: Look, above: Look, name: str, value: str) -> Look:
    match name:
        case "color":
            return replace(look, colour=_colour(value, above.colour))
        case "background" | "background-color" | "bgcolor":
            return replace(look, behind=_colour(value, above.behind))
        case "font-size":
            return replace(look, size=_size(value, above.size))
        case "font-weight":
            return replace(look, weight=_weight(value, above.weight))
        case "display":
            return replace(look, is_hidden=above.is_hidden or value == "none")
        case "visibility":
            return replace(look, is_hidden=above.is_hidden or value == "hidden")
        case "opacity" | "max-height":
            return replace(
                look, is_hidden=look.is_hidden or bool(re.match(r"0(\.0+)?(px)?$", value))
            )
    return look


def _colour(value: str, inherited: str) -> str:
    """Empty for what is no plain colour: a picture, a gradient, a name nobody uses in mails."""
    if value in {"inherit", "transparent", "none", "initial", "currentcolor", ""}:
        return inherited
    if value in _NAMED:
        return _NAMED[value]
    if match := _HEX.search(value):
        digits = match[1] if len(match[1]) == 6 else "".join(d * 2 for d in match[1])  # noqa: PLR2004
        return f"#{digits}"
    if match := _RGB.search(value):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in match.groups())
    return ""


def _size(value: str, inherited: float) -> float:
    match = _LENGTH.fullmatch(value)
    if not match:
        return 0.0 if value == "0" else inherited
    number = float(match[1])
    return (
        number * {"px": 1, "pt": 4 / 3, "em": inherited, "rem": 16, "%": inherited / 100}[match[2]]
    )


def _weight(value: str, inherited: int) -> int:
    named = {"normal": 400, "bold": BOLD, "bolder": BOLD, "lighter": 300}
    return named.get(value, int(value) if value.isdecimal() else inherited)
