"""`alumni privacy` writes the notice and the record of processing, from settings and code."""

from dataclasses import replace
from pathlib import Path

import pytest
from microsite.content import settings
from typer.testing import CliRunner

from functions.core.keep import Keep
from functions.core.mail_kinds import KINDS
from infra.alumni import main, privacy
from infra.privacy_papers.notice import PERSONAL, notice
from infra.privacy_papers.record import FILL_IN, record
from tests.company_project import COMPANY

OURS = settings.load(COMPANY)
PAPERS = {"privacy-notice.en.md", "privacy-notice.sv.md", "privacy-notice.de.md"} | {
    "record-of-processing.md"
}


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "ROOT", COMPANY)


def run(*arguments: str) -> object:
    return CliRunner().invoke(main.app, ["privacy", *arguments])


def test_a_paper_is_overwritten_only_with_force(tmp_path: Path) -> None:
    assert run("--to", str(tmp_path)).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == PAPERS
    edited = tmp_path / "record-of-processing.md"
    edited.write_text("ours")
    again = run("--to", str(tmp_path))
    assert (again.exit_code, edited.read_text()) == (2, "ours")
    assert "--force" in again.output
    assert run("--to", str(tmp_path), "--force").exit_code == 0
    assert edited.read_text() == record(OURS)


@pytest.mark.parametrize("language", ["en", "sv", "de"])
def test_the_notice_names_every_use_in_the_readers_language(language: str) -> None:
    text = notice(OURS, language)
    assert text.count("\n## ") == len(PERSONAL) + 1
    assert "%(" not in text
    assert ("legitimate interest" in text) == (language == "en")


def test_a_setting_of_how_long_changes_both() -> None:
    longer = replace(OURS, keep=Keep(contact_months=48))
    for text in (notice(longer, "en"), record(longer)):
        assert "48 months after your last sign of life" in text
        assert "36 months" not in text


def test_the_record_has_every_part_that_article_30_asks_for() -> None:
    text = record(OURS)
    for heading in ("Controller", "Whose data", "Purposes, data and time limits", "Emails"):
        assert f"## {heading}" in text
    assert "## Recipients and transfers" in text
    assert "## Security (Art. 32(1))" in text
    assert all(f"| {use.name} |" in text for use in PERSONAL)
    assert all(f"| `{name}` |" in text for name in KINDS)
    assert OURS.imprint.in_language("en") in text


def test_what_the_program_cannot_know_is_left_to_the_company() -> None:
    assert record(OURS).count(FILL_IN) >= 3
