"""Writes the members of a segment into files for Excel, one after the other.

A step is a file; a death loses the one that it interrupts, and the next try writes that again.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from functions.core import clock
from functions.core.aws import private_files
from functions.core.excel_sheets import Sheet
from functions.core.site import site
from functions.core.texts import translated
from functions.core.translations import N_, translations
from functions.exports.rules import ROWS, Part, parts, path
from functions.people.member import Member
from functions.people.store import segment_pages
from functions.work import store as work_store
from functions.work.rules import State, Work

HEADS = (
    N_("Name"),
    N_("Email"),
    N_("Office"),
    N_("Years"),
    N_("Company"),
    N_("Role"),
    N_("Kinds"),
    N_("Topics"),
    N_("Language"),
    N_("Newsletter"),
    N_("Member since"),
)
READ = (
    "name", "email", "office", "from_year", "to_year", "earlier_stays", "works_at", "works_as",
    "kinds", "interests", "language", "newsletter", "joined_at",
)  # fmt: skip

HasTime = Callable[[], bool]
Facts = dict[str, Any]


def advance(work: Work, has_time: HasTime) -> None:
    """
    Raises:
        TooManyError: not all of the table could be read now.
    """
    while not work.cursor.get("is_whole") and has_time():
        work = work_store.move(work, _write_part(work, has_time))
    if work.cursor.get("is_whole"):
        work_store.end(work, State.DONE, clock.now())


def clear(work: Work) -> None:
    """What a death left behind besides these files ends by the bucket's own rule."""
    for part in parts(work):
        private_files.delete(path(work, part))


def _write_part(work: Work, has_time: HasTime) -> Facts:
    """The cursor behind the next file, which ends when it is full or when time is over.

    The file has a name of its own, so that whoever believes to have this work, too, doesn't write
    over it.
    """
    words = translated(site(), work.wanted["language"])
    after, is_whole = work.cursor.get("after", ""), True
    with Sheet(map(_gettext(words), HEADS)) as sheet:
        for member in _people(work):
            sheet.add(_cells(member, words))
            after = member.id
            if sheet.rows == ROWS or not has_time():
                is_whole = False
                break
    written = [_store(work, sheet)] if sheet.rows else []
    known = [*work.cursor.get("parts", []), *written]
    return {"after": after, "parts": known, "is_whole": is_whole}


def _store(work: Work, sheet: Sheet) -> Facts:
    part = Part(uuid.uuid4().hex, sheet.rows)
    private_files.write(path(work, part), sheet.content)
    return vars(part)


def _people(work: Work) -> Iterator[Member]:
    """Behind the last one that is written, those whom the team member sees."""
    offices = set(work.wanted["offices"])
    after = work.cursor.get("after") or None
    for member in segment_pages.members_of(work.wanted["segment"], after=after, only=READ):
        if not offices or not offices.isdisjoint(stay.office for stay in member.stays):
            yield member


def _cells(member: Member, words: Facts) -> tuple[str, ...]:
    names = {
        key: {entry["slug"]: entry["name"] for entry in words[key]}
        for key in ("offices", "kinds", "topics")
    }
    return (
        member.name,
        member.email,
        names["offices"].get(member.office, member.office),
        f"{member.from_year}\N{EN DASH}{member.to_year}",
        member.works_at,
        member.works_as,
        ", ".join(names["kinds"].get(slug, slug) for slug in member.kinds),
        ", ".join(names["topics"].get(slug, slug) for slug in member.interests),
        member.language,
        _gettext(words)(N_("yes") if member.newsletter else N_("no")),
        clock.day_of(member.joined_at),
    )


def _gettext(words: Facts) -> Callable[[str], str]:
    return translations(words["language"]).gettext
