"""All list pages of a site: for each kind the main one, by year, by office and by topic."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.core.translations import N_
from microsite import words
from microsite.content.company import Settings
from microsite.content.items import KINDS, Item
from microsite.lists.grouping import (
    Filter,
    HeadedItems,
    Listing,
    by_month,
    by_year,
    day_of,
    paged,
    shelves,
)


@dataclass(frozen=True)
class Words:
    """Titles of a kind's lists, translated when used."""

    title: str
    place: str
    topic: str
    empty: str


WORDS = {
    "news": Words(N_("News"), N_("News from {name}"), N_("News: {name}"), N_("No news here yet.")),
    "events": Words(
        N_("Events"),
        N_("Events in {name}"),
        N_("Events: {name}"),
        N_("No events are planned here at the moment. Please check back soon."),
    ),
    "jobs": Words(
        N_("Openings"),
        N_("Openings in {name}"),
        N_("Openings: {name}"),
        N_("There are no openings at the moment. Your contact is glad to hear from you anyway."),
    ),
    "newsletters": Words(
        N_("Newsletter"),
        N_("Newsletter: {name}"),
        N_("Newsletter: {name}"),
        N_("The first issue hasn't been sent yet."),
    ),
}


class Lists:
    """The lists at one moment. Items are sorted once, so a list costs only its own length."""

    def __init__(self, items: Sequence[Item], settings: Settings, now: datetime) -> None:
        self.items = items
        self.settings = settings
        self.shelves = shelves(items, now)
        self._ = words.translations(settings.language).gettext

    def every(self) -> list[Listing]:
        """Every page of every list, in order; each kind's main list first."""
        lists = [listing for kind in KINDS for listing in self._lists_of(kind)]
        return [page for listing in lists for page in paged(listing)]

    def _lists_of(self, kind: str) -> list[Listing]:
        lists = [self._main(kind)]
        if kind == "news":
            lists += self._years()
        if kind == "events":
            lists.append(self._past())
        for key, view in (("offices", "office"), ("topics", "topic")):
            lists += self._filtered(kind, key, view)
        return [replace(listing, filters=self._filters(kind, listing.url)) for listing in lists]

    def _listing(
        self, kind: str, view: str, url: str, title: str, groups: list[HeadedItems]
    ) -> Listing:
        return Listing(kind, view, url, title, self._(WORDS[kind].empty), groups)

    def _main(self, kind: str) -> Listing:
        view = "upcoming" if kind == "events" else "all"
        groups = self._groups(kind, self.shelves[kind])
        return self._listing(kind, view, f"/{kind}/", self._(WORDS[kind].title), groups)

    def _groups(self, kind: str, items: list[Item]) -> list[HeadedItems]:
        if kind == "events":
            return by_month(items, self.settings.language)
        if kind == "jobs":
            return [(self._("Open now"), items)] if items else []
        return by_year(items)

    def _years(self) -> list[Listing]:
        lang = self.settings.language
        return [
            self._listing(
                "news",
                "year",
                f"/news/{year}/",
                self._("News from {year}").format(year=year),
                by_month(items, lang),
            )
            for year, items in by_year(self.shelves["news"])
        ]

    def _past(self) -> Listing:
        groups = by_year(self.shelves["past"])
        listing = self._listing("events", "past", "/events/past/", self._("Past events"), groups)
        return replace(listing, empty_text=self._("No events have taken place yet."))

    def _filtered(self, kind: str, key: str, view: str) -> list[Listing]:
        pattern = WORDS[kind].place if view == "office" else WORDS[kind].topic
        return [
            self._listing(
                kind,
                view,
                f"/{kind}/{view}/{slug}/",
                self._(pattern).format(name=name),
                self._with_past(kind, _tagged(slug, key)),
            )
            for slug, name in self._choices(kind, key)
        ]

    def _with_past(self, kind: str, wanted: Callable[[Item], bool]) -> list[HeadedItems]:
        """An office's or topic's list; for events the coming ones, then the past ones."""
        groups = self._groups(kind, list(filter(wanted, self.shelves[kind])))
        past = list(filter(wanted, self.shelves["past"])) if kind == "events" else []
        return groups + ([(self._("Past events"), past)] if past else [])

    def _choices(self, kind: str, key: str) -> list[tuple[str, str]]:
        """Every office and topic has its list, so that its address is stable. An issue is for an
        audience rather than an office, so newsletters have only those that were used."""
        lang = self.settings.language
        known = [(c.slug, c.name.in_language(lang)) for c in getattr(self.settings, key)]
        if kind != "newsletters":
            return known
        used = {tag for item in self.shelves[kind] for tag in _tags(item, key)}
        return [(slug, name) for slug, name in known if slug in used]

    def _filters(self, kind: str, url: str) -> dict[str, list[Filter]]:
        filters = {
            key: [replace(c, active=c.url == url) for c in self._counted(kind, key, view)]
            for key, view in (("offices", "office"), ("topics", "topic"))
        }
        if kind == "news":
            filters["years"] = self._year_choices(url)
        return filters

    def _counted(self, kind: str, key: str, view: str) -> list[Filter]:
        counts = _count(self.shelves[kind], key)
        return [
            Filter(name, f"/{kind}/{view}/{slug}/", counts.get(slug, 0))
            for slug, name in self._choices(kind, key)
        ]

    def _year_choices(self, url: str) -> list[Filter]:
        counts: dict[int, int] = {}
        for item in self.shelves["news"]:
            counts[day_of(item).year] = counts.get(day_of(item).year, 0) + 1
        return [
            Filter(str(year), f"/news/{year}/", count, url == f"/news/{year}/")
            for year, count in counts.items()
        ]


def _tagged(slug: str, key: str) -> Callable[[Item], bool]:
    return lambda item: slug in _tags(item, key)


def _tags(item: Item, key: str) -> tuple[str, ...]:
    return item.office if key == "offices" else item.topics


def _count(items: Iterable[Item], key: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in items:
        for tag in _tags(item, key):
            counts[tag] = counts.get(tag, 0) + 1
    return counts
