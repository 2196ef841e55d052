"""mkdocs.yml is read with MkDocs' own tags in it, and its mistakes are named by line."""

import pytest
from microsite.content import settings
from microsite.content.company import Team
from microsite.content.problems import ContentError

from tests.site.project import REPOSITORY, Project


def test_the_company_is_read_from_mkdocs_yml():
    made = settings.load(REPOSITORY)
    assert made.language == "en"
    assert made.office["hong-kong"].time_zone == "Asia/Hong_Kong"
    assert {office.contact for office in made.offices} <= set(made.contact)


def test_the_environment_overrides_the_sites_address(monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://localhost:8000/")
    assert settings.load(REPOSITORY).site_url == "http://localhost:8000"


def test_tags_that_only_mkdocs_knows_do_no_harm(site: Project):
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
    ("    imprint: >-", "    imprnt: >-", "unknown key 'imprnt': did you mean 'imprint'?"),
    ("      - slug: goteborg", "      - slug: malmo", "slug 'malmo' stands twice"),
    ("    languages: [en, sv, de]", "    languages: en", "languages must be a list"),
    ("    languages: [en, sv, de]", "    languages: [xx]", "'xx' is no language"),
    ("    company: Fjärdholm", "    company: 2026", "company must be a text"),
    ("      language: en", "      language: fr", "unknown language 'fr': write one of: en"),
    ("      email: alumni@example.com", "      email: alumni", "'alumni' is no mail address"),
    ("      email: alumni@example.com", "      mail: a@example.com", "unknown key 'mail'"),
]


@pytest.mark.parametrize(("right", "wrong", "text"), WRONG)
def test_a_wrong_setting_is_named_by_line(site: Project, right, wrong, text):
    path = site.root / "mkdocs.yml"
    path.write_text(path.read_text().replace(right, wrong))
    lines = path.read_text().splitlines()
    hit = lines.index(wrong) + 1
    with pytest.raises(ContentError) as error:
        settings.load(site.root)
    near = [p for p in error.value.problems if text in p.text]
    assert [abs(p.line - hit) <= 10 for p in near][:1] == [True], error.value.problems


def test_a_team_is_told_only_where_there_is_one(site: Project):
    path = site.root / "mkdocs.yml"
    made = settings.load(site.root)
    assert made.team == Team("alumni@example.com", "en")
    before, _, after = path.read_text().partition("    team:")
    path.write_text(before + after[after.index("    imprint:") :])
    assert settings.load(site.root).team is None
    assert site.read().catalogue["site"]["team"] is None


@pytest.mark.parametrize("text", ["", "a: [", "- a", "extra: {alumni: 3}", "extra:\n"])
def test_a_file_that_is_no_settings_is_a_problem_and_no_crash(site: Project, text):
    (site.root / "mkdocs.yml").write_text(text)
    assert site.problems()
