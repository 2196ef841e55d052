"""Words as people type them: without accents, in lower case."""

import pytest

from functions.people import folding


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Åsa Nyström", ["asa", "nystrom"]),
        ("NYSTRÖM", ["nystrom"]),
        ("Nystro\N{COMBINING DIAERESIS}m", ["nystrom"]),
        ("Søren Æbelø", ["soren", "aebelo"]),
        ("Łukasz Weiß", ["lukasz", "weiss"]),
        ("Müller-Lüdenscheidt", ["muller", "ludenscheidt"]),
        ("Sinéad O'Brien", ["sinead", "obrien", "o", "brien"]),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Brien", ["obrien", "o", "brien"]),
        ("陈 伟", ["陈", "伟"]),
        ("van der Berg van", ["van", "der", "berg"]),
        ("  ", []),
    ],
)
def test_a_text_is_its_words(text, words):
    assert folding.words(text) == words


def test_a_persons_words_are_few_enough_for_a_transaction():
    assert len(folding.indexed_words(" ".join(map(str, range(100))))) == folding.MOST_WORDS


@pytest.mark.parametrize(
    ("wanted", "fits"), [(["nys"], True), (["asa", "nyst"], True), (["strom"], False)]
)
def test_beginnings_match_words(wanted, fits):
    assert folding.matches(wanted, "Åsa Nyström", "Volvo") is fits
