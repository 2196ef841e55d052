"""Whatever two colours a company has: its texts can be read, by day and by night."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from microsite.content.company import Font
from microsite.content.mkdocs_yml.colour_contrast import check_contrast
from microsite.content.mkdocs_yml.place import Place, Sheet
from microsite.output import stylesheet

from functions.core.mail.colours import READABLE, VISIBLE, contrast, palette
from infra.paths import ROOT
from tests.site.project import Project

CSS = ROOT / "site/theme/assets/css"
PAIR = re.compile(r"--(\w+(?:-\w+)*): light-dark\((#\w+|var\(--company-[\w-]+\)), (#\w+)\)")
BASE = (CSS / "base.css").read_text()
COLOURS = {name: (day, night) for name, day, night in PAIR.findall(BASE)}
GROUNDS = ("paper", "surface", "tint")
colour = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def company(**colours: str) -> dict[str, str]:
    """Name → value of the company's colours as the stylesheet has them."""
    text = stylesheet.colours(SimpleNamespace(colours=colours))
    return dict(re.findall(r"--company-([\w-]+): (#\w+);", text))


def by_day(name: str, own: dict[str, str]) -> str:
    value = COLOURS[name][0]
    return own[value.removeprefix("var(--company-").rstrip(")")] if value[0] == "v" else value


def accepted(paper: str, ink: str) -> bool:
    sheet = Sheet({})
    check_contrast({"paper": paper, "ink": ink}, Place(sheet))
    return not sheet.problems


@given(colour, colour)
def test_every_company_colour_can_be_read_on_every_ground(primary: str, accent: str):
    own = company(primary=primary, accent=accent)
    for ground in GROUNDS:
        day, night = by_day(ground, own), COLOURS[ground][1]
        for name in ("primary", "accent"):
            assert contrast(own[name], day) >= READABLE, (name, ground)
            assert contrast(own[f"{name}-night"], night) >= READABLE, (name, ground)


@given(colour)
def test_text_on_the_company_colour_can_be_read(primary: str):
    own = company(primary=primary)
    day, night = COLOURS["on-brand"]
    assert contrast(own["primary"], day) >= READABLE
    assert contrast(own["primary-night"], night) >= READABLE
    for pale in ("#f3f6f4", "#bccdd1"):  # the footer's two
        assert contrast(own["deep"], pale) >= READABLE


PAPERS = ["#f7f3ec", "#ffffff", "#e8eef7", "#d9e5d5", "#ead9d9"]
INKS = ["#1d2a2e", "#000000", "#3a2a55", "#5a3d00", "#505a60"]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("ink", INKS)
def test_text_can_be_read_on_every_paper_that_is_accepted(paper: str, ink: str):
    assert accepted(paper, ink)
    own = company(paper=paper, ink=ink)
    for ground in GROUNDS:
        for name in ("ink", "muted", "error", "good"):
            assert contrast(by_day(name, own), by_day(ground, own)) >= READABLE, (name, ground)
        assert contrast(by_day("edge", own), by_day(ground, own)) >= VISIBLE, ground
    mail = palette({"paper": paper, "ink": ink})
    for name in ("ink", "muted", "primary", "accent_text"):
        for ground in ("paper", "surface"):
            assert contrast(mail[name], mail[ground]) >= READABLE, (name, ground)


@given(st.sampled_from(PAPERS), colour, colour)
def test_every_company_colour_can_be_read_in_emails(paper: str, primary: str, accent: str):
    own = palette({"paper": paper, "primary": primary, "accent": accent})
    assert contrast(own["primary"], "#ffffff") >= READABLE  # a button's words
    for name, grounds in {"primary": ("paper", "surface"), "accent_text": ("paper",)}.items():
        assert all(contrast(own[name], own[ground]) >= READABLE for ground in grounds), name
    assert contrast(own["night_primary"], own["night_surface"]) >= READABLE
    assert contrast(own["night_accent_text"], own["night_paper"]) >= READABLE


@given(colour, colour)
def test_a_paper_that_is_too_dark_and_ink_that_is_too_pale_are_refused(paper: str, ink: str):
    if accepted(paper, ink):
        own = company(paper=paper, ink=ink)
        assert all(contrast(own["ink"], by_day(ground, own)) >= READABLE for ground in GROUNDS)
        assert contrast(by_day("good", own), own["tint"]) >= READABLE


@pytest.mark.parametrize("name", ["ink", "muted", "error", "good"])
def test_our_own_colours_can_be_read_on_every_ground_at_night(name: str):
    for ground in GROUNDS:
        assert contrast(COLOURS[name][1], COLOURS[ground][1]) >= READABLE, ground


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_border_of_a_field_can_be_seen_at_night(ground: str):
    """WCAG 2.2, 1.4.11."""
    assert contrast(COLOURS["edge"][1], COLOURS[ground][1]) >= VISIBLE, ground


def test_paper_and_ink_are_those_of_the_settings():
    own = company(paper="#eef4fb", ink="#102040")
    assert (by_day("paper", own), by_day("ink", own)) == ("#eef4fb", "#102040")


def test_own_fonts_come_from_the_site_itself(site: Project):
    fonts = (Font("text", "assets/brand/Own Sans.woff2", "100 900", "italic"),)
    company = replace(site.edition().settings, fonts=fonts)
    sheet = stylesheet.stylesheet(site.root, company).text
    assert (
        '@font-face { font-family: "Company text"; src: url("/assets/brand/Own%20Sans.woff2") '
        'format("woff2"); font-weight: 100 900; font-style: italic; font-display: swap; }'
    ) in sheet
    assert re.search(r'--text: "Company text", Seravek', sheet)


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
