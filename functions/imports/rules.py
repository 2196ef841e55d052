"""Bringing in a list: on which ground, how far it is, and what becomes of each row. No I/O here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from functions.core.clock import DAY
from functions.core.translations import N_

UNDO_SECONDS = 30 * DAY  # how long an import can be undone
UPLOAD_BYTES = 4_000_000  # at the desk
FILE_BYTES = 50_000_000  # by the command
FOLDER = "imports/"  # in the private bucket


class Field(StrEnum):
    """What a column holds."""

    NOTHING = ""  # that we keep
    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    OFFICE = "office"
    ROLE = "role"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    LANGUAGE = "language"
    INTERESTS = "interests"
    AGREED_ON = "agreed_on"
    STATUS = "status"


FIELD_NAMES = {
    Field.NOTHING: N_("is left out"),
    Field.EMAIL: N_("Email address"),
    Field.NAME: N_("Name"),
    Field.FIRST_NAME: N_("First name"),
    Field.LAST_NAME: N_("Last name"),
    Field.OFFICE: N_("Office"),
    Field.ROLE: N_("As what you worked there"),
    Field.FIRST_DAY: N_("First day, or year"),
    Field.LAST_DAY: N_("Last day, or year"),
    Field.LANGUAGE: N_("Language"),
    Field.INTERESTS: N_("What interests you?"),
    Field.AGREED_ON: N_("Day on which they agreed"),
    Field.STATUS: N_("Still subscribed"),
}


@dataclass(frozen=True)
class Columns:
    """How a list is read."""

    fields: tuple[Field, ...]  # of each column
    has_heading: bool

    @property
    def missing(self) -> tuple[Field, ...]:
        """What nobody can be brought in without."""
        names = {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME}
        has_name = not names.isdisjoint(self.fields)
        has_email = Field.EMAIL in self.fields
        return (*(() if has_email else (Field.EMAIL,)), *(() if has_name else (Field.NAME,)))

    def of(self, cells: Sequence[str]) -> dict[Field, str]:
        """The cells by what they hold; where two columns hold the same, the first that isn't
        empty."""
        values: dict[Field, str] = {}
        for meaning, cell in zip(self.fields, cells, strict=False):
            if cell and meaning:
                values.setdefault(meaning, cell)
        return values


class Ground(StrEnum):
    """What allows us to keep and write to the people of a list."""

    INVITE = "agreed to be invited"
    CONSENT = "consent given elsewhere"


class Stage(StrEnum):
    SHOWN = "shown"  # nothing is written yet
    STARTED = "started"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    MEMBER = "member"  # already, or the address is reserved for one
    INVITED_BEFORE = "invited before"
    LEFT_ALONE = "left alone"  # they asked us never to write again
    ERASED = "erased"  # and the proof of it is still kept
    WAITING = "waiting"  # for the team's decision, or declined lately
    REPEATED = "repeated"  # further up in the same list
    WRONG = "wrong"


VERDICT_NAMES = {
    Verdict.NEW: N_("new"),
    Verdict.MEMBER: N_("already a member"),
    Verdict.INVITED_BEFORE: N_("invited before"),
    Verdict.LEFT_ALONE: N_("asked to be left alone"),
    Verdict.ERASED: N_("had their data deleted"),
    Verdict.WAITING: N_("waiting for your decision, or declined"),
    Verdict.REPEATED: N_("twice in this list"),
    Verdict.WRONG: N_("can't be used"),
}
Counts = dict[str, int]  # by Verdict


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the team says of all rows of a list; a row that says so itself comes first."""

    ground: Ground
    agreed_on: str  # a day, as in 2026-11-26
    how: str  # they agreed to be invited; or from whom the consent comes
    words: str = ""  # of the consent given elsewhere
    purposes: tuple[str, ...] = ()  # what that covers besides membership
    office: str = ""  # slug, of rows that name none
    language: str
    contact: str = ""  # slug of the contact partner, in whose name they are invited


@dataclass(frozen=True, kw_only=True)
class Import:
    """A list that the team brings in."""

    id: str
    by: str  # id of the team member, or `at_terminal`
    offices: tuple[str, ...]  # slugs, if they are limited to some
    name: str  # of the file
    at: int  # uploaded
    columns: Columns
    stage: Stage = Stage.SHOWN
    terms: Terms | None = None
    work_id: str = ""  # the last that was asked for: to look through, bring in or undo
    counts: Mapping[str, int] = field(default_factory=dict)  # of what was brought in, or undone

    @property
    def file(self) -> str:
        return f"{FOLDER}{self.id}"

    @property
    def ends_at(self) -> int:
        """Until when it can be undone; then it is forgotten."""
        return self.at + UNDO_SECONDS

    def sees(self, office: str) -> bool:
        return not self.offices or office in self.offices


@dataclass(frozen=True)
class BroughtIn:
    """A row that was brought in."""

    number: int
    identity: str  # the member's id, or the invitation's
    is_undone: bool = False


def added(counts: Counts, verdicts: Iterator[Verdict]) -> Counts:
    total = dict(counts)
    for verdict in verdicts:
        total[verdict] = total.get(verdict, 0) + 1
    return total
