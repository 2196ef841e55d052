"""mkdocs.yml is read with MkDocs' own tags in it, and its mistakes are named by line."""

import pytest
from microsite.content import settings
from microsite.content.company import Team
from microsite.content.problems import ContentError

from tests.company_project import COMPANY
from tests.site.project import Project


def test_the_company_is_read_from_mkdocs_yml():
    company = settings.load(COMPANY)
    assert company.language == "en"
    assert company.office["hong-kong"].time_zone == "Asia/Hong_Kong"
    assert {office.contact for office in company.offices} <= set(company.contact)


def test_the_environment_overrides_the_sites_address(monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://localhost:8000/")
    assert settings.load(COMPANY).site_url == "http://localhost:8000"


def test_tags_that_only_mkdocs_knows_are_ignored(site: Project):
    path = site.root / "mkdocs.yml"
    path.write_text(path.read_text() + "x: !!python/name:material.extensions.emoji.twemoji\n")
    assert settings.load(site.root).company == "Fjärdholm"


WRONG = [
    (
        "        time_zone: Asia/Shanghai",
        "        time_zone: Asia/Shangai",
        "did you mean 'Asia/Sha",
    ),
    ("        contact: chen-wei", "        contact: chen-we", "did you mean 'chen-wei'?"),
    ("        office: shanghai", "        office: shangai", "did you mean 'shanghai'?"),
    ("    imprint:", "    imprnt:", "unknown key 'imprnt': did you mean 'imprint'?"),
    ("      - slug: goteborg", "      - slug: malmo", "slug 'malmo' is used twice"),
    ("    languages: [en, sv, de]", "    languages: en", "languages must be a list"),
    ("    languages: [en, sv, de]", "    languages: [xx]", "'xx' is not a language code"),
    ("    company: Fjärdholm", "    company: 2026", "company must be a text"),
    (
        "        photo: assets/people/anna-lindqvist.svg",
        "        language: fr",
        "unknown language 'fr': write one of: en, sv, de",
    ),
    ("      language: en", "      language: fr", "unknown language 'fr': write one of: en"),
    (
        "      email: alumni@example.com",
        "      email: alumni",
        "'alumni' is not a valid email address",
    ),
    ("      email: alumni@example.com", "      mail: a@example.com", "unknown key 'mail'"),
]


TEXTS = [
    (
        "        name: Malmö",
        "        name: { en: Malmö, sv: Malmö }",
        "name has no text in 'de': add a",
    ),
    ("        name: Malmö", "        name: [Malmö]", "name must be a text: put it in quotes"),
    (
        "        name: Malmö",
        "        name: { en: Malmö, sv: Malmö, de: Malmö, fr: Malmö }",
        "unknown language 'fr': write one of: en, sv, de",
    ),
    (
        "        name: Malmö",
        '        name: { en: Malmö, sv: " ", de: Malmö }',
        "name in 'sv' must be a text",
    ),
    ("      sv: Ingenjörer och", "      se: Ingenjörer och", "tagline has no text in 'sv'"),
]


@pytest.mark.parametrize(("right", "wrong", "text"), TEXTS)
def test_a_text_that_lacks_a_language_is_reported_with_its_line(site: Project, right, wrong, text):
    path = site.root / "mkdocs.yml"
    path.write_text(path.read_text().replace(right, wrong))
    hit = next(n for n, line in enumerate(path.read_text().splitlines()) if wrong in line) + 1
    with pytest.raises(ContentError) as error:
        settings.load(site.root)
    (line,) = [p.line for p in error.value.problems if text in p.text]
    assert abs(line - hit) <= 2  # at the key of the text or of the language


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


def test_an_empty_text_counts_as_missing(site: Project):
    path = site.root / "mkdocs.yml"
    before, _, after = path.read_text().partition("    tagline:\n")
    path.write_text(f"{before}    tagline:\n{after[after.index('    time_zone:') :]}")
    assert settings.load(site.root).tagline.in_language("sv") == ""


def test_a_site_in_one_language_needs_no_texts_in_others(site: Project):
    path = site.root / "mkdocs.yml"
    text = path.read_text().replace("languages: [en, sv, de]", "languages: [sv]")
    path.write_text(text.replace("      language: en\n", "      language: sv\n"))
    with pytest.raises(ContentError) as error:
        settings.load(site.root)
    assert {p.text for p in error.value.problems} == {
        f"unknown language '{lang}': write one of: sv" for lang in ("en", "de")
    }


@pytest.mark.parametrize(("right", "wrong", "text"), WRONG)
def test_a_wrong_setting_is_reported_with_its_line(site: Project, right, wrong, text):
    path = site.root / "mkdocs.yml"
    path.write_text(path.read_text().replace(right, wrong))
    lines = path.read_text().splitlines()
    hit = lines.index(wrong) + 1
    with pytest.raises(ContentError) as error:
        settings.load(site.root)
    near = [p for p in error.value.problems if text in p.text]
    assert [abs(p.line - hit) <= 10 for p in near][:1] == [True], error.value.problems


def test_the_team_is_optional(site: Project):
    path = site.root / "mkdocs.yml"
    company = settings.load(site.root)
    assert company.team == Team("alumni@example.com", "en")
    before, _, after = path.read_text().partition("    team:")
    path.write_text(before + after[after.index("    imprint:") :])
    assert settings.load(site.root).team is None
    assert site.read().catalogue["site"]["team"] is None


@pytest.mark.parametrize("text", ["", "a: [", "- a", "extra: {alumni: 3}", "extra:\n"])
def test_an_invalid_settings_file_is_a_problem_not_a_crash(site: Project, text):
    (site.root / "mkdocs.yml").write_text(text)
    assert site.problems()
