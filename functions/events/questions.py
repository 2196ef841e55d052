"""The questions of an event, and how what was answered is shown. Pure.

An answer is kept under the question's name, which stays when HR rewords it; a choice is kept as the
catalogue's `value`, its words in the site's first language. See docs/events.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from functions.core.sign_up_facts import AnswerKind
from functions.core.texts import in_language
from functions.core.translations import N_, translations
from functions.events.rules import Answers

Question = dict[
    str, Any
]  # as in the catalogue: name, ask, answer, required, choices with value and words
YES, NO = "yes", "no"
YES_NO = {YES: N_("Yes"), NO: N_("No")}


def questions(facts: Mapping[str, Any]) -> list[Question]:
    """Of an event, by its entry in the catalogue."""
    return list(facts.get("questions", ()))


def values(question: Question) -> list[str]:
    """What can be chosen, as it is kept."""
    if question["answer"] == AnswerKind.YES_NO:
        return list(YES_NO)
    return [choice["value"] for choice in question.get("choices", ())]


# ---- Shown


def answered(answers: Answers, facts: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Question and answer, in the words of a language, in the form's order; of a question that HR
    has taken out since, its name."""
    own = {one["name"]: one for one in questions(facts)}
    names = [*(name for name in own if name in answers), *(n for n in answers if n not in own)]
    return [_in_words(name, own.get(name), answers[name], language) for name in names]


def _in_words(
    name: str, question: Question | None, answer: Iterable[str], language: str
) -> tuple[str, str]:
    if question is None:
        return name, ", ".join(answer)
    return in_language(question["ask"], language), answer_in_words(question, answer, language)


def answer_in_words(question: Question, answer: Iterable[str], language: str) -> str:
    wordings = _wordings(question, language)
    return ", ".join(wordings.get(value, value) for value in answer)


def _wordings(question: Question, language: str) -> dict[str, str]:
    if question["answer"] == AnswerKind.YES_NO:
        return {value: translations(language).gettext(words) for value, words in YES_NO.items()}
    choices = question.get("choices", ())
    return {choice["value"]: in_language(choice["words"], language) for choice in choices}


def summed_up(
    given: Iterable[Answers], facts: Mapping[str, Any], language: str
) -> list[tuple[str, list[tuple[str, int]]]]:
    """Of each question that has choices: how many sign-ups chose which."""
    known, sums = list(given), []
    for question in questions(facts):
        wordings = _wordings(question, language)
        counts = Counter(one for answers in known for one in answers.get(question["name"], ()))
        if wordings and counts:
            rows = [(words, counts[value]) for value, words in wordings.items()]
            sums.append((in_language(question["ask"], language), rows))
    return sums
