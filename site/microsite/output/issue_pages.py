"""An issue's page on the site: every block with a label that names its readers, every include as
a list, and the same issue in other languages.

MkDocs renders the text. Comments mark where passages begin, and the result is split at them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from microsite import words
from microsite.content.edition import Edition
from microsite.content.items import Newsletter
from microsite.letters import cards
from microsite.letters.blocks import NOTES, Passage
from microsite.letters.cards import Card
from microsite.letters.letter import Letter, include_section

_BEGINS = re.compile(r"<!--passage (\d+)-->")


@dataclass(frozen=True, slots=True)
class Piece:
    """`html` as MkDocs rendered it, or a list of cards with addresses from the site's root."""

    html: str = ""
    heading: str = ""
    items: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """`label` is empty if everyone reads it."""

    label: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str  # as its speakers call it
    url: str
    is_current: bool


def markdown(issue: Newsletter, edition: Edition) -> str:
    """The body for MkDocs, without marks."""
    passages = Letter(issue, edition).passages
    texts = (p.text.replace("<!--passage", "<!-- passage") for p in passages)
    return "\n\n".join(f"<!--passage {n}-->\n\n{text}" for n, text in enumerate(texts))


def blocks(issue: Newsletter, edition: Edition, rendered: str) -> list[Block]:
    """`rendered` is the HTML of `markdown`. Neighbours for the same readers are one block."""
    letter = Letter(issue, edition)
    blocks: list[Block] = []
    for number, html in _parted(rendered):
        passage = letter.passages[number]
        label = _label(passage, issue.lang, edition)
        piece = _list(letter, number) if passage.include else Piece(NOTES.sub("", html))
        if not (piece.items or piece.html.strip()):
            continue
        if not blocks or blocks[-1].label != label:
            blocks.append(Block(label))
        blocks[-1].pieces.append(piece)
    return blocks


def _parted(rendered: str) -> Iterator[tuple[int, str]]:
    _, *pairs = _BEGINS.split(rendered)
    for number, html in zip(pairs[::2], pairs[1::2], strict=True):
        yield int(number), html


def _label(passage: Passage, lang: str, edition: Edition) -> str:
    kinds = [edition.settings.kind[slug].name for slug in passage.kinds]
    offices = [edition.settings.office[slug].name for slug in passage.offices]
    return " \N{MIDDLE DOT} ".join(name.in_language(lang) for name in [*kinds, *offices])


def _list(letter: Letter, number: int) -> Piece:
    include = letter.passages[number].include
    assert include
    edition, lang = letter.edition, letter.issue.lang
    items = letter.overall(include)
    heading = cards.heading(include_section(include, items), lang, edition)
    shown = (replace(cards.card(item, lang, edition), url=item.url) for item in items)
    return Piece(heading=heading, items=tuple(shown))


def languages(issue: Newsletter, edition: Edition) -> list[Language]:
    """Every language that the issue is written in; empty if there is only one."""
    versions = edition.versions(issue)
    if len(versions) == 1:
        return []
    return [
        Language(v.lang, words.language_name(v.lang, v.lang), v.url, v.lang == issue.lang)
        for v in versions
    ]
