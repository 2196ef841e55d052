"""HR's content at one moment: settings and items, by file, language and slug. Lists, addresses and
emails are derived from it in `output/site.py` and never stored here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from microsite.content import loading, settings
from microsite.content.company import Settings
from microsite.content.invitation import invitation
from microsite.content.items import Event, Item, Newsletter
from microsite.content.loading import Content


@dataclass(frozen=True)
class PublishedIssues:
    """What is known of issues where the site is published: the slugs of those that have begun to
    go out, and whether each one in the catalogue there is of the archive."""

    begun: frozenset[str] = frozenset()
    archived: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Edition:
    """`now` is aware, and `published` is None in a build that knows no cloud. Only the site's first
    language has pages, except for issues."""

    root: Path
    settings: Settings
    content: Content
    now: datetime
    published: PublishedIssues | None = None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every published item in the site's first language."""
        lang = self.settings.language
        return tuple(i for i in self.content.items if i.lang == lang and not i.draft)

    @cached_property
    def issues(self) -> tuple[Newsletter, ...]:
        return tuple(item for item in self.items if isinstance(item, Newsletter))

    @cached_property
    def invitations(self) -> tuple[Newsletter, ...]:
        """Those of events that invite anybody, each as the issue that it is in the ledger."""
        events = (item for item in self.items if isinstance(item, Event))
        inviting = (event for event in events if event.invite is not None and event.invite_at)
        return tuple(invitation(event, self.settings.language) for event in inviting)

    @property
    def mailings(self) -> tuple[Newsletter, ...]:
        """What goes out through the ledger: issues and invitations."""
        return (*self.issues, *self.invitations)

    def is_archived(self, issue: Newsletter) -> bool:
        """True if the issue was first published long after its time: it is never sent. One that
        was published in time stays what it is, however late it becomes."""
        known = self.published.archived if self.published else {}
        return issue.is_too_late(self.now) and known.get(issue.slug, True)

    def has_begun(self, issue: Newsletter) -> bool:
        """True from when the issue begins to go out, and from the start for one of the archive. A
        build that knows no cloud goes by the issue's time."""
        if self.published is None:
            return issue.is_past(self.now)
        return issue.slug in self.published.begun or self.is_archived(issue)

    def is_online(self, issue: Newsletter) -> bool:
        """True if the issue's pages are public and in lists."""
        return issue.web and self.has_begun(issue)

    @cached_property
    def listed(self) -> tuple[Item, ...]:
        """The items of lists and feeds."""
        return tuple(i for i in self.items if not isinstance(i, Newsletter) or self.is_online(i))

    @cached_property
    def paths(self) -> Mapping[str, Item]:
        """Items by file relative to site/content; drafts too, for the preview."""
        lang = self.settings.language
        return {item.path: item for item in self.content.items if item.lang == lang}

    @cached_property
    def pages(self) -> Mapping[str, Item]:
        """Like `paths`, plus the issues' other languages, each of which has a page too; without
        issues that are kept off the site."""
        issues = [i for i in self.content.items if isinstance(i, Newsletter)]
        paths = {path: i for path, i in self.paths.items() if i.kind != "newsletters"}
        return {**paths, **{issue.path: issue for issue in issues if issue.web}}

    @cached_property
    def _versions(self) -> Mapping[str, dict[str, Newsletter]]:
        versions: dict[str, dict[str, Newsletter]] = {}
        for item in self.content.items:
            if isinstance(item, Newsletter):
                versions.setdefault(item.slug, {})[item.lang] = item
        return versions

    def versions(self, issue: Newsletter) -> list[Newsletter]:
        """The issue in each of its languages, in the order of mkdocs.yml. A language that is still
        a draft is left out, unless the whole issue is a draft. An invitation has every language of
        the site: what isn't translated of its event stays as it is."""
        if issue.event:
            every = self.settings.languages
            return [invitation(self._event_in(lang, issue.event), lang) for lang in every]
        known = self._versions[issue.slug]
        base = known.get(self.settings.language, issue)
        translated = (known.get(lang) for lang in self.settings.languages)
        return [version for version in translated if version and (base.draft or not version.draft)]

    @cached_property
    def _by_language(self) -> Mapping[tuple[str, str, str], Item]:
        return {(i.kind, i.slug, i.lang): i for i in self.content.items if not i.draft}

    def _event_in(self, lang: str, event: Event) -> Event:
        localised = self.localised(event, lang)
        assert isinstance(localised, Event)
        return localised

    def localised(self, item: Item, lang: str) -> Item:
        """The item in `lang`, or as it is if nobody has translated it."""
        return self._by_language.get((item.kind, item.slug, lang), item)


def read(
    root: Path,
    site_url: str | None = None,
    now: datetime | None = None,
    published: PublishedIssues | None = None,
) -> Edition:
    """The project at `root`, unchecked. Raises ContentError if mkdocs.yml is wrong."""
    loaded = settings.load(root)
    if site_url:
        loaded = replace(loaded, site_url=site_url.rstrip("/"))
    content = loading.read(root, loaded)
    return Edition(root, loaded, content, now or datetime.now(UTC), published)
