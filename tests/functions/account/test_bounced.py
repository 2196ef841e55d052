"""After a bounce nobody is emailed, but whoever signs in by an email proves that they read it."""

import pytest

from functions.core.addresses import address_hash
from functions.core.clock import DAY, HOUR, MINUTE
from functions.core.mail import suppression
from functions.membership import correcting
from functions.people.member import THEMSELVES
from functions.people.store import corrections
from functions.post import handler as post
from tests.functions import sent_emails
from tests.functions.account.browser import Browser, newest_code
from tests.functions.account.conftest import ASA, BO
from tests.functions.events import actions as events
from tests.functions.support import before_writing, dump

SIGN_IN = "Sign in to your page at Fjärdholm"


def stop(cloud, address=ASA, reason="bounce"):
    """Some time passes after it, as SES's events take."""
    sent_emails.deliver()
    suppression.stop(address_hash(address), reason, cloud.now)
    cloud.pass_(MINUTE)


def is_stopped(address=ASA):
    return suppression.is_stopped(address_hash(address))


def sign_in_emails():
    return [mail for mail in sent_emails.deliver() if mail["Subject"] == SIGN_IN]


# ---- Which email goes out


def test_an_email_to_sign_in_goes_out_though_an_earlier_one_bounced(asa, browser, cloud):
    stop(cloud)
    browser.ask(ASA)
    assert len(sign_in_emails()) == 1
    assert is_stopped()


def test_every_other_email_stays_stopped(asa, cloud):
    stop(cloud)
    events.publish()
    events.sign_up(email=ASA)
    before = len(sent_emails.sent())
    assert len(sent_emails.deliver()) == before


def test_one_a_day_goes_out(asa, cloud):
    stop(cloud)
    for passed, count in ((0, 1), (HOUR, 1), (DAY - HOUR - 1, 1), (1, 2)):
        cloud.pass_(passed)
        Browser().ask(ASA)
        assert len(sign_in_emails()) == count


def test_its_retry_goes_out_too(asa, browser, cloud, monkeypatch):
    stop(cloud)
    browser.ask(ASA)
    with monkeypatch.context() as patch:
        patch.setattr(post, "mime", None)  # whatever fails after the address was let through
        assert sign_in_emails() == []
    cloud.pass_(MINUTE)
    assert len(sign_in_emails()) == 1


def test_a_complaint_stops_that_email_too(asa, browser, cloud):
    stop(cloud, reason="complaint")
    browser.ask(ASA)
    assert sign_in_emails() == []


def test_the_form_is_answered_with_the_same_bytes_and_writes(asa, cloud):
    answers, writes = [], []
    for reason in ("", "bounce", "complaint"):
        if reason:
            stop(cloud, reason=reason)
        before = dump()
        answer = Browser().ask(ASA)
        answers.append((answer["statusCode"], answer["headers"], answer["body"]))
        added = [item for item in dump() if item not in before]
        writes.append(sorted((item["sk"], *sorted(item)) for item in added))
    assert answers[0] == answers[1] == answers[2]
    assert writes[0] == writes[1] == writes[2]


# ---- What signing in proves


def test_the_link_lets_the_address_get_email_again_with_a_record(asa, browser, cloud):
    stop(cloud)
    browser.sign_in(ASA)
    assert (browser.is_signed_in(), is_stopped()) == (True, False)
    (record,) = corrections.of_member(asa)
    assert (record.by, record.before, record.after) == (
        THEMSELVES,
        {"no_email": "bounce"},
        {"no_email": ""},
    )
    page = browser.open("/me/")["body"]
    assert "<del>stopped, because one came back</del> → <ins>sent as usual</ins>" in page


def test_the_code_does_so_too(asa, browser, cloud):
    stop(cloud)
    browser.ask(ASA)
    browser.post("/me/sign-in/code", code=newest_code())
    assert (browser.is_signed_in(), is_stopped()) == (True, False)


def test_a_guest_proves_it_likewise(bo, browser, cloud):
    stop(cloud, BO)
    browser.sign_in(BO)
    assert (browser.is_signed_in(), is_stopped(BO)) == (True, False)


def test_an_email_from_before_the_bounce_proves_nothing(asa, browser, cloud):
    browser.ask(ASA)
    link = sent_emails.newest_link()
    stop(cloud)
    browser.press_button(link)
    assert (browser.is_signed_in(), is_stopped()) == (True, True)
    assert corrections.of_member(asa) == []


@pytest.mark.parametrize("reason", ["bounce", "complaint"])
def test_feedback_after_the_email_went_out_wins(asa, browser, cloud, reason):
    stop(cloud)
    browser.ask(ASA)
    link = sent_emails.newest_link()
    suppression.stop(address_hash(ASA), reason, cloud.now)
    browser.press_button(link)
    assert (browser.is_signed_in(), is_stopped()) == (True, True)
    assert suppression.get(address_hash(ASA))["reason"] == reason


def test_feedback_that_comes_while_somebody_signs_in_wins(asa, browser, cloud, monkeypatch):
    stop(cloud)
    browser.ask(ASA)
    link = sent_emails.newest_link()
    hashed = address_hash(ASA)
    before_writing(monkeypatch, lambda: suppression.stop(hashed, "complaint", cloud.now))
    browser.press_button(link)
    assert (browser.is_signed_in(), is_stopped()) == (True, True)
    assert corrections.of_member(asa) == []


def test_a_bounce_after_signing_in_stops_the_address_again(asa, browser, cloud):
    stop(cloud)
    browser.sign_in(ASA)
    assert suppression.stop(address_hash(ASA), "bounce", cloud.now)
    assert is_stopped()


# ---- What the page says


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("bounce", f"one came back that we had sent to {ASA}"),
        ("complaint", f"one to {ASA} was reported as spam"),
    ],
)
def test_the_page_says_why_the_person_gets_no_email(asa, browser, cloud, reason, words):
    browser.sign_in(ASA)
    assert "You get no emails" not in browser.open("/me/")["body"]
    stop(cloud, reason=reason)
    page = browser.open("/me/")["body"]
    assert words in page
    assert ("Sign out and sign in" in page) == (reason == "bounce")


def test_what_the_team_lifted_stands_in_the_history(asa, browser, cloud):
    stop(cloud, reason="complaint")
    correcting.lift_suppression(address_hash(ASA), "complaint", "arn", "Asked", cloud.now)
    browser.sign_in(ASA)
    page = browser.open("/me/")["body"]
    assert "<del>stopped, because one was reported as spam</del>" in page
    assert "<ins>Asked</ins>" in page
