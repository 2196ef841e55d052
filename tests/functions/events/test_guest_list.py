"""The guest list: who has a place, in an order for the door, and food summed up."""

from functions.events.guest_list import GuestList, guest_list
from functions.events.rules import Event, Rsvp, Status
from functions.events.store import events, rsvps
from tests.functions.events import actions

EVENT = Event("talk", 40, 36, 0, 0, 100, 200, 100)
NOW = 50


def rsvp(name: str, status: Status = Status.ACCEPTED, *, party: int = 1, dietary: str = "") -> Rsvp:
    expires_at = 60 if status is Status.PENDING else 0
    return Rsvp("talk", name, status, name, "a@example.com", party, dietary, "sv", 1, 1, expires_at)


def listed(*rsvps: Rsvp, now: int = NOW) -> GuestList:
    return guest_list(EVENT, rsvps, now)


def test_only_who_has_a_place_is_coming():
    guests = listed(
        rsvp("Åsa Ek", party=2), rsvp("Bo Ek", Status.PENDING), rsvp("Cai", Status.CANCELLED)
    )
    assert [guest.name for guest in guests.coming] == ["Åsa Ek"]
    assert (guests.places, guests.pending, guests.cancelled) == (2, 1, 1)


def test_a_sign_up_that_was_not_confirmed_in_time_is_not_waited_for():
    assert listed(rsvp("Bo Ek", Status.PENDING), now=60).pending == 0


def test_the_order_is_that_of_last_names():
    names = ["Zoe Adams", "adam Zorn", "Ann Berg", "Prince"]
    guests = listed(*map(rsvp, names))
    assert [guest.name for guest in guests.coming] == [
        "Zoe Adams",
        "Ann Berg",
        "Prince",
        "adam Zorn",
    ]


def test_food_is_summed_up_however_it_is_typed():
    guests = listed(
        rsvp("A", dietary="No nuts"),
        rsvp("B", dietary="no  nuts "),
        rsvp("C", dietary="Vegan"),
        rsvp("D"),
    )
    assert guests.food == [("No nuts", 2), ("Vegan", 1)]


def test_the_store_finds_every_event_and_its_sign_ups(cloud):
    actions.publish()
    actions.accepted()
    actions.sign_up(email="bo@example.org", name="Bo Ek")
    assert [event.slug for event in events.by_start()] == [actions.SLUG]
    assert sorted(rsvp.status for rsvp in rsvps.of_event(actions.SLUG)) == ["accepted", "pending"]
    assert rsvps.of_event("another") == []
