"""People mind how their name is written; so the check minds, and cries wolf at nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from microsite.checks.mail import misspelt_names
from microsite.checks.mail.misspelt_names import distance
from microsite.content import edition
from microsite.content.rendered_body import visible

from tests.company_project import COMPANY
from tests.site.project import Project

SAMPLE = edition.read(COMPANY)
ISSUE = "newsletters/2026-12-01-december.md"


def slips(text: str) -> list[str]:
    known = misspelt_names.Names(SAMPLE.settings)
    return [
        problem for _, problem in misspelt_names._wrong(misspelt_names._words(visible(text)), known)
    ]


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("Anna Lindquist", "Anna Lindqvist"),
        ("Ana\n*Lindqvist*", "Anna Lindqvist"),
        ("Lindkvist", "Lindqvist"),
        ("Gunnar Ähl", "Gunnar Ahl"),
        ("Chen Wie", "Chen Wei"),
        ("Claire Duboix", "Claire Dubois"),
        ("Malmo", "Malmö"),
        ("Malmokontoret", "Malmö"),
        ("Goteborg", "Göteborg"),
        ("Shangai", "Shanghai"),
        ("Hong Kung", "Hong Kong"),
        ("Fjardholm", "Fjärdholm"),
    ],
)
def test_a_misspelt_name_is_reported_with_the_intended_one(misspelt, meant):
    (problem,) = slips(f"We met {misspelt}, over soup.")
    assert f"looks like a misspelling of '{meant}'" in problem


@pytest.mark.parametrize(
    "text",
    [
        "Anna Lindqvists Göteborgs Stockholm's Malmökontoret Göteborgare",
        "Gothenburg Bryssel Brüsseler Bruxelles Brussel Hongkong",
        "Johan Westin, Anna Lindberg, Per Lindquist, Malm, Hanna and Anna",
        "GÖTEBORG, göteborg and goteborg",
        "[there](/news/Goteborg/) <https://example.com/Malmo> https://example.org/Malmo",
        "::: office: Malmo, Goteborg\nWords.\n:::",
        "`Goteborg` and anna.lindquist@example.com",
        "Erik. Sandell, Anna, Lindquist Street",
    ],
)
def test_other_names_languages_and_addresses_are_left_alone(text):
    assert slips(text) == []


def test_sound_content_has_no_misspelt_names():
    texts = [path.read_text() for path in (COMPANY / "site/content").rglob("*.md")]
    assert len(texts) > 20
    assert [slip for text in texts for slip in slips(text)] == []


def test_a_misspelling_is_reported_with_its_line(site: Project):
    site.write(ISSUE, "Words.\n\nIn Malmo\nand Goteborg.\n", subject="From Goteborg")
    (issue,) = (i for i in site.edition().items if i.kind == "newsletters")
    places = [where for where, _ in misspelt_names.problems(issue, SAMPLE.settings)]
    assert places == ["subject", 7, 8]


def test_names_in_the_front_matter_are_accepted(site: Project):
    site.write(ISSUE, "Ask Anna Lindquist in Malmo.\n", names="[Anna Lindquist, Malmo]")
    (issue,) = (i for i in site.edition().items if i.kind == "newsletters")
    assert issue.names == ("Anna Lindquist", "Malmo")
    assert list(misspelt_names.problems(issue, SAMPLE.settings)) == []


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_the_distance_is_the_smallest_number_of_changes_up_to_two(one, other):
    spots = range(len(one) + 1)
    near = {one[:at] + one[at + 1 :] for at in spots}
    near |= {one[:at] + letter + one[at:] for at in spots for letter in "abc"}
    near |= {one[:at] + letter + one[at + 1 :] for at in range(len(one)) for letter in "abc"}
    near |= {one[:at] + one[at : at + 2][::-1] + one[at + 2 :] for at in spots}
    assert distance(one, other) == (0 if one == other else 1 if other in near else 2)
