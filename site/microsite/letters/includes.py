"""The news, events and openings that an issue includes at its send time. Pure; its caller passes no
drafts."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from microsite.content.items import Event, Include, Item, Job, News, Newsletter

FIRST_ISSUE_COVERS = timedelta(days=92)  # a quarter, for the first issue


def since(issue: Newsletter, items: Iterable[Item]) -> date:
    """The day of the issue before this one, of the same frequency; corrections don't count."""
    before = (
        other.send_at
        for other in items
        if isinstance(other, Newsletter)
        and other.frequency == issue.frequency
        and not other.corrects
        and other.slug not in {issue.slug, issue.corrects}
        and other.send_at < issue.send_at
    )
    return max(before, default=issue.send_at - FIRST_ISSUE_COVERS).date()


def gather(include: Include, issue: Newsletter, items: Sequence[Item], office: str) -> list[Item]:
    """The items that `include` lists for a reader of `office`, as of the issue's send_at. With
    `office` "", an include of the reader's offices is empty."""
    included = _GATHER[include.kind](issue, items)
    if include.of_readers:
        included = [item for item in included if office in item.office]
    return included[: include.count or None]


def overall(include: Include, issue: Newsletter, items: Sequence[Item]) -> list[Item]:
    """The items for the issue's page, which is the same for every office."""
    return _GATHER[include.kind](issue, items)[: include.count or None]


def _news(issue: Newsletter, items: Sequence[Item]) -> list[Item]:
    first = since(issue, items)
    last = issue.send_at.date()
    news = [i for i in items if isinstance(i, News) and first < i.date <= last]
    return [*sorted(sorted(news, key=_slug), key=lambda item: item.date, reverse=True)]


def _events(issue: Newsletter, items: Sequence[Item]) -> list[Item]:
    at = issue.send_at
    coming = [i for i in items if isinstance(i, Event) and i.start > at and i.is_open(at)]
    return [*sorted(coming, key=lambda event: (event.start, event.slug))]


def _jobs(issue: Newsletter, items: Sequence[Item]) -> list[Item]:
    at = issue.send_at
    vacant = [i for i in items if isinstance(i, Job) and i.date <= at.date() and i.is_open(at)]
    return [*sorted(vacant, key=lambda job: (job.closes, job.slug))]


def _slug(item: Item) -> str:
    return item.slug


_GATHER = {"news": _news, "events": _events, "jobs": _jobs}
