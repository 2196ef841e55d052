"""A page for MkDocs: its title, its Markdown and its template's context."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from functions.core import calendar_entry
from microsite.content import standard_pages
from microsite.content.items import Event, Newsletter
from microsite.letters.blocks import NOTES
from microsite.lists.grouping import Listing
from microsite.output import calendars, issue_pages
from microsite.output.site import Site, template_of


def watched(root: Path) -> list[Path]:
    """Folders, besides the content, whose changes make `mkdocs serve` build again."""
    return [
        root / standard_pages.FOLDER,
        root / "site" / "theme",
        root / "newsletter_templates",
        *(root / "functions").glob("*/pages"),
    ]


def meta(site: Site, uri: str, lists: Mapping[str, Listing]) -> dict[str, Any]:
    """A page's title and summary, escaped because Material prints them as they are."""
    if uri in lists:
        return {"title": escape(lists[uri].title), "template": "list.html", "description": Markup()}
    item = site.edition.pages[uri]
    return {
        "title": escape(item.title),
        "description": escape(item.summary),
        "template": template_of(item),
    }


def language(site: Site, uri: str) -> str:
    """Of the page's own text."""
    item = site.edition.pages.get(uri)
    return item.lang if item else site.edition.settings.language


def markdown(site: Site, uri: str) -> str | None:
    """A page's Markdown without the marks of issues; None if the page is not an item."""
    item = site.edition.pages.get(uri)
    if isinstance(item, Newsletter):
        return issue_pages.markdown(item, site.edition)
    return item.body if item else None


def public_html(site: Site, uri: str, rendered: str) -> str:
    """A page's Markdown as HTML without HR's notes to each other. Those of issues, whose passages
    are marked by comments, are taken out with the passages."""
    if isinstance(site.edition.pages.get(uri), Newsletter):
        return rendered
    return NOTES.sub("", rendered)


def context(site: Site, uri: str, lists: Mapping[str, Listing], rendered: str) -> dict[str, Any]:
    """The context of a page's template; `rendered` is the page's Markdown as HTML."""
    if uri in lists:
        listing = lists[uri]
        return {"listing": listing, "feed": calendars.feed_at(listing.url, site.edition.settings)}
    item = site.edition.pages[uri]
    context: dict[str, Any] = {"item": site.view(item)}
    if item.url == "/":
        context["home"] = site.home
    if isinstance(item, Newsletter):
        context["blocks"] = issue_pages.blocks(item, site.edition, rendered)
        context["languages"] = issue_pages.languages(item, site.edition)
    events = site.catalogue["events"]
    if item.slug in events:
        context["event"] = {**events[item.slug], "slug": item.slug}
    if isinstance(item, Event):
        entry = calendars.entry(item, events[item.slug], site.edition.settings)
        context["calendar"] = calendar_entry.ways(entry, "event.ics")
    return context


def rooted(page: Mapping[str, Any]) -> dict[str, Any]:
    """A template context with addresses from the root, valid on a page of any path."""
    return {
        **page,
        "page": None,
        "base_url": "/",
        "extra_css": ["/" + c.lstrip("./") for c in page["extra_css"]],
    }
