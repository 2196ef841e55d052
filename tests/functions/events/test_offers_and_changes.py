"""An offer while its event changes: the team may still give the place, and an event that takes
place after all holds it anew."""

from typing import Any

import pytest

from functions.core import clock
from functions.core.clock import DAY, HOUR
from functions.events import waiting_list
from functions.events.store import rsvps
from tests.functions.events import actions
from tests.functions.events.test_cancelled_offers import BO, offer, subjects


@pytest.fixture
def bo(cloud: Any) -> str:
    """The hash of Bo's address, who is offered Åsa's places."""
    offer()
    actions.publish(seats=2)
    actions.tick()
    subjects()
    return str(actions.rsvp(BO)["sk"].partition("#")[2])


@pytest.mark.parametrize("change", [{"title": "Autumn talks"}, {"place": "Quay 5"}])
def test_the_team_gives_the_place_to_whoever_has_an_offer_whatever_has_changed(
    bo: str, change: dict[str, str]
) -> None:
    actions.publish(seats=2, **change)
    before = rsvps.get(actions.SLUG, bo)
    assert before
    decision = waiting_list.promote(before, "on the phone")
    assert decision.after
    rsvps.save(before, decision.after, decision.mail, clock.now())
    actions.tick()
    mails = subjects()
    assert actions.rsvp(BO)["status"] == "accepted"
    assert [mail for mail in mails if "what has changed" in mail] == (
        ["Please note what has changed: Autumn talk"] if "place" in change else []
    )


def test_an_event_that_takes_place_after_all_holds_the_place_anew(cloud: Any) -> None:
    offer()
    before = actions.rsvp(BO)["held_until"]
    cloud.pass_(3 * DAY)
    actions.publish(seats=2)
    actions.tick()
    assert subjects()[-1] == "It takes place after all: Autumn talk"
    assert actions.rsvp(BO)["status"] == "offered"
    assert actions.rsvp(BO)["held_until"] > cloud.now > before
    cloud.pass_(2 * DAY + HOUR)
    actions.tick()
    assert subjects()[-1] == "Our offer of a place has ended: Autumn talk"


def test_it_is_held_for_no_longer_when_it_takes_place_after_all_within_the_time(
    cloud: Any,
) -> None:
    offer()
    until = actions.rsvp(BO)["held_until"]
    actions.publish(seats=2)
    actions.tick()
    assert actions.rsvp(BO)["held_until"] >= until
