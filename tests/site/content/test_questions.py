"""Questions of an event: read from front matter, handed over in the catalogue."""

import pytest
from microsite.content.fields import FieldError
from microsite.content.questions import questions
from microsite.content.settings import load

from functions.catalogue.rules import EVENT as SHAPE

CHOICE = {"ask": "Which tour?", "choices": ["Tower", "Tunnel"]}


@pytest.fixture
def settings(site):
    return load(site.root)


def facts(settings, *written):
    return [one.facts(settings.languages[0]) for one in questions(list(written), settings)]


def test_a_question_needs_its_words_only(settings):
    (question,) = facts(settings, {"ask": "A song?"})
    assert question == {"name": "a-song", "ask": "A song?", "answer": "text"}


def test_choices_make_it_a_choice_and_are_kept_in_the_words_of_the_first_language(settings):
    words = dict.fromkeys(settings.languages, "Bada") | {settings.languages[0]: "Swim"}
    (question,) = facts(
        settings, {"ask": "What?", "choices": ["Sauna", words], "required": "yes", "name": "what"}
    )
    assert question["answer"] == "choice"
    assert question["required"] is True
    assert [choice["value"] for choice in question["choices"]] == ["Sauna", "Swim"]
    assert question["choices"][1]["words"] == words


def test_what_is_handed_over_is_what_the_functions_take(settings):
    kinds = [CHOICE, CHOICE | {"name": "b", "answer": "several"}, {"ask": "C?", "answer": "yes/no"}]
    assert SHAPE["questions?"](facts(settings, *kinds))


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Which tour?", "write each question as - ask:"),
        ([], "write each question as - ask:"),
        ([CHOICE] * 6, "keep 5 at most"),
        ([CHOICE, CHOICE], "give each question a name"),
        (["Which tour?"], "(question 1) has no words"),
        ([CHOICE | {"asks": "x"}], "unknown key 'asks'"),
        ([CHOICE | {"answer": "radio"}], "unknown"),
        ([CHOICE | {"answer": "text"}], "write answer: choice"),
        ([{"ask": "What?", "answer": "several"}], "needs choices"),
        ([CHOICE | {"choices": ["Tower"]}], "from two to 20"),
        ([CHOICE | {"choices": ["Tower", "Tower"]}], "a choice twice"),
        ([CHOICE | {"ask": "x" * 201}], "shorten it to 200"),
        ([CHOICE | {"ask": {"xx": "What?"}}], "unknown language 'xx'"),
        ([CHOICE | {"ask": {}}], "has no text in"),
        ([CHOICE | {"name": "Our tour"}], "not a valid slug"),
        ([{"ask": "何?"}], "name of Latin letters"),
        ([CHOICE | {"required": "maybe"}], "write true or false"),
    ],
)
def test_a_wrong_question_is_explained(settings, written, message):
    with pytest.raises(FieldError) as wrong:
        questions(written, settings)
    assert message in str(wrong.value)
