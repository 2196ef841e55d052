"""Excel files of people, written in the background: for whom they are, and where. No I/O here."""

from dataclasses import dataclass

from functions.team.rules import TeamMember
from functions.work.rules import Work

KIND = "people file"  # of work
FOLDER = "exports/"  # of the private bucket
ROWS = 10_000  # of one file: some 0.7 MB, of the 4.5 MB that a function can return


@dataclass(frozen=True)
class Part:
    """One file; many people are several of them."""

    name: str  # 32 hex digits
    rows: int


def parts(work: Work) -> list[Part]:
    return [Part(**part) for part in work.cursor.get("parts", [])]


def path(work: Work, part: Part) -> str:
    """Where the file is in the private bucket."""
    return f"{FOLDER}{work.id}/{part.name}.xlsx"


def is_for(work: Work, actor: TeamMember) -> bool:
    """Only those who asked for a file fetch it, as long as they see the same offices."""
    is_theirs = work.kind == KIND and work.by == actor.id
    return is_theirs and set(work.wanted["offices"]) == set(actor.offices)
