"""The day after: what the team is told of an issue that is over."""

import re
from dataclasses import replace

import pytest

from functions.core import clock
from functions.core.aws import table
from functions.core.clock import DAY, MINUTE
from functions.newsletter import mails
from functions.newsletter.rules import report as reporting
from functions.newsletter.rules.ledger import Cause, IssueState, Outcome, Pause, State
from functions.newsletter.rules.report import Timeline
from functions.newsletter.rules.ses_results import Record
from functions.newsletter.store import claims, issues
from functions.newsletter.store.claims import release
from functions.newsletter.store.issues import due_reports, send_report
from infra import costs
from tests.functions import sent_emails
from tests.functions.newsletter import issue_runs, team_emails
from tests.functions.support import outbox, written

pytestmark = pytest.mark.usefixtures("fake_ses")


@pytest.fixture(autouse=True)
def team(cloud):
    team_emails.set_team()


def test_the_report_is_emailed_once_a_day_after_the_end(cloud):
    team_emails.send_and_wait_a_day(cloud)
    cloud.pass_(-1)
    issue_runs.tick()
    assert (outbox(), [issue.slug for issue in issues.newest_first()]) == ([], ["autumn"])
    cloud.pass_(1)
    issue_runs.tick()
    issue_runs.tick()
    cloud.pass_(DAY)
    issue_runs.tick()
    assert [item["mail"] for item in outbox()] == ["issue_report"]
    assert [issue.slug for issue in issues.newest_first()] == ["autumn"]


def test_only_one_of_two_concurrent_ticks_queues_the_report(cloud):
    team_emails.send_and_wait_a_day(cloud)
    due = due_reports(clock.now())
    assert [send_report(due[0], clock.now()) for _ in range(2)] == [True, False]
    assert len(outbox()) == 1


def test_a_failing_report_delays_no_issue_and_is_tried_again(cloud, monkeypatch):
    team_emails.send_and_wait_a_day(cloud)
    issue_runs.publish(slug="winter")
    with monkeypatch.context() as failing:
        failing.setattr(issues, "send_report", lambda *_: 1 / 0)
        with pytest.raises(RuntimeError, match=r"\['autumn'\]"):
            issue_runs.tick()
    assert issue_runs.stored_issue("winter").state is IssueState.SENDING
    issue_runs.tick()
    assert len(outbox()) == 1


def fare_differently(cloud):
    """Of four one gets no mail any more, one is uncertain, one bounced, and one has it."""
    team_emails.start_issue(4)
    batch = issue_runs.stored_batch()
    claims.claim(batch, "a", {0: Outcome(State.SUPPRESSED, "stopped")}, cloud.now)
    claims.record(batch, "a", Record(State.SENT, {1: Outcome(State.UNCERTAIN)}), cloud.now)
    claims.settle(issue_runs.stored_batch(), 2, Outcome(State.FAILED, "bounce"))
    issue_runs.tick()
    cloud.pass_(DAY + 1)
    issue_runs.tick()
    return batch.recipients


def test_the_report_accounts_for_every_recipient(cloud):
    fare_differently(cloud)
    mail = team_emails.only_email()
    line = "4 = 1 sent + 1 blocked + 1 failed or bounced + 1 uncertain"
    assert mail["Subject"] == "Newsletter report: News"
    for text in team_emails.parts(mail):
        assert line in text.replace("<strong>4</strong>", "4")
        assert "https://alumni.example.com/newsletters/autumn/" in text
    text, _html = team_emails.parts(mail)
    assert "Bounced: 1\nComplaints: 0\nCost of the email service: 0.01 USD" in text
    assert "  12:06  2\n" in text


def test_the_report_of_an_issue_kept_off_the_site_links_to_no_page(cloud):
    team_emails.send_and_wait_a_day(cloud, url="")
    issue_runs.tick()
    for text in team_emails.parts(team_emails.only_email()):
        assert "View the newsletter" not in text


def test_uncertain_recipients_are_listed_by_id_with_the_command_to_settle_them(cloud):
    someone, uncertain, *_ = fare_differently(cloud)
    for text in team_emails.parts(team_emails.only_email()):
        assert uncertain in text
        assert someone not in text
        assert "alumni issues settle autumn --as sent" in text


def test_the_chart_uses_table_cells_that_outlook_and_gmail_show(cloud):
    team_emails.send_and_wait_a_day(cloud)
    issue_runs.tick()
    html = sent_emails.html(team_emails.only_email())
    assert '<td bgcolor="#e2643d" width="100%" height="14"' in html
    assert "<svg" not in html
    assert "<img" not in html


def test_the_report_counts_complaints_from_before_a_resume_too(cloud):
    team_emails.start_issue()
    issues.count(issue_runs.SLUG, "complaints", 4)
    issues.pause(issue_runs.SLUG, Pause(Cause.COMPLAINTS, count=4, of=20), clock.now())
    issues.resume(issue_runs.SLUG)
    issues.count(issue_runs.SLUG, "complaints", 1)
    issue_runs.deliver()
    issue_runs.tick()
    cloud.pass_(DAY)
    issue_runs.tick()
    assert team_emails.issue().complaints == 1
    assert "Complaints: 5" in sent_emails.text(team_emails.only_email())


def test_a_cancelled_issue_is_reported_too(cloud):
    team_emails.start_issue()
    issues.cancel(team_emails.issue())
    issue_runs.tick()
    cloud.pass_(DAY)
    issue_runs.tick()
    mail = team_emails.only_email()
    assert mail["Subject"] == "Report on what was cancelled: News"
    assert "3 = 0 sent + 3 cancelled" in sent_emails.text(mail)
    assert "Time of sending" not in sent_emails.text(mail)


def test_a_reopened_issue_is_sent_at_once_and_reported_after_its_new_end(cloud):
    team_emails.start_issue(1)
    claims.claim(issue_runs.stored_batch(), "lost", {}, cloud.now)
    claims.record(issue_runs.stored_batch(), "lost", Record(State.UNCERTAIN, {}), cloud.now)
    issue_runs.tick()
    cloud.pass_(DAY - MINUTE)
    batch = replace(issue_runs.stored_batch())
    assert release(
        team_emails.issue(), batch, reporting.released(batch, [0], State.PLANNED), clock.now()
    )
    cloud.pass_(10 * MINUTE)
    issue_runs.take()
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    assert (team_emails.issue().state, outbox()) == (IssueState.SENT, [])
    cloud.pass_(DAY)
    issue_runs.tick()
    assert "1 = 1 sent" in sent_emails.text(team_emails.only_email())


def test_an_issue_without_readers_is_reported_as_such(cloud):
    team_emails.send_and_wait_a_day(cloud, readers=0)
    issue_runs.tick()
    text, _html = team_emails.parts(team_emails.only_email())
    assert "0 = 0 sent\n" in text
    assert "Cost of the email service: 0.00 USD" in text


def test_every_variant_and_language_has_its_own_line(cloud):
    for language in ("en", "sv", "sv"):
        issue_runs.join(language=language)
    issue_runs.publish("en", "sv")
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    cloud.pass_(DAY)
    issue_runs.tick()
    text, html = team_emails.parts(team_emails.only_email())
    assert "en: Total 1, Sent 1, Not sent 0\nsv: Total 2, Sent 2, Not sent 0\n" in text
    assert re.search(r">sv</td><td [^>]*>2</td><td [^>]*>2</td><td [^>]*>0</td>", html)


def test_readers_of_an_empty_variant_are_counted_separately(cloud):
    issue_runs.join(2)
    issue_runs.join(language="sv")
    issue_runs.publish("en", "sv", silent=["sv"])
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    cloud.pass_(DAY)
    issue_runs.tick()
    text, html = team_emails.parts(team_emails.only_email())
    assert "2 = 2 sent\n" in text
    assert "No email (no content for them): 1\n" in text
    assert "No email (no content for them)" in html


def test_a_ledger_with_missing_recipients_is_reported(cloud):
    team_emails.send_and_wait_a_day(cloud)
    issue_runs.tick()
    table.write(table.delete(("ISSUE#autumn", "BATCH#000000")))
    mail = team_emails.only_email()
    assert "This doesn't match the number of planned recipients." in sent_emails.text(mail)
    assert "match the number of planned recipients" in sent_emails.html(mail)


def test_the_ses_price_matches_the_costs_in_the_readme():
    report = reporting.Report()
    report.states["sent"] = 500_000
    assert report.cents == round(500_000 * costs.MAIL * 100)


def test_bars_over_several_days_are_dated_as_the_reader_writes_it(cloud):
    line = Timeline()
    line.add(cloud.now, 1)
    line.add(cloud.now + 2 * DAY, 1)
    names = [row["name"] for row in mails._times(line, "sv")]
    assert names[0] == written("18~november 2026 kl.~12.06")
