"""Problems reach a proposal's lines, whatever characters they hold."""

import json
from pathlib import Path

import pytest
from microsite.checks.reach import Checked
from microsite.content.problems import Problem
from typer.testing import CliRunner

from infra.alumni import annotations, main

PROBLEM = Problem("site/content/news/a.md", 3, "is not a date: write YYYY-MM-DD")
HOSTILE = Problem("site/content/news/a,b: 50%.md", 1, "is 100% wrong\n::error::x")


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "build" / "code-quality.json"
    monkeypatch.setattr(annotations, "CODE_QUALITY", path)
    return path


def check(monkeypatch: pytest.MonkeyPatch, problems: list[Problem], *options: str):
    monkeypatch.setattr("microsite.checks.reach.checked", lambda _root: Checked(problems, []))
    return CliRunner().invoke(main.app, ["check", *options])


def test_github_gets_a_command_for_every_problem_beside_the_usual_line(monkeypatch):
    result = check(monkeypatch, [PROBLEM], "--annotate", "github")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "site/content/news/a.md:3: is not a date: write YYYY-MM-DD",
        "::error file=site/content/news/a.md,line=3::is not a date: write YYYY-MM-DD",
    ]


def test_a_problem_is_one_command_even_if_it_contains_another():
    assert annotations.github(HOSTILE) == (
        "::error file=site/content/news/a%2Cb%3A 50%25.md,line=1::is 100%25 wrong%0A::error::x"
    )


def test_json_on_stdout_stays_one_document(monkeypatch):
    result = check(monkeypatch, [PROBLEM], "--annotate", "github", "--json")
    assert json.loads(result.stdout)["problems"][0]["line"] == 3
    assert "::error" in result.stderr


def test_gitlab_gets_a_report_with_file_line_and_text(monkeypatch, report: Path):
    assert check(monkeypatch, [PROBLEM], "--annotate", "gitlab").exit_code == 1
    (entry,) = json.loads(report.read_text(encoding="utf-8"))
    assert entry["location"] == {"path": "site/content/news/a.md", "lines": {"begin": 3}}
    assert entry["description"] == "is not a date: write YYYY-MM-DD"
    assert {"check_name", "fingerprint", "severity"} <= entry.keys()


def test_gitlab_gets_an_empty_report_without_problems(monkeypatch, report: Path):
    assert check(monkeypatch, [], "--annotate", "gitlab").exit_code == 0
    assert json.loads(report.read_text(encoding="utf-8")) == []


def test_a_warning_is_shown_on_its_line_and_passes(monkeypatch, report: Path):
    def checked(_root) -> Checked:
        return Checked([], [], [PROBLEM])

    monkeypatch.setattr("microsite.checks.reach.checked", checked)
    result = CliRunner().invoke(main.app, ["check", "--annotate", "github"])
    assert result.exit_code == 0
    plain, command = result.stderr.splitlines()
    assert plain.startswith("site/content/news/a.md:3: warning: is not a date")
    assert command.startswith("::warning file=site/content/news/a.md,line=3::")
    CliRunner().invoke(main.app, ["check", "--annotate", "gitlab"])
    assert json.loads(report.read_text(encoding="utf-8"))[0]["severity"] == "info"


def test_a_problem_keeps_its_fingerprint_when_lines_above_it_move():
    def fingerprint(problem: Problem) -> str:
        (entry,) = annotations.code_quality([problem])
        return entry["fingerprint"]

    moved = Problem(PROBLEM.file, 9, PROBLEM.text)
    assert fingerprint(moved) == fingerprint(PROBLEM)
    assert fingerprint(HOSTILE) != fingerprint(PROBLEM)


def test_nothing_is_annotated_unless_it_is_wanted(monkeypatch, report: Path):
    result = check(monkeypatch, [PROBLEM])
    assert "::error" not in result.output
    assert not report.exists()
