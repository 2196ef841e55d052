"""Reads `questions` of an event: what its form asks beside name, guests and food."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from functions.core.sign_up_facts import AnswerKind
from functions.core.slugs import is_slug
from microsite.content import fields
from microsite.content.company import Settings, Text
from microsite.content.fields import FieldError
from microsite.content.items import Question
from microsite.content.problems import suggestion

MOST, MOST_CHOICES = 5, 20
LONGEST, LONGEST_CHOICE = 200, 100
LONGEST_NAME = 40
_KEYS = ("ask", "answer", "choices", "required", "name")
_CHOOSING = (AnswerKind.CHOICE, AnswerKind.SEVERAL)


def questions(value: Any, settings: Settings) -> tuple[Question, ...]:
    if not isinstance(value, list) or not value:
        raise FieldError("must be a list: write each question as - ask: ...")
    if len(value) > MOST:
        raise FieldError(f"has {len(value)} questions: keep {MOST} at most")
    known = tuple(_question(one, number, settings) for number, one in enumerate(value, 1))
    names = [question.name for question in known]
    for name in names:
        if names.count(name) > 1:
            raise FieldError(f"asks '{name}' twice: give each question a name: of its own")
    return known


def _question(value: Any, number: int, settings: Settings) -> Question:
    try:
        return _read(value, settings)
    except FieldError as error:
        raise FieldError(f"(question {number}) {error}") from None


def _read(value: Any, settings: Settings) -> Question:
    if not isinstance(value, dict) or "ask" not in value:
        raise FieldError("has no words: write it as - ask: Which tour do you want?")
    for key in value:
        if key not in _KEYS:
            raise FieldError(f"has an unknown key '{key}': {suggestion(str(key), _KEYS)}")
    ask = _wording("ask", value["ask"], LONGEST, settings)
    answer = _answer(value, settings)
    return Question(
        name=_name(value, ask.in_language(settings.languages[0]), settings),
        ask=ask,
        answer=answer,
        choices=_choices(value, answer, settings),
        required=fields.yes_or_no(value.get("required", "no"), settings),
    )


def _answer(value: Mapping[str, Any], settings: Settings) -> AnswerKind:
    usual = AnswerKind.CHOICE if "choices" in value else AnswerKind.TEXT
    return AnswerKind(fields.one_word(*AnswerKind)(value.get("answer", usual), settings))


def _choices(value: Mapping[str, Any], answer: AnswerKind, settings: Settings) -> tuple[Text, ...]:
    written = value.get("choices")
    if answer not in _CHOOSING:
        if written is not None:
            raise FieldError(f"has choices, but its answer is '{answer}': write answer: choice")
        return ()
    if not isinstance(written, list) or not 1 < len(written) <= MOST_CHOICES:
        raise FieldError(f"needs choices: write from two to {MOST_CHOICES} in a list")
    choices = tuple(_wording("choices", one, LONGEST_CHOICE, settings) for one in written)
    first = [choice.in_language(settings.languages[0]) for choice in choices]
    if len(set(first)) < len(first):
        raise FieldError("has a choice twice: remove one")
    return choices


def _name(value: Mapping[str, Any], words: str, settings: Settings) -> str:
    """As written, or else from the question's words."""
    if "name" in value:
        return str(fields.slug(value["name"], settings))
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    name = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")
    if not is_slug(name):
        raise FieldError("needs a name of Latin letters: add a line name: tour")
    return name


def _wording(key: str, value: Any, longest: int, settings: Settings) -> Text:
    """One text for all languages, or one for each that the site lists."""
    if not isinstance(value, dict):
        text = Text(fields.line(value, settings))
    else:
        for language in value:
            if language not in settings.languages:
                hint = suggestion(str(language), settings.languages)
                raise FieldError(f"has an unknown language '{language}' in {key}: {hint}")
        if missing := [one for one in settings.languages if one not in value]:
            hint = f"add {missing[0]}: ..., or write one text for all languages"
            raise FieldError(f"has no text in '{missing[0]}' in {key}: {hint}")
        text = Text({language: fields.line(value[language], settings) for language in value})
    if max(map(len, text.wordings)) > longest:
        raise FieldError(f"is too long in {key}: shorten it to {longest} characters")
    return text
