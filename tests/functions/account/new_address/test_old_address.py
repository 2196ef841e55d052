"""The old address is told, can take the change back for some days, and is reserved that long."""

from functions.account import new_address
from functions.account.new_address import Stage
from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.core.lifetimes import UNDO_DAYS
from functions.membership import moving
from functions.people.store import address_moves, corrections
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA
from tests.functions.account.new_address.actions import (
    CONFIRM,
    JOIN,
    NEW,
    UNDO,
    ask,
    at_once,
    changed,
    link_to,
    tick,
)
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.support import but_limits, dump, table_calls

# ---- It is told, and takes the change back


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


def test_twenty_undos_at_once_undo_once(own_page, asa, cloud, dynamodb):
    changed(own_page)
    token = sent_emails.token_of(link_to(UNDO, ASA))
    cloud.pass_(60)
    assert at_once(lambda: new_address.undo(token, cloud.now)) == {Stage.DONE: 20}
    assert dynamodb.conflicts > 0
    assert people.member(asa).email == ASA
    assert len(corrections.of_member(asa)) == 2


# ---- It is reserved


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
