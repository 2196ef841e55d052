"""mkdocs.yml is checked as a whole: each mistake is reported at its line, with what to write."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from microsite.content import settings
from microsite.content.company import Font, Team
from microsite.content.problems import ContentError

from functions.core.keep import Keep, keep_of
from functions.team.rules import second_factor_of
from tests.company_project import COMPANY
from tests.site.project import Project


def change(site: Project, right: str, wrong: str) -> int:
    """Writes `wrong` for `right`, a line or the first lines of one. Returns its last line."""
    path = site.root / "mkdocs.yml"
    text = path.read_text()
    assert right in text, right
    before, after = text.split(right, 1)
    path.write_text(before + wrong + after)
    return (before + wrong).count("\n") + 1


def problems(site: Project) -> list[tuple[int, str]]:
    with pytest.raises(ContentError) as error:
        settings.load(site.root)
    assert all(problem.file == "mkdocs.yml" for problem in error.value.problems)
    return [(problem.line, problem.text) for problem in error.value.problems]


def test_the_company_is_read_from_mkdocs_yml():
    company = settings.load(COMPANY)
    assert company.language == "en"
    assert company.office["hong-kong"].time_zone == "Asia/Hong_Kong"
    assert {office.contact for office in company.offices} <= set(company.contact)


def test_the_environment_overrides_the_sites_address(monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://localhost:8000/")
    assert settings.load(COMPANY).site_url == "http://localhost:8000"


ZONE = "        time_zone: Asia/Shanghai"
CODE = "        country_code: CN"
LATITUDE = "        latitude: 31.2305"
LONGITUDE = "        longitude: 121.5370"
MAIL = "        email: chen.wei@example.com"
PHOTO = "        photo: assets/people/chen-wei.svg"
LANGUAGES = "    languages: [en, sv, de]"
MALMO = "        name: Malmö"
NEWS = "  - News: news/index.md"

VALUES = [
    (ZONE, "        time_zone: Asia/Shangai", "unknown time zone 'Asia/Shangai': did you mean"),
    (ZONE, "        time_zone: Etc/GMT-8", "unknown time zone 'Etc/GMT-8': "),
    (ZONE, "        time_zone: EST", "unknown time zone 'EST': "),
    (ZONE, "        time_zone: Here", "write it like Europe/Stockholm"),
    (ZONE, "        time_zone: Asia", "unknown time zone 'Asia': "),
    ("        contact: chen-wei", "        contact: chen-we", "did you mean 'chen-wei'?"),
    ("        office: shanghai", "        office: shangai", "did you mean 'shanghai'?"),
    ("      - slug: goteborg", "      - slug: Göteborg", "'Göteborg' is not a valid slug: use low"),
    ("    imprint:", "    imprnt:", "unknown key 'imprnt': did you mean 'imprint'?"),
    (LANGUAGES, "    languages: en", "languages must be a list"),
    (LANGUAGES, "    languages: []", "languages must be a list"),
    (LANGUAGES, "    languages: [en, sv, de, xx]", "'xx' is not a language code"),
    (LANGUAGES, "    languages: [en, sv, de, sv]", "language 'sv' is listed twice: remove one"),
    (LANGUAGES, "    languages: [en, sv, de, nl]", "'nl' is not translated yet, only de, en, sv"),
    ("    company: Fjärdholm", "    company: 2026", "company must be a text"),
    ("    company: Fjärdholm", "    company:", "company is missing: write company: "),
    ("    company: Fjärdholm", "    company: We are #1", "what follows # would be lost"),
    ("    company: Fjärdholm", "    company: &friends Ltd", "what follows & would be lost"),
    ("    company: Fjärdholm", "    company: !Important news", "what follows ! would be lost"),
    ("    company: Fjärdholm", "    company: Fjärd: holm", "put a value that contains a colon"),
    ("    company: Fjärdholm", "    company: A\n    company: B", "'company' appears twice"),
    ("      language: en", "      language: fr", "unknown language 'fr': write one of: en"),
    ("      email: alumni@example.com", "      email: alumni", "'alumni' is not a valid email"),
    ("      email: alumni@example.com", "      email: å@example.com", "is not a valid email"),
    ("      email: alumni@example.com", "      mail: a@example.com", "unknown key 'mail'"),
    (MAIL, "        email: chen.wei", "'chen.wei' is not a valid email address: write it like"),
    (PHOTO, "        photo: assets/people/chen.svg", "is not in site/content: did you mean"),
    (PHOTO, "        photo: brand/new.svg", "is not in site/content: put the file there"),
    (PHOTO, "        photo: x.png", "photo 'x.png' is not in site/content: write it like assets"),
    (PHOTO, "        language: fr", "unknown language 'fr': write one of: en, sv, de"),
    (PHOTO, "        foto: x.png", "unknown key 'foto': did you mean 'photo'?"),
    (CODE, "        country_code: cn", "'cn' is not a country code: write the two capital"),
    (CODE, "        country_code: UK", "'UK' is not a country code"),
    (CODE, "        country_code: EU", "'EU' is not a country code"),
    (LATITUDE, "        latitude: 131.2305", "'131.2305' is not a latitude: write degrees"),
    (LATITUDE, '        latitude: "31,2305"', "'31,2305' is not a latitude: write degrees from"),
    (LATITUDE, "        latitude: true", "'True' is not a latitude: write degrees from"),
    (LONGITUDE, "        longitude: -181", "'-181' is not a longitude: write degrees from -180"),
    ("    kinds:", "    kinds:\n      - 3", "kinds must be keys and values"),
    ("    topics:", "    topics2:", "unknown key 'topics2': did you mean 'topics'?"),
]
TEXTS = [
    (MALMO, "        name: { en: Malmö, sv: Malmö }", "name has no text in 'de': add a line de:"),
    (MALMO, "        name: [Malmö]", "name must be a text: put it in quotes"),
    (MALMO, "        name: { en: M, sv: M, de: M, fr: M }", "unknown language 'fr': write one of"),
    (MALMO, '        name: { en: M, sv: " ", de: M }', "name in 'sv' must be a text"),
    ("      sv: Ingenjörer och", "      se: Ingenjörer och", "unknown language 'se': "),
    ("    tagline:\n      en:", "    tagline:\n      eng:", "unknown language 'eng': did you mean"),
]
COLOURS = [
    ('      primary: "#12414f"', "      primary: #12414f", "what follows # would be lost"),
    ('      primary: "#12414f"', "      primary: # 12414f", "primary is empty: write a value"),
    ('      primary: "#12414f"', "      primary: teal", "'teal' is not a colour: write it in"),
    ('      primary: "#12414f"', '      primary: "#12414"', "'#12414' is not a colour: write it"),
    ('      primary: "#12414f"', '      primery: "#12414f"', "did you mean 'primary'?"),
    (
        '      paper: "#f7f3ec"',
        '      paper: "#7799aa"',
        "paper '#7799aa' is too dark to read text on: choose a lighter colour, like '#",
    ),
    (
        '      ink: "#1d2a2e"',
        '      ink: "#999999"',
        "ink '#999999' has a contrast of 2.5 on paper '#f7f3ec', but text needs 4.5: choose a dar",
    ),
]
BRAND = [
    ("    offices:\n", "    logo: assets/logo.svg\n", "logo 'assets/logo.svg' is not in site/con"),
    ("    offices:\n", "    hero: hero.jpg\n", "hero 'hero.jpg' is not in site/content"),
    ("    offices:\n", "    favicon: f.ico\n", "favicon 'f.ico' is not in site/content"),
    ("    offices:\n", "    passkeys: owners\n", "unknown passkeys 'owners': write one of: off"),
    ("    offices:\n", "    logo_has_name: 1\n", "logo_has_name '1' is not valid: write true or"),
    (
        "    offices:\n",
        "    fonts: [{ use: text, file: assets/people/chen-wei.svg }]\n",
        "font 'assets/people/chen-wei.svg' is not WOFF2: convert it",
    ),
    ("    offices:\n", "    fonts: [{ use: titles }]\n", "unknown use 'titles': write one of: hea"),
    ("    offices:\n", "    fonts: [{ use: text }]\n", "file is missing: write file: assets/br"),
    (
        "    offices:\n",
        "    keep: { contact_months: 3 }\n",
        "'3' is not valid: write a whole number",
    ),
    ("    offices:\n", "    keep: { proof_years: true }\n", "'True' is not valid: write a whole"),
    ("    offices:\n", "    keep: { contact: 3 }\n", "unknown key 'contact'"),
    ("    offices:\n", "    fonts: [{ weight: bold }]\n", "weight 'bold' is not valid: write it"),
    ("    offices:\n", "    fonts: [{ weight: 900 100 }]\n", "weight '900 100' is not valid"),
    ("    offices:\n", "    menu: { Evnts: {} }\n", "nav has no label 'Evnts': did you mean 'Ev"),
    ("    offices:\n", "    menu: { Events: { sv: Träffar } }\n", "de is missing: write de: "),
]
SITE = [
    ("site_name: Fjärdholm Alumni", "site_nam: Fjärdholm", "did you mean 'site_name'?"),
    ("https://alumni.fjardholm.example.com/", "alumni.example.com", "must begin with https://"),
    ("https://alumni.fjardholm.example.com/", "http://example.com/", "must begin with https://"),
    ("https://alumni.fjardholm.example.com/", "https://a.b/alumni/", "without a path: write http"),
    (
        "https://alumni.fjardholm.example.com/",
        "https://fjärd.holm/",
        "write its ASCII name, https://xn--fjrd-moa.holm/",
    ),
    ("https://alumni.fjardholm.example.com/", "https://a_b.example/", "is not a web address"),
    ("docs_dir: site/content", "docs_dir: docs", "docs_dir can't be changed: write docs_dir: site"),
    ("  name: material", "  name: readthedocs", "name can't be changed: write name: material"),
    ("  font: false", "  font: Roboto", "font can't be changed: write font: false"),
    ("  font: false", "  font: false\n  logo: a.svg", "write it as logo under extra.alumni"),
    ("plugins: []", "plugins: [search]", "plugins can't be changed: write plugins: []"),
    (
        "hooks:\n  - site/hooks.py",
        "hooks: [hooks.py]",
        "hooks can't be changed: write hooks: [site/hooks.py]",
    ),
    ("  - tables", "  -", "markdown_extensions has an entry without a name: remove it"),
    ("  - tables", "  - tabels", "Markdown extension 'tabels' can't be used ("),
    (
        "  - toc:\n      permalink: false",
        "  - toc: {x: 1}",
        "Markdown extension 'toc' can't be used ('x')",
    ),
    ("plugins: []", "plugins: []\ncopyright: us", "unknown key 'copyright': it has no effect"),
    ("site_name: Fjärdholm Alumni", "site_name: 2026-11-26", "site_name must be a text: write"),
    (NEWS, "  - No: news/index.md", "nav must be a text: write other words"),
    (NEWS, "  - news/index.md", "an entry of nav needs a label: write it like - News: news/i"),
    (NEWS, "  - News: [news/index.md]", "'News' must lead to one page"),
    ("extra:", "extra:\n  alumi: 1", "did you mean 'alumni'?"),
]


@pytest.mark.parametrize(
    ("right", "wrong", "text"), [*VALUES, *TEXTS, *COLOURS, *SITE], ids=lambda value: value[:30]
)
def test_a_wrong_setting_is_reported_with_its_line(site: Project, right, wrong, text):
    line = change(site, right, wrong)
    near = [(at, problem) for at, problem in problems(site) if text in problem]
    assert [at for at, _ in near] == [line], problems(site)


@pytest.mark.parametrize(("right", "new", "text"), BRAND, ids=lambda value: value[:30])
def test_a_wrong_setting_of_the_brand_is_reported_with_its_line(site: Project, right, new, text):
    line = change(site, right, new + right) - 2
    assert [at for at, problem in problems(site) if text in problem] == [line], problems(site)


def test_norway_and_its_language_need_no_quotes(site: Project):
    change(site, CODE, "        country_code: NO")
    assert settings.load(site.root).office["shanghai"].country_code == "NO"


def test_an_anchor_that_is_used_is_no_lost_word(site: Project):
    change(site, "    time_zone: Europe/Stockholm", "    time_zone: &zone Europe/Stockholm")
    change(site, ZONE, "        time_zone: *zone")
    assert settings.load(site.root).office["shanghai"].time_zone == "Europe/Stockholm"


def test_a_degree_stands_with_its_other_one(site: Project):
    line = change(site, LATITUDE + "\n", "")
    (problem,) = problems(site)
    assert problem == (line, "longitude is alone: a place needs both degrees")


def test_what_is_missing_is_reported_where_its_entry_begins(site: Project):
    line = change(site, "      - slug: shanghai", "      - slug: shanghai")
    change(site, "        address: 1229 Century Avenue, Pudong, 200122 Shanghai\n", "")
    text = "address is missing: write address: Kajen 1, 411 20 Göteborg"
    assert problems(site) == [(line, text)]


def test_a_slug_is_used_once(site: Project):
    line = change(site, "      - slug: malmo", "      - slug: goteborg")
    assert (line, "slug 'goteborg' is used twice: choose another") in problems(site)


def test_own_fonts_logo_menu_and_pictures_are_read(site: Project):
    site.put("assets/brand/serif.woff2", b"wOF2")
    brand = """    logo: assets/people/chen-wei.svg
    fonts:
      - { use: headings, file: assets/brand/serif.woff2, weight: 600 }
      - { use: text, file: assets/brand/serif.woff2, weight: 100 900, style: italic }
    menu:
      Events: { sv: Träffar, de: Treffen }
    offices:
"""
    change(site, "    offices:\n", brand)
    company = settings.load(site.root)
    assert company.logo == "assets/people/chen-wei.svg"
    assert company.fonts == (
        Font("headings", "assets/brand/serif.woff2", "600", "normal"),
        Font("text", "assets/brand/serif.woff2", "100 900", "italic"),
    )
    assert company.menu == {"Events": {"sv": "Träffar", "de": "Treffen"}}


@pytest.mark.parametrize(("written", "colour"), [("#ABC", "#aabbcc"), ("#12414F", "#12414f")])
def test_a_colour_may_be_short_or_in_capitals(site: Project, written, colour):
    change(site, '      primary: "#12414f"', f'      primary: "{written}"')
    assert settings.load(site.root).colours["primary"] == colour


def test_a_text_is_in_the_readers_language_or_the_same_for_everybody():
    company = settings.load(COMPANY)
    brussels, malmo = company.office["brussels"].name, company.office["malmo"].name
    assert [brussels.in_language(lang) for lang in ("en", "sv", "de")] == [
        "Brussels",
        "Bryssel",
        "Brüssel",
    ]
    assert {malmo.in_language(lang) for lang in ("en", "sv", "de", "fr")} == {"Malmö"}
    assert brussels.in_language("fr") == "Brussels"


def test_an_optional_text_may_be_left_out(site: Project):
    path = site.root / "mkdocs.yml"
    before, _, after = path.read_text().partition("    tagline:\n")
    path.write_text(f"{before}{after[after.index('    time_zone:') :]}")
    assert settings.load(site.root).tagline.in_language("sv") == ""


def test_a_site_in_one_language_needs_no_texts_in_others(site: Project):
    change(site, LANGUAGES, "    languages: [sv]")
    change(site, "      language: en\n", "      language: sv\n")
    assert {text for _, text in problems(site)} == {
        f"unknown language '{lang}': write one of: sv" for lang in ("en", "de")
    }


def test_the_team_is_optional(site: Project):
    path = site.root / "mkdocs.yml"
    company = settings.load(site.root)
    assert company.team == Team("alumni@example.com", "en")
    before, _, after = path.read_text().partition("    team:")
    path.write_text(before + after[after.index("    imprint:") :])
    assert settings.load(site.root).team is None
    assert site.read().catalogue["site"]["team"] is None


@pytest.mark.parametrize(
    ("written", "setting"),
    [("off", "off"), ('"off"', "off"), ("required for owners", "required for owners")],
)
def test_who_needs_a_passkey_may_be_set(site: Project, written: str, setting: str):
    assert settings.load(site.root).passkeys == "optional"
    change(site, "    offices:\n", f"    passkeys: {written}\n    offices:\n")
    assert settings.load(site.root).passkeys == setting
    assert second_factor_of(site.read().catalogue["site"]) == setting


def test_how_long_data_is_kept_has_usual_values_and_may_be_set(site: Project):
    assert settings.load(site.root).keep == Keep()
    change(
        site,
        "    offices:\n",
        "    keep: { contact_months: 24, still_right_months: 0 }\n    offices:\n",
    )
    keep = settings.load(site.root).keep
    assert (keep.contact_months, keep.still_right_months, keep.consent_months) == (24, 0, 24)
    assert keep_of(site.read().catalogue["site"]) == keep


def test_a_site_that_was_published_before_these_settings_has_the_usual_values():
    assert keep_of({}) == Keep()
    assert keep_of({"keep": {"contact_months": 24, "unknown": 3}}) == Keep(contact_months=24)


@pytest.mark.parametrize("text", ["", "a: [", "- a", "extra: {alumni: 3}", "extra:\n", "nav: {}"])
def test_an_invalid_settings_file_is_a_problem_not_a_crash(site: Project, text):
    (site.root / "mkdocs.yml").write_text(text)
    assert site.problems()


MISTAKES = ("", " 3", " true", " [a]", " {a: b}", " null", " .nan", " 2026-11-26", " {1: 2}", " |")


@given(st.integers(0, 400), st.sampled_from(MISTAKES), st.integers(0, 12))
def test_whatever_is_written_is_a_problem_and_no_crash(number: int, value: str, indent: int):
    """A value of another kind in any line, at any depth."""
    lines = (COMPANY / "mkdocs.yml").read_text().splitlines()
    at = number % len(lines)
    key = lines[at].partition(":")[0].strip()
    lines[at] = " " * indent + f"{key}:{value}"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mkdocs.yml").write_text("\n".join(lines))
        with pytest.raises(ContentError):  # the pictures are missing, too
            settings.load(Path(folder))
