"""Reads the answers to an event's own questions; each has a field of its own in the form."""

from collections.abc import Mapping
from typing import Any

from functions.core.sign_up_facts import AnswerKind
from functions.core.translations import N_
from functions.core.web.forms import Reader, is_unprintable
from functions.events.questions import Question, questions, values
from functions.events.rules import Answers

FIELD = "answer_"  # begins the name of a question's field
TEXT_MAX = 300

NO_ANSWER = N_("Please answer this question.")
LONG_ANSWER = N_("Please shorten your answer to one line of at most 300 characters.")
NO_CHOICE = N_("Please choose from the list.")


def several_fields(facts: Mapping[str, Any]) -> set[str]:
    """The fields that may have several values."""
    return {FIELD + one["name"] for one in questions(facts) if one["answer"] == AnswerKind.SEVERAL}


def read_answers(reader: Reader, facts: Mapping[str, Any]) -> Answers:
    """What the form answers; what is wrong is noted in the reader."""
    answers = {one["name"]: _read(reader, one) for one in questions(facts)}
    return {name: answer for name, answer in answers.items() if answer}


def _read(reader: Reader, question: Question) -> tuple[str, ...]:
    field = FIELD + question["name"]
    if question["answer"] == AnswerKind.TEXT:
        answer = _read_text(reader, field)
    elif question["answer"] == AnswerKind.SEVERAL:
        answer = reader.some_of(field, values(question), NO_CHOICE)
    else:
        chosen = reader.one_of(field, ["", *values(question)], NO_CHOICE)
        answer = (chosen,) if chosen else ()
    if not answer and question.get("required"):
        reader.refuse(field, NO_ANSWER)
    return answer


def _read_text(reader: Reader, field: str) -> tuple[str, ...]:
    text = reader.text(field)
    if len(text) > TEXT_MAX or is_unprintable(text):
        reader.refuse(field, LONG_ANSWER)
    return (text,) if text else ()


def values_of(answers: Answers, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the values of their fields."""
    several = several_fields(facts)
    fields = {FIELD + name: answer for name, answer in answers.items()}
    return {
        field: list(answer) if field in several else answer[0] for field, answer in fields.items()
    }
