"""The ledger's values: states, issue, variant, batch. The other rules decide about them.

A recipient's state is their own outcome if they have one, otherwise their batch's state: so fifty
recipients with the same result cost one write, and an early event has a place to be stored.

See docs/newsletter.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from functions.people.member import EVERY


class State(StrEnum):
    """The state of a recipient. A batch's state is that of all who have no outcome of their own."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"


FINAL = frozenset(State) - {State.PLANNED, State.CLAIMED}

# Of a batch: from → to. An uncertain batch becomes sent by a late record of the same attempt; its
# single recipients are settled by SES's events.
BATCH_MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.CLAIMED, State.SENT, State.EXPIRED, State.CANCELLED}),
    State.CLAIMED: frozenset({State.SENT, State.PLANNED, State.UNCERTAIN}),
    State.UNCERTAIN: frozenset({State.SENT}),
    State.SENT: frozenset(),
    State.EXPIRED: frozenset(),
    State.CANCELLED: frozenset(),
}


def moves_to(state: State) -> tuple[State, ...]:
    """The states from which a batch may become `state`."""
    return tuple(old for old, new in BATCH_MOVES.items() if state in new)


class IssueState(StrEnum):
    SCHEDULED = "scheduled"
    ARCHIVED = "archived"  # first published long after its time: on the site, and never sent
    MISSED = "missed"  # changed or begun too late: nobody was planned
    SKIPPED = "skipped"  # see SkipReason
    PLANNING = "planning"
    SENDING = "sending"
    PAUSED = "paused"  # see Cause
    CANCELLED = "cancelled"  # for good; the tick ends the batches that are still planned
    SENT = "sent"


# In these states an issue follows what HR publishes; once planning begins, its content is fixed.
CHANGEABLE = (
    *(IssueState.SCHEDULED, IssueState.ARCHIVED),
    *(IssueState.MISSED, IssueState.SKIPPED),
)
RUNNING = (IssueState.PLANNING, IssueState.SENDING)
CANCELLABLE = (IssueState.SCHEDULED, *RUNNING, IssueState.PAUSED)
OVER = (IssueState.SENT, IssueState.CANCELLED)
ENDING = (IssueState.SENDING, IssueState.CANCELLED)  # over once no batch is open


class Outcome(NamedTuple):
    state: State
    reason: str = ""

    @classmethod
    def read(cls, text: str) -> "Outcome":
        state, _, reason = text.partition(" ")
        return cls(State(state), reason)

    def __str__(self) -> str:
        return f"{self.state} {self.reason}".rstrip()


class Cause(StrEnum):
    """Why an issue is paused. `issue_words.txt` gives the remedy for each, except PERSON."""

    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    QUOTA = "quota"
    ACCOUNT = "account"  # SES has stopped the whole account
    SENDER = "sender"
    CONTENT = "content"
    SETUP = "setup"  # something of ours is missing, or not allowed
    CHECK = "check"  # our own check before sending
    OTHER = "other"
    PERSON = "person"


class Fault(StrEnum):
    """A fault of a variant in the check before sending."""

    CHANGED = "changed"  # the bytes are not those that were published
    MISSING = "missing"
    INCOMPLETE = "incomplete"  # no subject, HTML or text
    TOO_BIG = "too-big"
    SUBJECT = "subject"  # no header can hold it
    PLACEHOLDER = "placeholder"  # one without a value
    NO_UNSUBSCRIBE = "no-unsubscribe"
    NO_ANSWER = "no-answer"  # an invitation without the link to answer


@dataclass(frozen=True)
class Pause:
    """Why an issue is paused, as values; `newsletter.words` makes the sentence.

    BOUNCES and COMPLAINTS are `count` of `of` accepted emails. QUOTA is `count` waiting and `of`
    allowed today, or SES's `code`. CHECK has a Fault as `code` and the `variant`. PERSON has that
    person's own `words`. All others have SES's or botocore's `code`.
    """

    cause: Cause
    code: str = ""
    count: int = 0
    of: int = 0
    variant: str = ""
    words: str = ""


class IssueKind(StrEnum):
    """Named like the kind of email (`core.mail_kinds`), which knows the consent that it needs."""

    NEWSLETTER = "issue"
    INVITATION = "event_invitation"  # to the event whose slug is the issue's


class SkipReason(StrEnum):
    """Why a scheduled issue was not sent, or an invitation was not sent to all."""

    EMPTY = "empty"  # Issue.nothing lists what it lacks
    NO_VARIANT = "no-variant"
    NOBODY_TO_CORRECT = "nobody-to-correct"  # nobody received the issue that it corrects
    EVENT_WITHDRAWN = "event-withdrawn"
    EVENT_CANCELLED = "event-cancelled"
    SIGN_UP_CLOSED = "sign-up-closed"


class Lack(StrEnum):
    """What an empty issue lacks; the catalogue lists these codes as the issue's `nothing`."""

    TEXT = "text"
    NEWS = "news"
    EVENTS = "events"
    JOBS = "jobs"


CONDITIONS = ("kind", "office")  # the attributes by which a variant may choose its readers
# Attribute → the wanted values, of which one is enough; {} is everybody else.
Condition = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Variant:
    name: str
    key: str  # in the private bucket
    hash: str  # SHA-256 of the bytes there
    language: str = ""
    readers: tuple[Condition, ...] = field(default=({},), compare=False)

    @property
    def is_silent(self) -> bool:
        """It would be empty: its readers get no email."""
        return not self.key


@dataclass(frozen=True)
class Issue:
    slug: str
    state: IssueState
    subject: str
    send_at: int
    deadline: int | None
    variants: tuple[Variant, ...]
    audience: dict[str, list[str]] = field(
        default_factory=dict
    )  # as in rules.recipients; {} is everyone
    kind: IssueKind = IssueKind.NEWSLETTER
    frequency: str = EVERY  # for members who chose this frequency
    corrects: str = ""  # slug of an earlier issue: this one goes to its recipients
    url: str = ""  # of its page; empty if it is kept off the site
    pages: tuple[str, ...] = ()  # keys in the public bucket, of pictures too
    is_online: bool = False  # they are public
    event_number: int = 0  # of an invitation: the number of the event's facts that it names
    nothing: tuple[Lack, ...] = ()  # what it lacks, if it is empty in every variant
    revision: str = ""  # changes whenever HR publishes the issue with a change
    unused_before: int = 0  # consents from before are withheld until renewed; see rules.issues
    cursor: str = ""  # the last member, or batch of the corrected issue, that was planned
    batches: int = 0  # how many there are; also the number of the next one
    planned: int = 0  # recipients in them
    silent: int = 0  # readers whose variant is empty
    counts: dict[str, int] = field(default_factory=dict)
    skipped: SkipReason | None = None
    pause: Pause | None = None  # while it is paused, and if it was cancelled then
    paused_at: int = 0
    resumed_at: int = 0
    waited: int = 0  # seconds in which it was paused for SES's quota, and then resumed by itself
    # Since it began, or was last resumed: emails that SES accepted, and those that came back.
    accepted: int = 0
    bounces: int = 0
    complaints: int = 0
    complained: int = 0  # in all

    @property
    def is_invitation(self) -> bool:
        return self.kind is IssueKind.INVITATION

    @property
    def is_finished(self) -> bool:
        """Every recipient has a final state. A cancelled issue may still have planned batches."""
        return self.state in OVER and (bool(self.counts) or not self.planned)

    @property
    def may_send_more(self) -> bool:
        """True if somebody may still get it; of a cancelled issue, a batch may be going out."""
        is_ending = self.state is IssueState.CANCELLED and not self.is_finished
        return self.state in CANCELLABLE or is_ending

    def is_late(self, now: int) -> bool:
        return self.deadline is not None and now > self.deadline

    def accepts_sending(self, now: int) -> bool:
        return self.state in RUNNING and not self.is_late(now)


@dataclass(frozen=True)
class Batch:
    issue: str
    number: int
    variant: Variant
    recipients: tuple[str, ...]  # member ids; a position in it names a recipient for good
    state: State = State.PLANNED
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    attempt: str = ""
    queued_at: int = 0
    sends_at: int = 0  # its turn, until which its message is delayed; 0 while it has no message
    claimed_at: int = 0
    # If it was halved: the first position that moved → the number of the batch that begins with it.
    moved: dict[int, int] = field(default_factory=dict)
    half_of: int | None = None  # the batch that this one was split from: it isn't in id order

    def outcome(self, position: int) -> Outcome:
        return self.outcomes.get(position, Outcome(self.state))

    def moved_to(self, position: int) -> tuple[int, int] | None:
        """The batch and position of a recipient who was here before it was halved."""
        start = max((first for first in self.moved if first <= position), default=None)
        return None if start is None else (self.moved[start], position - start)

    @property
    def positions(self) -> range:
        return range(len(self.recipients))

    def open_positions(self) -> list[int]:
        """Positions without an outcome."""
        return [at for at in self.positions if at not in self.outcomes]
