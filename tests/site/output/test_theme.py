"""The whole site, built as it is published, with items that try to break out of their page."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from microsite.build import build

from functions.account import handler as account
from tests.company_project import copy_company
from tests.functions.support import written
from tests.site.project import NOW, Project

URL = "http://localhost:8000"
EVIL = """'</script><b onclick="x()">"Tom" & Jerry</b> {{ company }}'"""
EVIL_ITEMS = ("/news/evil-news/", "/events/evil-talk/", "/jobs/evil-job/")
DATA = ("application/ld+json", "application/json")
# What a link may lead to beside a page of the build.
ELSEWHERE = ("mailto", "https", "tel")
CODE = re.compile(r"\{\{|\{%|\{#")


class Page(HTMLParser):
    """What of a page the tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.setdefault(tag, []).append("")

    def handle_data(self, data):
        if self.tags:
            self.texts[self.tags[-1][0]][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def data(self) -> list[str]:
        """The text of scripts that hold data."""
        scripts = zip(self.all("script"), self.texts.get("script", []), strict=True)
        return [text for attributes, text in scripts if attributes.get("type") in DATA]


@pytest.fixture(scope="session")
def out(tmp_path_factory) -> Path:
    site = Project(copy_company(tmp_path_factory.mktemp("real")))
    site.write("news/evil-news.md", title=EVIL, summary=EVIL, author=EVIL)
    site.write("events/evil-talk.md", title=EVIL, summary=EVIL, place=EVIL, food=EVIL)
    site.write("events/storm.md", title="Regatta", cancelled="true", reason=EVIL)
    site.write("events/moved.md", title="Picnic", moved_from="2026-11-26 18:00")
    site.write("events/fair.md", title="Fair", start="2026-12-03", end="2026-12-05")
    site.write("events/over.md", title="Over", start="2026-11-01", end=None)
    site.write("jobs/evil-job.md", title=EVIL, summary=EVIL, employment=EVIL)
    site.write("newsletters/evil-issue.md", title=EVIL, summary=EVIL, subject=EVIL)
    build(site.root, site.root / "build", URL, NOW)
    return site.root / "build"


def shell(out: Path, language: str) -> Page:
    return Page((out / f"private/shell/{language}.html").read_text())


@pytest.fixture(scope="session")
def pages(out: Path) -> dict[str, Page]:
    """Address → page; the shell too, though only functions see it, and the pages of issues to
    come, which will be public."""
    by_address = {"/shell/": shell(out, "en")}
    for folder in (out / "site", out / "private/waiting"):
        for path in sorted(folder.rglob("*.html")):
            address = "/" + path.relative_to(folder).as_posix().removesuffix("index.html")
            by_address[address] = Page(path.read_text())
    assert len(by_address) > 80
    return by_address


def test_no_page_has_inline_script_or_style(pages: dict[str, Page]):
    """`script-src 'self'; style-src 'self'` would refuse it."""
    for address, page in pages.items():
        running = [script for script in page.all("script") if script.get("type") not in DATA]
        assert all(script.get("src") for script in running), address
        assert not page.all("style"), address
        names = {name for _, attributes in page.tags for name in attributes}
        assert not {name for name in names if name == "style" or name.startswith("on")}, address


def test_every_link_and_picture_leads_to_a_built_file(out: Path, pages: dict[str, Page]):
    broken = [
        (address, link)
        for address, page in pages.items()
        for _, attributes in page.tags
        for link in (attributes.get("href"), attributes.get("src"))
        if link and not leads_somewhere(out / "site", pages, urljoin(URL + address, link))
    ]
    assert broken == []


def leads_somewhere(site: Path, pages: dict[str, Page], link: str) -> bool:
    link = link.replace("webcal://", "http://", 1)  # a feed, for calendar programs
    parts = urlsplit(urldefrag(link).url)
    if not link.startswith(URL):
        return parts.scheme in ELSEWHERE
    if parts.path == account.HOME:
        return True  # a function's page
    if parts.path in pages:
        fragment = urldefrag(link).fragment
        return not fragment or any(
            fragment == attributes.get("id") for _, attributes in pages[parts.path].tags
        )
    return (site / parts.path.lstrip("/")).is_file()


def test_every_form_is_sent_to_the_functions(pages: dict[str, Page]):
    forms = [form for page in pages.values() for form in page.all("form")]
    assert forms
    assert all(form["action"].startswith("/api/") and form["method"] == "post" for form in forms)


def test_every_page_has_a_title_a_description_and_a_language(pages: dict[str, Page]):
    for address, page in pages.items():
        assert page.all("html")[0].get("lang") == "en", address
        assert page.texts["title"][0].strip(), address
        descriptions = [
            meta["content"] for meta in page.all("meta") if meta.get("name") == "description"
        ]
        assert address == "/shell/" or (len(descriptions) == 1 and descriptions[0]), address


@pytest.mark.parametrize(
    ("language", "skip", "office", "imprint"),
    [
        ("en", "Skip to the content", "Hong Kong", "Stockholm, Sweden"),
        ("sv", "Hoppa till innehållet", "Hongkong", "Organisationsnummer 556000-0000"),
        ("de", "Zum Inhalt springen", "Brüssel", "Stockholm, Schweden"),
    ],
)
def test_the_shell_is_in_each_language_of_the_site(out: Path, language, skip, office, imprint):
    page = shell(out, language)
    assert page.all("html")[0]["lang"] == language
    text = (out / f"private/shell/{language}.html").read_text()
    assert all(words in text for words in (skip, office, imprint))


def test_the_readers_of_a_passage_are_named_in_the_language_of_the_issue(pages: dict[str, Page]):
    html = pages["/newsletters/december-2026/sv/"].html
    assert '<article class="article--newsletters" lang="sv">' in html
    assert '<p class="meant__label">Pensionär</p>' in html


def test_no_two_pages_have_the_same_title(pages: dict[str, Page]):
    titles = [page.texts["title"][0] for address, page in pages.items() if "evil" not in address]
    assert sorted(set(titles)) == sorted(titles)


def test_structured_data_is_json_that_cannot_end_its_script(pages: dict[str, Page]):
    documents = [json.loads(data) for page in pages.values() for data in page.data()]
    assert {document["@type"] for document in documents} == {"NewsArticle", "Event", "JobPosting"}
    evil = [json.loads(pages[document].data()[0]) for document in EVIL_ITEMS]
    assert [document["description"] for document in evil] == [EVIL.strip("'")] * len(EVIL_ITEMS)


def test_text_that_hr_types_is_escaped_on_every_page(pages: dict[str, Page]):
    assert "<b onclick" not in "".join(page.html for page in pages.values())
    for address in EVIL_ITEMS:
        assert EVIL.strip("'") in pages[address].texts["title"][0]
        assert pages[address].texts["h1"][0].strip() == EVIL.strip("'")


def test_no_template_code_is_left_in_a_page(pages: dict[str, Page]):
    for address, page in pages.items():
        html = page.html.replace("{{ company }}", "")  # our evil items' own
        assert not CODE.search(html), address
        assert "None" not in page.texts["title"][0], address


def test_a_cancelled_event_says_so_with_its_reason_and_takes_no_sign_up(pages: dict[str, Page]):
    page = pages["/events/storm/"]
    assert "This event is cancelled" in page.html
    assert "&#34;Tom&#34; &amp; Jerry" in page.html
    assert page.all("form") == []
    assert "data-seats" not in page.html


def test_a_cancelled_event_is_marked_on_its_lists_and_not_on_the_home_page(pages: dict[str, Page]):
    cards = pages["/events/"].html.split("<article")
    marked = [card for card in cards if '<b class="cancelled">Cancelled</b>' in card]
    assert ["Regatta" in card for card in marked] == [True]
    assert "Regatta" not in pages["/"].html


def calendars_of(page: Page) -> list[str]:
    """What the links into a calendar lead to: a file or feed, Google's form and Outlook's."""
    _, _, listed = page.html.partition('<ul class="calendars">')
    return re.findall('href="([^"?]+)', listed.partition("</ul>")[0])


GOOGLE, OUTLOOK = "https://calendar.google.com/calendar/", "https://outlook.live.com/calendar/0/"


@pytest.mark.parametrize("address", ["/events/fair/", "/events/moved/"])
def test_a_coming_event_leads_into_every_calendar(pages: dict[str, Page], address: str):
    forms = [f"{GOOGLE}render", f"{OUTLOOK}deeplink/compose"]
    assert calendars_of(pages[address]) == ["event.ics", *forms]


@pytest.mark.parametrize("address", ["/events/storm/", "/events/over/", "/events/past/"])
def test_what_is_over_or_off_leads_into_none(pages: dict[str, Page], address: str):
    assert calendars_of(pages[address]) == []


@pytest.mark.parametrize("path", ["events/", "events/office/malmo/"])
def test_a_list_of_events_leads_to_its_feed(pages: dict[str, Page], path: str):
    feed = f"webcal://localhost:8000/{path}calendar.ics"
    assert calendars_of(pages[f"/{path}"]) == [feed, f"{GOOGLE}r", f"{OUTLOOK}addfromweb"]


def test_an_event_of_several_days_shows_the_last_one_in_lists_too(pages: dict[str, Page]):
    days = written("Thursday 3~December 2026~- Saturday 5~December 2026")
    assert f"<b>{days}</b>" in pages["/events/fair/"].html
    assert f'<time datetime="2026-12-03">{days}</time>' in pages["/events/"].html


def test_a_moved_event_shows_when_it_was_to_start(pages: dict[str, Page]):
    shown = "Moved from Thursday 26\N{NO-BREAK SPACE}November 2026, 18:00"
    assert shown in pages["/events/moved/"].html
