"""A member changes their address on /me/: confirmed there, told to the old one, undone from it."""

import pytest

from functions.account import new_address, rules, signing_in
from functions.account.new_address import Stage
from functions.core import settings, tokens
from functions.core.addresses import address_hash
from functions.core.clock import DAY, HOUR
from functions.core.lifetimes import NEW_ADDRESS_HOURS, UNDO_DAYS
from functions.core.mail import suppression
from functions.core.tokens import Purpose
from functions.membership import handler as membership_handler
from functions.membership import moving
from functions.people.store import address_moves, corrections, subscriptions
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA
from tests.functions.account.test_details import WANTED, hidden_fields
from tests.functions.events import actions as events
from tests.functions.events.crowd import crowd
from tests.functions.events.test_crowd import dynamodb  # noqa: F401 - a fixture
from tests.functions.membership import actions as membership
from tests.functions.sent_emails import Context
from tests.functions.support import (
    SITE_URL,
    before_writing,
    break_at_once,
    but_limits,
    dump,
    outbox,
    table_calls,
)

NEW = "asa@example.net"
CONFIRM, UNDO = "/me/address/confirm", "/me/address/undo"
SIGN_IN, JOIN, CHANGE = "/me/sign-in/link", "/api/join/confirm", "/api/rsvp/change"


@pytest.fixture
def own_page(asa, browser, cloud):
    """Åsa's browser, signed in a while ago."""
    browser.sign_in(ASA)
    cloud.pass_(HOUR)
    return browser


def ask(browser, address=NEW):
    return browser.post("/me/address", new_email=address)


def link_to(path, address=NEW):
    return sent_emails.newest_link_to(path, address)


def changed(browser, address=NEW):
    """Change to this address; the link in the email to it."""
    ask(browser, address)
    link = link_to(CONFIRM, address)
    assert Browser().press_button(link)["statusCode"] == 200
    return link


def tick():
    membership_handler.tick({"tick": True}, Context())


def at_once(click):
    return crowd(20, lambda _: click().stage)


def trace_of(address):
    return [item for item in dump() if address in str(item) or address_hash(address) in str(item)]


# ---- Asking


def test_asking_changes_nothing_and_emails_only_the_new_address(own_page, asa):
    before = len(sent_emails.sent())
    answer = ask(own_page)
    assert answer["headers"]["Location"] == f"{SITE_URL}/me/?step=address&language=en"
    (mail,) = sent_emails.deliver()[before:]
    assert (mail["To"], "Åsa" in sent_emails.decoded(mail)) == (NEW, False)
    assert ASA not in sent_emails.decoded(mail)
    assert people.member(asa).email == ASA
    assert f"We have emailed a link to {NEW}" in own_page.open("/me/")["body"]


def test_asking_costs_and_answers_the_same_whoever_has_the_address(own_page, cloud):
    membership.become_member(email="member@example.com")
    events.publish()
    events.accepted(email="guest@example.com")
    answers = [
        table_calls(lambda address=f"{who}@example.com": ask(own_page, address))
        for who in ("nobody", "member", "guest")
    ]
    assert answers[0] == answers[1] == answers[2]


def test_an_address_that_is_taken_says_so_to_its_reader_and_to_nobody_else(own_page, asa):
    membership.become_member(email=NEW)
    ask(own_page)
    mail = sent_emails.deliver()[-1]
    assert (mail["To"], "in use" in mail["Subject"]) == (NEW, True)
    assert sent_emails.links(sent_emails.text(mail)) == []
    assert f"We have emailed a link to {NEW}" in own_page.open("/me/")["body"]
    assert people.member(asa).email == ASA


@pytest.mark.parametrize(
    ("address", "message"),
    [("no address", "Please enter an email address"), ("Asa@Example.com", "your address already")],
)
def test_a_wrong_address_comes_back_with_a_message(own_page, address, message):
    before = but_limits()
    answer = ask(own_page, address)
    assert answer["statusCode"] == 400
    assert message in answer["body"]
    assert f'value="{address}"' in answer["body"]
    assert 'value="Åsa Ek"' in answer["body"]  # the form of details shows what is saved
    assert but_limits() == before


def test_one_person_has_so_many_addresses_emailed_a_day(own_page, cloud):
    for number in range(rules.NEW_ADDRESSES_PER_DAY):
        assert ask(own_page, f"new{number}@example.net")["statusCode"] == 303
    assert "several times" in ask(own_page)["body"]
    assert len(outbox()) == rules.NEW_ADDRESSES_PER_DAY
    assert [m["To"] for m in sent_emails.deliver()][-1] == "new4@example.net"  # the newest one only
    cloud.pass_(DAY)
    own_page.sign_in(ASA)
    assert ask(own_page)["statusCode"] == 303


def test_an_inbox_that_has_had_its_emails_gets_no_more_and_nobody_sees_it(
    own_page, monkeypatch, cloud
):
    monkeypatch.setenv("MAILS_PER_ADDRESS_PER_DAY", "1")
    settings.settings.cache_clear()
    first = ask(own_page)
    assert ask(own_page) == first
    assert len(outbox()) == 1
    assert f"We have emailed a link to {NEW}" in own_page.open("/me/")["body"]


def test_the_breaker_over_all_emails_holds_here_too(own_page, monkeypatch):
    break_at_once(monkeypatch)
    assert ask(own_page)["statusCode"] == 429


def test_another_sites_page_and_somebody_signed_out_ask_for_nothing(own_page, asa):
    before = but_limits()
    answer = own_page.post("/me/address", origin="https://evil.example", new_email=NEW)
    assert answer["statusCode"] == 400
    assert 'action="/me/sign-in"' in ask(Browser())["body"]
    assert but_limits() == before


def test_asking_counts_against_the_session(own_page, monkeypatch):
    monkeypatch.setattr(rules, "POSTS_PER_SESSION_PER_HOUR", 1)
    assert [ask(own_page)["statusCode"] for _ in range(2)] == [303, 429]


def test_an_address_typed_when_the_session_ended_is_there_after_signing_in(own_page, cloud):
    long = f"{'x' * 60}@{'y' * 60}.{'z' * 60}.example.com"
    cloud.pass_(13 * HOUR)
    answer = ask(own_page, long)
    own_page.ask(ASA, **hidden_fields(answer["body"]))
    own_page.press_button(sent_emails.newest_link())
    page = own_page.open("/me/")["body"]
    assert f'value="{long}"' in page
    assert page.count("It isn't saved yet") == 1
    assert 'value="Åsa Ek"' in page
    ask(own_page, long)
    assert not [item for item in dump() if item.get("draft")]


# ---- Confirming


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


def test_twenty_clicks_at_once_change_once(own_page, asa, cloud, dynamodb):  # noqa: F811
    ask(own_page)
    token = sent_emails.token_of(link_to(CONFIRM))
    assert at_once(lambda: new_address.confirm(token, cloud.now)) == {Stage.DONE: 20}
    assert dynamodb.conflicts > 0
    assert people.member(asa).email == NEW
    assert len(corrections.of_member(asa)) == 1
    mails = [mail for mail in sent_emails.deliver() if "has changed" in str(mail["Subject"])]
    assert [mail["To"] for mail in mails] == [ASA]


# ---- The old address is told, and takes it back


def test_the_old_address_is_told_without_the_new_one(own_page):
    changed(own_page)
    (mail,) = [mail for mail in sent_emails.deliver() if "has changed" in mail["Subject"]]
    assert mail["To"] == ASA
    assert "Hello Åsa Ek," in sent_emails.text(mail)
    assert NEW not in sent_emails.decoded(mail)
    assert "The link works until" in sent_emails.text(mail)


def test_opening_its_link_shows_what_will_happen_and_changes_nothing(own_page):
    changed(own_page)
    link = link_to(UNDO, ASA)
    before = dump()
    page = Browser().open(link)
    assert "Take the change of address back?" in page["body"]
    assert ASA in page["body"]
    assert NEW not in page["body"]
    assert dump() == before


def test_its_button_brings_everything_back(own_page, asa, cloud):
    events.publish()
    events.accepted()
    before = people.member(asa)
    changed(own_page)
    link = link_to(UNDO, ASA)
    cloud.pass_(UNDO_DAYS * DAY - 1)
    thief = Browser()
    thief.sign_in(NEW)
    answer = Browser().press_button(link)
    assert "The change is taken back" in answer["body"]
    member = people.member(asa)
    assert (member.email, member.address_hash) == (ASA, before.address_hash)
    assert (membership.member_id(ASA), membership.member_id(NEW)) == (asa, None)
    assert not thief.is_signed_in()
    assert events.rsvp(ASA)["status"] == "accepted"
    assert (events.rsvp(NEW), events.event()["free"]) == ({}, 38)
    assert not [item for item in dump() if item["pk"].startswith(("MOVES#", "SESSIONS#"))]
    assert not [item for item in dump() if item["sk"] == "RESERVED"]


def test_both_hear_of_it_and_the_history_says_how(own_page, asa, cloud):
    changed(own_page)
    cloud.pass_(60)
    Browser().press_button(link_to(UNDO, ASA))
    (mail,) = sent_emails.deliver()[-1:]
    assert (mail["To"], "taken back" in mail["Subject"]) == (NEW, True)
    assert "Åsa" not in sent_emails.decoded(mail)
    assert corrections.of_member(asa)[-1].after == {"email": ASA}
    cloud.pass_(60)
    own_page.sign_in(ASA)
    page = own_page.open("/me/")["body"]
    assert "taken back by the link in our email to the earlier address" in page


def test_undone_twice_is_harmless_and_too_late_is_a_clear_page(own_page, asa, cloud):
    changed(own_page)
    link = link_to(UNDO, ASA)
    cloud.pass_(UNDO_DAYS * DAY)
    for _ in ("before the sweep", "after it"):
        answer = Browser().press_button(link)
        assert (answer["statusCode"], "7 days have passed" in answer["body"]) == (410, True)
        tick()
    assert people.member(asa).email == NEW
    own_page.sign_in(NEW)
    cloud.pass_(60)
    changed(own_page, ASA)
    cloud.pass_(60)
    back = link_to(UNDO)
    Browser().press_button(back)
    after = but_limits()
    assert "The change is taken back" in Browser().press_button(back)["body"]
    assert but_limits() == after


def test_a_pending_change_ends_with_an_undo(own_page, asa, cloud):
    changed(own_page)
    undo = link_to(UNDO, ASA)
    cloud.pass_(60)
    thief = Browser()
    thief.sign_in(NEW)
    ask(thief, "thief@example.org")
    pending = link_to(CONFIRM, "thief@example.org")
    cloud.pass_(60)
    Browser().press_button(undo)
    assert Browser().press_button(pending)["statusCode"] == 410
    assert people.member(asa).email == ASA


def test_changing_again_does_not_shake_off_an_earlier_undo(own_page, asa, cloud):
    """And the undo of the later change ends with the earlier one's."""
    changed(own_page)
    first = link_to(UNDO, ASA)
    cloud.pass_(60)
    thief = Browser()
    thief.sign_in(NEW)
    cloud.pass_(60)
    changed(thief, "thief@example.org")
    later = link_to(UNDO)
    cloud.pass_(60)
    assert "taken back" in Browser().press_button(first)["body"]
    assert people.member(asa).email == ASA
    assert Browser().press_button(later)["statusCode"] == 410
    assert people.member(asa).email == ASA
    assert not [item for item in dump() if item["pk"].startswith("MOVES#")]


def test_the_undo_of_a_later_change_leaves_the_earlier_one(own_page, asa, cloud):
    changed(own_page)
    first = link_to(UNDO, ASA)
    cloud.pass_(60)
    own_page.sign_in(NEW)
    cloud.pass_(60)
    changed(own_page, "third@example.org")
    cloud.pass_(60)
    Browser().press_button(link_to(UNDO))
    assert people.member(asa).email == NEW
    cloud.pass_(60)
    Browser().press_button(first)
    assert people.member(asa).email == ASA


def test_twenty_undos_at_once_undo_once(own_page, asa, cloud, dynamodb):  # noqa: F811
    changed(own_page)
    token = sent_emails.token_of(link_to(UNDO, ASA))
    cloud.pass_(60)
    assert at_once(lambda: new_address.undo(token, cloud.now)) == {Stage.DONE: 20}
    assert dynamodb.conflicts > 0
    assert people.member(asa).email == ASA
    assert len(corrections.of_member(asa)) == 2


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


# ---- The old address is reserved


def test_nobody_else_joins_at_the_old_address_and_its_reader_gets_the_way_back(
    own_page, asa, cloud
):
    changed(own_page)
    link_to(UNDO, ASA)
    before = len(sent_emails.sent())
    answer = membership.join(email=ASA, name="Mallory")
    assert answer["headers"]["Location"].endswith("/join/check-your-mail/")
    (mail,) = sent_emails.deliver()[before:]
    assert (mail["To"], "has changed" in mail["Subject"]) == (ASA, True)
    assert "Mallory" not in sent_emails.decoded(mail)
    cloud.pass_(60)
    Browser().press_button(sent_emails.links(sent_emails.text(mail))[0])
    assert people.member(asa).email == ASA


def test_joining_costs_the_same_at_a_reserved_address(own_page):
    changed(own_page)
    answers = [
        table_calls(lambda address=address: membership.join(email=address))
        for address in (ASA, NEW, "nobody@example.com")
    ]
    assert answers[0] == answers[1] == answers[2]


def test_a_form_to_join_from_before_it_was_reserved_joins_nobody(own_page, asa, cloud, monkeypatch):
    """It is read, then the address becomes reserved, then the click is saved."""
    third = "third@example.org"
    membership.join(email=third)
    joining = link_to(JOIN, third)
    changed(own_page, third)
    cloud.pass_(60)
    own_page.sign_in(third)
    cloud.pass_(60)
    changed(own_page)
    assert membership.press_button(joining)["statusCode"] == 410
    assert len(membership.members()) == 1


def test_no_other_member_moves_to_it(own_page, asa, cloud):
    changed(own_page)
    sent_emails.deliver()
    membership.become_member(email="bo@example.com")
    bo = Browser()
    bo.sign_in("bo@example.com")
    ask(bo, ASA)
    mails = [mail["Subject"] for mail in sent_emails.deliver() if mail["To"] == ASA]
    assert [subject for subject in mails if "in use" in subject]


def test_after_the_days_to_undo_the_address_is_free_by_the_sweep(own_page, asa, cloud):
    changed(own_page)
    cloud.pass_(UNDO_DAYS * DAY - 1)
    tick()
    assert address_moves.reservation(address_hash(ASA))
    cloud.pass_(1)
    tick()
    assert not address_moves.reservation(address_hash(ASA))
    assert membership.become_member(name="Åsa Son") != asa


def test_only_so_many_changes_can_wait_to_be_undone(own_page, cloud, monkeypatch):
    monkeypatch.setattr(moving, "MOST", 1)
    changed(own_page)
    cloud.pass_(60)
    own_page.sign_in(NEW)
    assert "several times" in ask(own_page, "third@example.org")["body"]


# ---- Sign-ups follow


@pytest.fixture
def coming(asa):
    """Åsa comes to an event with a guest; the link to change that."""
    events.publish()
    return events.accepted()


def test_sign_ups_follow_with_a_new_link_and_their_seats(coming, own_page):
    changed(own_page)
    rsvp = events.rsvp(NEW)
    assert (rsvp["status"], rsvp["party"], rsvp["email"]) == ("accepted", 2, NEW)
    assert (events.rsvp(ASA), events.event()["free"]) == ({}, 38)
    newest = link_to(CHANGE)
    assert events.press_button(newest, action="cancel")["statusCode"] == 200
    assert events.event()["free"] == 40


def test_an_older_link_leads_to_a_page_that_emails_the_newest(coming, own_page):
    changed(own_page)
    sent_emails.deliver()
    page = events.open_link(coming)
    assert (page["statusCode"], "There is a newer link" in page["body"]) == (409, True)
    assert NEW not in page["body"]
    events.press_button(coming, action="cancel")
    assert events.rsvp(NEW)["status"] == "accepted"
    events.press_button(coming, action="newest")
    mail = sent_emails.deliver()[-1]
    assert mail["To"] == NEW
    assert events.open_link(sent_emails.links(sent_emails.text(mail))[0])["statusCode"] == 200


@pytest.mark.parametrize(
    ("there", "party", "free"),
    [("pending", 2, 38), ("accepted", 2, 38), ("cancelled", 2, 38)],
)
def test_the_accepted_sign_up_takes_the_place_of_one_that_is_there(
    coming, own_page, there, party, free
):
    events.sign_up(email=NEW, guests="0")
    if there != "pending":
        events.press_button(link_to("/api/rsvp/confirm"))
    if there == "cancelled":
        events.press_button(link_to(CHANGE), action="cancel")
    changed(own_page)
    rsvp = events.rsvp(NEW)
    assert (rsvp["status"], rsvp["party"], events.rsvp(ASA)) == ("accepted", party, {})
    assert events.event()["free"] == free


def test_a_cancelled_sign_up_gives_way_to_the_accepted_one_that_is_there(coming, own_page):
    events.press_button(coming, action="cancel")
    sent_emails.deliver()
    events.accepted(email=NEW, guests="0")
    changed(own_page)
    assert (events.rsvp(NEW)["status"], events.rsvp(NEW)["party"]) == ("accepted", 1)
    assert (events.rsvp(ASA), events.event()["free"]) == ({}, 39)


def test_a_change_that_ends_half_way_is_finished_by_the_tick(coming, own_page, asa, monkeypatch):
    ask(own_page)
    link = link_to(CONFIRM)
    with monkeypatch.context() as patch:
        patch.setattr(moving, "follow", lambda *_: None)
        Browser().press_button(link)
    assert events.rsvp(ASA)["status"] == "accepted"
    assert "isn't known" not in str(events.rsvp(NEW))
    tick()
    assert (events.rsvp(NEW)["status"], events.rsvp(ASA)) == ("accepted", {})
    after = dump()
    tick()
    assert dump() == after


def test_until_they_have_followed_the_old_address_opens_none_of_them(
    coming, own_page, monkeypatch, cloud
):
    monkeypatch.setattr(moving, "follow", lambda *_: None)
    changed(own_page)
    cloud.pass_(60)
    before = len(sent_emails.sent())
    Browser().ask(ASA)
    assert ASA not in [m["To"] for m in sent_emails.deliver()[before:] if "Sign in" in m["Subject"]]


def test_an_undo_while_they_follow_waits_for_them(coming, own_page, asa, monkeypatch, cloud):
    ask(own_page)
    link = link_to(CONFIRM)
    with monkeypatch.context() as patch:
        patch.setattr(moving, "follow", lambda *_: None)
        Browser().press_button(link)
    cloud.pass_(60)
    Browser().press_button(link_to(UNDO, ASA))
    assert people.member(asa).email == ASA
    assert (events.rsvp(ASA)["status"], events.event()["free"]) == ("accepted", 38)
    assert not [item for item in dump() if item["pk"].startswith("MOVES#")]


def test_a_sign_up_changed_meanwhile_follows_as_it_is(coming, own_page, monkeypatch):
    ask(own_page)
    link = link_to(CONFIRM)

    def change_then_follow(move, now, follow=moving.follow):
        events.press_button(coming, action="cancel")
        follow(move, now)

    monkeypatch.setattr(moving, "follow", change_then_follow)
    Browser().press_button(link)
    assert (events.rsvp(NEW)["status"], events.event()["free"]) == ("cancelled", 40)


def test_an_undo_leaves_the_other_address_what_it_had_signed_up_for_itself(asa, own_page, cloud):
    events.publish()
    events.accepted(email=NEW, name="Mallory")
    changed(own_page)
    cloud.pass_(60)
    Browser().press_button(link_to(UNDO, ASA))
    assert (events.rsvp(NEW)["name"], events.rsvp(ASA)) == ("Mallory", {})


# ---- Leaving and erasing


def test_leaving_deletes_what_waits_and_what_is_reserved(coming, own_page, cloud):
    changed(own_page)
    undo = link_to(UNDO, ASA)
    cloud.pass_(60)
    own_page.sign_in(NEW)
    ask(own_page, "third@example.org")
    pending = link_to(CONFIRM, "third@example.org")
    own_page.post("/me/leave")
    sent_emails.deliver()
    assert not [item for item in dump() if item["pk"].startswith("MOVES#")]
    assert not address_moves.reservation(address_hash(ASA))
    for link in (undo, pending):
        assert Browser().open(link)["statusCode"] == 410
        assert Browser().press_button(link)["statusCode"] == 410
    cloud.pass_(HOUR)
    tick()
    for address in (ASA, NEW, "third@example.org"):
        assert address not in str(dump())


def test_sign_ups_that_had_not_followed_yet_are_erased_too(coming, own_page, monkeypatch, cloud):
    monkeypatch.setattr(moving, "follow", lambda *_: None)
    changed(own_page)
    sent_emails.deliver()
    membership.begin_erasing(NEW)
    assert (events.rsvp(ASA), events.event()["free"]) == ({}, 40)
    sent_emails.deliver()
    cloud.pass_(HOUR)
    tick()
    assert (ASA in str(dump()), NEW in str(dump())) == (False, False)


def test_erasing_by_the_old_address_erases_its_member(own_page, asa):
    changed(own_page)
    membership.erase(ASA)
    assert people.member(asa) is None
    assert membership.member_id(NEW) is None


@pytest.mark.parametrize("undoes", [False, True])
def test_leaving_at_the_moment_of_a_change_leaves_nothing_half_done(
    own_page, asa, cloud, monkeypatch, undoes
):
    if undoes:
        changed(own_page)
        cloud.pass_(60)
        link = link_to(UNDO, ASA)
        own_page.sign_in(NEW)
        cloud.pass_(60)
    else:
        ask(own_page)
        link = link_to(CONFIRM)
    before_writing(monkeypatch, lambda: Browser().press_button(link))
    # The first write counts the session's form; the second one erases.
    monkeypatch.setattr(signing_in, "count", lambda _session: None)
    own_page.post("/me/leave")
    sent_emails.deliver()
    member = people.member(asa)
    if member:  # the undo came first: whoever was signed in leaves nobody
        assert (undoes, member.email, membership.member_id(ASA)) == (True, ASA, asa)
    else:
        assert (membership.member_id(ASA), membership.member_id(NEW)) == (None, None)
        assert not [item for item in dump() if item["pk"].startswith("MOVES#")]


def test_a_change_at_the_moment_of_leaving_changes_nobody(own_page, asa, monkeypatch):
    ask(own_page)
    link = link_to(CONFIRM)
    before_writing(monkeypatch, lambda: membership.begin_erasing(ASA))
    assert Browser().press_button(link)["statusCode"] == 410
    assert membership.members() == []
    assert not [item for item in dump() if item["sk"] in {"RESERVED", "MEMBER"}]


def test_a_guest_is_told_what_they_can_do(bo, browser):
    browser.sign_in(bo)
    page = browser.open("/me/")["body"]
    assert "To use another address" in page
    assert 'action="/me/address"' not in page
    assert 'action="/me/sign-in"' in ask(browser)["body"]
