"""Plain words are taken as they are, and every page stays the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import SubstituteTagInlineProcessor
from markdown.treeprocessors import InlineProcessor
from microsite.content.plain_text import PlainText

OURS = ["toc", "tables", "fenced_code", "attr_list", "sane_lists", "smarty"]
MORE = [*OURS, "footnotes", "abbr", "def_list", "md_in_html", "nl2br", "admonition"]
PIECES = (
    *("bridge", "Åsa", " ", "  \n", "\n", "\n\n", "1. ", "- ", "# ", "    ", "> ", "|", ": "),
    *("*", "**", "_", "__", "`", "``", "\\", "[", "]", "](/a/)", "[^1]", "![", "(", ")", "!"),
    *("<", ">", "<b>", "</b>", "<!--", "-->", "<<", ">>", "<a@example.com>", "<https://x.example>"),
    *("&", "&amp;", "&#8211;", "'", '"', "'80s", "-", "--", "---", ".", "...", "....", "{: #x }"),
    *("\x02", "\x03", "https://x.example", "[a]: /b/ 'c'", "*[HTML]: Hyper", "~~~\n", "%", "é"),
)


@pytest.mark.parametrize("extensions", [OURS, MORE, ["smarty"], []])
@given(text=st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_the_html_is_the_same_as_without_it(extensions, text):
    quick = Markdown(extensions=[*extensions, PlainText()])
    assert quick.convert(text) == Markdown(extensions=extensions).convert(text)


@pytest.mark.parametrize("text", ["Plain words, with a comma.", "# A heading\n\nTwo - words?\n"])
def test_no_pattern_is_tried_on_plain_words(monkeypatch, text):
    def refuse(*_):
        raise AssertionError("a pattern was tried")

    expected = Markdown(extensions=OURS).convert(text)
    monkeypatch.setattr(InlineProcessor, "_InlineProcessor__applyPattern", refuse)
    assert Markdown(extensions=[*OURS, PlainText()]).convert(text) == expected


class Harbours(Extension):
    def extendMarkdown(self, md):  # noqa: N802 - Markdown's name
        md.inlinePatterns.register(SubstituteTagInlineProcessor("harbour", "hr"), "harbour", 50)


def test_a_pattern_of_another_extension_is_always_tried():
    html = Markdown(extensions=[PlainText(), Harbours()]).convert("the harbour")
    assert html == "<p>the <hr />\n</p>"
