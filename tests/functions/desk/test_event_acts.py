"""What the team does about an event at the desk: places, sign-up, somebody on the phone."""

import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.events.store import events, online_links
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from tests.functions import sent_emails
from tests.functions.events import actions

PAGE = f"/desk/events/{actions.SLUG}/"
CAI = {"name": "Cai Dam", "email": "cai@example.net", "guests": "0", "dietary": ""}


@pytest.fixture
def full(cloud):
    """Åsa and her guest have both places; Bo waits."""
    actions.publish(seats=2)
    actions.accepted()
    actions.sign_up(name="Bo Berg", email="bo@example.org", guests="0", dietary="")
    actions.press_button(actions.newest_link(), queue="yes")
    return cloud


def noted() -> list[tuple[Deed, str]]:
    lines = deeds.lines(clock.month_of(clock.now()))
    usual = {Deed.SIGNED_IN, Deed.TEAM_ADDED}
    return [(line.deed, line.about) for line in lines if line.deed not in usual]


def subjects(email: str) -> list[str]:
    sent_emails.deliver()
    return [mail["Subject"] for mail in sent_emails.sent() if mail["To"] == email]


def test_who_waits_is_on_the_page_and_gets_a_place_with_a_reason(full, desk):
    hr = desk()
    assert "Bo Berg" in hr.get(PAGE)["body"]
    bo = address_hash("bo@example.org")
    refused = hr.post(f"{PAGE}give-place", who=bo, why="Speaks")
    assert "enough free places" in refused["body"]
    hr.post(f"{PAGE}seats", seats="3")
    assert "write why" in hr.post(f"{PAGE}give-place", who=bo, why=" ")["body"]
    assert hr.post(f"{PAGE}give-place", who=bo, why="Speaks")["statusCode"] == 303
    kept = actions.rsvp("bo@example.org")
    assert (kept["status"], kept["moved_up"]) == ("accepted", "Speaks")
    assert subjects("bo@example.org")[-1] == "You have a place: Autumn talk"
    assert (Deed.PLACE_GIVEN, bo) in noted()
    assert "wait for a place any more" in hr.post(f"{PAGE}give-place", who=bo, why="x")["body"]


def test_more_places_serve_the_queue_and_hold_until_a_commit_changes_them(full, desk):
    hr = desk()
    hr.post(f"{PAGE}seats", seats="3")
    actions.tick()
    assert actions.rsvp("bo@example.org")["status"] == "offered"
    actions.publish(seats=2, place="Library")
    assert actions.event()["capacity"] == 3
    actions.publish(seats=5, place="Library")
    assert (actions.event()["capacity"], actions.event()["free"]) == (5, 2)
    assert noted() == [(Deed.SEATS_CHANGED, actions.SLUG)]


def test_fewer_places_evict_nobody(full, desk):
    desk().post(f"{PAGE}seats", seats="1")
    assert (actions.event()["free"], actions.rsvp()["status"]) == (-1, "accepted")


@pytest.mark.parametrize("seats", ["", "-1", "4.5", "many", "\uff14", "9" * 9])
def test_what_is_no_number_of_places_changes_nothing(seats, full, desk):
    answer = desk().post(f"{PAGE}seats", seats=seats)
    assert (answer["statusCode"], actions.event()["capacity"]) == (400, 2)
    assert "Please enter a number" in answer["body"]


def test_closed_sign_up_takes_nobody_and_gives_no_place_until_it_is_open_again(full, desk):
    hr = desk()
    hr.post(f"{PAGE}close", action="close")
    hr.post(f"{PAGE}seats", seats="4")
    actions.tick()
    assert actions.rsvp("bo@example.org")["status"] == "waiting"
    assert "Sign-up is closed" in actions.sign_up(**CAI)["body"]
    hr.post(f"{PAGE}close", action="open")
    actions.tick()
    assert actions.rsvp("bo@example.org")["status"] == "offered"
    closing = [Deed.SIGN_UP_CLOSED, Deed.SIGN_UP_OPENED]
    assert sorted(deed for deed, _ in noted() if deed in closing) == closing


def test_a_new_closing_time_opens_what_the_desk_has_closed(full, desk):
    desk().post(f"{PAGE}close", action="close")
    actions.publish(seats=2)
    event = events.get(actions.SLUG)
    assert event
    assert event.closed
    actions.publish(seats=2, closes_at="2026-12-02T16:30:00Z")
    event = events.get(actions.SLUG)
    assert event
    assert not event.closed


@pytest.mark.parametrize(("seats", "status"), [(3, "waiting"), (9, "accepted")])
def test_somebody_on_the_phone_gets_a_place_or_the_end_of_the_queue(seats, status, full, desk):
    hr = desk()
    if seats == 9:  # all who waited have been served
        hr.post(f"{PAGE}seats", seats="9")
        actions.tick()
    shown = hr.get(f"{PAGE}sign-up/")["body"]
    assert ("There is a waiting list" in shown) is (status == "waiting")
    assert '<button class="primary" type="submit">Sign somebody up</button>' in shown
    assert hr.post(f"{PAGE}sign-up/", **CAI)["statusCode"] == 303
    assert actions.rsvp(CAI["email"])["status"] == status
    assert len(subjects(CAI["email"])) == 1
    assert (Deed.SIGNED_UP, address_hash(CAI["email"])) in noted()
    again = hr.post(f"{PAGE}sign-up/", **CAI)
    assert "signed up already" in again["body"]
    assert len(subjects(CAI["email"])) == 1


def test_who_cancelled_can_be_signed_up_again_by_phone_also_after_the_closing_time(cloud, desk):
    actions.publish(closes_at="2026-11-20T12:00:00Z")
    actions.press_button(actions.accepted(), action="cancel")
    cloud.pass_(4 * DAY)
    answer = desk().post(f"{PAGE}sign-up/", **CAI | {"email": actions.ASA["email"]})
    assert answer["statusCode"] == 303
    assert (actions.rsvp()["status"], actions.event()["free"]) == ("accepted", 39)


def test_food_by_phone_needs_the_consent_too(full, desk):
    answer = desk().post(f"{PAGE}sign-up/", **CAI | {"dietary": "No nuts"})
    assert answer["statusCode"] == 400
    assert actions.rsvp(CAI["email"]) == {}


def test_an_editor_sees_no_name_and_changes_nothing(full, desk):
    editor = desk(Role.EDITOR)
    assert "Bo Berg" not in editor.get(PAGE)["body"]
    for act in ("seats", "close", "give-place", "sign-up/"):
        editor.post(f"{PAGE}{act}", seats="9", action="close")
    assert actions.event()["capacity"] == 2
    assert noted() == []


def test_a_request_is_answered_at_the_desk_and_the_log_says_so(cloud, desk):
    actions.publish(approval=True)
    for person in ({}, {"name": "Bo Berg", "email": "bo@example.org", "guests": "0"}):
        actions.accepted(**person)
    hr, bo = desk(), "bo@example.org"
    assert "2 people ask to come" in hr.get(PAGE)["body"]
    for email, action in ((bo, "decline"), (actions.ASA["email"], "approve")):
        fields = {"who": address_hash(email), "revision": str(actions.rsvp(email)["revision"])}
        assert hr.post(f"{PAGE}answer", action="shrug", **fields)["statusCode"] == 200
        assert hr.post(f"{PAGE}answer", action=action, **fields)["statusCode"] == 303
        assert "had an answer" in hr.post(f"{PAGE}answer", action=action, **fields)["body"]
    assert (actions.rsvp()["status"], actions.rsvp(bo)["status"]) == ("accepted", "cancelled")
    assert (Deed.SIGN_UP_DECLINED, address_hash(bo)) in noted()
    assert (Deed.SIGN_UP_APPROVED, address_hash(actions.ASA["email"])) in noted()


def test_somebody_on_the_phone_needs_no_further_yes(cloud, desk):
    actions.publish(approval=True)
    desk().post(f"{PAGE}sign-up/", **CAI)
    assert actions.rsvp(CAI["email"])["status"] == "accepted"


def test_the_link_of_an_online_event_is_entered_at_the_desk(cloud, desk):
    actions.publish()
    hr, link = desk(), "https://meet.example.com/1"
    assert "Link to attend online" not in hr.get(PAGE)["body"]
    actions.publish(attend="online")
    assert "begins with https" in hr.post(f"{PAGE}link", url="meet.example.com")["body"]
    assert hr.post(f"{PAGE}link", url=link)["statusCode"] == 303
    assert link in hr.get(PAGE)["body"]
    assert online_links.get(actions.SLUG) == link
    assert noted() == [(Deed.LINK_CHANGED, actions.SLUG)]
