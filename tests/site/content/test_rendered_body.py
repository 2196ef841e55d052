"""What the checks know of a body is what its page shows, on the line where HR wrote it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from microsite.content import rendered_body, settings
from microsite.content.rendered_body import Body, marks_in_code, visible

from tests.company_project import COMPANY

SETTINGS = settings.load(COMPANY)
HEADINGS = st.lists(st.text("abcÅ é-_.,!`*123[]()", min_size=1, max_size=20), max_size=5)


def read(text: str) -> Body:
    return rendered_body.read(text, SETTINGS)


def links(text: str) -> list[tuple[str, int]]:
    return [(link.url, link.line) for link in read(text).links if not link.broken]


@given(HEADINGS)
def test_anchors_are_those_of_the_rendered_page(headings):
    titles = [re.sub(r"[\[\]()`*_]", "", h).strip(" #-=.,!") or "x" for h in headings]
    body = "\n\n".join(f"## {heading}" for heading in titles)
    page = Markdown(extensions=["toc", "smarty", "attr_list"]).convert(body)
    assert read(body).ids == set(re.findall(r'id="([^"]+)"', page))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[a](b.md)", [("b.md", 1)]),
        ("x\n[a\nb](c.md 'title')", [("c.md", 3)]),
        ("[![alt](i.png)](b.md)", [("b.md", 1), ("i.png", 1)]),
        ("[a](<b c.md>)", [("b c.md", 1)]),
        ("`[a](b.md)` [c](d.md)", [("d.md", 1)]),
        ("<!-- [a](b.md) -->\n[c](d.md)", [("d.md", 2)]),
        ("~~~\n[a](b.md)\n~~~\n[c](d.md)", [("d.md", 4)]),
        ("<img src='i.png' alt='A'>", [("i.png", 1)]),
        ("Words.\n\n    [a](b.md)\n\n[c](d.md)", [("d.md", 5)]),
        ("\\[a](b.md) [c](d.md)", [("d.md", 1)]),
        ("[a][b] and [b]\n\n[b]: c.md\n[unused]: d.md", [("c.md", 3), ("c.md", 3)]),
        ("[a](b.md) [c](b.md)\n[d](b.md)", [("b.md", 1), ("b.md", 1), ("b.md", 2)]),
        ("[a](/b/c/)\n\n[d](/b/)", [("/b/c/", 1), ("/b/", 3)]),
        ("<me@example.com>\n<https://example.com/?a&b>", None),
        ("[a](https://example.com/?b=1&amp;c=2)", [("https://example.com/?b=1&c=2", 1)]),
        ("[a](https://en.wikipedia.org/wiki/B_(c))", None),
        ("- a\n\n    [b](c.md)\n", [("c.md", 3)]),
        ("- a\n\nWords.\n\n    [b](c.md)\n", []),
        ("| a |\n|---|\n| [b](c.md) |\n", [("c.md", 3)]),
    ],
)
def test_links_are_those_of_the_rendered_page_with_their_lines(body, expected):
    if expected is None:  # what the page has is enough
        page = rendered_body.converter(SETTINGS, "en").reset().convert(body)
        assert len(links(body)) == page.count("href=")
        assert all(
            line == body.count("\n", 0, body.index(url[-9:])) + 1 for url, line in links(body)
        )
    else:
        assert links(body) == expected


@pytest.mark.parametrize("body", ["a](b.md)", "\\[a](b.md)", "[a\n\nb](b.md)"])
def test_a_malformed_link_is_reported_as_broken(body):
    (link,) = read(f"Words.\n\n{body}").links
    assert (link.broken, link.url, link.line) == (True, "b.md", 3 + body.count("\n"))


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("## a\n\n# b", (3,)),
        ("a\n===\n\n# b", (2, 4)),
        ("`# a`\n\n```\n# b\n```\n\n<!-- # c -->", ()),
        ("    # a", ()),
        ("#b", (1,)),
        ("<H1>a</H1>", (1,)),
    ],
)
def test_first_level_headings_are_those_of_the_rendered_page(body, lines):
    assert read(body).titles == lines


def test_active_tags_are_those_of_the_rendered_page():
    body = "`<form>`\n\n<!-- <iframe> -->\n\n<Script>alert(1)</Script>\n\n<style>p {}</style>"
    assert [(line, text.split()[0]) for line, text in read(body).tags] == [
        (5, "<script>"),
        (7, "<style>"),
    ]


PIECES = ["Words, and more.", "- item", "1. one", "    [a](b.md)", "[a](b.md)", "## Words", "```"]
PIECES += [
    "> said",
    "***",
    "Words\n---",
    "| a |\n|---|",
    "<div>",
    "</div>",
    "a\nb c.",
    "<!--",
    "-->",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(["\n", "\n\n"]))
def test_skipping_plain_words_loses_no_link_and_no_heading(pieces, between):
    text = between.join(pieces)
    page = rendered_body.converter(SETTINGS, "en").reset().convert(text)
    assert len(links(text)) == page.count("href=")
    assert read(text).ids == set(re.findall(r'<h\d id="([^"]+)"', page))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("```\n::: a\n```\n\n::: b", {2}),
        ("~~~ text\n::: a\n:::\n~~~", {2, 3}),
        ("````\n::: a\n```\n::: b\n````", {2, 4}),
        ("```\n::: a", set()),
        ("```\n::: a\n~~~", set()),
        ("It`s\n::: a\nit`s", set()),
        ("    ::: a", set()),
    ],
)
def test_marks_in_code_are_those_that_the_rendered_page_shows_as_code(text, lines):
    assert marks_in_code(text, SETTINGS) == lines


@given(st.text("`~<!->[]()!ab \n", max_size=60))
def test_blanking_code_moves_no_line(body):
    text = visible(body)
    assert len(text) == len(body)
    assert text.count("\n") == body.count("\n")


@given(st.text("`~<>![]()#\"'ab/: \n", max_size=80))
def test_any_text_can_be_read(body):
    lines = body.count("\n") + 1
    result = read(body)
    assert all(1 <= link.line <= lines for link in result.links)
    assert all(line <= lines for line, _ in result.tags)
    assert all(line <= lines for line in result.titles)


@pytest.mark.parametrize(
    "body",
    [
        "<https://example.com/> and <anna@example.com>",
        "[https://example.com/](https://example.com/)",
        "[all][home]\n\n[home]: https://example.com/",
        "`https://example.com/`",
        "A note [1] (2027)",
    ],
)
def test_what_is_a_link_or_code_is_not_taken_for_a_dead_link(body):
    assert read(body).dead == ()
