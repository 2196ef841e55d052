"""What MkDocs asks for about a page, and the files that are not pages: feeds, calendars,
catalogue, shell, issues. Every path goes below the folder it is given."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from microsite.content.items import Event, Newsletter
from microsite.edition import Edition, template_of
from microsite.lists.grouping import Listing
from microsite.output import calendars, catalogue, feeds, issue_entries, issue_pages


def watched(root: Path) -> list[Path]:
    """What `mkdocs serve` rebuilds for, beside the content."""
    return [
        root / "site" / "theme",
        root / "newsletter_templates",
        *(root / "functions").glob("*/pages"),
    ]


def meta(edition: Edition, uri: str, lists: Mapping[str, Listing]) -> dict[str, Any]:
    """A page's title and summary, escaped because Material prints them as they are."""
    if uri in lists:
        return {"title": escape(lists[uri].title), "template": "list.html", "description": Markup()}
    item = edition.pages[uri]
    return {
        "title": escape(item.title),
        "description": escape(item.summary),
        "template": template_of(item),
    }


def markdown(edition: Edition, uri: str) -> str | None:
    """A page's Markdown, without what only we understand. None for what is no item."""
    item = edition.pages.get(uri)
    if isinstance(item, Newsletter):
        return issue_pages.markdown(item, edition)
    return item.body if item else None


def context(
    edition: Edition, uri: str, lists: Mapping[str, Listing], rendered: str
) -> dict[str, Any]:
    """What a page's template finds; `rendered` is its Markdown as HTML."""
    if uri in lists:
        return {"listing": lists[uri]}
    item = edition.pages[uri]
    found: dict[str, Any] = {"item": edition.view(item)}
    if item.url == "/":
        found["home"] = edition.home
    if isinstance(item, Newsletter):
        found["blocks"] = issue_pages.blocks(item, edition, rendered)
        found["languages"] = issue_pages.languages(item, edition)
    if item.slug in edition.catalogue["events"]:
        found["event"] = {**edition.catalogue["events"][item.slug], "slug": item.slug}
    return found


def rooted(page: Mapping[str, Any]) -> dict[str, Any]:
    """A template context whose addresses hold wherever the page is shown."""
    return {
        **page,
        "page": None,
        "base_url": "/",
        "extra_css": ["/" + c.lstrip("./") for c in page["extra_css"]],
    }


def write_public(edition: Edition, out: Path) -> None:
    """Feeds, calendars and the sitemap."""
    events = [item for item in edition.items if isinstance(item, Event)]
    revised = calendars.revisions(edition.root)
    files: dict[str, str | bytes] = {
        **feeds.every_feed(edition.shelves, edition.settings),
        **calendars.every_calendar(events, edition.now, edition.settings, revised),
        edition.stylesheet.name: edition.stylesheet.text,
        "sitemap.xml": feeds.sitemap(edition.urls, edition.settings),
    }
    for name, content in files.items():
        write(out / name, content)


def write_private(edition: Edition, out: Path, shell: str) -> None:
    """What only the functions read: the shell, the rendered issues, the catalogue."""
    lang = edition.settings.language
    issues = [item for item in edition.items if isinstance(item, Newsletter)]
    rendered = {}
    for issue in issues:
        rendered[issue.slug], files = issue_entries.of(issue, edition)
        for key, content in files.items():
            write(out / key, content)
    write(out / "shell" / f"{lang}.html", shell)
    whole = catalogue.with_variants(edition.catalogue, rendered)
    write(out / "catalogue.json", catalogue.dumps(whole))


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
