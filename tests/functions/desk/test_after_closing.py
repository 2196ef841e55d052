"""Once sign-up has closed nobody serves the waiting list: a yes of the team or of the event's
contact gives a place or says that there is none. It puts nobody on a list that has ended, and
nobody before those who still wait."""

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


def test_somebody_on_the_phone_gets_a_free_place_only_after_those_who_wait(closed, desk):
    actions.press_button(closed, action="cancel")
    hr = desk()
    page = hr.get(f"{PAGE}sign-up/")["body"]
    assert "they get a place only if enough are free and nobody waits" in page
    assert "others wait for them and come first" in hr.post(f"{PAGE}sign-up/", **CAI)["body"]
    assert (status(CAI["email"]), status(BO)) == (None, "waiting")
    hr.post(f"{PAGE}give-place", who=address_hash(BO), why="Next in line")
    actions.publish(seats=3, **SOON)
    assert hr.post(f"{PAGE}sign-up/", **CAI)["statusCode"] == 303
    assert (status(CAI["email"]), status(BO)) == ("accepted", "accepted")
    mails = [mail["Subject"] for mail in sent_emails.deliver() if mail["To"] == CAI["email"]]
    assert mails == ["You are signed up: Autumn talk"]


def test_somebody_on_the_phone_is_not_put_on_a_list_that_has_ended(closed, desk):
    answer = desk().post(f"{PAGE}sign-up/", **CAI)
    assert "Too few places are free" in answer["body"]
    assert status(CAI["email"]) is None
    assert actions.event()["waiting"] == 1


@pytest.mark.parametrize(
    ("seats", "others", "after"),
    [(2, False, "accepted"), (1, False, "requested"), (2, True, "requested")],
)
def test_the_contacts_yes_gives_a_place_or_says_that_there_is_none(
    cloud, desk, seats, others, after
):
    actions.publish(seats=0, **SOON)
    if others:
        actions.sign_up(name="Bo Berg", email=BO, guests="1", dietary="")
        actions.press_button(sent_emails.newest_link(), queue="yes")
    actions.publish(seats=0, approval=True, **SOON)
    actions.accepted()
    cloud.pass_(4 * DAY)
    actions.publish(seats=seats, approval=True, **SOON)
    fields = {"who": address_hash(ASA), "revision": str(actions.rsvp()["revision"])}
    answer = desk().post(f"{PAGE}answer", action="approve", **fields)
    assert status(ASA) == after
    assert ("others wait for them and come first" in answer["body"]) is (after == "requested")
