"""The link in the email to the new address: its button changes the address, once and wholly."""

from functions.account import new_address
from functions.account.new_address import Stage
from functions.core import tokens
from functions.core.addresses import address_hash
from functions.core.clock import HOUR
from functions.core.lifetimes import NEW_ADDRESS_HOURS
from functions.core.mail import suppression
from functions.core.tokens import Purpose
from functions.membership import moving
from functions.people.store import corrections, subscriptions
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA
from tests.functions.account.new_address.actions import (
    CONFIRM,
    JOIN,
    NEW,
    SIGN_IN,
    ask,
    at_once,
    changed,
    link_to,
    tick,
)
from tests.functions.account.test_details import WANTED
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.support import before_writing, but_limits, dump


def trace_of(address):
    return [item for item in dump() if address in str(item) or address_hash(address) in str(item)]


def test_opening_the_link_shows_what_will_happen_and_changes_nothing(own_page):
    ask(own_page)
    link = link_to(CONFIRM)
    before = dump()
    for method in ("GET", "HEAD"):
        page = Browser().open(link, method)
    page = Browser().open(link)
    assert page["statusCode"] == 200
    for shown in (NEW, "Your sign-ups for events move along", "signed out everywhere"):
        assert shown in page["body"]
    assert ASA not in page["body"]
    assert "Åsa" not in page["body"]
    assert dump() == before


def test_its_button_changes_the_address_once_in_any_browser(own_page, asa):
    before = people.member(asa)
    link = changed(own_page)
    member = people.member(asa)
    assert (member.email, member.address_hash) == (NEW, address_hash(NEW))
    assert (member.revision, member.newsletter) == (before.revision + 1, True)
    assert (membership.member_id(NEW), membership.member_id(ASA)) == (asa, None)
    after = but_limits()
    again = Browser().press_button(link)
    assert (again["statusCode"], "has changed" in again["body"]) == (200, True)
    assert but_limits() == after


def test_the_change_is_in_the_history_as_from_and_to(own_page, asa, cloud):
    changed(own_page)
    (change,) = corrections.of_member(asa)
    assert (change.by, change.before, change.after) == (
        "the member",
        {"email": ASA},
        {"email": NEW},
    )
    cloud.pass_(60)
    own_page.sign_in(NEW)
    page = own_page.open("/me/")["body"]
    assert f"<del>{ASA}</del> → <ins>{NEW}</ins>" in page
    assert "changed by you" in page


def test_a_newer_form_ends_the_older_link(own_page, asa):
    ask(own_page)
    older = link_to(CONFIRM)
    ask(own_page, "other@example.net")
    newer = link_to(CONFIRM, "other@example.net")
    assert Browser().open(older)["statusCode"] == 410
    assert Browser().press_button(older)["statusCode"] == 410
    assert people.member(asa).email == ASA
    Browser().press_button(newer)
    assert people.member(asa).email == "other@example.net"


def test_the_link_works_for_the_hours_that_its_email_says(own_page, asa, cloud):
    ask(own_page)
    link = link_to(CONFIRM)
    assert f"for {NEW_ADDRESS_HOURS} hours" in sent_emails.text(sent_emails.sent()[-1])
    cloud.pass_(NEW_ADDRESS_HOURS * HOUR)
    assert Browser().press_button(link)["statusCode"] == 410
    assert people.member(asa).email == ASA
    tick()
    assert not trace_of(NEW)[2:]  # besides the limit, and the line of that email


def test_all_sessions_and_sign_in_links_end(own_page, asa, cloud):
    elsewhere = Browser()
    elsewhere.sign_in(ASA)
    asking = Browser()
    asking.ask(ASA)
    sign_in = link_to(SIGN_IN, ASA)
    ask(own_page)
    link = link_to(CONFIRM)
    cloud.pass_(60)
    Browser().press_button(link)
    assert not own_page.is_signed_in()
    assert not elsewhere.is_signed_in()
    assert "no longer works" in Browser().press_button(sign_in)["body"]
    assert not [item for item in dump() if item["pk"].startswith("SESSIONS#")]


def test_a_session_that_was_not_deleted_is_void_all_the_same(own_page, monkeypatch):
    monkeypatch.setattr(moving, "follow", lambda *_: None)
    changed(own_page)
    assert [item for item in dump() if item["pk"].startswith("SESSIONS#")]
    assert not own_page.is_signed_in()


def test_a_sign_in_that_was_asked_for_at_the_new_address_before_ends_too(own_page, cloud):
    events.publish()
    events.accepted(email=NEW)
    ask(own_page)
    link = link_to(CONFIRM)
    Browser().ask(NEW)
    sign_in = link_to(SIGN_IN)
    cloud.pass_(60)
    Browser().press_button(link)
    assert "no longer works" in Browser().press_button(sign_in)["body"]


def test_the_new_address_signs_in_and_the_old_one_no_longer_does(own_page, cloud):
    events.publish()
    events.accepted()
    changed(own_page)
    cloud.pass_(60)
    before = len(sent_emails.deliver())
    own_page.ask(ASA)
    assert [mail["To"] for mail in sent_emails.deliver()[before:]].count(ASA) == 0
    own_page.sign_in(NEW)
    assert f"You are signed in as {NEW}" in own_page.open("/me/")["body"]


def test_links_to_unsubscribe_go_on_working(own_page, asa):
    changed(own_page)
    membership.unsubscribe(asa)
    assert not people.member(asa).newsletter


def test_whose_old_address_bounced_gets_mail_again(own_page, asa, cloud):
    suppression.stop(address_hash(ASA), "bounce", 1)
    changed(own_page)
    cloud.pass_(60)
    own_page.ask(NEW)
    assert sent_emails.deliver()[-1]["To"] == NEW
    assert [mail["To"] for mail in sent_emails.sent()].count(
        ASA
    ) == 3  # joining, welcome, signing in


def test_an_address_that_is_taken_meanwhile_is_refused(own_page, asa):
    ask(own_page)
    link = link_to(CONFIRM)
    other = membership.become_member(email=NEW)
    answer = Browser().press_button(link)
    assert (answer["statusCode"], "belongs to a membership already" in answer["body"]) == (
        410,
        True,
    )
    assert (people.member(asa).email, membership.member_id(NEW)) == (ASA, other)


def test_somebody_who_joins_there_at_the_same_moment_wins_or_loses_wholly(
    own_page, asa, monkeypatch
):
    ask(own_page)
    link = link_to(CONFIRM)
    membership.join(email=NEW)
    joining = link_to(JOIN)
    before_writing(monkeypatch, lambda: membership.press_button(joining))
    assert Browser().press_button(link)["statusCode"] == 410
    assert people.member(asa).email == ASA
    assert membership.member_id(NEW) != asa
    assert not [item for item in dump() if item["sk"] == "RESERVED"]


def test_a_form_to_join_that_waited_there_makes_nobody_else_its_member(own_page, asa):
    membership.join(email=NEW)
    joining = link_to(JOIN)
    changed(own_page)
    membership.press_button(joining)
    assert membership.member_id(NEW) == asa
    assert len(membership.members()) == 1


def test_of_two_changes_at_once_both_are_kept(own_page, asa, monkeypatch):
    ask(own_page)
    link = link_to(CONFIRM)
    before_writing(monkeypatch, lambda: subscriptions.stop_newsletter(asa, "one click", 1))
    Browser().press_button(link)
    member = people.member(asa)
    assert (member.email, member.newsletter) == (NEW, False)


def test_details_saved_in_the_same_second_are_kept_too(own_page, asa):
    ask(own_page)
    link = link_to(CONFIRM)
    own_page.post("/me/details", **WANTED)
    Browser().press_button(link)
    assert people.member(asa).email == NEW
    assert [set(change.after) & {"email", "name"} for change in corrections.of_member(asa)] == [
        {"name"},
        {"email"},
    ]


def test_twenty_clicks_at_once_change_once(own_page, asa, cloud, dynamodb):
    ask(own_page)
    token = sent_emails.token_of(link_to(CONFIRM))
    assert at_once(lambda: new_address.confirm(token, cloud.now)) == {Stage.DONE: 20}
    assert dynamodb.conflicts > 0
    assert people.member(asa).email == NEW
    assert len(corrections.of_member(asa)) == 1
    mails = [mail for mail in sent_emails.deliver() if "has changed" in str(mail["Subject"])]
    assert [mail["To"] for mail in mails] == [ASA]


def test_a_link_of_another_purpose_person_or_browser_does_nothing(own_page, asa):
    other = membership.become_member(email="bo@example.com")
    ask(own_page)
    link = link_to(CONFIRM)
    owner, hashed, new_id = tokens.read(Purpose.NEW_ADDRESS, sent_emails.token_of(link), 3)
    forged = [
        tokens.make(Purpose.UNDO_ADDRESS, owner, hashed, new_id),
        tokens.make(Purpose.NEW_ADDRESS, f"m{other}", hashed, new_id),
        tokens.make(Purpose.NEW_ADDRESS, owner, hashed, "0" * 32),
        sent_emails.token_of(link)[:-1],
        "",
    ]
    before = but_limits()
    for token in forged:
        for path in ("/me/address/confirm", "/me/address/undo"):
            assert Browser().post(path, token=token)["statusCode"] == 410
    evil = Browser().post(
        "/me/address/confirm", "https://evil.example", token=sent_emails.token_of(link)
    )
    assert evil["statusCode"] == 400
    assert but_limits() == before
