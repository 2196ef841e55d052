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
from tests.functions import mailbox
from tests.functions.events.crowd import crowd
from tests.functions.events.test_crowd import dynamodb  # noqa: F401 - a fixture
from tests.functions.newsletter import press, team
from tests.functions.stage import SITE, outbox

BOUNCES = Pause(Cause.BOUNCES, count=10, of=20)
BY_HAND = Pause(Cause.PERSON, words="by hand")

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture(autouse=True)
def told(cloud):
    team.named()
    return cloud


# ---- Paused


def test_a_pause_by_the_program_leaves_one_mail_whoever_else_would_pause_it():
    team.under_way()
    assert [team.pause(), team.pause(), team.pause(BOUNCES)] == [True, False, False]
    (item,) = outbox()
    assert (item["mail"], item["ref"], item["address_hash"]) == (
        "issue_paused",
        {"issue": "autumn"},
        "",
    )


def test_of_many_workers_at_one_moment_one_pauses_and_tells(dynamodb):  # noqa: F811
    team.under_way()
    paused = crowd(8, lambda _: team.pause())
    assert paused == {True: 1, False: 7}
    assert len(outbox()) == 1


def test_a_pause_by_a_person_tells_nobody():
    team.under_way()
    assert issues.pause(press.SLUG, BY_HAND, clock.now())
    assert outbox() == []


def test_every_worker_meets_the_same_refusal_and_one_mail_goes_out(office):
    press.join(120)
    press.publish()
    press.tick()
    refused = office.error(400, "AccountSuspendedException")
    office.plans = [refused] * 3
    press.deliver()
    assert len(office.calls) == 1  # the others read the pause
    assert team.the_mail()["Subject"] == "Newsletter paused: News"


def test_the_mail_says_why_how_many_have_it_and_what_to_do():
    team.under_way()
    claims.close(press.the_batch(), {0: Outcome(State.WITHDRAWN, "erased")})
    team.pause(refused_by_ses("ACCOUNT_DAILY_QUOTA_EXCEEDED"))
    mail = team.the_mail()
    for said in team.parts(mail):
        assert "remaining quota isn't enough for the rest" in " ".join(said.split())
        assert "SES: ACCOUNT_DAILY_QUOTA_EXCEEDED" in said
        assert "alumni issues resume autumn" in said
        assert "alumni issues cancel autumn" in said
    text, _html = team.parts(mail)
    assert "Sent: 2\nRemaining: 0" in text
    assert "Paused: Wednesday 18\N{NO-BREAK SPACE}November 2026, 12:06" in text
    assert (mail["To"], mail["Content-Language"]) == (team.ADDRESS, "en")


def test_what_the_program_counted_is_told_in_the_teams_language():
    team.named("de")
    team.under_way()
    team.pause(Pause(Cause.BOUNCES, count=1200, of=20000))
    for said in team.parts(team.the_mail()):
        assert "1.200 von 20.000" in said
        assert "of 20" not in said


@pytest.mark.parametrize("stale", ["resumed", "cancelled", "paused anew by hand"])
def test_a_mail_about_a_pause_that_is_over_is_dropped(told, stale):
    team.under_way()
    team.pause()
    told.pass_(MINUTE)
    if stale == "cancelled":
        issues.cancel(team.issue())
    else:
        issues.resume(press.SLUG)
    if stale.startswith("paused"):
        issues.pause(press.SLUG, BY_HAND, clock.now())
    assert (mailbox.deliver(), outbox()) == ([], [])


def test_a_pause_by_a_person_in_the_same_second_sends_nothing():
    team.under_way()
    team.pause()
    issues.resume(press.SLUG)
    issues.pause(press.SLUG, BY_HAND, clock.now())
    assert (mailbox.deliver(), outbox()) == ([], [])


# ---- Not sent


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (IssueState.SKIPPED, "There was nothing to report this time"),
        (IssueState.MISSED, "deadline had passed before it could be sent"),
    ],
)
def test_what_was_not_sent_says_so_and_why(state, said):
    press.publish(at=DAY, deadline=2 * DAY)
    team.is_not_sent(state)
    mail = team.the_mail()
    assert mail["Subject"] == "The newsletter was not sent: News"
    for text in team.parts(mail):
        assert said in text
        assert "nothing to send (no news since the last issue)" in text
        assert "Thursday 19\N{NO-BREAK SPACE}November 2026, 12:06" in text


def test_the_tick_says_which_issue_it_did_not_send_and_once(told):
    press.publish(nothing=["text", "news"])
    press.publish(slug="winter", deadline=MINUTE)
    told.pass_(2 * MINUTE)
    press.tick()
    press.tick()
    said = sorted(mailbox.text(mail).split("\r\n")[2] for mail in mailbox.deliver())
    assert [each.partition(",")[0] for each in said] == [
        "The newsletter's deadline had passed before it could be sent",
        "There was nothing to report this time",
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "This newsletter was meant to correct \u201cautumn\u201d"),
        ("sv", "Det här nyhetsbrevet skulle rätta \u201dautumn\u201d"),
        ("de", "dieser Newsletter sollte \u201eautumn\u201c berichtigen"),
    ],
)
def test_a_correction_of_what_nobody_got_says_that_and_not_that_it_was_empty(language, said):
    team.named(language)
    press.publish(slug="right", corrects="autumn")
    press.tick()
    for text in team.parts(team.the_mail()):
        assert said in text
        assert "nobody-to-correct" not in text  # the ledger's code
        assert "send_at" not in text


def test_a_network_that_is_set_up_anew_is_not_told_of_the_issues_of_past_years():
    press.publish(at=-30 * DAY)
    press.tick()
    assert (team.issue().state, outbox()) == (IssueState.MISSED, [])


def test_content_that_fails_the_last_check_is_told_before_anybody_got_it(office):
    press.join(1)
    wrong = {"subject": "News", "html": "<p>{{name_html}}</p>", "text": "Hi"}
    press.publish(contents={"en": wrong})
    press.tick()
    for said in team.parts(team.the_mail()):
        assert "The final check before sending found a problem" in said
        assert "en: it has no unsubscribe link" in said
    assert office.calls == []


def test_what_goes_out_after_all_is_not_said_to_be_missing():
    press.publish()
    team.is_not_sent(IssueState.MISSED)
    press.publish(at=DAY)
    assert mailbox.deliver() == []


# ---- Whom


def test_where_nobody_is_named_nobody_is_told_and_that_is_logged(told, lines):
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 3, "site": SITE}))
    site.forget()
    team.under_way()
    team.pause()
    assert (mailbox.deliver(), outbox()) == ([], [])
    assert any("no team is set" in line for line in lines)
    issues.resume(press.SLUG)
    press.deliver()
    press.tick()
    told.pass_(2 * DAY)
    press.tick()
    assert (due_reports(clock.now()), outbox()) == ([], [])


def test_it_goes_to_whoever_is_named_when_it_is_sent():
    team.under_way()
    team.pause()
    team.named(address="new.team@example.com")
    assert team.the_mail()["To"] == "new.team@example.com"


def test_a_team_whose_address_bounced_is_left_in_peace_and_nothing_breaks(told):
    suppression.stop(address_hash(team.ADDRESS), "bounce", told.now)
    team.under_way()
    team.pause()
    assert (mailbox.deliver(), outbox()) == ([], [])


def test_an_address_that_no_mail_can_have_is_given_up_like_any_other(told):
    team.named(address="two@@example.com")
    team.under_way()
    team.pause()
    for _ in range(MAX_TRIES):
        mailbox.deliver()
        told.pass_(DAY)
    assert [item["state"] for item in outbox()] == ["dead"]


def test_no_address_stands_in_a_log_or_in_the_outbox(told, lines):
    team.over(told)
    press.tick()
    (waiting,) = outbox()
    assert team.ADDRESS not in json.dumps(waiting, default=str)
    team.the_mail()
    assert lines
    assert not [line for line in lines if "@example.com" in line]


def test_a_subject_of_hrs_breaks_neither_header_nor_page():
    press.join(1)
    press.publish(subject="A <b>B</b>\nBcc: x@example.com")
    press.tick()
    team.pause()
    mail = team.the_mail()
    assert mail["Bcc"] is None
    assert "A &lt;b&gt;B&lt;/b&gt;" in mailbox.html(mail)
