"""The menu of every page: the labels and targets of `nav` in mkdocs.yml."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from functions.core.translations import N_
from microsite import words
from microsite.content import fields
from microsite.content.company import MenuEntry, Settings
from microsite.content.edition import Edition
from microsite.content.items import KINDS
from microsite.content.link_targets import NowhereError, Targets
from microsite.content.problems import suggestion

# Labels that the catalogues translate.
LABELS = (N_("Events"), N_("News"), N_("Openings"), N_("Newsletter"), N_("About"), N_("Join"))


@dataclass(frozen=True, slots=True)
class MenuLink:
    label: str
    url: str


def menu(edition: Edition, targets: Targets, lang: str) -> list[MenuLink]:
    settings = edition.settings
    return [
        MenuLink(label(entry, settings, lang), url(entry, edition, targets))
        for entry in settings.nav
    ]


def label(entry: MenuEntry, settings: Settings, lang: str) -> str:
    """As written in the site's first language. In another one it has its own translation, or the
    catalogue's."""
    if lang == settings.language:
        return entry.label
    own = settings.menu.get(entry.label, {})
    return own.get(lang) or words.translations(lang).gettext(entry.label)


def url(entry: MenuEntry, edition: Edition, targets: Targets) -> str:
    """A file below site/content, an address of the site or of another one becomes a URL.

    Raises NowhereError."""
    target = entry.target
    if urlsplit(target).scheme:
        if problem := fields.link_problem(target):
            raise NowhereError(f"'{entry.label}' in nav: {problem}")
        return target
    page = edition.pages.get(target)
    address = page.url if page else "/" + target.removesuffix("index.md").lstrip("/")
    if page and page.draft:
        hint = "publish it, or remove the entry"
        raise NowhereError(f"'{entry.label}' in nav leads to a draft ('{target}'): {hint}")
    if not targets.exists(address):
        near = suggestion(target, [*edition.pages, *(f"{kind}/index.md" for kind in KINDS)])
        hint = near if near.startswith("did") else "write it like news/index.md or pages/about.md"
        raise NowhereError(f"'{entry.label}' in nav leads nowhere ('{target}'): {hint}")
    return address
