"""What guests say of an event afterwards: three questions, and optional words. Pure.

The team sees answers without names, and only once there are several. See docs/event-thanks.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from functions.core.translations import N_

FEWEST = 5  # of answers to a question, or texts: one of fewer could be guessed to be somebody's
WORDS_MAX = 1_000
Counts = dict[str, dict[str, int]]  # question → choice → how many chose it


class Question(StrEnum):
    LIKED = "liked"
    AGAIN = "again"
    MET = "met"


TEXTS = {
    Question.LIKED: N_("How was it?"),
    Question.AGAIN: N_("Would you come again?"),
    Question.MET: N_("Did you meet somebody you were glad to see?"),
}
CHOICES = {
    Question.LIKED: {
        "very": N_("Very good"),
        "good": N_("Good"),
        "so_so": N_("So-so"),
        "little": N_("Not so good"),
    },
    Question.AGAIN: {"yes": N_("Yes"), "maybe": N_("Perhaps"), "no": N_("No")},
    Question.MET: {"yes": N_("Yes"), "no": N_("No")},
}


@dataclass(frozen=True)
class Opinion:
    """What one guest says; `answers` are choices by their question."""

    answers: dict[str, str] = field(default_factory=dict)
    words: str = ""


def chosen(fields: Mapping[str, str]) -> dict[str, str]:
    """The choices among what was sent; whatever isn't one is left out."""
    return {
        question: fields[question]
        for question in Question
        if fields.get(question) in CHOICES[question]
    }


def counts(opinions: Iterable[Opinion]) -> Counts:
    """How often each choice was chosen, with the choices in their order; without the questions
    that too few have answered."""
    chose = Counter(answer for opinion in opinions for answer in opinion.answers.items())
    counted = {
        question: {choice: chose[question, choice] for choice in choices}
        for question, choices in CHOICES.items()
    }
    return {name: row for name, row in counted.items() if sum(row.values()) >= FEWEST}


def in_words(counted: Counts) -> list[tuple[str, list[tuple[str, int]]]]:
    """Each question with its choices, as msgids, and how often they were chosen."""
    return [
        (text, [(words, counted[name].get(one, 0)) for one, words in CHOICES[name].items()])
        for name, text in TEXTS.items()
        if name in counted
    ]


def words(opinions: Iterable[Opinion]) -> list[str]:
    """In the order of the alphabet, which doesn't tell who wrote when; none if too few wrote."""
    written = [opinion.words for opinion in opinions if opinion.words]
    return sorted(written, key=str.casefold) if len(written) >= FEWEST else []
