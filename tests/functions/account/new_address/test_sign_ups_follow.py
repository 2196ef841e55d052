"""Sign-ups for events follow to the new address, with their seats and a new link."""

import pytest

from functions.membership import moving
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA
from tests.functions.account.new_address.actions import (
    CHANGE,
    CONFIRM,
    NEW,
    UNDO,
    ask,
    changed,
    link_to,
    tick,
)
from tests.functions.events import actions as events
from tests.functions.support import dump


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
