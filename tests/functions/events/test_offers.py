"""A seat that frees is offered to the next in the queue and held, or given at once: by ticks."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from functions.core.addresses import address_hash
from functions.core.clock import DAY, HOUR, MINUTE
from functions.events import waiting_list
from functions.events.store import events, places
from functions.membership import erasing
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import open_link, press_button
from tests.functions.events.full_event import (
    ASA,
    BO,
    CAI,
    come,
    leave,
    link_of,
    network,
    states,
    subjects,
)
from tests.functions.support import NOW


def test_a_seat_that_frees_is_offered_to_the_next_and_held(dinner):
    asa = come(ASA, 1)
    come(BO, 1)
    come(CAI)
    leave(asa)
    actions.tick()
    assert states(BO, CAI) == ["offered", "waiting"]
    assert actions.event()["free"] == 0
    page = open_link(link_of(BO))["body"]
    assert "We are holding 2 for you and your guests until" in page
    assert "Yes, I'm coming" in page
    assert "You are signed up" in press_button(link_of(BO), action="accept")["body"]
    assert (states(BO, CAI), actions.event()["free"]) == (["accepted", "waiting"], 0)


def test_a_seat_goes_to_the_next_and_not_back_to_the_one_who_left(dinner):
    asa = come(ASA, 1)
    come(BO)
    leave(asa)
    come(ASA, 1)
    actions.tick()
    assert states(ASA, BO) == ["waiting", "offered"]


def test_a_refused_offer_goes_to_the_next(dinner):
    asa = come(ASA, 1)
    come(BO, 1)
    come(CAI, 1)
    leave(asa)
    actions.tick()
    leave(link_of(BO))
    actions.tick()
    assert states(BO, CAI) == ["cancelled", "offered"]


def test_an_offer_lapses_goes_on_and_its_holder_may_join_at_the_end(dinner):
    asa = come(ASA, 1)
    come(BO, 1)
    come(CAI, 1)
    leave(asa)
    actions.tick()
    offer = link_of(BO)
    dinner.pass_(2 * DAY)
    assert press_button(offer, action="accept")["statusCode"] == 410
    actions.tick()
    assert states(BO, CAI) == ["cancelled", "offered"]
    assert subjects(BO)[-1] == "Our offer of a place has ended"
    page = open_link(offer)["body"]
    assert "the time to answer our offer of a place" in page
    press_button(offer, action="come_back", queue="yes")
    assert states(BO) == ["waiting"]


def test_a_scanner_that_opens_every_link_of_an_offer_changes_nothing(dinner):
    asa = come(ASA, 1)
    come(BO)
    leave(asa)
    actions.tick()
    link_of(BO)
    mail = [mail for mail in sent_emails.sent() if mail["To"] == BO][-1]
    links = sent_emails.links(sent_emails.text(mail))
    assert [open_link(link)["statusCode"] for link in links] == [200, 200]
    assert states(BO) == ["offered"]


def test_a_promotion_that_runs_twice_gives_one_seat(dinner):
    asa = come(ASA, 1)
    come(BO)
    come(CAI)
    actions.publish(seats=1)
    leave(asa)
    actions.tick()
    actions.tick()
    assert states(BO, CAI) == ["offered", "waiting"]
    assert subjects(BO).count("There is a place for you") == 1


def test_a_party_of_two_at_the_head_waits_for_both_seats(dinner):
    asa = come(ASA, 1)
    come(BO, 1)
    come(CAI)
    press_button(asa, action="save", guests="0", dietary="")
    actions.tick()
    assert states(BO, CAI) == ["waiting", "waiting"]


def test_with_the_setting_a_smaller_party_takes_the_seat_that_the_first_cannot_use(dinner):
    network(smaller_parties_first=True)
    asa = come(ASA, 1)
    come(BO, 1)
    come(CAI)
    press_button(asa, action="save", guests="0", dietary="")
    actions.tick()
    assert states(BO, CAI) == ["waiting", "offered"]


def test_with_the_setting_the_next_has_the_seat_at_once(dinner):
    network(waiting_list="at once")
    asa = come(ASA, 1)
    come(BO)
    leave(asa)
    actions.tick()
    assert states(BO) == ["accepted"]
    assert subjects(BO)[-1] == "You have a place"


def test_cancelling_everybody_frees_everything(dinner):
    links = [come(ASA, 1), come(BO), come(CAI)]
    for link in links:
        leave(link)
    actions.tick()
    event = actions.event()
    assert (event["free"], event["waiting"]) == (2, 0)
    assert list(places.queue(actions.SLUG)) == []
    assert places.with_queue(dinner.now) == []


def test_the_queue_is_not_served_after_the_start(dinner):
    asa = come(ASA, 1)
    come(BO)
    dinner.pass_(16 * DAY)
    leave(asa)
    actions.tick()
    assert states(BO) == ["waiting"]


def test_capacity_that_grows_serves_the_queue_and_that_is_lowered_evicts_nobody(dinner):
    come(ASA, 1)
    come(BO, 1)
    actions.publish(seats=1)
    actions.tick()
    assert states(ASA, BO) == ["accepted", "waiting"]
    actions.publish(seats=4)
    actions.tick()
    assert states(ASA, BO) == ["accepted", "offered"]


@pytest.mark.parametrize("has_offer", [False, True])
def test_a_guest_who_is_erased_leaves_queue_and_offer_to_the_next(has_offer, dinner):
    asa = come(ASA, 1)
    come(BO, 1)
    come(CAI, 1)
    leave(asa) if has_offer else None
    actions.tick()
    assert states(BO) == ["offered" if has_offer else "waiting"]
    erasing.begin(address_hash(BO), dinner.now)
    leave(asa)
    actions.tick()
    assert states(BO, CAI) == ["", "offered"]


def test_an_event_that_moves_while_an_offer_is_open_asks_anew(dinner):
    asa = come(ASA, 1)
    come(BO)
    leave(asa)
    actions.tick()
    offer = link_of(BO)
    shown = re.search(r'name="shown" value="(\d+)"', open_link(offer)["body"])
    assert shown
    actions.publish(seats=2, starts_at="2026-12-04T16:30:00Z", ends_at="2026-12-04T19:00:00Z")
    answer = press_button(offer, action="accept", shown=shown[1])
    assert (answer["statusCode"], states(BO)) == (409, ["offered"])
    assert "This has changed since you signed up" in answer["body"]
    actions.tick()
    dinner.pass_(MINUTE)
    assert subjects(BO)[-1] == "Please note what has changed"
    assert "We are still holding a place for you until" in sent_emails.text(sent_emails.sent()[-1])


def test_who_waits_hears_that_the_event_is_cancelled(dinner):
    come(ASA, 1)
    come(BO)
    actions.publish(seats=2, cancelled="Storm")
    actions.tick()
    assert subjects(BO)[-1] == "Cancelled"


def test_then_i_cannot_come_is_one_button(dinner):
    asa = come(ASA, 1)
    page = open_link(f"{asa}&answer=no")["body"]
    assert page.count("<button") == 1
    assert "Cancel my sign-up" in page
    assert states(ASA) == ["accepted"]


def test_a_sign_up_that_was_cancelled_comes_back_by_its_own_link(dinner):
    asa = come(ASA, 1)
    leave(asa)
    link = link_of(ASA)
    assert "there are still 2 places for you" in open_link(link)["body"]
    assert "You are signed up" in press_button(link, action="come_back")["body"]
    assert (states(ASA), actions.event()["free"]) == (["accepted"], 0)


# ---- When, and for how long


def at(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@pytest.mark.parametrize(
    ("local", "zone", "starts", "may"),
    [
        ("2026-11-20T12:00", "Europe/Stockholm", "2026-12-03T17:30", True),
        ("2026-11-20T21:00", "Europe/Stockholm", "2026-12-03T17:30", False),
        ("2026-11-20T07:59", "Europe/Stockholm", "2026-12-03T17:30", False),
        ("2026-11-20T08:00", "Europe/Stockholm", "2026-12-03T17:30", True),
        ("2026-11-20T23:00", "Europe/Stockholm", "2026-11-21T09:30", True),  # the last chance
        ("2026-11-20T23:00", "Europe/Stockholm", "2026-11-21T10:30", False),
        ("2026-11-20T21:30", "Asia/Hong_Kong", "2026-12-03T17:30", False),
        ("2026-11-20T20:30", "Asia/Hong_Kong", "2026-12-03T17:30", True),
        ("2026-10-25T02:30", "Europe/Stockholm", "2026-12-03T17:30", False),  # comes twice
        ("2026-12-03T17:30", "Europe/Stockholm", "2026-12-03T17:30", False),
    ],
)
def test_offers_are_sent_by_day_in_the_zone_of_the_event(local, zone, starts, may, cloud):
    utc = datetime.fromtimestamp(at(starts, zone), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    actions.publish(time_zone=zone, starts_at=utc, closes_at=utc)
    event = events.get(actions.SLUG)
    assert event
    how = waiting_list.WaitingList()
    assert waiting_list.may_serve(event, how, at(local, zone)) is may


@pytest.mark.parametrize(
    ("left", "lasts"),
    [
        (90 * DAY, 48 * HOUR),
        (10 * DAY, 24 * HOUR),
        (DAY, 144 * MINUTE),
        (10 * HOUR, 2 * HOUR),
        (HOUR, HOUR),
    ],
)
def test_an_offer_lasts_a_tenth_of_the_time_that_is_left(left, lasts, cloud):
    start = datetime.fromtimestamp(NOW + left, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    actions.publish(starts_at=start, closes_at=start)
    event = events.get(actions.SLUG)
    assert event
    assert waiting_list.offer_until(event, NOW) == NOW + lasts
