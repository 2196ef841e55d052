"""What an issue takes over from news, events and openings: the phrases that HR may write, and what
they give at the issue's own time. Pure; drafts are never among the items that it is given."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from microsite.content.company import Settings
from microsite.content.fields import FieldError, Read, line
from microsite.content.items import Event, Include, Item, Job, News, Newsletter

MOST = 20  # events in one issue
FIRST_LOOKS_BACK = timedelta(days=92)  # an issue that has none before it: a quarter
KEYS = {"include": "news", "events": "events", "jobs": "jobs"}
ALLOWED = {
    "include": ("news since last issue",),
    "events": ("next 5", "next 5 of the reader's offices"),
    "jobs": ("open", "open of the reader's offices"),
}
_OF_READERS = r"(?P<mine> of the reader's offices?)?"
_PHRASES = {
    "include": re.compile(r"news since (the )?last issue"),
    "events": re.compile(r"next (?P<count>\d{1,3})" + _OF_READERS),
    "jobs": re.compile("open" + _OF_READERS),
}


def reader(key: str) -> Read:
    """Reads `include`, `events` or `jobs`, in front matter as in the body."""

    def phrase(value: object, settings: Settings) -> Include:
        said = line(value, settings)
        plain = said.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower()
        found = _PHRASES[key].fullmatch(plain)
        if not found:
            allowed = " or ".join(f"'{one}'" for one in ALLOWED[key])
            raise FieldError(f"'{said}' is not understood: write {allowed}")
        groups = found.groupdict()
        count = int(groups.get("count") or 0)
        if groups.get("count") and not 1 <= count <= MOST:
            raise FieldError(f"'{said}' is no sensible number: write from 1 to {MOST}")
        return Include(KEYS[key], count, of_readers=bool(groups.get("mine")))

    return phrase


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
    return max(before, default=issue.send_at - FIRST_LOOKS_BACK).date()


def gather(include: Include, issue: Newsletter, items: Sequence[Item], office: str) -> list[Item]:
    """What `include` gives a reader of `office`, as of the issue's send_at; `office` may be "",
    which for a part of the reader's offices is nobody's."""
    found = _GATHER[include.kind](issue, items)
    if include.of_readers:
        found = [item for item in found if office in item.office]
    return found[: include.count or None]


def overall(include: Include, issue: Newsletter, items: Sequence[Item]) -> list[Item]:
    """The same for everyone, whatever their office: for the issue's page."""
    return _GATHER[include.kind](issue, items)[: include.count or None]


def _news(issue: Newsletter, items: Sequence[Item]) -> list[Item]:
    first = since(issue, items)
    last = issue.send_at.date()
    told = [i for i in items if isinstance(i, News) and first < i.date <= last]
    return [*sorted(sorted(told, key=_slug), key=lambda one: one.date, reverse=True)]


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
