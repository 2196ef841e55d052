"""A sign-up that moves to another address keeps what was noted about the emails it has had."""

import pytest

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.events import rules
from functions.events.store import reminders, rsvps
from functions.events.store.reminders import Which
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.support import NOW

NEW = "asa.ek@example.org"


def sign_up_of(email):
    return rsvps.get(actions.SLUG, address_hash(email))


def move(there=None):
    before = sign_up_of(actions.ASA["email"])
    after = rules.moved(before, there, address_hash(NEW), NEW, NOW)
    table.transact(*rsvps.moving(before, there, after, NOW, mail=False))
    return sign_up_of(NEW)


@pytest.mark.parametrize("which", [Which.FIRST, Which.LAST])
def test_who_was_reminded_before_moving_is_not_reminded_again(change_link, which):
    assert reminders.remind(sign_up_of(actions.ASA["email"]), which, NOW)
    moved = move()
    assert not reminders.remind(moved, which, NOW)


def test_whichever_of_two_sign_ups_was_reminded_counts(change_link):
    sent_emails.deliver()
    actions.accepted(email=NEW, guests="0")
    assert reminders.remind(sign_up_of(NEW), Which.LAST, NOW)
    assert reminders.remind(sign_up_of(actions.ASA["email"]), Which.FIRST, NOW)
    moved = move(sign_up_of(NEW))
    assert not any(reminders.remind(moved, which, NOW) for which in (Which.FIRST, Which.LAST))


def test_what_the_team_has_written_is_not_written_again(change_link):
    key = rsvps.rsvp_key(actions.SLUG, address_hash(actions.ASA["email"]))
    table.write(table.update(key, "SET #message = :one", {":one": 1}, condition=table.EXISTS))
    move()
    assert actions.rsvp(NEW)["message"] == 1


def test_an_offer_that_moves_keeps_its_own_end(published):
    offered = rules.follow(waiting(), status=rules.Status.OFFERED, held_until=NOW + 60)
    rsvps.save(waiting(), offered, "seat_offered", NOW)
    moved = move()
    assert (moved.held_until, actions.rsvp(NEW)["due_at"]) == (NOW + 60, NOW + 60)


def waiting():
    if sign_up_of(actions.ASA["email"]) is None:
        actions.publish(seats=0)
        actions.sign_up()
        actions.press_button(actions.newest_link(), queue="yes")
        actions.publish(seats=2)
    return sign_up_of(actions.ASA["email"])
