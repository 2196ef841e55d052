"""The items of each list and their order. Pure: `now` is an argument."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from functions.core import dates
from microsite import words
from microsite.content.items import Event, Item, Job, News, Newsletter

PAGE_SIZE = 60
_NEXT_EVENTS = _NEWEST_NEWS = _OPEN_JOBS = 3

T = TypeVar("T", bound=Item)
HeadedItems = tuple[str, list[Item]]  # a heading and the items under it


@dataclass(frozen=True)
class Filter:
    """A link to the list of one office, topic or year, with the number of items on it."""

    name: str
    url: str
    count: int
    active: bool = False

    def __iter__(self) -> Any:
        return iter((self.name, self.url, self.count, self.active))


@dataclass(frozen=True)
class Listing:
    """One list page. `newer` and `older` are the URLs of its neighbours when it is paged."""

    kind: str
    view: str
    url: str
    title: str
    empty_text: str
    groups: list[HeadedItems]
    filters: dict[str, list[Filter]] = field(default_factory=dict)
    newer: str = ""
    older: str = ""

    @property
    def items(self) -> list[Item]:
        return [item for _, items in self.groups for item in items]


@dataclass(frozen=True)
class Home:
    events: list[Item]
    news: list[Item]
    jobs: list[Item]


def home(items: Iterable[Item], now: datetime) -> Home:
    shown = shelves(items, now)
    taking_place = [e for e in shown["events"] if not (isinstance(e, Event) and e.cancelled)]
    return Home(
        taking_place[:_NEXT_EVENTS], shown["news"][:_NEWEST_NEWS], shown["jobs"][:_OPEN_JOBS]
    )


def shelves(items: Iterable[Item], now: datetime) -> dict[str, list[Item]]:
    """Items to show now, by kind; `past` are the events that are over, the latest first. Issues
    that aren't public yet are not among `items`."""
    every: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        every[item.kind].append(item)
    events: list[Event] = every["events"]
    jobs: list[Job] = every["jobs"]
    news: list[News] = every["news"]
    issues: list[Newsletter] = every["newsletters"]
    coming = [event for event in events if not event.is_past(now)]
    past = [event for event in events if event.is_past(now)]
    vacant = [job for job in jobs if job.is_open(now)]
    return {
        "events": [*_sorted(coming, lambda event: event.start)],
        "past": [*_latest_first(past, lambda event: event.start)],
        "jobs": [*_sorted(vacant, lambda job: job.closes)],
        "news": [*_latest_first(news, lambda item: item.date)],
        "newsletters": [*_latest_first(issues, lambda issue: issue.send_at)],
    }


def _sorted(items: Iterable[T], when: Callable[[T], date]) -> list[T]:
    """By day or moment, then by slug."""
    return sorted(sorted(items, key=lambda item: item.slug), key=when)


def _latest_first(items: Iterable[T], when: Callable[[T], date]) -> list[T]:
    return sorted(sorted(items, key=lambda item: item.slug), key=when, reverse=True)


def day_of(item: Item) -> date:
    """The day under which an item is listed."""
    if isinstance(item, Event):
        return item.start.date()
    if isinstance(item, Newsletter):
        return item.send_at.date()
    assert isinstance(item, (News, Job))
    return item.date


def by_year(items: Iterable[Item]) -> list[HeadedItems]:
    return _grouped(items, lambda item: str(day_of(item).year))


def by_month(items: Iterable[Item], lang: str) -> list[HeadedItems]:
    return _grouped(items, lambda item: dates.month(day_of(item), words.translations(lang)))


def _grouped(items: Iterable[Item], heading: Callable[[Item], str]) -> list[HeadedItems]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(heading(item), []).append(item)
    return list(groups.items())


def paged(listing: Listing, size: int = PAGE_SIZE) -> list[Listing]:
    """The same list cut into pages of at most `size` items; headings are repeated."""
    flat = [(heading, item) for heading, items in listing.groups for item in items]
    cuts = [flat[i : i + size] for i in range(0, len(flat), size)] or [[]]
    urls = [listing.url, *(f"{listing.url}page-{n}/" for n in range(2, len(cuts) + 1))]
    return [
        replace(
            listing,
            url=urls[n],
            groups=_regroup(cut),
            newer=urls[n - 1] if n else "",
            older=urls[n + 1] if n + 1 < len(cuts) else "",
        )
        for n, cut in enumerate(cuts)
    ]


def _regroup(pairs: Sequence[tuple[str, Item]]) -> list[HeadedItems]:
    groups: dict[str, list[Item]] = {}
    for heading, item in pairs:
        groups.setdefault(heading, []).append(item)
    return list(groups.items())
