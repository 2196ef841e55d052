"""Pictures that stand beside a newsletter's file: they become public with the first issue that
shows them. All others are public as soon as they are published."""

from collections.abc import Iterator

from microsite.content import rendered_body
from microsite.content.items import Item, Newsletter
from microsite.output.site import Site

FOLDER = "newsletters/"


def beside(issue: Newsletter, site: Site) -> set[str]:
    """The keys of those that the issue shows, in any language."""
    return {key for version in site.edition.versions(issue) for key in _shown(version, site)}


def waiting(site: Site) -> set[str]:
    """The keys of those that nothing public shows yet."""
    others = (item for item in site.edition.items if not isinstance(item, Newsletter))
    public = {key for item in others for key in _shown(item, site)}
    hidden: set[str] = set()
    for issue in site.edition.issues:
        shown = public if site.edition.has_begun(issue) else hidden
        shown |= beside(issue, site)
    return hidden - public


def _shown(item: Item, site: Site) -> Iterator[str]:
    files = {name for name in site.edition.content.files if _is_beside(name)}
    if not files:
        return
    body = rendered_body.read_item(item, site.edition.settings)
    pictures = (link.url for link in body.links if link.alt is not None)
    shown = (site.targets.resolve(item, url).lstrip("/") for url in pictures)
    yield from files & {item.image, *shown}


def _is_beside(name: str) -> bool:
    return name.startswith(FOLDER) and not name.endswith(".md")
