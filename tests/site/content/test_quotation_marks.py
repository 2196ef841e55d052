"""Straight quotation marks become those of the text's language, on pages and in emails."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from microsite.content.plain_text import PlainText
from microsite.content.quotation_marks import QuotationMarks

from tests.site.project import NOW, Project


def shown(text: str, language: str) -> str:
    markdown = Markdown(extensions=["smarty", QuotationMarks(language), PlainText()])
    return html.unescape(markdown.convert(text)).removeprefix("<p>").removesuffix("</p>")


LOW, HIGH, RAISED = "\N{SINGLE LOW-9 QUOTATION MARK}", "\u2018", "\u2019"
TYPED = [
    ("en", "She said \"so\", and 'so'.", "She said “so”, and {h}so{r}."),
    ("en", "It's Hans' house.", "It{r}s Hans{r} house."),
    ("sv", "Hon sade \"så\", och 'så'.", "Hon sade ”så”, och {r}så{r}."),
    ("sv", "Det är Lars' hus.", "Det är Lars{r} hus."),
    ("de", 'Sie sagte "so".', "Sie sagte „so“."),
    ("de", '"So", sagte er, "ist \'es\' gut."', "„So“, sagte er, „ist {l}es{h} gut.“"),
    ("de", "Er sagt: \"Es ist 'so'\".", "Er sagt: „Es ist {l}so{h}“."),
    ("de", "\"'So' geht's\", sagt er.", "„{l}So{h} geht{r}s“, sagt er."),
    ("de", "Geht's in Hans' Haus?", "Geht{r}s in Hans{r} Haus?"),
    (
        "de",
        "'So' ist Hans' Haus, 'geht's' nicht.",
        "{l}So{h} ist Hans{r} Haus, {l}geht{r}s{h} nicht.",
    ),
    ("de", 'Das "*Beste*" und **"das"**', "Das „<em>Beste</em>“ und <strong>„das“</strong>"),
    ("de", '("so") und ("so")', "(„so“) und („so“)"),
    ("de", 'Fertige „Zeichen“, `it\'s "Code"`', 'Fertige „Zeichen“, <code>it\'s "Code"</code>'),
    ("de", "a ...", "a …"),
]


@pytest.mark.parametrize(("language", "typed", "expected"), TYPED)
def test_quotation_marks_are_those_of_the_language(language: str, typed: str, expected: str):
    assert shown(typed, language) == expected.format(l=LOW, h=HIGH, r=RAISED)


PIECES = ("a", "ist", " ", '"', "'", ".", "(", ")", "*", "`", "\n", "\n\n", "- ", "&", "<b>", "\\")


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_nothing_but_marks_is_changed(text: str):
    plain = str.maketrans(dict.fromkeys("„“”", '"') | dict.fromkeys((LOW, HIGH, RAISED), "'"))
    english, german = (shown(text, language).translate(plain) for language in ("en", "de"))
    assert german == english


def test_pages_and_emails_have_the_marks_of_their_language(site: Project):
    site.write("newsletters/december.md", 'It is "so".\n', send_at="2026-12-10 09:00", subject="D")
    for language in ("sv", "de"):
        path = f"newsletters/december.{language}.md"
        site.write(path, 'Ist "so".\n', send_at=None, subject="D")
    read = site.read(NOW)
    texts = {v.language: v for v in read.variants(read.edition.issues[0])}
    assert {
        lang: variant.text.count(mark)
        for (lang, variant), mark in zip(
            sorted(texts.items()), ("„so“", "“so”", "”so”"), strict=True
        )
    } == {"de": 1, "en": 1, "sv": 1}
    assert "„so“" in html.unescape(texts["de"].html)
