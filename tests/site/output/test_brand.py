"""The company's own look, by settings alone: colours, fonts, logo, icon, picture and menu."""

import re
import shutil
from pathlib import Path

import pytest
from microsite.build import build

from tests.company_project import COMPANY, copy_of_product
from tests.site import project
from tests.site.project import NOW

BRAND = """    logo: assets/brand/logo.svg
    favicon: assets/brand/icon.png
    hero: assets/brand/hero.png
    fonts:
      - { use: headings, file: assets/brand/serif.woff2, weight: 600 }
    menu:
      Meet us: { sv: Träffa oss, de: Treffen }
    offices:
"""
NAV = """nav:
  - Meet us: events/index.md
  - News: news/index.md
  - Our works: https://example.com/
  - Join: pages/join.md
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    site = project.make(tmp_path_factory.mktemp("brand"))
    for name in ("site/theme", "functions"):
        copy_of_product(name, site.root)
    path = site.root / "mkdocs.yml"
    text = path.read_text().replace("    offices:\n", BRAND)
    text = text.replace('      paper: "#f7f3ec"', '      paper: "#eef4fb"')
    path.write_text(re.sub(r"nav:\n(?:  - .*\n)+", NAV, text))
    site.put("assets/brand/logo.svg", SVG)
    for name in ("icon.png", "hero.png"):
        shutil.copy(
            COMPANY / "site/content/assets/summer.png", site.put(f"assets/brand/{name}", b"")
        )
    site.put("assets/brand/serif.woff2", b"wOF2")
    build(site.root, site.root / "build", "http://localhost:8000", NOW)
    return site.root / "build"


@pytest.fixture(scope="module")
def home(out: Path) -> str:
    return (out / "site/index.html").read_text()


def menu(html: str) -> list[tuple[str, str]]:
    (nav,) = re.findall(r'<nav aria-label="[^"]*">(.*?)</nav>', html, re.DOTALL)
    return re.findall(r'href="([^"]+)"[^>]*>([^<]+)</a>', nav)


def test_the_menu_has_the_labels_and_targets_of_nav(home: str):
    assert menu(home) == [
        ("/events/", "Meet us"),
        ("/news/", "News"),
        ("https://example.com/", "Our works"),
        ("/join/", "Join"),
    ]


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("sv", ["Träffa oss", "Nyheter", "Our works", "Gå med"]),
        ("de", ["Treffen", "Neuigkeiten", "Our works", "Beitreten"]),
    ],
)
def test_the_menu_is_in_the_pages_language(out: Path, language: str, labels: list[str]):
    """By the settings, or by the catalogue; a label that neither has stays as it is."""
    shell = (out / f"private/shell/{language}.html").read_text()
    assert [label for _, label in menu(shell)] == labels


def test_logo_icon_and_picture_are_the_companys(home: str):
    assert home.count('<img src="/assets/brand/logo.svg" alt="">') == 2
    assert home.count("<b>Fjärdholm</b>") == 2
    assert '<link rel="icon" href="/assets/brand/icon.png">' in home
    assert '<img class="hero__picture" src="/assets/brand/hero.png" alt="">' in home
    assert "pictures.svg#mark" not in home


def test_paper_and_font_are_in_the_stylesheet(out: Path):
    (sheet,) = (out / "site/assets").glob("site.*.css")
    assert "--company-paper: #eef4fb;" in sheet.read_text()
    assert 'url("/assets/brand/serif.woff2")' in sheet.read_text()
    assert (out / "site/assets/brand/serif.woff2").is_file()
