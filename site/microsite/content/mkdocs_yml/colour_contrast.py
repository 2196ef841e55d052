"""Whether text can be read in the company's colours (WCAG 2.2, 1.4.3).

Primary and accent may be any colour: where they are text, site and emails darken or lighten them.
Paper and ink are used as they are.
"""

from functions.core.mail.colours import INK, PAPER, READABLE, contrast, mix, readable, shades_of
from microsite.content.mkdocs_yml.place import Place

# The theme's own colours on paper, such as those of messages, need a light ground.
LIGHT_ENOUGH = 13.5  # contrast of black on a band
_BLACK, _WHITE = "#000000", "#ffffff"


def check_contrast(colours: dict[str, str], place: Place) -> None:
    """`place` is that of the colours."""
    paper, ink = colours.get("paper", PAPER), colours.get("ink", INK)
    if not _is_light(paper, ink):
        percents = range(5, 101, 5)
        lighter = next(c for p in percents if _is_light(c := mix(paper, _WHITE, p), _BLACK))
        place.below("paper").wrong(
            f"paper '{paper}' is too dark to read text on: choose a lighter colour, like "
            f"'{lighter}'"
        )
        return
    tint = shades_of(paper, ink)["tint"]
    if contrast(ink, tint) < READABLE:
        place.below("ink").wrong(
            f"ink '{ink}' has a contrast of {contrast(ink, tint):.1f} on paper '{paper}', but text "
            f"needs {READABLE}: choose a darker colour, like '{readable(ink, tint)}'"
        )


def _is_light(paper: str, ink: str) -> bool:
    return contrast(_BLACK, shades_of(paper, ink)["tint"]) >= LIGHT_ENOUGH
