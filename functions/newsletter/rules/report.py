"""The report on an issue's recipients: counts, the timeline, the uncertain and their release.

One pass over the batches, in memory that does not grow with them. The program never releases a
recipient by itself: a person decides (`alumni issues settle`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from functions.core.clock import DAY, HOUR, MINUTE
from functions.newsletter.rules.ledger import (
    FINAL,
    Batch,
    Issue,
    IssueState,
    Outcome,
    State,
    Variant,
)
from functions.newsletter.rules.ses_results import SETTLED

# The conservation line, in this order.
ENDS = (
    State.SENT, State.SUPPRESSED, State.WITHDRAWN, State.FAILED, State.EXPIRED, State.CANCELLED,
    State.UNCERTAIN,
)  # fmt: skip
QUIET_SECONDS = DAY  # SES's events have arrived by then
BOUNCED = Outcome(State.FAILED, "bounce")  # SES accepted the email, and it bounced
MAILS_PER_CENT = 100  # SES's price list: $0.10 per 1,000
REOPENABLE = (IssueState.PLANNING, IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)


def tally(batches: Iterable[Batch]) -> Counter[str]:
    """Recipients by state: the conservation line. Together they are the audience."""
    counts: Counter[str] = Counter()
    for batch in batches:
        own = Counter(str(outcome.state) for outcome in batch.outcomes.values())
        counts.update(own)
        counts[batch.state] += len(batch.recipients) - own.total()
    return +counts


# ---- When they were sent to

# Each is a multiple of the one before it, so that buckets merge without being split.
WIDTHS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 364 * DAY)
MOST_BUCKETS = 200
WIDER = dict(pairwise(WIDTHS))


class Timeline:
    """Recipients by time: `width` seconds a bucket, named by the second in which it begins."""

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self.width = WIDTHS[0]
        self._most = most
        self._counts: Counter[int] = Counter()

    def add(self, at: int, count: int) -> None:
        if count:
            self._counts[at - at % self.width] += count
        while len(self._counts) > self._most:
            self._widen()

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """(second in which the bucket begins, recipients), by time."""
        return iter(sorted(self._counts.items()))

    def filled(self) -> list[tuple[int, int]]:
        """The same, with empty buckets in between; use it only after `within` has made them few."""
        if not self._counts:
            return []
        times = range(min(self._counts), max(self._counts) + 1, self.width)
        return [(at, self._counts[at]) for at in times]

    def total(self) -> int:
        return self._counts.total()

    def span(self) -> int:
        """Seconds from the first bucket's beginning to the last one's end."""
        return max(self._counts) + self.width - min(self._counts) if self._counts else 0

    def within(self, rows: int) -> "Timeline":
        """The same in buckets so wide that `rows` of them cover the whole time."""
        wider = Timeline(self._most)
        wider.width, wider._counts = self.width, self._counts.copy()
        while wider.span() > rows * wider.width and wider.width in WIDER:
            wider._widen()
        return wider

    def _widen(self) -> None:
        self.width = WIDER.get(self.width, 2 * self.width)
        merged: Counter[int] = Counter()
        for at, count in self._counts.items():
            merged[at - at % self.width] += count
        self._counts = merged


# ---- The report


@dataclass(frozen=True)
class Doubtful:
    """A recipient whose delivery has been unknown for a day."""

    member: str
    batch: int
    position: int
    since: int


@dataclass
class Report:
    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)  # state and reason
    variants: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    languages: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    doubtful: list[Doubtful] = field(default_factory=list)
    doubtful_count: int = 0
    timeline: Timeline = field(default_factory=Timeline)

    @property
    def total(self) -> int:
        """All recipients: each has exactly one state, so together they are the audience."""
        return self.states.total()

    @property
    def bounced(self) -> int:
        return self.outcomes[str(BOUNCED)]

    @property
    def cents(self) -> int:
        """What SES charges for the emails it accepted, bounces included, in whole US cents."""
        return -(-(self.states[State.SENT] + self.bounced) // MAILS_PER_CENT)


def report(batches: Iterable[Batch], now: int, most_doubtful: int | None = None) -> Report:
    """Reads all batches in one pass; lists doubtful recipients only, at most `most_doubtful`."""
    result = Report()
    for batch in batches:
        own = _outcomes(batch)
        states: Counter[str] = Counter()
        for text, count in own.items():
            states[Outcome.read(text).state] += count
        result.outcomes.update(own)
        result.states.update(states)
        result.variants[batch.variant.name].update(states)
        result.languages[_language(batch.variant)].update(states)
        result.timeline.add(_since(batch), states[State.SENT] + own[str(BOUNCED)])
        _note_doubtful(result, batch, now, most_doubtful)
    return result


def _outcomes(batch: Batch) -> Counter[str]:
    """Recipients by state and reason; most have their batch's state."""
    own = Counter(map(str, batch.outcomes.values()))
    own[str(batch.state)] += len(batch.recipients) - own.total()
    return +own


def _language(variant: Variant) -> str:
    return variant.language or variant.name.partition("-")[0]


def _note_doubtful(result: Report, batch: Batch, now: int, most: int | None) -> None:
    places = doubtful(batch, now)
    result.doubtful_count += len(places)
    listed = places if most is None else places[: max(0, most - len(result.doubtful))]
    result.doubtful += [
        Doubtful(batch.recipients[at], batch.number, at, _since(batch)) for at in listed
    ]


def is_conserved(issue: Issue, report: Report) -> bool:
    """True if every recipient is accounted for. Always true while the planner runs, because it may
    add batches after the issue was read and before its batches are."""
    return issue.state is IssueState.PLANNING or report.total == issue.planned


def doubtful(batch: Batch, now: int) -> list[int]:
    """Positions that are uncertain, although an event should have settled them within a day.

    A batch that a worker has claimed is left alone.
    """
    if batch.state is State.CLAIMED or now <= _since(batch) + QUIET_SECONDS:
        return []
    places = range(len(batch.recipients))
    return [at for at in places if batch.outcome(at).state is State.UNCERTAIN]


def _since(batch: Batch) -> int:
    """When the batch was last claimed; if it is planned again, when it was queued."""
    return batch.claimed_at or batch.queued_at


def may_be_sent_again(issue: Issue, now: int) -> bool:
    return issue.state in REOPENABLE and not issue.is_late(now)


def released(batch: Batch, positions: Collection[int], state: State) -> Batch:
    """The batch with these uncertain recipients `sent`, `failed`, or `planned` to be sent again.

    The whole batch is planned then, so everybody else gets an outcome of their own. Positions stay
    as they are: a late event of the first attempt still finds its recipient.
    """
    if state is not State.PLANNED:
        settled = dict.fromkeys(positions, Outcome(state, SETTLED))
        return replace(batch, outcomes=batch.outcomes | settled)
    places = [at for at in range(len(batch.recipients)) if at not in positions]
    final = {at: batch.outcome(at) for at in places if batch.outcome(at).state in FINAL}
    return replace(batch, state=state, outcomes=final, attempt="", claimed_at=0, sends_at=0)
