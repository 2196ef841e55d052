"""Derives lists, addresses and emails from an edition. Each part is computed once, when first used,
so that the checks, the pages and the preview share one rendering of each email."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from microsite.content import history
from microsite.content.edition import Edition
from microsite.content.items import Item, Newsletter, Page
from microsite.content.link_targets import Targets
from microsite.content.loading import CONTENT
from microsite.content.mkdocs_yml import place
from microsite.lists import grouping
from microsite.lists.every_list import Lists
from microsite.lists.grouping import Home, Listing
from microsite.output import calendars, catalogue, feeds
from microsite.output.stylesheet import Stylesheet, stylesheet
from microsite.output.views import View

if TYPE_CHECKING:
    from microsite.letters.variants import Variant

_NEVER = datetime.min.replace(tzinfo=UTC)
_TEMPLATES = {
    "news": "news_item.html",
    "events": "event_item.html",
    "jobs": "job_item.html",
    "newsletters": "newsletter_item.html",
}


@dataclass(frozen=True)
class Site:
    edition: Edition
    _views: dict[str, View] = field(default_factory=dict, init=False, repr=False)
    _variants: "dict[str, tuple[Variant, ...]]" = field(
        default_factory=dict, init=False, repr=False
    )

    @cached_property
    def lists(self) -> list[Listing]:
        edition = self.edition
        return [
            replace(
                listing,
                groups=[(heading, [*map(self.view, items)]) for heading, items in listing.groups],
            )
            for listing in Lists(edition.listed, edition.settings, edition.now).every()
        ]

    @cached_property
    def shelves(self) -> dict[str, list[Item]]:
        return grouping.shelves(self.edition.listed, self.edition.now)

    @cached_property
    def home(self) -> Home:
        shown = grouping.home(self.edition.items, self.edition.now)
        return Home(*([*map(self.view, shelf)] for shelf in (shown.events, shown.news, shown.jobs)))

    @cached_property
    def targets(self) -> Targets:
        events = (item for item in self.edition.items if item.kind == "events")
        offices = calendars.feed_paths(self.edition.settings).values()
        files = (*feeds.PATHS, calendars.ALL, *offices, *map(calendars.path, events))
        lists = (listing.url for listing in self.lists)
        return Targets(self.edition, {*lists, *(f"/{name}" for name in files)})

    @cached_property
    def changed(self) -> dict[str, datetime]:
        """When events were last changed by a commit, by their path below site/content. Raises
        ContentError if git can't say."""
        if not any(item.kind == "events" for item in self.edition.items):
            return {}
        changed = history.last_changes(self.edition.root, f"{CONTENT}/events")
        return {path.removeprefix(f"{CONTENT}/"): at for path, at in changed.items()}

    @cached_property
    def _revised(self) -> dict[str, datetime]:
        """As `changed`, but with the settings: an office's address, say, is in its events' entries
        of calendars, too."""
        every = history.last_changes(self.edition.root, place.FILE) if self.changed else {}
        settings = every.get(place.FILE, _NEVER)
        return {path: max(at, settings) for path, at in self.changed.items()}

    @cached_property
    def stylesheet(self) -> Stylesheet:
        return stylesheet(self.edition.root, self.edition.settings)

    @cached_property
    def catalogue(self) -> dict[str, Any]:
        """The catalogue without the issues' variants, which only a build renders."""
        return catalogue.facts(self.edition, self._revised)

    def view(self, item: Item) -> Any:
        """One view per item, however many pages show it."""
        if item.path not in self._views:
            self._views[item.path] = View(item, self.edition.settings, self.edition.now)
        return self._views[item.path]

    def variants(self, issue: Newsletter) -> "tuple[Variant, ...]":
        """The issue's mails, rendered once. Raises ContentError if one is too big."""
        if issue.slug not in self._variants:
            from microsite.letters import invitation_email, rendering  # slow to import

            self._variants[issue.slug] = (
                invitation_email.variants(issue, self.edition)
                if issue.event
                else rendering.variants(issue, self.edition, self.targets)
            )
        return self._variants[issue.slug]

    @property
    def urls(self) -> list[str]:
        """All addresses of the sitemap."""
        edition = self.edition
        issues = (item for item in edition.listed if isinstance(item, Newsletter))
        translated = (version.url for issue in issues for version in edition.versions(issue))
        shown = {*(item.url for item in edition.listed), *translated}
        return sorted(shown | {listing.url for listing in self.lists})


def template_of(item: Item) -> str:
    if isinstance(item, Page):
        return "home.html" if item.slug == "home" else item.template
    return _TEMPLATES[item.kind]
