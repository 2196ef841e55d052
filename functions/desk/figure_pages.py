"""Figures: who joined and left by office, members by state, sign-ups and newsletters; a table and
a plot for each. They hold no personal data, and only offices that the reader works with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from functions.approvals.rules import Application
from functions.approvals.rules import State as Waiting
from functions.approvals.store import applications as approvals
from functions.core import clock, dates
from functions.core.translations import N_, translations
from functions.core.web.responses import Response, redirect
from functions.desk.layout import page
from functions.desk.request import Request
from functions.events import opinions
from functions.events.rules import Event
from functions.events.store import attendance, events, given_opinions, past_events
from functions.events.store.past_events import PastEvent
from functions.figures import plots, rules, store
from functions.figures.rules import By, MemberState
from functions.newsletter.rules.ledger import Issue, State
from functions.newsletter.store import issues
from functions.people.member import Act
from functions.people.store import tallies
from functions.team.rules import Deed
from functions.team.store import deeds

YEARS_SHOWN = 10
MOST_WAITING = 500
ISSUES_SHOWN = 12
PLACE = "/desk/figures/"
STATE_NAMES = {
    MemberState.READER: N_("Active, with the newsletter"),
    MemberState.OTHER: N_("Active, without the newsletter"),
    MemberState.SILENT: N_("Silent for a year"),
    MemberState.UNREACHABLE: N_("Get no email"),
}
NAMES = {By.QUARTER: N_("Quarters"), By.MONTH: N_("Months")}


def show(request: Request) -> Response:
    year, by = _wanted(request)
    return page(
        request,
        "desk/figures.html",
        N_("Figures"),
        by=by,
        year=year,
        years=_years(request),
        ways={way: NAMES[way] for way in By},
        **_moves(request, year, by),
        members=_members(request),
        states=[translations(request.site["language"]).gettext(n) for n in STATE_NAMES.values()],
        sign_ups=_sign_ups(request, year),
        sent=_sent(request),
    )


def _wanted(request: Request) -> tuple[int, By]:
    """The year and the periods that the page's form names, or else this year's quarters."""
    year, by = request.query("year"), request.query("by")
    is_year = year in {str(one) for one in _years(request)}
    return int(year) if is_year else _years(request)[0], By(by) if by in list(By) else By.QUARTER


def _years(request: Request) -> range:
    """This one first."""
    this_year = int(clock.month_of(request.now)[:4])
    return range(this_year, this_year - YEARS_SHOWN, -1)


# ---- Joined and left


def _moves(request: Request, year: int, by: By) -> dict[str, Any]:
    periods = rules.periods(year, by)
    counts = tallies.of_year(year)
    names = _offices(request, {cell.office for cell, number in counts.items() if number})
    tables = {act: rules.by_office(counts, act, periods, names) for act in (Act.JOINED, Act.LEFT)}
    sums = {act: rules.totals(rows.values()) for act, rows in tables.items()}
    columns = [_column(name, request) for name in periods]
    return {
        "columns": columns,
        "moves": {
            act: _table([(names[office],) for office in rows], list(rows.values()))
            for act, rows in tables.items()
        },
        "moves_plot": plots.columns(columns, sums[Act.JOINED], sums[Act.LEFT]),
    }


def _column(period: str, request: Request) -> str:
    """`Q4`, or the first letters of the month."""
    end = period.partition("-")[2]
    if not end.isdigit():
        return end
    return translations(request.site["language"]).gettext(dates.MONTHS[int(end) - 1])[:3]


def _offices(request: Request, counted: set[str]) -> dict[str, str]:
    """Slug → name, in the settings' order, of the offices that the reader works with; then those
    that the settings have lost since they were counted."""
    names = {office["slug"]: office["name"] for office in request.site["offices"]}
    names |= {slug: slug for slug in sorted(counted - names.keys())}
    return {slug: name for slug, name in names.items() if request.actor.sees(slug)}


# ---- Members by state


def count(request: Request) -> Response:
    """Have the members counted now; the page shows the figures as soon as they are there."""
    line = deeds.line(request.actor, Deed.MEMBERS_COUNTED, "", request.now)
    store.ask(request.actor.id, request.now, line)
    return redirect(f"{PLACE}#members")


def _members(request: Request) -> dict[str, Any]:
    counted = store.member_states()
    names = _offices(request, set(counted.counts))
    rows = [[counted.of(office, state) for state in STATE_NAMES] for office in names]
    at = dates.local(counted.at, request.site["time_zone"])
    return _table([(name,) for name in names.values()], rows) | {
        "at": dates.short_moment(at, translations(request.site["language"])) if counted.at else "",
        "waiting": _number_waiting(request),
        "is_counting": counted.is_counting(request.now),
    }


def _number_waiting(request: Request) -> int:
    """How many wait for the team's decision: no members yet."""

    def is_theirs(application: Application) -> bool:
        is_waiting = application.state is Waiting.WAITING
        return is_waiting and request.actor.sees(application.signup.profile.office)

    return len(approvals.waiting(MOST_WAITING, is_theirs))


# ---- Sign-ups and newsletters


def _sign_ups(request: Request, year: int) -> dict[str, Any]:
    """Of the year's events, the latest first; sign-ups are erased, their number stays."""
    kept = (past_events.past_event(_counted(event)) for event in events.by_start())
    known = {event.slug: event for event in (*past_events.of_year(year), *kept)}
    shown = [event for event in known.values() if _is_shown(event, request, year)]
    shown.sort(key=lambda event: -event.starts_at)
    numbers = [(event.taken, max(event.capacity - event.taken, 0)) for event in shown]
    return _table([_names(event, request) for event in shown], numbers) | {
        "came": [_came(event) for event in shown if event.is_counted],
        "said": [
            (event.title, opinions.in_words(event.opinions)) for event in shown if event.opinions
        ],
    }


def _counted(event: Event) -> Event:
    """With who came as the door's phones have sent it, and what guests say, until both are counted
    for good."""
    came = attendance.who_came(event.slug) if event.turnout is None else None
    given = given_opinions.of_event(event.slug) if event.opinions is None else []
    return replace(
        event,
        turnout=attendance.numbers(came) if came else event.turnout,
        opinions=opinions.counts(given) or event.opinions,
    )


def _came(event: PastEvent) -> dict[str, Any]:
    """How many came, and which share of those with a place didn't."""
    missing = max(event.taken - event.came, 0)
    share = round(100 * missing / event.taken) if event.taken else 0
    return vars(event) | {"missing": share}


def _is_shown(event: PastEvent, request: Request, year: int) -> bool:
    is_in_year = clock.day_of(event.starts_at).startswith(f"{year}-")
    return is_in_year and request.actor.sees(event.office)


def _names(event: PastEvent, request: Request) -> tuple[str, str]:
    day = dates.local(event.starts_at, event.time_zone).date()
    return event.title, dates.date(day, translations(request.site["language"]))


def _sent(request: Request) -> dict[str, Any]:
    """Of the newest newsletters that are over: who got them, and who didn't."""
    over = [issue for issue in issues.newest_first() if issue.counts][:ISSUES_SHOWN]
    numbers = [_got(issue) for issue in over]
    zone, words = request.site["time_zone"], translations(request.site["language"])
    names = [
        (issue.subject, dates.date(dates.local(issue.send_at, zone).date(), words))
        for issue in over
    ]
    return _table(names, numbers)


def _got(issue: Issue) -> tuple[int, int]:
    sent = issue.counts.get(State.SENT, 0)
    return sent, sum(issue.counts.values()) - sent


def _table(names: Sequence[tuple[str, ...]], numbers: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Rows of a table, and of its plot: name, parts of the bar, numbers, their sum. And the sums of
    its columns."""
    bars = plots.bars(numbers)
    return {
        "rows": [
            {"name": name, "bar": bar, "numbers": own, "total": sum(own)}
            for name, bar, own in zip(names, bars, numbers, strict=True)
        ],
        "totals": rules.totals(numbers),
        "total": sum(map(sum, numbers)),
    }
