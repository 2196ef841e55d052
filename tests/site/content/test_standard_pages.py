"""Pages that every site needs are there however little the company has written."""

import re
import shutil
from pathlib import Path

import pytest
from microsite.build import build
from microsite.checks.item_rules import item_problems
from microsite.content.items import Item
from microsite.content.standard_pages import standard_pages
from microsite.output.site import Site

from functions.events import handler as events
from functions.membership import handler as membership
from infra.paths import ROOT
from tests.company_project import copy_company
from tests.site.project import NOW, Project

LED_TO = ("/", "/about/", "/join/", "/privacy/")  # by the theme and by mails
AFTER_FORMS = (events.CHECK_YOUR_MAIL, membership.CHECK_YOUR_MAIL, membership.WELCOME)


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    """The product as an adopter begins with it: settings, the files that they name,
    the texts of consents, no other content."""
    content = copy_company(tmp_path) / "site" / "content"
    for folder in content.iterdir():
        if folder.name not in {"assets", "consents"}:
            shutil.rmtree(folder)
    return Project(tmp_path)


def settings_with(project: Project, old: str, new: str) -> Project:
    path = project.root / "mkdocs.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return project


def in_language(project: Project, language: str) -> Project:
    others = [one for one in ("en", "sv", "de") if one != language]
    ordered = ", ".join([language, *others])
    return settings_with(project, "languages: [en, sv, de]", f"languages: [{ordered}]")


def pages(site: Site) -> dict[str, Item]:
    return {item.url: item for item in site.edition.items}


def test_a_site_without_content_has_every_page_that_functions_and_theme_lead_to(empty: Project):
    public = build(empty.root, empty.root / "build", now=NOW).site
    for url in (*LED_TO, *AFTER_FORMS):
        assert (public / url.strip("/") / "index.html").is_file(), url
    assert 'action="/api/join"' in (public / "join/index.html").read_text()
    assert "worked at Fjärdholm" in (public / "index.html").read_text()


def test_a_page_of_the_companys_own_takes_the_place_of_the_standard_one(empty: Project):
    empty.write("pages/join.md", "Our words.\n", title="Come in")
    (join,) = (item for item in empty.read().edition.items if item.url == "/join/")
    assert (join.title, join.body) == ("Come in", "Our words.\n")


@pytest.mark.parametrize("language", ["en", "sv", "de"])
def test_standard_pages_are_sound_in_every_language(empty: Project, language: str):
    site = in_language(empty, language).read()
    assert pages(site).keys() >= {*LED_TO, *AFTER_FORMS}
    problems = [problem for item in pages(site).values() for problem in item_problems(item, site)]
    assert problems == []
    assert "{" not in "".join(f"{i.title}{i.summary}{i.body}" for i in pages(site).values())


@pytest.mark.parametrize(
    ("language", "title"),
    [("sv", "Gå med i nätverket"), ("de", "Dem Netzwerk beitreten"), ("fr", "Join the network")],
)
def test_they_are_in_the_sites_language_or_in_english(language: str, title: str):
    page = standard_pages(ROOT, language)["pages/join.md"]
    assert f"title: {title}\n" in page.read_text(encoding="utf-8")


def test_a_companys_name_stays_as_it_is_written(empty: Project):
    settings_with(empty, "company: Fjärdholm", 'company: "Berg & Söner *AB* <i>.example"')
    public = build(empty.root, empty.root / "build", now=NOW).site
    about = (public / "about/index.html").read_text()
    assert "worked at Berg &amp; Söner *AB* &lt;i&gt;.example" in " ".join(about.split())


def skeleton(page: Path) -> tuple[list[str], list[str]]:
    """What a translation shares with its original: paragraphs, headings, rows and numbers."""
    text = page.read_text(encoding="utf-8")
    marks = re.findall(r"^(?:#+|-|\|) |\n\n", text, re.MULTILINE)
    return marks, sorted(re.findall(r"\d+", text))


ORIGINALS = standard_pages(ROOT, "en").values()


@pytest.mark.parametrize("original", ORIGINALS, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["sv", "de"])
def test_a_translation_promises_what_its_original_does(original: Path, language: str):
    translated = original.with_suffix(f".{language}.md")
    assert skeleton(translated) == skeleton(original)


@pytest.mark.parametrize("language", ["en", "sv", "de"])
def test_the_privacy_page_says_how_long_as_the_settings_do(empty: Project, language: str):
    in_language(empty, language)
    settings_with(empty, "    imprint:", "    keep:\n      contact_months: 48\n    imprint:")
    site = build(empty.root, empty.root / "build", now=NOW).site
    text = (site / "privacy/index.html").read_text()
    assert re.search(r"48 (months|månader|Monate)", text)
    assert "_months}" not in text
