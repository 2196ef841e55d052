"""Once sign-up has closed nobody serves the waiting list: a yes of the team or of the event's
contact gives a place or says that there is none, and puts nobody on a list that has ended."""

import pytest

from functions.core.addresses import address_hash
from functions.core.clock import DAY
from tests.functions import sent_emails
from tests.functions.events import actions

PAGE = f"/desk/events/{actions.SLUG}/"
ASA, BO = actions.ASA["email"], "bo@example.org"
CAI = {"name": "Cai Dam", "email": "cai@example.net", "guests": "0", "dietary": ""}
SOON = {"closes_at": "2026-11-20T12:00:00Z"}


@pytest.fixture
def closed(cloud):
    """Åsa and her guest have both places; Bo and his guest wait, and sign-up has closed."""
    actions.publish(seats=2, **SOON)
    link = actions.accepted()
    actions.sign_up(name="Bo Berg", email=BO, guests="1", dietary="")
    actions.press_button(sent_emails.newest_link(), queue="yes")
    cloud.pass_(4 * DAY)
    return link


def status(email):
    return actions.rsvp(email).get("status")


def test_somebody_on_the_phone_gets_a_place_that_is_free_though_others_wait(closed, desk):
    actions.press_button(closed, action="cancel")
    hr = desk()
    assert "they get a place only if enough are free" in hr.get(f"{PAGE}sign-up/")["body"]
    assert hr.post(f"{PAGE}sign-up/", **CAI)["statusCode"] == 303
    assert (status(CAI["email"]), status(BO)) == ("accepted", "waiting")
    assert (actions.event()["free"], actions.event()["waiting"]) == (1, 1)
    assert sent_emails.deliver()[-1]["Subject"] == "You are signed up: Autumn talk"


def test_somebody_on_the_phone_is_not_put_on_a_list_that_has_ended(closed, desk):
    answer = desk().post(f"{PAGE}sign-up/", **CAI)
    assert "enough free places for this party" in answer["body"]
    assert status(CAI["email"]) is None
    assert actions.event()["waiting"] == 1


@pytest.mark.parametrize(("seats", "after"), [(2, "accepted"), (1, "requested")])
def test_the_contacts_yes_gives_a_place_or_says_that_there_is_none(cloud, desk, seats, after):
    actions.publish(seats=0, **SOON)
    actions.sign_up(name="Bo Berg", email=BO, guests="1", dietary="")
    actions.press_button(sent_emails.newest_link(), queue="yes")
    actions.publish(seats=0, approval=True, **SOON)
    actions.accepted()
    cloud.pass_(4 * DAY)
    actions.publish(seats=seats, approval=True, **SOON)
    fields = {"who": address_hash(ASA), "revision": str(actions.rsvp()["revision"])}
    answer = desk().post(f"{PAGE}answer", action="approve", **fields)
    assert (status(ASA), status(BO)) == (after, "waiting")
    assert ("the waiting list has ended" in answer["body"]) is (after == "requested")
