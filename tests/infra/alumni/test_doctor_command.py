"""`alumni doctor` as a command: what it asks for, its report on any screen, its exit codes."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from infra.alumni import doctor as command
from infra.alumni import doctor_report, main
from infra.cloud.aws import Aws
from infra.cloud.deploying.manual_steps import Record
from infra.cloud.doctor import examination, findings
from infra.cloud.doctor.examination import Patient
from infra.cloud.doctor.findings import Finding, Part, Section

VALUES = {"SiteUrl": "https://alumni.example.com/", "Sender": "A <alumni@example.com>"}
GOOD = findings.ok("Site", "alumni.example.com leads to the distribution")
RECORD = Record("_dmarc.example.com", "TXT", '"v=DMARC1; p=none"')
BAD = findings.problem(
    "DMARC",
    "example.com has no policy; Gmail and Yahoo refuse newsletters without one",
    "Add this record:",
    RECORD,
)
LEFT = findings.skipped("Unsubscribe mailbox", "it is not set")


@dataclass
class Visit:
    """A doctor that finds what the test wants; and what it was given."""

    findings: list[Finding]
    address: str = ""
    emails: tuple[bytes, ...] = ()
    forgotten: tuple[str, ...] = ()


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visit:
    visit = Visit([GOOD])

    def parts(_patient: Patient, address: str, *_: Any) -> list[Part]:
        visit.address = address
        return [Part("DNS", lambda: visit.findings)]

    def received(_patient: Patient, raw: bytes) -> Part:
        visit.emails += (raw,)
        return Part("Received", lambda: visit.findings)

    def forget(address: str) -> None:
        visit.forgotten += (address,)

    monkeypatch.setattr(examination, "admit", lambda aws, stack: Patient(aws, stack, VALUES))
    monkeypatch.setattr(examination, "sweep", lambda _patient: 0)
    monkeypatch.setattr(examination, "forget_sign_up", forget)
    monkeypatch.setattr(examination, "parts", parts)
    monkeypatch.setattr(examination, "received_part", received)
    return visit


@pytest.fixture
def somebody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_can_ask", lambda: True)


def run(*arguments: str, answers: str = "") -> Any:
    return CliRunner().invoke(main.app, ["doctor", *arguments], input=answers)


@pytest.mark.parametrize(("findings", "code"), [([GOOD, LEFT], 0), ([GOOD, BAD], 1)])
def test_the_exit_code_is_1_if_there_are_problems(
    visit: Visit, findings: list[Finding], code: int
) -> None:
    visit.findings = findings
    assert run().exit_code == code


def test_programs_get_one_document(visit: Visit) -> None:
    visit.findings = [GOOD, BAD, LEFT]
    report = json.loads(run("--json").stdout)
    assert report["counts"] == {"ok": 1, "problem": 1, "skipped": 1}
    assert report["checks"][1] == {
        "part": "DNS",
        "check": "DMARC",
        "status": "problem",
        "seen": BAD.seen,
        "remedy": BAD.remedy,
        "records": [{"name": RECORD.name, "kind": "TXT", "value": RECORD.value}],
    }


def test_a_run_in_a_pipe_asks_no_question(visit: Visit) -> None:
    assert run(answers="op@example.com\n").exit_code == 0
    assert visit.address == ""


@pytest.mark.usefixtures("somebody_answers")
def test_the_findings_are_shown_even_if_the_question_for_emails_is_interrupted(
    visit: Visit,
) -> None:
    visit.findings = [BAD]
    result = run(answers="op@example.com\n")  # and the end of the input
    assert result.exit_code == 1
    assert BAD.remedy in result.stdout


@pytest.mark.usefixtures("somebody_answers")
def test_a_person_is_asked_for_an_address_and_the_emails(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(b"From: a")
    answers = f"op@Example.com\n{tmp_path}/none.eml\n{tmp_path}/one.eml\n\n"
    result = run(answers=answers)
    assert result.exit_code == 0
    assert (visit.address, visit.emails) == ("op@example.com", (b"From: a",))
    assert "No such file" in result.stderr
    assert "less than one cent" in result.stderr


@pytest.mark.usefixtures("somebody_answers")
def test_a_person_may_leave_out_the_address(visit: Visit) -> None:
    assert run(answers="\n").exit_code == 0
    assert visit.address == ""


def test_received_emails_are_checked_alone(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(b"From: a")
    assert run(f"--eml={tmp_path}/one.eml", "--eml", "-", answers="From: b").exit_code == 0
    assert visit.emails == (b"From: a", b"From: b")
    assert visit.forgotten == ()


@pytest.mark.parametrize("arguments", [("--address", "nobody"), ("--eml", "/nowhere/a.eml")])
def test_an_invalid_address_or_file_is_a_usage_error(
    visit: Visit, arguments: tuple[str, str]
) -> None:
    assert run(*arguments).exit_code == 2


def test_the_sign_up_is_deleted_even_if_the_run_is_interrupted(visit: Visit) -> None:
    def interrupted() -> Iterator[Finding]:
        yield GOOD
        raise KeyboardInterrupt

    visit.findings = interrupted()  # type: ignore[assignment]
    run("--address", "op@example.com")
    assert visit.forgotten == ("op@example.com",)


def test_an_interrupted_runs_remains_are_mentioned(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "sweep", lambda _patient: 2)
    assert "interrupted run" in run().stderr


# ---- The report

SECTIONS = (Section("DNS", (GOOD, BAD, LEFT)),)
COUNTS = Counter({"ok": 1, "problem": 1, "skipped": 1})


def lines(width: int, encoding: str = "utf-8") -> list[str]:
    screen = Console(file=io.TextIOWrapper(io.BytesIO(), encoding=encoding), width=width)
    return [line.plain for line in doctor_report.lines("alumni", SECTIONS, COUNTS, screen)]


def test_a_wide_screen_has_columns() -> None:
    assert lines(120)[3:7] == [
        " ✓ Site                alumni.example.com leads to the distribution",
        f" ✗ DMARC               {BAD.seen}",
        "                       → Add this record:",
        '                         _dmarc.example.com  TXT  "v=DMARC1; p=none"',
    ]


@pytest.mark.parametrize("width", [30, 44, 60, 80, 100])
def test_nothing_is_wider_than_the_screen_or_lost(width: int) -> None:
    shown = lines(width)
    copied = (RECORD.name, RECORD.value)
    assert max(len(line) for line in shown[:-1] if not line.strip().endswith(copied)) <= width
    assert BAD.seen in " ".join(" ".join(shown).split())


@pytest.mark.parametrize("width", [30, 80, 120])
def test_a_records_name_and_value_are_in_one_piece_to_be_copied(width: int) -> None:
    text = "\n".join(lines(width))
    assert RECORD.name in text
    assert RECORD.value in text


def test_a_screen_without_unicode_gets_letters() -> None:
    text = "\n".join(lines(80, encoding="ascii"))
    assert " !! DMARC" in text
    assert "-> Add this record:" in text
    assert text.isascii()


def test_a_pipe_gets_each_text_on_one_line_without_colour(
    visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    long = findings.problem("DMARC", "seen " * 60, "do " * 60)
    doctor_report.print_report("alumni", [Section("DNS", (long,))], Counter({"problem": 1}))
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert ("seen " * 60).strip() in printed
    assert all(line == line.rstrip() for line in printed.splitlines())


def test_aws_is_waited_for_with_less_patience_than_by_default() -> None:
    assert Aws("eu-north-1").patience_seconds > examination.AWS_SECONDS
