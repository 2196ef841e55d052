"""Checks that a mail's links and pictures work wherever it is read."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from functions.core.mail.placeholders import ANSWER, UNSUBSCRIBE_URL, marked
from microsite.checks.mail.mail_page import Page
from microsite.content import fields
from microsite.letters.cards import MAIL_PICTURES
from microsite.letters.variants import Variant
from microsite.output.site import Site

UNSUBSCRIBE = marked(UNSUBSCRIBE_URL)


def problems(variant: Variant, page: Page, site: Site) -> Iterator[str]:
    for link in page.links:
        yield from _address(link.url, site)
        if not link.words.strip():
            yield f"link to '{link.url}' has no text: write where it leads"
    for picture in page.pictures:
        yield from _address(picture.url, site)
        if not urlsplit(picture.url).path.lower().endswith(MAIL_PICTURES):
            yield f"picture '{picture.url}' is not shown by email apps: use PNG or JPEG"
        if picture.alt is None:
            yield f"picture '{picture.url}' has no alternative text: describe what it shows"
    if not any(link.url == UNSUBSCRIBE and link.words.strip() for link in page.links):
        yield f"has no visible unsubscribe link: add {UNSUBSCRIBE} to issue.html"
    if UNSUBSCRIBE not in variant.text:
        yield f"has no unsubscribe link in its text part: add {UNSUBSCRIBE} to issue.txt"


def _address(url: str, site: Site) -> Iterator[str]:
    if url == UNSUBSCRIBE or url.endswith(f"={marked(ANSWER)}"):
        return
    home = site.edition.settings.site_url
    if url == home or url.startswith(f"{home}/"):
        path = urlsplit(url.removeprefix(home)).path or "/"
        if not site.targets.exists(path):
            yield f"link '{url}' leads to no page of the site: remove it or publish that page"
    elif not url.startswith(("https://", "http://", "mailto:", "tel:")):
        yield f"link '{url}' does not work in an email: write the full address, https://..."
    elif url.startswith("http://"):
        yield f"link '{url}' is not encrypted: write https://"
    elif problem := fields.link_problem(url):
        yield f"link {problem}"
