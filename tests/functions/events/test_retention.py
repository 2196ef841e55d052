"""How long answers are kept: until 60 days after the event, or until a person wants them erased."""

import pytest

from functions.core.aws import table
from functions.core.clock import DAY, epoch
from functions.events import handler
from functions.events.rules import erased_at
from functions.events.store import events, past_events, retention, rsvps
from tests.functions.events import actions
from tests.functions.support import EVENT, dump

pytestmark = pytest.mark.usefixtures("published")
ENDS_AT = epoch(EVENT["ends_at"])


def tick():
    handler.tick({"tick": True}, None)


def answers():
    return [item["sk"] for item in dump() if item["sk"].startswith("RSVP#")]


def test_sign_ups_are_erased_sixty_days_after_the_event(published):
    actions.accepted()
    actions.press_button(actions.accepted(email="bo@example.org"), action="cancel")
    published.now = ENDS_AT + 60 * DAY - 1
    tick()
    assert len(answers()) == 2
    published.pass_(1)
    tick()
    assert answers() == []
    assert "example." not in str(dump()).replace("alumni.example.com", "")


def test_an_event_without_sign_ups_leaves_the_index_and_keeps_all_its_seats(published):
    actions.accepted()
    published.now = ENDS_AT + 60 * DAY
    tick()
    assert (actions.event()["free"], actions.event()["capacity"]) == (40, 40)
    assert not {"due_kind", "due_at"} & actions.event().keys()


def test_moving_an_event_moves_its_erasure_date(change_link, published):
    actions.publish(ends_at="2027-06-01T19:00:00Z")
    published.now = ENDS_AT + 61 * DAY
    tick()
    assert len(answers()) == 1
    actions.publish()
    tick()
    assert answers() == []


def test_an_event_moved_during_erasure_keeps_its_sign_ups(change_link, published, monkeypatch):
    published.now = ENDS_AT + 60 * DAY
    later = {"ends_at": "2027-06-01T19:00:00Z"}
    actions.before_writing(monkeypatch, lambda: actions.publish(**later))
    tick()
    assert len(answers()) == 1
    assert actions.event()["free"] == 38


def test_sign_ups_of_a_withdrawn_event_are_erased_too(change_link, published):
    events.withdraw(actions.SLUG)
    published.now = ENDS_AT + 60 * DAY
    tick()
    assert answers() == []


def test_a_large_event_is_erased_in_several_transactions(published, monkeypatch):
    monkeypatch.setattr(retention, "ERASED_IN_ONE", 2)
    for name in "abcde":
        actions.sign_up(email=f"{name}@example.org", guests="0")
    published.now = ENDS_AT + 60 * DAY
    assert retention.erase_past_rsvps(published.now) == 5
    assert answers() == []


def test_one_run_erases_no_more_than_it_can_in_a_minute(published, monkeypatch):
    monkeypatch.setattr(retention, "ERASED_IN_ONE", 1)
    monkeypatch.setattr(retention, "ERASED_AT_ONCE", 2)
    for name in "abc":
        actions.sign_up(email=f"{name}@example.org", guests="0")
    published.now = ENDS_AT + 60 * DAY
    assert [retention.erase_past_rsvps(published.now) for _ in range(3)] == [2, 1, 0]


def test_a_closing_date_after_the_end_delays_erasure():
    late = EVENT | {"closes_at": "2026-12-31T00:00:00Z"}
    assert erased_at(late) == epoch("2026-12-31T00:00:00Z") + 60 * DAY
    assert erased_at(EVENT) == ENDS_AT + 60 * DAY


def asas_rsvps():
    return rsvps.of_address(actions.rsvp()["sk"].removeprefix("RSVP#"))


def test_deleting_a_sign_up_frees_its_seats_and_keeps_the_others(change_link):
    actions.accepted(email="bo@example.org", guests="0")
    (rsvp,) = asas_rsvps()
    rsvps.delete(rsvp)
    assert (actions.rsvp(), actions.event()["free"]) == ({}, 39)
    assert actions.rsvp("bo@example.org")["status"] == "accepted"
    rsvps.delete(rsvp)
    assert actions.event()["free"] == 39
    assert actions.open_link(change_link)["statusCode"] == 410


def test_the_sign_ups_of_a_person_hold_those_for_a_withdrawn_event(change_link):
    events.withdraw(actions.SLUG)
    assert [rsvp.slug for rsvp in asas_rsvps()] == [actions.SLUG]


def test_cancelling_while_it_is_deleted_frees_the_seats_once(change_link, monkeypatch):
    (rsvp,) = asas_rsvps()
    actions.before_writing(monkeypatch, lambda: actions.press_button(change_link, action="cancel"))
    rsvps.delete(rsvp)
    assert (actions.rsvp(), actions.event()["free"]) == ({}, 40)


def test_a_stale_index_entry_erases_nothing(change_link, monkeypatch):
    monkeypatch.setattr(table, "due", lambda *_, **__: [events.event_key(actions.SLUG)])
    assert retention.erase_past_rsvps(actions.event()["due_at"] - 1) == 0
    assert len(answers()) == 1


# ---- What stays in the figures


def past():
    return [(event.slug, event.taken, event.capacity) for event in past_events.of_year(2026)]


def test_how_many_came_stays_when_the_sign_ups_are_erased(published):
    actions.accepted()
    actions.sign_up(name="Bo Berg", email="bo@example.org")
    published.now = ENDS_AT + 60 * DAY
    tick()
    assert past() == [(actions.SLUG, 2, 40)]
    assert "Åsa" not in str(dump())
    before = dump()
    tick()
    assert dump() == before


def test_an_event_that_was_called_off_had_nobody(change_link, published):
    actions.publish(cancelled="Storm.")
    published.now = ENDS_AT + 60 * DAY
    tick()
    assert (answers(), past()) == ([], [])


def test_a_seat_that_is_freed_meanwhile_is_counted_as_free(change_link, published, monkeypatch):
    """The run that read the event before is refused; the next one writes what is true then."""
    published.now = ENDS_AT + 60 * DAY
    actions.before_writing(monkeypatch, actions.erase)
    tick()
    tick()
    assert past() == [(actions.SLUG, 0, 40)]
