"""All that one build publishes, at one moment: settings, items, lists, catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from microsite.content import loading, settings
from microsite.content.company import Settings
from microsite.content.items import Item, Newsletter, Page
from microsite.content.link_targets import Targets
from microsite.content.loading import Content
from microsite.letters.variant import Variant
from microsite.lists import grouping
from microsite.lists.grouping import Home, Listing
from microsite.lists.pages import Lists
from microsite.output import catalogue
from microsite.output.styles import Stylesheet, stylesheet
from microsite.output.views import View

_TEMPLATES = {
    "news": "news_item.html",
    "events": "event_item.html",
    "jobs": "job_item.html",
    "newsletters": "newsletter_item.html",
}


@dataclass(frozen=True)
class Edition:
    """`now` is aware. Only the site's first language has pages, but for the issues' languages."""

    root: Path
    settings: Settings
    content: Content
    now: datetime

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item that is published in the site's language."""
        lang = self.settings.language
        return tuple(i for i in self.content.items if i.lang == lang and not i.draft)

    @cached_property
    def paths(self) -> Mapping[str, Item]:
        """Items by file, drafts too (for the preview), relative to site/content."""
        lang = self.settings.language
        return {item.path: item for item in self.content.items if item.lang == lang}

    @cached_property
    def pages(self) -> Mapping[str, Item]:
        """Like `paths`, with the issues' other languages, each of which has a page too."""
        every = self.content.items
        return {**self.paths, **{i.path: i for i in every if i.kind == "newsletters"}}

    @cached_property
    def _versions(self) -> Mapping[str, dict[str, Newsletter]]:
        found: dict[str, dict[str, Newsletter]] = {}
        for item in self.content.items:
            if isinstance(item, Newsletter):
                found.setdefault(item.slug, {})[item.lang] = item
        return found

    def versions(self, issue: Newsletter) -> list[Newsletter]:
        """The issue in every language that it is written in, in the order of mkdocs.yml. A draft
        in one language is left out, unless all of the issue is a draft."""
        known = self._versions[issue.slug]
        base = known.get(self.settings.language, issue)
        made = (known.get(lang) for lang in self.settings.languages)
        return [one for one in made if one and (base.draft or not one.draft)]

    @cached_property
    def _by_language(self) -> Mapping[tuple[str, str, str], Item]:
        return {(i.kind, i.slug, i.lang): i for i in self.content.items if not i.draft}

    def localised(self, item: Item, lang: str) -> Item:
        """The item as it is told in `lang`, or as it is where nobody has translated it."""
        return self._by_language.get((item.kind, item.slug, lang), item)

    @cached_property
    def lists(self) -> list[Listing]:
        made = Lists(self.items, self.settings, self.now).every()
        return [self._shown(one) for one in made]

    @cached_property
    def shelves(self) -> dict[str, list[Item]]:
        return grouping.shelves(self.items, self.now)

    @cached_property
    def targets(self) -> Targets:
        return Targets(self)

    @cached_property
    def home(self) -> Home:
        found = grouping.home(self.items, self.now)
        return Home(*([self.view(i) for i in shelf] for shelf in _three(found)))

    @cached_property
    def stylesheet(self) -> Stylesheet:
        return stylesheet(self.root, self.settings)

    @cached_property
    def catalogue(self) -> dict[str, Any]:
        return catalogue.of(self.items, self.settings)

    @cached_property
    def _views(self) -> dict[str, View]:
        return {}

    @cached_property
    def rendered(self) -> dict[str, tuple[Variant, ...]]:
        """The variants of issues that were rendered once, by slug: check, build and preview ask."""
        return {}

    def view(self, item: Item) -> Any:
        """One view per item, however many pages show it."""
        if item.path not in self._views:
            self._views[item.path] = View(item, self.settings, self.now)
        return self._views[item.path]

    def _shown(self, made: Listing) -> Listing:
        groups = [(heading, [self.view(i) for i in items]) for heading, items in made.groups]
        return replace(made, groups=groups)

    @property
    def urls(self) -> list[str]:
        """All addresses that the sitemap tells. An issue has its page from the start, because its
        mail links to it, but stands in no list and no feed until it was due."""
        unsent = (i for i in self.items if i.kind == "newsletters" and not i.is_past(self.now))
        hidden = {issue.url for issue in unsent}
        issues = (i for i in self.items if isinstance(i, Newsletter) and i.url not in hidden)
        translated = (one.url for issue in issues for one in self.versions(issue))
        shown = {*(i.url for i in self.items if i.url not in hidden), *translated}
        return sorted(shown | {made.url for made in self.lists})


def _three(home: Home) -> tuple[list[Item], list[Item], list[Item]]:
    return home.events, home.news, home.jobs


def template_of(item: Item) -> str:
    if isinstance(item, Page):
        return "home.html" if item.slug == "home" else item.template
    return _TEMPLATES[item.kind]


def read(root: Path, site_url: str | None = None, now: datetime | None = None) -> Edition:
    """Everything as it stands, unchecked. Raises ContentError where mkdocs.yml is wrong."""
    made = settings.load(root)
    if site_url:
        made = replace(made, site_url=site_url.rstrip("/"))
    return Edition(root, made, loading.read(root, made), now or datetime.now(UTC))
