"""The light scan agrees with the Markdown that it doesn't render."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from microsite.content import markdown_links
from microsite.content.markdown_links import anchors, links, visible

HEADINGS = st.lists(st.text("abcÅ é-_.,!`*123[]()", min_size=1, max_size=20), max_size=5)


@given(HEADINGS)
def test_anchors_are_those_that_markdown_gives(headings):
    told = [re.sub(r"[\[\]()`*_]", "", h).strip(" #-=.,!") or "x" for h in headings]
    body = "\n\n".join(f"## {heading}" for heading in told)
    page = Markdown(extensions=["toc"]).convert(body)
    assert anchors(body) == set(re.findall(r'id="([^"]+)"', page))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("[a](b.md)", [("b.md", 1)]),
        ("x\n[a\nb](c.md 'title')", [("c.md", 2)]),
        ("[![alt](i.png)](b.md)", [("i.png", 1), ("b.md", 1)]),
        ("[a](<b c.md>)", [("b c.md", 1)]),
        ("`[a](b.md)` [c](d.md)", [("d.md", 1)]),
        ("<!-- [a](b.md) -->\n[c](d.md)", [("d.md", 2)]),
        ("~~~\n[a](b.md)\n~~~\n[c](d.md)", [("d.md", 4)]),
        ("<img src='i.png' alt='A'>", [("i.png", 1)]),
    ],
)
def test_links_are_found_with_their_lines(body, found):
    assert [(link.url, link.line) for link in links(visible(body))] == found


@given(st.text("`~<!->[]()!ab \n", max_size=60))
def test_blanking_code_moves_no_line(body):
    text = visible(body)
    assert len(text) == len(body)
    assert text.count("\n") == body.count("\n")


@given(st.text("`~<>![]()#\"'ab/: \n", max_size=80))
def test_no_body_breaks_the_scan(body):
    lines = body.count("\n") + 1
    assert all(1 <= link.line <= lines for link in links(visible(body)))
    assert all(line <= lines for line, _ in markdown_links.active(body))
