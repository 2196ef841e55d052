"""The text part of a mail reads well."""

from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from microsite.letters.plaintext import from_html


def text(body: str) -> str:
    return from_html(Markdown(extensions=["tables", "sane_lists"]).convert(body))


def test_headings_lists_and_links_are_kept():
    assert text("# A\n\nb [c](https://example.com/)\n\n- d\n- e\n\n1. f\n2. g") == (
        "A\n=\n\nb c: https://example.com/\n\n- d\n- e\n\n1. f\n2. g"
    )


def test_a_list_starts_at_its_own_number():
    assert text("18. September: Herbstfest") == "18. September: Herbstfest"
    assert text("3. a\n4. b") == "3. a\n4. b"


def test_a_bare_link_appears_once():
    assert text("<https://example.com/> <mailto:a@example.com>") == (
        "https://example.com/ a@example.com"
    )


def test_an_address_is_never_wrapped():
    url = "https://example.com/" + "long-" * 30
    assert url in text(f"words [here]({url}) and more words after it")


def test_pictures_tables_and_quotes_become_text():
    assert text("![pier](a.png)\n\n> b\n\n| c | d |\n|---|---|\n| e | f |") == (
        "[pier]\n\n> b\n\nc | d\ne | f"
    )


@given(st.text("abc dé\n", max_size=200))
def test_no_word_is_lost(body):
    assert from_html(f"<p>{body}</p>").split() == body.split()
