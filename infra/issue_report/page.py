"""The report of an issue as one HTML page, counted from the ledger. It holds no address."""

from collections import Counter
from dataclasses import dataclass
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.core import dates
from functions.core.figures import dollars, figure
from functions.newsletter.rules.ledger import State
from functions.newsletter.rules.pauses import waits_for_quota
from functions.newsletter.rules.report import ENDS, is_conserved
from functions.newsletter.words import waited, why_paused
from infra.html_pages.environment import environment, frame
from infra.issue_report import chart

if TYPE_CHECKING:
    from functions.newsletter.rules.ledger import Issue
    from functions.newsletter.rules.report import Report

OPEN = (State.PLANNED, State.CLAIMED)  # states that are not final come last

pages = environment(Path(__file__).parent)
pages.filters["figure"] = lambda number: figure(number, "en")


@dataclass(frozen=True)
class Part:
    """The number of recipients in a state, and their share of all."""

    state: str
    count: int
    share: str  # such as `97.9%`


def page(issue: "Issue", report: "Report", site: dict[str, Any], now: int) -> str:
    """The whole page. `site` is the catalogue's; its zone is that of all times here."""
    zone = site["time_zone"]
    shown = [*ENDS, *(state for state in OPEN if report.states[state])]
    return pages.get_template("report.html").render(
        **frame(site),
        issue=issue,
        why_paused=why_paused(issue.pause, "en") if issue.pause else "",
        resumes_by_itself=waits_for_quota(issue),
        waited=waited(issue),
        report=report,
        site=site,
        zone=zone,
        counted_at=_moment(now, zone),
        send_at=_moment(issue.send_at, zone),
        began_at=_first(report, zone),
        parts=[_part(state, report.states[state], report.total) for state in shown],
        groups=_groups(report, shown),
        is_conserved=is_conserved(issue, report),
        bounced=_part(State.FAILED, report.bounced, report.timeline.total()),
        complained=_part(State.SENT, issue.complained, report.timeline.total(), digits=2),
        cost=dollars(report.cents, "en"),
        chart=chart.chart(report.timeline, zone),
        plot=chart,
        doubtful=[(recipient, _moment(recipient.since, zone)) for recipient in report.doubtful],
    )


def _first(report: "Report", zone: str) -> str:
    return next((_moment(at, zone) for at, _ in report.timeline), "")


def _moment(at: int, zone: str) -> str:
    return dates.moment(dates.local(at, zone), NullTranslations())


def _part(state: str, count: int, total: int, digits: int = 1) -> Part:
    percent = count * 100 / total if total else 0
    return Part(str(state), count, f"{percent:.{digits}f}%")


def _groups(report: "Report", shown: list[State]) -> list[tuple[str, str, list[int]]]:
    """Kind, name, and recipients in all and by state; no languages if each has one variant."""
    variants = [("variant", *row) for row in sorted(report.variants.items())]
    languages = [("language", *row) for row in sorted(report.languages.items())]
    has_several = report.languages.keys() != report.variants.keys()
    every = variants + (languages if has_several else [])
    return [(kind, name, _counts(counts, shown)) for kind, name, counts in every]


def _counts(counts: Counter[str], shown: list[State]) -> list[int]:
    return [counts.total(), *(counts[state] for state in shown)]
