"""Whatever two colours a company has: its texts can be read, by day and by night."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from microsite.output import stylesheet

from functions.core.mail.colours import READABLE, contrast
from infra.paths import ROOT

CSS = ROOT / "site/theme/assets/css"
TWO_VALUES = re.compile(r"--(\w+(?:-\w+)*): light-dark\((#\w+), (#\w+)\)")
BASE = (CSS / "base.css").read_text()
COLOURS = {name: (day, night) for name, day, night in TWO_VALUES.findall(BASE)}
GROUNDS = ("paper", "surface", "tint")
colour = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def company(primary: str, accent: str) -> dict[str, str]:
    """Name → value of the company's colours as the stylesheet has them."""
    settings = SimpleNamespace(colours={"primary": primary, "accent": accent})
    return dict(re.findall(r"--company-([\w-]+): (#\w+);", stylesheet.colours(settings)))


@given(colour, colour)
def test_every_company_colour_can_be_read_on_every_ground(primary: str, accent: str):
    own = company(primary, accent)
    for ground in GROUNDS:
        day, night = COLOURS[ground]
        for name in ("primary", "accent"):
            assert contrast(own[name], day) >= READABLE, (name, ground)
            assert contrast(own[f"{name}-night"], night) >= READABLE, (name, ground)


@given(colour)
def test_text_on_the_company_colour_can_be_read(primary: str):
    own = company(primary, "#000000")
    day, night = COLOURS["on-brand"]
    assert contrast(own["primary"], day) >= READABLE
    assert contrast(own["primary-night"], night) >= READABLE
    for pale in ("#f3f6f4", "#bccdd1"):  # the footer's two
        assert contrast(own["deep"], pale) >= READABLE


@pytest.mark.parametrize("name", ["ink", "muted", "error", "good"])
def test_our_own_colours_can_be_read_on_every_ground(name: str):
    for ground in GROUNDS:
        for ours, behind in zip(COLOURS[name], COLOURS[ground], strict=True):
            assert contrast(ours, behind) >= READABLE, ground


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_border_of_a_field_can_be_seen(ground: str):
    """WCAG 2.2, 1.4.11."""
    for edge, behind in zip(COLOURS["edge"], COLOURS[ground], strict=True):
        assert contrast(edge, behind) >= 3, ground


def test_every_colour_used_is_defined():
    sheets = "".join(path.read_text() for path in CSS.glob("*.css"))
    defined = set(
        re.findall(r"(--[\w-]+):", sheets + stylesheet.colours(SimpleNamespace(colours={})))
    )
    assert set(re.findall(r"var\((--[\w-]+)", sheets)) <= defined


def test_stylesheets_load_nothing_from_another_origin():
    sheets = "".join(path.read_text() for path in CSS.glob("*.css"))
    assert "@import" not in sheets
    assert not re.search(r"url\((?![\"']?data:)", sheets)
