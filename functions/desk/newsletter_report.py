"""What became of a newsletter's emails, counted from the ledger: as in `alumni issues report`, in
the reader's language. It names nobody."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from functions.core import dates
from functions.core.figures import dollars
from functions.core.translations import translations
from functions.desk.request import Request
from functions.figures import plots
from functions.newsletter import words
from functions.newsletter.rules import report as reporting
from functions.newsletter.rules.ledger import Issue, State
from functions.newsletter.rules.report import Report, Timeline
from functions.newsletter.store import batches

BATCHES_READ = 200  # 10,000 recipients: a page has to answer within seconds
COLUMNS = 12  # of the plot, at most
ORDER = (*reporting.ENDS, State.PLANNED, State.CLAIMED)


def counts(issue: Issue) -> dict[str, int] | None:
    """Recipients by state, in the order of the report; None while there are too many to count."""
    if issue.batches <= BATCHES_READ:
        return _ordered(reporting.tally(batches.of_issue(issue.slug)))
    return _ordered(issue.counts) if issue.counts else None


def whole(issue: Issue, request: Request) -> dict[str, Any] | None:
    """All that the page shows below its buttons; None if nobody is planned yet. Of a large issue
    there are counts only, once it is over."""
    if not issue.batches:
        return None
    facts: dict[str, Any] = {
        "recipients": issue.planned,
        "silent": issue.silent,
        "complained": issue.complained,
        "waited": words.waited(issue),
        "names": words.states(issue),
    }
    if issue.batches > BATCHES_READ:
        return facts | {"counts": counts(issue), "detail": None}
    result = reporting.report(batches.of_issue(issue.slug), request.now, 0)
    return facts | {"counts": _ordered(result.states), "detail": _detail(result, issue, request)}


def _ordered(states: Mapping[str, int]) -> dict[str, int]:
    return {state: states[state] for state in ORDER if states.get(state)}


def _detail(result: Report, issue: Issue, request: Request) -> dict[str, Any]:
    return {
        "is_conserved": reporting.is_conserved(issue, result),
        "bounced": result.bounced,
        "uncertain": result.doubtful_count,
        "cost": dollars(result.cents, request.site["language"]),
        "variants": [_sent(name, states) for name, states in sorted(result.variants.items())],
        **_times(result.timeline.within(COLUMNS), request.site),
    }


def _sent(name: str, states: Counter[str]) -> tuple[str, int, int, int]:
    """Recipients of one version in all, sent, and not sent."""
    return name, states.total(), states[State.SENT], states.total() - states[State.SENT]


def _times(line: Timeline, site: dict[str, Any]) -> dict[str, Any]:
    """What was sent when, in the site's zone; with dates if it took several days."""
    rows = [(dates.local(at, site["time_zone"]), count) for at, count in line.filled()]
    is_one_day = len({at.date() for at, _ in rows}) == 1
    written = dates.time if is_one_day else dates.short_moment
    names = [written(at, translations(site["language"])) for at, _ in rows]
    sent = [count for _, count in rows]
    return {
        "times": list(zip(names, sent, strict=True)),
        "plot": plots.columns(
            [f"{at:%H:%M}" if is_one_day else f"{at.day}" for at, _ in rows], sent
        ),
    }
