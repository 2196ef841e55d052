"""The documents are true, short and linked: what can be compared with the code is compared."""

import json
import re
from pathlib import Path

import pytest
import yaml
from microsite.content import settings
from microsite.content.front_matter import FIELDS
from microsite.content.mkdocs_yml.alumni_keys import ALUMNI, PARTS
from microsite.content.mkdocs_yml.place import Place, Sheet
from microsite.content.yaml_lines import ConfigLoader

from functions.core.lifetimes import DOWNLOAD_DAYS, RSVP_DAYS
from functions.events.rules import KEEP_DAYS
from infra.dev.reference import TABLES, renewed
from infra.paths import ROOT
from tests.company_project import COMPANY

PAGES = sorted((ROOT / "docs").rglob("*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *PAGES]
ADOPTERS = "site/content/"  # may be empty
ONE_PAGE, TWO_PAGES = 950, 1000  # words, with the tables
PICTURE_BYTES = 80_000
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
CODE_PATH = re.compile(
    r"`((?:site|functions|infra|tests|newsletter_templates|docs)/[\w./-]*[\w/])`"
)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def words(path: Path) -> int:
    """Words of prose: without what is made from code, and without examples."""
    prose = re.sub(r"<!--(\w+)-->.*?<!--/\1-->|```.*?```", "", text(path), flags=re.DOTALL)
    return len(prose.split())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_generated_tables_are_up_to_date(page: Path) -> None:
    assert text(page) == renewed(text(page)), "run `python -m infra.dev.reference`"


def test_every_generated_table_is_on_a_page() -> None:
    whole = "".join(map(text, PAGES))
    assert all(f"<!--{table}-->" in whole for table in TABLES)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_example_of_a_field_can_be_read(kind: str) -> None:
    company = settings.load(COMPANY)
    for key, field in FIELDS[kind].items():
        value = yaml.load(field.example, yaml.BaseLoader)
        assert field.read(value, company) is not None, key


@pytest.mark.parametrize("part", ["", *PARTS])
def test_every_example_of_a_setting_can_be_read(part: str) -> None:
    table = PARTS.get(part, ALUMNI)
    examples = {key: setting for key, setting in table.items() if setting.example != "…"}
    files = re.findall(r"assets/[\w./-]+", " ".join(e.example for e in examples.values()))
    sheet = Sheet(
        lines={},
        labels=("Meet us",),
        languages=("en", "sv", "de") if part else ("en", "sv"),
        slugs={"offices": ("goteborg",), "contacts": ("anna-berg",)},
        files=frozenset(files),
    )
    for key, setting in examples.items():
        place = Place(sheet).below(key)
        loader = ConfigLoader(setting.example)
        assert place.read(setting.read, loader.get_single_data()) is not None, key
    assert sheet.problems == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_and_path_leads_somewhere(document: Path) -> None:
    links = [one for one in LINK.findall(text(document)) if "://" not in one]
    missing = [one for one in links if not (document.parent / one).exists()]
    paths = [one for one in CODE_PATH.findall(text(document)) if not one.startswith(ADOPTERS)]
    missing += [one for one in paths if not (ROOT / one).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_prose_fits_into_120_columns(document: Path) -> None:
    lines = text(document).splitlines()
    assert [line for line in lines if len(line) > 120 and not line.startswith(("|", "!["))] == []


def test_the_architecture_is_one_page() -> None:
    assert words(ROOT / "ARCHITECTURE.md") <= ONE_PAGE


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_of_the_docs_is_under_two_pages(page: Path) -> None:
    assert words(page) <= TWO_PAGES


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_of_the_docs_is_linked_from_what_it_describes(page: Path) -> None:
    sources = [
        path
        for folder in ("site/microsite", "functions", "infra")
        for path in (ROOT / folder).rglob("*.py")
    ]
    assert any(name(page) in text(path) for path in sources)


def test_every_picture_is_small_and_described_where_it_is_shown() -> None:
    shown = re.findall(r"!\[([^\]]+)\]\(pictures/([\w-]+)\.png\)", "".join(map(text, PAGES)))
    folder = ROOT / "docs" / "pictures"
    pictures = {path.stem: path for path in folder.glob("*.png")}
    assert sorted(name for _, name in shown) == sorted(pictures)
    assert all(path.stat().st_size <= PICTURE_BYTES for path in pictures.values())
    assert sorted(json.loads(text(folder / "words.json"))) == sorted(pictures), "`make pictures`"


def test_each_walk_takes_at_most_eight_files_and_none_twice() -> None:
    walks = text(ROOT / "ARCHITECTURE.md").partition("## Two walks")[2].split("**")[2::2]
    files = [re.findall(r"^\d\. `([^`]+)`", walk, re.MULTILINE) for walk in walks]
    assert [len(walk) for walk in files] == [8, 8]
    assert all(len(set(walk)) == len(walk) for walk in files)
    assert all((ROOT / file).is_file() for walk in files for file in walk)


def test_the_standard_pages_promise_the_days_that_the_code_keeps() -> None:
    pages = ROOT / "site" / "pages"
    privacy = text(pages / "privacy.md")
    assert f"link works for {RSVP_DAYS} days" in privacy
    assert f"{KEEP_DAYS} days after the event" in " ".join(privacy.split())
    assert "remove\nthat note after a year" in privacy
    assert DOWNLOAD_DAYS == 365
    assert RSVP_DAYS == 2, "events/check-your-mail.md says it in words"
    in_words = {"": "two days", ".sv": "två dagar", ".de": "zwei Tage"}
    for language, days in in_words.items():
        assert days in text(pages / "events" / f"check-your-mail{language}.md")


def test_the_settings_to_begin_with_are_complete(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", text(ROOT / "docs/make-it-yours.md"), re.DOTALL)
    (tmp_path / "mkdocs.yml").write_text(example, encoding="utf-8")
    assert settings.load(tmp_path).company == "Kramer & Voss"
