"""What the team is told: an issue that paused itself, was not sent, or is over since yesterday."""

import json
import re
from dataclasses import replace

import pytest

from functions.core import clock, site, suppression, table
from functions.core.addresses import address_hash
from functions.core.clock import DAY, MINUTE
from functions.newsletter import store
from functions.newsletter.rules import Record
from functions.newsletter.rules import report as reporting
from functions.newsletter.rules.ledger import IssueState, Outcome, State
from functions.newsletter.store import course, moves, telling
from functions.newsletter.store.release import release
from functions.newsletter.store.telling import due_reports, report
from functions.post.rules import MAX_TRIES
from infra import costs
from tests.functions import mailbox
from tests.functions.newsletter import press, team
from tests.functions.stage import SITE, outbox

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture(autouse=True)
def told(cloud):
    team.named()
    return cloud


def parts(mail) -> tuple[str, str]:
    return mailbox.text(mail).replace("\r\n", "\n"), mailbox.html(mail)


# ---- Paused


def test_a_pause_by_the_program_leaves_one_mail_whoever_else_would_pause_it():
    team.under_way()
    assert [team.pause(), team.pause(), team.pause("10 bounces of 20 sent")] == [True, False, False]
    (item,) = outbox()
    assert (item["mail"], item["ref"], item["address_hash"]) == (
        "issue_paused",
        {"issue": "autumn"},
        "",
    )


def test_a_pause_by_a_person_tells_nobody():
    team.under_way()
    assert course.pause(press.SLUG, "by hand", clock.now())
    assert outbox() == []


def test_every_worker_meets_the_same_refusal_and_one_mail_goes_out(office):
    press.join(120)
    press.publish()
    press.tick()
    refused = office.error(400, "AccountSuspendedException")
    office.plans = [refused] * 3
    press.deliver()
    assert len(office.calls) == 1  # the others read the pause
    assert team.the_mail()["Subject"] == "The newsletter is paused: News"


def test_the_mail_says_why_how_many_have_it_and_what_to_do():
    team.under_way()
    moves.close(press.the_batch(), {0: Outcome(State.WITHDRAWN, "erased")})
    team.pause("SES: ACCOUNT_DAILY_QUOTA_EXCEEDED")
    mail = team.the_mail()
    for said in parts(mail):
        assert "Our daily quota at the mail service is used up" in said
        assert "SES: ACCOUNT_DAILY_QUOTA_EXCEEDED" in said
        assert "alumni issues resume autumn" in said
        assert "alumni issues cancel autumn" in said
    text, _html = parts(mail)
    assert "Have it: 2\nWait for it: 0" in text
    assert "Paused: Wednesday 18 November 2026, 12:06" in text
    assert (mail["To"], mail["Content-Language"]) == (team.ADDRESS, "en")


def test_what_the_program_counted_is_told_in_the_teams_language():
    team.named("de")
    team.under_way()
    team.pause("1200 bounces of 20000 sent")
    for said in parts(team.the_mail()):
        assert "1.200 von 20.000" in said
        assert "of 20000 sent" not in said


@pytest.mark.parametrize("stale", ["resumed", "cancelled", "paused anew by hand"])
def test_a_mail_about_a_pause_that_is_over_is_dropped(told, stale):
    team.under_way()
    team.pause()
    told.pass_(MINUTE)
    if stale == "cancelled":
        course.cancel(team.issue())
    else:
        course.resume(press.SLUG)
    if stale.startswith("paused"):
        course.pause(press.SLUG, "by hand", clock.now())
    assert (mailbox.deliver(), outbox()) == ([], [])


# ---- Not sent


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (IssueState.SKIPPED, "this time it had nothing to say"),
        (IssueState.MISSED, "its time had passed before it could go out"),
    ],
)
def test_what_was_not_sent_says_so_and_why(state, said):
    press.publish(at=DAY, deadline=2 * DAY)
    team.is_not_sent(state, "no news since the last one")
    mail = team.the_mail()
    assert mail["Subject"] == "The newsletter was not sent: News"
    for text in parts(mail):
        assert said in text
        assert "no news since the last one" in text
        assert "Thursday 19 November 2026, 12:06" in text


def test_what_goes_out_after_all_is_not_said_to_be_missing():
    press.publish()
    team.is_not_sent(IssueState.MISSED)
    press.publish(at=DAY)
    assert mailbox.deliver() == []


# ---- The day after


def test_the_report_is_mailed_a_day_after_the_end_and_once(told):
    team.over(told)
    told.pass_(-1)
    press.tick()
    assert (outbox(), [each.slug for each in store.issues()]) == ([], ["autumn"])
    told.pass_(1)
    press.tick()
    press.tick()
    told.pass_(DAY)
    press.tick()
    assert [item["mail"] for item in outbox()] == ["issue_report"]
    assert [each.slug for each in store.issues()] == ["autumn"]


def test_of_two_ticks_at_once_one_leaves_the_mail(told):
    team.over(told)
    found = due_reports(clock.now())
    assert [report(found[0], clock.now()) for _ in range(2)] == [True, False]
    assert len(outbox()) == 1


def test_a_report_that_fails_holds_up_no_issue_and_comes_later(told, monkeypatch):
    team.over(told)
    press.publish(slug="winter")
    with monkeypatch.context() as failing:
        failing.setattr(telling, "report", lambda *_: 1 / 0)
        with pytest.raises(RuntimeError, match=r"\['autumn'\]"):
            press.tick()
    assert press.the_issue("winter").state is IssueState.SENDING
    press.tick()
    assert len(outbox()) == 1


def fare_differently(cloud):
    """Of four one gets no mail any more, one is uncertain, one bounced, and one has it."""
    team.under_way(4)
    batch = press.the_batch()
    moves.claim(batch, "a", {0: Outcome(State.SUPPRESSED, "stopped")}, cloud.now)
    moves.record(batch, "a", Record(State.SENT, {1: Outcome(State.UNCERTAIN)}), cloud.now)
    moves.settle(press.the_batch(), 2, Outcome(State.FAILED, "bounce"))
    press.tick()
    cloud.pass_(DAY + 1)
    press.tick()
    return batch.recipients


def test_the_report_accounts_for_everybody(told):
    fare_differently(told)
    mail = team.the_mail()
    line = "4 = 1 sent + 1 no longer mailed + 1 failed or bounced + 1 uncertain"
    assert mail["Subject"] == "What became of the newsletter: News"
    for text in parts(mail):
        assert line in text.replace("<strong>4</strong>", "4")
        assert "https://alumni.example.com/newsletters/autumn/" in text
    text, _html = parts(mail)
    assert "Bounced: 1\nComplaints: 0\nPaid to the mail service: 0.01 USD" in text
    assert "  12:06  2\n" in text


def test_the_uncertain_are_named_by_id_with_the_command_that_releases_them(told):
    someone, uncertain, *_ = fare_differently(told)
    for text in parts(team.the_mail()):
        assert uncertain in text
        assert someone not in text
        assert "alumni issues settle autumn --as sent" in text


def test_the_chart_is_cells_that_outlook_and_gmail_draw(told):
    team.over(told)
    press.tick()
    html = mailbox.html(team.the_mail())
    assert '<td bgcolor="#e2643d" width="100%" height="14"' in html
    assert "<svg" not in html
    assert "<img" not in html


def test_complaints_are_all_those_there_were_also_before_it_was_resumed(told):
    team.under_way()
    course.count(press.SLUG, "complaints", 4)
    course.pause(press.SLUG, "4 complaints of 20 sent", clock.now())
    course.resume(press.SLUG)
    course.count(press.SLUG, "complaints", 1)
    press.deliver()
    press.tick()
    told.pass_(DAY)
    press.tick()
    assert team.issue().complaints == 1
    assert "Complaints: 5" in mailbox.text(team.the_mail())


def test_a_cancelled_issue_is_reported_too(told):
    team.under_way()
    course.cancel(team.issue())
    press.tick()
    told.pass_(DAY)
    press.tick()
    mail = team.the_mail()
    assert mail["Subject"] == "What became of the newsletter that was cancelled: News"
    assert "3 = 0 sent + 3 cancelled" in mailbox.text(mail)
    assert "When it was sent" not in mailbox.text(mail)


def test_what_was_opened_again_is_sent_at_once_and_reported_after_its_new_end(told):
    team.under_way(1)
    moves.claim(press.the_batch(), "lost", {}, told.now)
    moves.record(press.the_batch(), "lost", Record(State.UNCERTAIN, {}), told.now)
    press.tick()
    told.pass_(DAY - MINUTE)
    batch = replace(press.the_batch())
    assert release(team.issue(), batch, reporting.released(batch, [0], State.PLANNED), clock.now())
    told.pass_(10 * MINUTE)
    press.take()
    press.tick()
    press.deliver()
    press.tick()
    assert (team.issue().state, outbox()) == (IssueState.SENT, [])
    told.pass_(DAY)
    press.tick()
    assert "1 = 1 sent" in mailbox.text(team.the_mail())


def test_an_issue_without_readers_is_reported_as_what_it_is(told):
    team.over(told, readers=0)
    press.tick()
    text, _html = parts(team.the_mail())
    assert "0 = 0 sent\n" in text
    assert "Paid to the mail service: 0.00 USD" in text


def test_each_variant_and_language_has_its_own_line(told):
    for language in ("en", "sv", "sv"):
        press.join(language=language)
    press.publish("en", "sv")
    press.tick()
    press.deliver()
    press.tick()
    told.pass_(DAY)
    press.tick()
    text, html = parts(team.the_mail())
    assert "en: In all 1, Sent 1, Not sent 0\nsv: In all 2, Sent 2, Not sent 0\n" in text
    assert re.search(r">sv</td><td [^>]*>2</td><td [^>]*>2</td><td [^>]*>0</td>", html)


def test_a_ledger_that_lacks_somebody_is_said(told):
    team.over(told)
    press.tick()
    table.write(table.delete(("ISSUE#autumn", "BATCH#000000")))
    mail = team.the_mail()
    assert "This is not the number of those who were to get it." in mailbox.text(mail)
    assert "This is not the number" in mailbox.html(mail)


def test_ses_price_is_the_one_of_the_readmes_sums():
    found = reporting.Report()
    found.states["sent"] = 500_000
    assert found.cents == round(500_000 * costs.MAIL * 100)


# ---- Whom


def test_where_nobody_is_named_nobody_is_told_and_that_is_logged(told, lines):
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 3, "site": SITE}))
    site.forget()
    team.under_way()
    team.pause()
    assert (mailbox.deliver(), outbox()) == ([], [])
    assert any("no team to tell" in line for line in lines)
    course.resume(press.SLUG)
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
    assert team.ADDRESS not in json.dumps(outbox())
    team.the_mail()
    assert not [line for line in lines if "@example.com" in line]


def test_a_subject_of_hrs_breaks_neither_header_nor_page():
    press.join(1)
    facts = {"subject": "A <b>B</b>\nBcc: x@example.com", "send_at": "2026-11-18T11:06:40Z"}
    store.schedule(
        press.SLUG, facts | {"variants": {"en": press._variant("autumn", "en")}}, clock.now()
    )
    press.tick()
    team.pause()
    mail = team.the_mail()
    assert mail["Bcc"] is None
    assert "A &lt;b&gt;B&lt;/b&gt;" in mailbox.html(mail)
