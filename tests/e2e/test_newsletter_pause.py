"""An issue that too many complain about pauses, is resumed by the team and reported to it; one
without news is not sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import newsletter_steps
from tests.e2e.conftest import watched_page_of
from tests.e2e.form_client import FormClient, Person, person
from tests.e2e.mailbox import Mailbox
from tests.e2e.newsletter_issues import DIM_SUM, DIM_SUM_SUBJECT, EMPTY, EMPTY_SUBJECT, IN_HONG_KONG
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.stack_access import send_ses_event, ses_event

TEAM = "alumni@example.com"
COMPLAINING = [person(f"Ang Ry {n}", f"angry{n}@example.com", **IN_HONG_KONG) for n in "abc"]
WAITING = [
    person(f"Lu Gn {n}", f"lugn{n}@example.com", **IN_HONG_KONG, language="sv") for n in "ab"
]
UNSUBSCRIBING = person("Go Ne", "gone@example.com", **IN_HONG_KONG, language="sv")
PAUSE_SUBJECT = f"Sending is paused: {DIM_SUM_SUBJECT}"
REPORT_SUBJECT = f"Newsletter report: {DIM_SUM_SUBJECT}"


@pytest.fixture(scope="module")
def batch_numbers(
    first_member: Person, form_client: FormClient, stack: Stack
) -> Iterator[dict[str, int]]:
    """By variant; the issue is planned, and nothing is sent yet."""
    form_client.join_all([*COMPLAINING, *WAITING, UNSUBSCRIBING])
    with newsletter_steps.no_workers(stack):
        newsletter_steps.reach_send_time(stack, DIM_SUM, EMPTY)
        newsletter_steps.tick_until(stack, DIM_SUM, "sending")
        batches = newsletter_steps.batch_items(stack, DIM_SUM)
        yield {batch["variant"]["S"]: number for number, batch in batches.items()}


@pytest.fixture(scope="module")
def pause_mail(batch_numbers: dict[str, int], stack: Stack, mailbox: Mailbox) -> dict[str, Any]:
    """The team's mail about the pause, after all recipients of the first batch complained."""
    newsletter_steps.send_batch(stack, DIM_SUM, batch_numbers["en"])
    tags = {"issue": DIM_SUM, "batch": str(batch_numbers["en"])}
    for position in range(len(COMPLAINING)):
        send_ses_event(stack, ses_event("Complaint", **tags, position=str(position)))
    return mailbox.wait(TEAM, PAUSE_SUBJECT)


@pytest.fixture(scope="module")
def report(
    pause_mail: dict[str, Any],
    batch_numbers: dict[str, int],
    form_client: FormClient,
    stack: Stack,
    folder: Path,
) -> dict[str, Any]:
    """The issue's report, also as a page, after a waiting recipient unsubscribed and the team
    resumed the issue."""
    form_client.unsubscribe(UNSUBSCRIBING)
    stack.alumni("issues", "resume", DIM_SUM)
    newsletter_steps.send_batch(stack, DIM_SUM, batch_numbers["sv"])
    newsletter_steps.tick_until(stack, DIM_SUM, "sent")
    page = folder / "build" / "report.html"
    return dict(stack.alumni("issues", "report", DIM_SUM, "--to", str(page)))


def test_too_many_complaints_pause_the_issue_and_the_team_gets_one_mail(
    pause_mail: dict[str, Any], batch_numbers: dict[str, int], stack: Stack, mailbox: Mailbox
) -> None:
    newsletter_steps.send_batch(stack, DIM_SUM, batch_numbers["sv"])
    assert newsletter_steps.batch_items(stack, DIM_SUM)[batch_numbers["sv"]]["state"] == {
        "S": "planned"
    }
    assert newsletter_steps.issue_state(stack, DIM_SUM) == "paused"
    assert "3 of 3" in pause_mail["text"]
    assert f"alumni issues resume {DIM_SUM}" in pause_mail["text"]
    states = stack.alumni("issues", "report", DIM_SUM)["states"]
    assert (states["sent"], states["planned"]) == (3, 3)
    assert [row["subject"] for row in mailbox.to(TEAM)].count(PAUSE_SUBJECT) == 1


def test_resumed_it_continues_and_nobody_gets_it_twice(
    report: dict[str, Any], mailbox: Mailbox
) -> None:
    for recipient in (*COMPLAINING, *WAITING):
        subjects = [row["subject"] for row in mailbox.to(recipient.address)]
        assert sum("Dim sum" in subject for subject in subjects) == 1
    assert len(mailbox.to(UNSUBSCRIBING.address)) == 2  # confirmation, welcome


def test_its_report_accounts_for_everyone(report: dict[str, Any]) -> None:
    assert report["audience"] == sum(report["states"].values()) == 6
    assert (report["states"]["sent"], report["states"]["withdrawn"]) == (5, 1)
    assert report["complained"] == 3
    assert report["languages"]["sv"] == {"sent": 2, "withdrawn": 1}


def test_its_report_is_a_page_without_problems(report: dict[str, Any], browser: Browser) -> None:
    for page in watched_page_of(browser.new_context(), "file:"):
        page.goto(Path(report["page"]).as_uri())
        expect(page.get_by_role("heading", level=1)).to_contain_text("Dim sum")
        assert page_problems(page, "issue-report") == []


@pytest.fixture(scope="module")
def report_mail(report: dict[str, Any], stack: Stack, mailbox: Mailbox) -> dict[str, Any]:
    """The team's mail of the next day, as if that had come."""
    assert newsletter_steps.issue_item(stack, DIM_SUM)["due_kind"] == {"S": "REPORT"}
    newsletter_steps.reach_report_time(stack, DIM_SUM)
    newsletter_steps.tick(stack)
    return mailbox.wait(TEAM, REPORT_SUBJECT)


def test_a_day_later_the_team_gets_its_report_once(
    report_mail: dict[str, Any], stack: Stack, mailbox: Mailbox
) -> None:
    newsletter_steps.tick(stack)
    assert newsletter_steps.issue_item(stack, DIM_SUM)["due_kind"] == {"S": "PAST"}
    assert "6 = 5 sent + 1 opted out meanwhile" in report_mail["text"]
    assert "Complaints: 3" in report_mail["text"]
    assert [row["subject"] for row in mailbox.to(TEAM)].count(REPORT_SUBJECT) == 1


@pytest.fixture(scope="module")
def skip_mail(batch_numbers: dict[str, int], stack: Stack, mailbox: Mailbox) -> dict[str, Any]:
    newsletter_steps.tick_until(stack, EMPTY, "skipped")
    return mailbox.wait(TEAM, f"The newsletter was not sent: {EMPTY_SUBJECT}")


def test_an_issue_without_news_is_not_sent_and_the_team_reads_why(
    skip_mail: dict[str, Any], stack: Stack, mailbox: Mailbox
) -> None:
    assert newsletter_steps.issue_item(stack, EMPTY)["reason"] == {"S": "empty"}
    assert "Reason: nothing to send (" in skip_mail["text"]
    assert "nothing to report" in skip_mail["text"]
    assert EMPTY_SUBJECT not in [row["subject"] for row in mailbox.every_row()]


@pytest.mark.parametrize("name", ["pause_mail", "report_mail", "skip_mail"])
def test_a_mail_to_the_team_has_no_problems(
    name: str, page: Page, request: pytest.FixtureRequest
) -> None:
    mail = request.getfixturevalue(name)
    assert email_problems(page, mail["html"], f"mail-issue-{name.removesuffix('_mail')}") == []


def test_mails_to_the_team_have_the_headers_of_automatic_mail(
    report_mail: dict[str, Any], pause_mail: dict[str, Any], mailbox: Mailbox
) -> None:
    for mail in (report_mail, pause_mail):
        source = mailbox.source(mail)
        assert source["To"] == TEAM
        assert source["List-Unsubscribe"] is None  # this is no newsletter
        assert source["Auto-Submitted"] == "auto-generated"
        assert source.defects == []
