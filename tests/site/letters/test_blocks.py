"""Blocks and includes in an issue's body: what is understood, and what HR is told otherwise."""

from unicodedata import normalize

import pytest
from microsite.content import settings
from microsite.content.items import Include
from microsite.letters import blocks

from tests.company_project import COMPANY
from tests.site.project import Project

SETTINGS = settings.load(COMPANY)
ISSUE = "newsletters/november.md"

WRONG = [
    (
        "::: for: retird\nx\n:::",
        1,
        "for: 'retird' is not a known kind: did you mean 'retired'",
    ),
    ("::: for: cook\nx\n:::", 1, "write one of: engineer, consultant, partner, business-support"),
    ("::: office: Malmoe\nx\n:::", 1, "office: 'Malmoe' is not a known office: did you mean"),
    ("::: for:\nx\n:::", 1, "for: '' is not a known kind"),
    ("::: ofice: malmo\nx\n:::", 1, "'ofice' is unknown: did you mean 'office'?"),
    ("::: retired\nx\n:::", 1, "did you mean '::: for: retired'?"),
    ("::: Malmö\nx\n:::", 1, "did you mean '::: office: Malmö'?"),
    ("::: huh\nx\n:::", 1, "'huh' is not understood: write ::: for: retired"),
    ("::: for: retired; for: partner\nx\n:::", 1, "'for' appears twice"),
    ("a\n\n::: for: retired\nx", 3, "is never closed: write a line ::: where it ends"),
    ("a\n:::\nb", 2, "closes nothing"),
    ("::: for: retired\n::: office: malmo\nx\n:::", 2, "is inside the block of line 5"),
    ("::: include: everything", 1, "write 'news since last issue'"),
    ("::: events: next five", 1, "write 'next 5' or 'next 5 of the reader's offices'"),
    ("::: events: next 0", 1, "write a number from 1 to 20"),
    ("::: events: next 21", 1, "write a number from 1 to 20"),
    ("::: jobs: all", 1, "write 'open' or 'open of the reader's offices'"),
    (":: for: retired\nx\n:::", 1, "':: for: retired' is not understood: write ::: for: retired"),
    (": office: malmo", 1, "is not understood"),
    ("a\n\n: : : for: retired\nx", 3, "is not understood"),
    ("\uff1a\uff1a\uff1a for: retired", 1, "is not understood"),
    ("\\:\\:\\: for: retired", 1, "is not understood"),
    ("\ua789\ua789\ua789 for: retired", 1, "is not understood"),
    ("\u00ad::: for: retired", 1, "is not understood"),
    ("> ::: for: retired", 1, "is not understood"),
    ("Hello ::: for: retired", 1, "on a line of its own, or put it in backticks"),
    ("::: for: retired; events: next 5\nx\n:::", 1, "'events' is unknown"),
]


@pytest.mark.parametrize(("body", "line", "text"), WRONG)
def test_a_wrong_mark_is_reported_with_its_correction(site: Project, body, line, text):
    site.write(ISSUE, body)
    before = f"site/content/{ISSUE}:{line + 4}: ::: "  # the front matter has four lines
    assert any(p.startswith(before) and text in p for p in site.problems()), site.problems()


def parsed(body: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    result = blocks.parse(body, 1, SETTINGS)
    assert result.wrong == []
    return [(p.text.strip(), p.kinds, p.offices) for p in result.passages]


def test_a_block_is_for_the_readers_it_names_and_the_rest_for_everyone():
    body = "All.\n\n::: for: retired\nOld.\n\nHands.\n:::\nAll again."
    everyone, block, again = parsed(body)
    assert everyone == ("All.", (), ())
    assert block == ("Old.\n\nHands.", ("retired",), ())
    assert again == ("All again.", (), ())


@pytest.mark.parametrize(
    ("mark", "kinds", "offices"),
    [
        ("::: for: Retired, PARTNER", ("retired", "partner"), ()),
        ("::: office: Malmö, hong-kong", (), ("malmo", "hong-kong")),
        (":::office:GÖTEBORG", (), ("goteborg",)),
        (normalize("NFD", "::: office: Malmö"), (), ("malmo",)),
        ("  ::: For: retired ;  Office: Hong Kong  ", ("retired",), ("hong-kong",)),
        ("::: for: retired, Retired", ("retired",), ()),
        ("::: for: Pensionär, im ruhestand", ("retired",), ()),
        ("::: office: Bryssel, Brüssel, Hongkong", (), ("brussels", "hong-kong")),
        (":::: for: student or intern", ("student-intern",), ()),
    ],
)
def test_values_are_slugs_or_names_in_any_case(mark, kinds, offices):
    assert parsed(f"{mark}\nx\n:::") == [("x", kinds, offices)]


@pytest.mark.parametrize(
    "body",
    [
        "```\n::: for: retired\n```",
        "~~~ text\n::: nonsense\n:::\n~~~",
        "<!--\n::: for: nobody\n-->",
        "Two words ::: in a line",
    ],
)
def test_marks_in_code_and_comments_are_text(body):
    assert parsed(body) == [(body, (), ())]


@pytest.mark.parametrize(
    "body",
    ["Write `:: for: x`.", "```\n:: for: x\n```", "At 12:00: soup :-)", "<!-- :: for: x -->"],
)
def test_colons_that_mark_nothing_are_text(body):
    assert blocks.parse(body, 1, SETTINGS).wrong == []


def test_an_unclosed_comment_is_refused(site: Project):
    site.write(ISSUE, "a\n\n<!-- ask Karin\n\n::: jobs: open\n\n<!-- and --> `<!--`")
    assert site.problems() == []  # it ends at the next one's end
    site.write(ISSUE, "`<!--` a\n\n<!-- ask Karin\n\n::: jobs: open")
    assert "november.md:7: <!-- starts a comment that is never closed" in "".join(site.problems())


def test_two_stray_backticks_hide_no_mark():
    body = "It`s\n\n::: for: retired\nx\n:::\n\nit`s"
    assert [kinds for _, kinds, _ in parsed(body)] == [(), ("retired",), ()]


@pytest.mark.parametrize("tag", ["<code>", "</code>"])
def test_an_unbalanced_tag_hides_no_mark(tag):
    body = f"A {tag} here.\n\n::: for: retired\nOnly them.\n:::\n"
    assert [kinds for _, kinds, _ in parsed(body)][:2] == [(), ("retired",)]


@pytest.mark.parametrize(
    ("mark", "include"),
    [
        ("::: include: news since last issue", Include("news")),
        ("::: events: next 5", Include("events", 5)),
        (
            "::: events: Next 3 of the reader\N{RIGHT SINGLE QUOTATION MARK}s offices",
            Include("events", 3, of_readers=True),
        ),
        ("::: jobs: open", Include("jobs")),
        ("::: jobs: open of the reader's offices", Include("jobs", of_readers=True)),
    ],
)
def test_an_include_is_a_line_of_its_own_inside_a_block_too(mark, include):
    (passage,) = blocks.parse(mark, 1, SETTINGS).passages
    assert passage.include == include
    inside = blocks.parse(f"::: for: retired\n{mark}\n:::", 1, SETTINGS)
    assert [(p.include, p.kinds) for p in inside.passages] == [(include, ("retired",))]


def test_front_matter_accepts_the_same_phrases_as_includes(site: Project):
    site.write(ISSUE, events="next few", jobs="open")
    assert "events 'next few' is not understood: write 'next 5'" in "".join(site.problems())
    site.write(ISSUE, "::: jobs: open\n", jobs="open")
    assert "::: jobs is in the front matter too" in "".join(site.problems())
