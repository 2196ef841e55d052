"""What the team is told of an issue that paused itself or was not sent, and who is told."""

import json

import pytest

from functions.core import clock, site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, MINUTE
from functions.core.mail import suppression
from functions.newsletter.rules.ledger import Cause, IssueState, Outcome, Pause, State
from functions.newsletter.rules.pauses import refused_by_ses
from functions.newsletter.store import claims, issues
from functions.newsletter.store.issues import due_reports
from functions.post.rules import MAX_TRIES
from tests.functions import sent_emails
from tests.functions.events.crowd import crowd
from tests.functions.events.test_crowd import dynamodb  # noqa: F401 - a fixture
from tests.functions.newsletter import issue_runs, team_emails
from tests.functions.support import SITE, outbox

BOUNCES = Pause(Cause.BOUNCES, count=10, of=20)
BY_HAND = Pause(Cause.PERSON, words="by hand")

pytestmark = pytest.mark.usefixtures("fake_ses")


@pytest.fixture(autouse=True)
def team(cloud):
    team_emails.set_team()


# ---- Paused


def test_an_automatic_pause_queues_one_email_even_if_repeated():
    team_emails.start_issue()
    assert [team_emails.pause(), team_emails.pause(), team_emails.pause(BOUNCES)] == [
        True,
        False,
        False,
    ]
    (item,) = outbox()
    assert (item["mail"], item["ref"], item["address_hash"]) == (
        "issue_paused",
        {"issue": "autumn"},
        "",
    )


def test_only_one_of_many_concurrent_workers_pauses_and_emails_the_team(dynamodb):  # noqa: F811
    team_emails.start_issue()
    paused = crowd(8, lambda _: team_emails.pause())
    assert paused == {True: 1, False: 7}
    assert len(outbox()) == 1


def test_a_pause_by_a_person_sends_no_email():
    team_emails.start_issue()
    assert issues.pause(issue_runs.SLUG, BY_HAND, clock.now())
    assert outbox() == []


def test_many_workers_with_the_same_refusal_send_one_email(fake_ses):
    issue_runs.join(120)
    issue_runs.publish()
    issue_runs.tick()
    refused = fake_ses.error(400, "AccountSuspendedException")
    fake_ses.plans = [refused] * 3
    issue_runs.deliver()
    assert len(fake_ses.calls) == 1  # the others read the pause
    assert team_emails.only_email()["Subject"] == "Sending is paused: News"


def test_the_email_gives_cause_progress_and_next_step():
    team_emails.start_issue()
    claims.close(issue_runs.stored_batch(), {0: Outcome(State.WITHDRAWN, "erased")})
    team_emails.pause(refused_by_ses("ACCOUNT_SENDING_PAUSED"))
    mail = team_emails.only_email()
    for part in team_emails.parts(mail):
        assert "only sent if you resume sending" in " ".join(part.split())
        assert "suspended sending for our whole account" in " ".join(part.split())
        assert "SES: ACCOUNT_SENDING_PAUSED" in part
        assert "alumni issues resume autumn" in part
        assert "alumni issues cancel autumn" in part
    text, _html = team_emails.parts(mail)
    assert "Sent: 2\nRemaining: 0" in text
    assert "Paused: Wednesday 18\N{NO-BREAK SPACE}November 2026, 12:06" in text
    assert (mail["To"], mail["Content-Language"]) == (team_emails.ADDRESS, "en")


def test_counted_causes_are_written_in_the_teams_language():
    team_emails.set_team("de")
    team_emails.start_issue()
    team_emails.pause(Pause(Cause.BOUNCES, count=1200, of=20000))
    for part in team_emails.parts(team_emails.only_email()):
        assert "1.200 von 20.000" in part
        assert "of 20" not in part


@pytest.mark.parametrize("stale", ["resumed", "cancelled", "paused anew by hand"])
def test_a_mail_about_a_pause_that_is_over_is_dropped(cloud, stale):
    team_emails.start_issue()
    team_emails.pause()
    cloud.pass_(MINUTE)
    if stale == "cancelled":
        issues.cancel(team_emails.issue())
    else:
        issues.resume(issue_runs.SLUG)
    if stale.startswith("paused"):
        issues.pause(issue_runs.SLUG, BY_HAND, clock.now())
    assert (sent_emails.deliver(), outbox()) == ([], [])


def test_a_pause_by_a_person_in_the_same_second_sends_nothing():
    team_emails.start_issue()
    team_emails.pause()
    issues.resume(issue_runs.SLUG)
    issues.pause(issue_runs.SLUG, BY_HAND, clock.now())
    assert (sent_emails.deliver(), outbox()) == ([], [])


# ---- Not sent


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (IssueState.SKIPPED, "There was nothing to report this time"),
        (IssueState.MISSED, "deadline had passed before it could be sent"),
    ],
)
def test_the_email_about_an_unsent_issue_gives_the_reason(state, reason):
    issue_runs.publish(at=DAY, deadline=2 * DAY)
    team_emails.mark_unsent(state)
    mail = team_emails.only_email()
    assert mail["Subject"] == "The newsletter was not sent: News"
    for text in team_emails.parts(mail):
        assert reason in text
        assert "nothing to send (no news since the last issue)" in text
        assert "Thursday 19\N{NO-BREAK SPACE}November 2026, 12:06" in text


def test_the_tick_reports_an_unsent_issue_once(cloud):
    issue_runs.publish(nothing=["text", "news"])
    issue_runs.publish(slug="winter", deadline=MINUTE)
    cloud.pass_(2 * MINUTE)
    issue_runs.tick()
    issue_runs.tick()
    first_lines = sorted(sent_emails.text(mail).split("\r\n")[2] for mail in sent_emails.deliver())
    assert [line.partition(",")[0] for line in first_lines] == [
        "The newsletter's deadline had passed before it could be sent",
        "There was nothing to report this time",
    ]


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "This newsletter was meant to correct \u201cautumn\u201d"),
        ("sv", "Det här nyhetsbrevet skulle rätta \u201dautumn\u201d"),
        ("de", "dieser Newsletter sollte \u201eautumn\u201c berichtigen"),
    ],
)
def test_a_correction_of_an_unsent_issue_gives_that_as_its_reason(language, reason):
    team_emails.set_team(language)
    issue_runs.publish(slug="right", corrects="autumn")
    issue_runs.tick()
    for text in team_emails.parts(team_emails.only_email()):
        assert reason in text
        assert "nobody-to-correct" not in text  # the ledger's code
        assert "send_at" not in text


def test_a_new_network_gets_no_email_about_past_issues():
    issue_runs.publish(at=-30 * DAY)
    issue_runs.tick()
    assert (team_emails.issue().state, outbox()) == (IssueState.MISSED, [])


def test_content_that_fails_the_last_check_is_reported_before_sending(fake_ses):
    issue_runs.join(1)
    wrong = {"subject": "News", "html": "<p>{{name_html}}</p>", "text": "Hi"}
    issue_runs.publish(contents={"en": wrong})
    issue_runs.tick()
    for part in team_emails.parts(team_emails.only_email()):
        assert "The final check before sending found a problem" in part
        assert "en: it has no unsubscribe link" in part
    assert fake_ses.calls == []


def test_an_issue_sent_after_all_is_not_reported_as_missed():
    issue_runs.publish()
    team_emails.mark_unsent(IssueState.MISSED)
    issue_runs.publish(at=DAY)
    assert sent_emails.deliver() == []


# ---- Whom


def test_without_a_team_address_no_email_is_sent_and_that_is_logged(cloud, lines):
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 3, "site": SITE}))
    site.forget()
    team_emails.start_issue()
    team_emails.pause()
    assert (sent_emails.deliver(), outbox()) == ([], [])
    assert any("no team is set" in line for line in lines)
    issues.resume(issue_runs.SLUG)
    issue_runs.deliver()
    issue_runs.tick()
    cloud.pass_(2 * DAY)
    issue_runs.tick()
    assert (due_reports(clock.now()), outbox()) == ([], [])


def test_the_email_goes_to_the_team_address_at_the_time_of_sending():
    team_emails.start_issue()
    team_emails.pause()
    team_emails.set_team(address="new.team@example.com")
    assert team_emails.only_email()["To"] == "new.team@example.com"


def test_a_bounced_team_address_gets_no_more_email_and_nothing_breaks(cloud):
    suppression.stop(address_hash(team_emails.ADDRESS), "bounce", cloud.now)
    team_emails.start_issue()
    team_emails.pause()
    assert (sent_emails.deliver(), outbox()) == ([], [])


def test_an_undeliverable_team_address_is_given_up_like_any_other(cloud):
    team_emails.set_team(address="two@@example.com")
    team_emails.start_issue()
    team_emails.pause()
    for _ in range(MAX_TRIES):
        sent_emails.deliver()
        cloud.pass_(DAY)
    assert [item["state"] for item in outbox()] == ["dead"]


def test_no_address_is_in_the_log_or_the_outbox(cloud, lines):
    team_emails.send_and_wait_a_day(cloud)
    issue_runs.tick()
    (waiting,) = outbox()
    assert team_emails.ADDRESS not in json.dumps(waiting, default=str)
    team_emails.only_email()
    assert lines
    assert not [line for line in lines if "@example.com" in line]


def test_a_subject_cannot_break_headers_or_html():
    issue_runs.join(1)
    issue_runs.publish(subject="A <b>B</b>\nBcc: x@example.com")
    issue_runs.tick()
    team_emails.pause()
    mail = team_emails.only_email()
    assert mail["Bcc"] is None
    assert "A &lt;b&gt;B&lt;/b&gt;" in sent_emails.html(mail)
