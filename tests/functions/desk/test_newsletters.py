"""Newsletters at the desk: the report; pausing, resuming and cancelling, and the log's lines."""

import pytest

from functions.core import clock
from functions.core.clock import DAY
from functions.desk import newsletter_report
from functions.newsletter.rules.ledger import IssueState
from functions.newsletter.store import issues
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.conftest import fake_ses  # noqa: F401 - a fixture

LIST, ISSUE = "/desk/newsletters/", f"/desk/newsletters/{issue_runs.SLUG}/"


def done() -> list[Deed]:
    lines = deeds.lines(clock.month_of(clock.now()))
    return [line.deed for line in lines if line.deed.startswith("newsletter")]


def state() -> IssueState:
    return issue_runs.stored_issue().state


@pytest.fixture
def going_out(fake_ses, cloud):  # noqa: F811 - the fixture
    """Three readers wait for their emails."""
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    return cloud


@pytest.fixture
def sent(going_out):
    issue_runs.deliver()
    issue_runs.tick()
    return going_out


def test_an_editor_pauses_a_newsletter_in_three_clicks_and_the_log_says_so(going_out, desk):
    editor = desk(Role.EDITOR)
    assert f'href="{ISSUE}"' in editor.get(LIST)["body"]
    assert f'action="{ISSUE}pause"' in editor.get(ISSUE)["body"]
    answer = editor.post(f"{ISSUE}pause")
    assert answer["statusCode"] == 303
    assert state() is IssueState.PAUSED
    assert done() == [Deed.NEWSLETTER_PAUSED]
    page = editor.get(f"{ISSUE}?step=paused")["body"]
    assert "Sending is paused." in page
    assert "by hand, at the desk" in page
    assert "reader.0" not in page


def test_a_coordinator_resumes_it_and_it_goes_out(going_out, desk):
    hr = desk()
    hr.post(f"{ISSUE}pause")
    assert hr.post(f"{ISSUE}resume")["statusCode"] == 303
    assert state() in {IssueState.PLANNING, IssueState.SENDING}
    assert set(done()) == {Deed.NEWSLETTER_RESUMED, Deed.NEWSLETTER_PAUSED}
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    assert state() is IssueState.SENT


def test_cancelling_asks_first(going_out, desk):
    hr = desk()
    page = hr.get(f"{ISSUE}cancel")["body"]
    assert "Cancel “News” for good?" in page
    assert "3 recipients haven't been sent it yet." in page
    assert state() is not IssueState.CANCELLED
    assert hr.post(f"{ISSUE}cancel")["statusCode"] == 303
    assert state() is IssueState.CANCELLED
    assert done() == [Deed.NEWSLETTER_CANCELLED]


@pytest.mark.parametrize("step", ["pause", "cancel"])
def test_pressing_a_button_twice_writes_one_line(going_out, desk, step):
    hr = desk()
    for _ in range(2):
        assert hr.post(f"{ISSUE}{step}")["statusCode"] == 303
    assert len(done()) == 1


def test_an_editor_can_neither_resume_nor_cancel(going_out, desk):
    editor = desk(Role.EDITOR)
    editor.post(f"{ISSUE}pause")
    page = editor.get(ISSUE)["body"]
    assert "Resume" not in page
    assert "Cancel" not in page
    for path in ("resume", "cancel"):
        assert editor.post(f"{ISSUE}{path}")["statusCode"] == 400
    assert editor.get(f"{ISSUE}cancel")["statusCode"] == 400
    assert state() is IssueState.PAUSED


@pytest.mark.parametrize("step", ["pause", "resume", "cancel"])
def test_what_comes_too_late_changes_nothing_and_is_not_logged(sent, desk, step):
    hr = desk()
    answer = hr.post(f"{ISSUE}{step}")
    assert answer["statusCode"] == 400
    assert "That isn't possible any more" in answer["body"]
    assert (state(), done()) == (IssueState.SENT, [])


def test_the_page_of_a_sent_one_accounts_for_all_recipients(sent, desk):
    hr = desk(Role.EDITOR)
    page = hr.get(ISSUE)["body"]
    assert '<th scope="row">sent</th><td class="number">3</td>' in page
    assert '<th scope="row">Total</th><td class="number">3</td>' in page
    assert "<dt>Cost of the email service</dt><dd>0.01 USD</dd>" in page
    assert 'aria-label="Time of sending"' in page
    assert "Earlier" in hr.get(LIST)["body"]


def test_the_page_counts_by_version(fake_ses, cloud, desk):  # noqa: F811 - as above
    issue_runs.join(2)
    issue_runs.join(1, language="sv")
    issue_runs.publish("en", "sv")
    for act in (issue_runs.tick, issue_runs.deliver, issue_runs.tick):
        act()
    page = desk().get(ISSUE)["body"]
    assert '<th scope="row">en</th><td class="number">2</td>' in page
    assert '<th scope="row">sv</th><td class="number">1</td>' in page


def test_of_a_large_one_the_counts_are_shown_when_it_is_over(sent, desk, monkeypatch):
    monkeypatch.setattr(newsletter_report, "BATCHES_READ", 0)
    page = desk().get(ISSUE)["body"]
    assert '<th scope="row">sent</th><td class="number">3</td>' in page
    assert "Cost of the email service" not in page


def test_while_a_large_one_goes_out_nobody_waits_for_a_count(going_out, desk, monkeypatch):
    monkeypatch.setattr(newsletter_report, "BATCHES_READ", 0)
    page = desk().get(ISSUE)["body"]
    assert "It goes to 3 people." in page


def test_a_scheduled_one_can_be_cancelled_only(cloud, desk):
    issue_runs.publish(at=DAY)
    hr = desk()
    page = hr.get(ISSUE)["body"]
    assert "pause" not in page.replace("nothing to pause", "")
    assert "Scheduled" in hr.get(LIST)["body"]
    hr.post(f"{ISSUE}cancel")
    assert state() is IssueState.CANCELLED


def test_an_issue_that_moves_on_meanwhile_is_cancelled_all_the_same(going_out, desk, monkeypatch):
    cancel, tries = issues.cancel, iter(range(9))
    monkeypatch.setattr(
        issues, "cancel", lambda issue, *also: next(tries) > 0 and cancel(issue, *also)
    )
    assert desk().post(f"{ISSUE}cancel")["statusCode"] == 303
    assert done() == [Deed.NEWSLETTER_CANCELLED]


@pytest.mark.parametrize("slug", ["no-issue", "..", "a" * 300])
@pytest.mark.parametrize("path", ["", "cancel"])
def test_a_newsletter_that_does_not_exist_is_gone(cloud, desk, slug, path):
    assert desk().get(f"/desk/newsletters/{slug}/{path}")["statusCode"] == 410
    if path:
        assert desk().post(f"/desk/newsletters/{slug}/{path}")["statusCode"] == 410


def test_the_list_marks_what_is_an_invitation(going_out, desk):
    content = {"subject": "A talk", "html": "{{answer_token}}", "text": "{{answer_token}}"}
    issue_runs.publish(
        slug="talk", kind="event_invitation", subject="A talk", contents={"en": content}
    )
    page = desk().get(LIST)["body"]
    assert page.count("Invitation to an event") == 1
    assert page.index("A talk") < page.index("Invitation to an event")
