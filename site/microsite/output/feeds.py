"""RSS 2.0 feeds and the sitemap. The same content gives the same bytes, whenever it is built."""

from collections.abc import Iterable
from datetime import datetime, time
from email.utils import format_datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from microsite import words
from microsite.content.company import Settings
from microsite.content.items import Item, Newsletter
from microsite.lists.grouping import day_of

NEWEST = 30  # entries in a feed
NEWS, ISSUES = "news/feed.xml", "newsletters/feed.xml"
SITEMAP = "sitemap.xml"
PATHS = (NEWS, ISSUES, SITEMAP)  # below the site's root
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
ET.register_namespace("atom", _ATOM)


def rss(title: str, url: str, items: Iterable[Item], settings: Settings) -> bytes:
    """A feed at `url` (from the site's root) of the newest of `items`, which come latest first."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    home = settings.site_url + url.rsplit("/", 1)[0] + "/"
    about = settings.tagline.in_language(settings.language)
    _add_texts(channel, title=f"{settings.company}: {title}", link=home, description=about)
    _add_texts(channel, language=settings.language)
    here = settings.site_url + url
    ET.SubElement(channel, f"{{{_ATOM}}}link", href=here, rel="self", type="application/rss+xml")
    for item in list(items)[:NEWEST]:
        _entry(channel, item, settings)
    return _bytes(root)


def _entry(channel: ET.Element, item: Item, settings: Settings) -> None:
    entry = ET.SubElement(channel, "item")
    url = settings.site_url + item.url
    _add_texts(entry, title=item.title, link=url, description=item.summary)
    ET.SubElement(entry, "guid", isPermaLink="true").text = url
    _add_texts(entry, pubDate=format_datetime(_published(item, settings)))
    for topic in item.topics:
        _add_texts(entry, category=settings.topic[topic].name.in_language(settings.language))


def _published(item: Item, settings: Settings) -> datetime:
    if isinstance(item, Newsletter):
        return item.send_at
    return datetime.combine(day_of(item), time(), ZoneInfo(settings.time_zone))


def _add_texts(parent: ET.Element, **texts: str) -> None:
    for tag, text in texts.items():
        ET.SubElement(parent, tag).text = text


def sitemap(urls: Iterable[str], settings: Settings) -> bytes:
    """The sitemap without dates of change, because the time of a build isn't one."""
    root = ET.Element("urlset", xmlns=_SITEMAP)
    for url in urls:
        ET.SubElement(ET.SubElement(root, "url"), "loc").text = settings.site_url + url
    return _bytes(root)


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    xml = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n'.encode()


def feed_files(shelves: dict[str, list[Item]], settings: Settings) -> dict[str, bytes]:
    """{path below the site's root: content}."""
    _ = words.translations(settings.language).gettext
    return {
        NEWS: rss(_("News"), f"/{NEWS}", shelves["news"], settings),
        ISSUES: rss(_("Newsletter"), f"/{ISSUES}", shelves["newsletters"], settings),
    }
