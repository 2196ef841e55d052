"""A member leaves or is erased before, after and while their address changes."""

import pytest

from functions.account import signing_in
from functions.core.addresses import address_hash
from functions.core.clock import HOUR
from functions.membership import moving
from functions.people.store import address_moves
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA
from tests.functions.account.new_address.actions import (
    CONFIRM,
    NEW,
    UNDO,
    ask,
    changed,
    link_to,
    tick,
)
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.support import before_writing, dump


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
