"""An issue that too many complain about: it holds itself, tells the team, goes on as they say, is
accounted for; and one that has nothing to say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import looks, press
from tests.e2e.conftest import in_context
from tests.e2e.readers import Door, reader
from tests.e2e.stage import Mailbox
from tests.e2e.trail import as_publisher

TEAM = "alumni@example.com"
FAR = {"office": "hong-kong", "kind": "partner"}
ANGRY = [reader(f"Ang Ry {n}", f"angry{n}@example.com", **FAR) for n in "abc"]
CALM = [reader(f"Lu Gn {n}", f"lugn{n}@example.com", **FAR, language="sv") for n in "ab"]
GONE = reader("Go Ne", "gone@example.com", **FAR, language="sv")
SLUG, SUBJECT = "far-away", "Dim sum on Friday"
SILENT, NOTHING = "no-news", "What is new"
PAUSED = f"Newsletter paused: {SUBJECT}"
REPORTED = f"Newsletter report: {SUBJECT}"


@pytest.fixture(scope="module")
def planned(door: Door, stack: Stack, folder: Path) -> Iterator[dict[str, int]]:
    """The issue with a batch in each language, and nobody sends; their numbers by variant."""
    door.enter([*ANGRY, *CALM, GONE])
    audience = "{office: hong-kong, kind: partner}"
    press.write(
        folder, SLUG, "Dim sum.", ago=1, subject=SUBJECT, preheader="Short", audience=audience
    )
    press.write(folder, f"{SLUG}.sv", "Dim sum.", subject="Dim sum på fredag", preheader="Kort")
    since = "news since last issue"
    press.write(folder, SILENT, "", subject=NOTHING, preheader="News", include=since)
    with press.no_workers(stack):
        as_publisher(stack, "publish")
        press.taken_over(stack, SLUG, SILENT)
        press.until(stack, SLUG, "sending")
        found = press.batches(stack, SLUG)
        yield {each["variant"]["S"]: number for number, each in found.items()}


def complaint(number: int, position: int) -> str:
    """As the rule of the event bus makes it of SES's event."""
    tags = {"issue": SLUG, "batch": str(number), "position": str(position), "address": ""}
    kind = {"bounce_type": "", "complaint_type": ""}
    return json.dumps(
        {"event": "Complaint", "message_id": "m", "at": press.due(0), "tags": tags} | kind
    )


@pytest.fixture(scope="module")
def paused(planned: dict[str, int], stack: Stack, mailbox: Mailbox) -> dict[str, Any]:
    """The team's mail about the pause: one batch is out, and all its readers complained."""
    press.send(stack, SLUG, planned["en"])
    for position in range(len(ANGRY)):
        press.tell(stack, complaint(planned["en"], position))
    return mailbox.wait(TEAM, PAUSED)


@pytest.fixture(scope="module")
def resumed(
    paused: dict[str, Any], planned: dict[str, int], door: Door, stack: Stack, folder: Path
) -> dict[str, Any]:
    """The report of the issue, after a reader who waited left and the team resumed it; its page is
    written as well."""
    door.leave(GONE)
    stack.alumni("issues", "resume", SLUG)
    press.send(stack, SLUG, planned["sv"])
    press.until(stack, SLUG, "sent")
    page = folder / "build" / "report.html"
    return dict(stack.alumni("issues", "report", SLUG, "--to", str(page)))


def test_too_many_complaints_hold_it_and_the_team_hears_of_it_once(
    paused: dict[str, Any], planned: dict[str, int], stack: Stack, mailbox: Mailbox
) -> None:
    press.send(stack, SLUG, planned["sv"])
    assert press.batches(stack, SLUG)[planned["sv"]]["state"] == {"S": "planned"}
    assert press.state(stack, SLUG) == "paused"
    assert "3 of 3" in paused["text"]
    assert f"alumni issues resume {SLUG}" in paused["text"]
    told = stack.alumni("issues", "report", SLUG)
    assert (told["states"]["sent"], told["states"]["planned"]) == (3, 3)
    assert [each["subject"] for each in mailbox.to(TEAM)].count(PAUSED) == 1


def test_resumed_it_goes_on_where_it_stopped_and_nobody_gets_it_twice(
    resumed: dict[str, Any], mailbox: Mailbox
) -> None:
    for each in (*ANGRY, *CALM):
        subjects = [mail["subject"] for mail in mailbox.to(each.address)]
        assert sum("Dim sum" in subject for subject in subjects) == 1
    assert len(mailbox.to(GONE.address)) == 2  # asked, welcome


def test_its_report_accounts_for_everyone(resumed: dict[str, Any]) -> None:
    assert resumed["audience"] == sum(resumed["states"].values()) == 6
    assert (resumed["states"]["sent"], resumed["states"]["withdrawn"]) == (5, 1)
    assert resumed["complained"] == 3
    assert resumed["languages"]["sv"] == {"sent": 2, "withdrawn": 1}


def test_its_report_is_a_page_for_everyone(resumed: dict[str, Any], browser: Browser) -> None:
    for page in in_context(browser.new_context(), "file:"):
        page.goto(Path(resumed["page"]).as_uri())
        expect(page.get_by_role("heading", level=1)).to_contain_text("Dim sum")
        assert looks.problems(page, "issue-report") == []


@pytest.fixture(scope="module")
def reported(resumed: dict[str, Any], stack: Stack, mailbox: Mailbox) -> dict[str, Any]:
    """The mail of the day after, as if that had come."""
    assert press.issue(stack, SLUG)["due_kind"] == {"S": "REPORT"}
    press.age(stack, SLUG)
    press.tick(stack)
    return mailbox.wait(TEAM, REPORTED)


def test_the_day_after_the_team_gets_its_report_once(
    reported: dict[str, Any], stack: Stack, mailbox: Mailbox
) -> None:
    press.tick(stack)
    assert press.issue(stack, SLUG)["due_kind"] == {"S": "PAST"}
    assert "6 = 5 sent + 1 opted out meanwhile" in reported["text"]
    assert "Complaints: 3" in reported["text"]
    assert [each["subject"] for each in mailbox.to(TEAM)].count(REPORTED) == 1


@pytest.fixture(scope="module")
def skipped(planned: dict[str, int], stack: Stack, mailbox: Mailbox) -> dict[str, Any]:
    press.until(stack, SILENT, "skipped")
    return mailbox.wait(TEAM, f"The newsletter was not sent: {NOTHING}")


def test_an_issue_without_news_goes_to_nobody_and_says_why(
    skipped: dict[str, Any], stack: Stack, mailbox: Mailbox
) -> None:
    assert press.issue(stack, SILENT)["reason"] == {"S": "empty"}
    assert "Reason: nothing to send (" in skipped["text"]
    assert "nothing to report" in skipped["text"]
    assert NOTHING not in [each["subject"] for each in mailbox.every_row()]


@pytest.mark.parametrize("name", ["paused", "reported", "skipped"])
def test_what_the_team_reads_is_sound_as_a_mail(
    name: str, page: Page, request: pytest.FixtureRequest
) -> None:
    mail = request.getfixturevalue(name)
    assert looks.of_mail(page, mail["html"], f"mail-issue-{name}") == []


def test_all_of_it_is_mail_of_ours(
    reported: dict[str, Any], paused: dict[str, Any], mailbox: Mailbox
) -> None:
    for mail in (reported, paused):
        raw = press.raw(mailbox, mail)
        assert raw["To"] == TEAM
        assert raw["List-Unsubscribe"] is None  # whoever is told of newsletters gets no newsletter
        assert raw["Auto-Submitted"] == "auto-generated"
        assert raw.defects == []
