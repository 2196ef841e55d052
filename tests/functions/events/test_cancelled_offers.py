"""An offer of an event that is cancelled isn't lapsed silently: if the event takes place after all,
its holder hears of it."""

from functions.core.clock import DAY
from tests.functions import sent_emails
from tests.functions.events import actions

BO = "bo@example.org"


def subjects():
    return [mail["Subject"] for mail in sent_emails.deliver() if mail["To"] == BO]


def offer():
    """Bo waits, is offered Åsa's places, and the event is cancelled."""
    actions.publish(seats=2)
    asa = actions.accepted()
    actions.sign_up(name="Bo", email=BO, guests="0", dietary="")
    actions.press_button(sent_emails.newest_link(), queue="yes")
    actions.press_button(asa, action="cancel")
    actions.tick()
    assert actions.rsvp(BO)["status"] == "offered"
    actions.publish(seats=2, cancelled="Storm")
    actions.tick()
    assert subjects()[-1] == "Cancelled: Autumn talk"


def test_an_offer_waits_while_its_event_is_cancelled(cloud):
    offer()
    cloud.pass_(3 * DAY)
    actions.tick()
    assert (actions.rsvp(BO)["status"], subjects()[-1]) == ("offered", "Cancelled: Autumn talk")


def test_its_holder_hears_of_it_if_the_event_takes_place_after_all(cloud):
    offer()
    cloud.pass_(3 * DAY)
    actions.tick()
    actions.publish(seats=2)
    actions.tick()
    assert subjects()[-1] == "It takes place after all: Autumn talk"
    actions.press_button(sent_emails.newest_link_to(actions.CHANGE, BO), action="accept")
    assert actions.rsvp(BO)["status"] == "accepted"
