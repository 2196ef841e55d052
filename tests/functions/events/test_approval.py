"""Where an event's contact decides who comes: requests, the answers, and the emails about both."""

import pytest

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR, MINUTE
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.support import before_writing

BO = {"name": "Bo Berg", "email": "bo@example.org", "guests": "0", "dietary": ""}
WHEN = {"starts_at": "2026-12-03T16:30:00Z", "ends_at": "2026-12-03T19:00:00Z"}


@pytest.fixture(autouse=True)
def deciding(cloud):
    actions.publish(approval=True)


def request_a_place(**person):
    """Confirmed, so that it waits for an answer; the link to change it."""
    link = actions.accepted(**person)
    sent_emails.deliver()
    return link


def status(email=actions.ASA["email"]):
    return actions.rsvp(email)["status"]


def subjects(email):
    sent_emails.deliver()
    return [mail["Subject"] for mail in sent_emails.sent() if mail["To"] == email]


def host_link(moment):
    """In the email to the event's contact, which the tick sends."""
    moment.now += 11 * MINUTE
    actions.tick()
    mail = requests_mailed()[-1]
    (link, *_) = sent_emails.links(sent_emails.text(mail))
    return link


def answer(link, action, email=actions.ASA["email"], revision=None):
    number = actions.rsvp(email)["revision"] if revision is None else revision
    fields = {"who": address_hash(email), "revision": str(number)}
    return actions.press_button(link, action=action, **fields)


def test_the_form_promises_no_place_to_whoever_confirms():
    page = actions.sign_up(name="")["body"]
    assert "Next, we email you a link to confirm your address" in page
    assert "yours once you confirm" not in page


def test_a_request_takes_no_seat_and_says_that_it_waits():
    actions.sign_up()
    page = actions.open_link(actions.newest_link())["body"]
    assert "decides who comes" in page
    assert "Confirm request" in page
    done = actions.press_button(actions.newest_link())
    assert "We have passed on your request" in done["body"]
    assert status() == "requested"
    assert actions.event()["free"] == 40
    assert subjects(actions.ASA["email"])[-1] == "We have passed on your request: Autumn talk"


def test_a_yes_gives_the_seats_and_the_usual_email(moment):
    request_a_place()
    link = host_link(moment)
    page = actions.press_button(link)["body"]
    assert "1 person asks to come" in page
    assert "Your answer is on its way" in answer(link, "approve")["body"]
    assert (status(), actions.event()["free"]) == ("accepted", 38)
    assert subjects(actions.ASA["email"])[-1] == "You are signed up: Autumn talk"


def test_a_yes_at_a_full_event_leads_to_the_waiting_list(moment):
    actions.publish(approval=True, seats=1)
    request_a_place()
    link = host_link(moment)
    answer(link, "approve")
    assert (status(), actions.event()["waiting"]) == ("waiting", 1)


def test_a_no_is_mailed_kindly_and_ends_the_links(moment):
    own = request_a_place()
    link = host_link(moment)
    answer(link, "decline")
    assert status() == "cancelled"
    (mail,) = sent_emails.deliver()[-1:]
    assert mail["Subject"] == "No place this time: Autumn talk"
    assert "token" not in sent_emails.text(mail)
    page = actions.open_link(own)["body"]
    assert "can't offer you a place" in page
    assert "come after all" not in page
    actions.press_button(own, action="come_back")
    assert status() == "cancelled"


def test_an_answer_holds_once_and_the_second_one_changes_nothing(moment):
    request_a_place()
    link, revision = host_link(moment), actions.rsvp()["revision"]
    answer(link, "approve", revision=revision)
    again = answer(link, "decline", revision=revision)
    assert "They have had an answer" in again["body"]
    assert status() == "accepted"


@pytest.mark.parametrize("number", ["", "x", "²", "-1", "9" * 5000])
def test_an_answer_with_an_odd_number_changes_nothing(moment, number):
    request_a_place()
    link = host_link(moment)
    assert answer(link, "approve", revision=number)["statusCode"] == 200
    assert status() == "requested"


def test_a_request_that_was_changed_meanwhile_is_looked_at_again(moment):
    own = request_a_place()
    link, revision = host_link(moment), actions.rsvp()["revision"]
    actions.press_button(own, action="save", guests="0", dietary="")
    assert "Please look again" in answer(link, "approve", revision=revision)["body"]
    assert status() == "requested"


def test_a_request_is_changed_and_withdrawn_by_its_own_link():
    own = request_a_place()
    page = actions.open_link(own)["body"]
    assert "you have asked to come" in page
    assert "Withdraw my request" in page
    actions.press_button(own, action="save", guests="0", dietary="")
    assert (status(), actions.rsvp()["party"]) == ("requested", 1)
    sent_emails.deliver()
    actions.press_button(actions.newest_link(), action="cancel")
    assert (status(), actions.event()["free"]) == ("cancelled", 40)


def test_two_answers_at_the_same_moment_are_one(moment, monkeypatch):
    request_a_place()
    link, revision = host_link(moment), actions.rsvp()["revision"]
    before_writing(monkeypatch, lambda: answer(link, "decline", revision=revision))
    answer(link, "approve", revision=revision)
    assert status() == "cancelled"
    assert actions.event()["free"] == 40


def test_the_contact_is_mailed_once_a_day_and_again_while_somebody_waits(moment):
    request_a_place()
    host_link(moment)
    request_a_place(**BO)
    moment.now += HOUR
    actions.tick()
    assert len(requests_mailed()) == 1
    moment.now += DAY
    actions.tick()
    assert len(requests_mailed()) == 2
    moment.now += 3 * DAY
    actions.tick()
    assert len(requests_mailed()) == 3


def requests_mailed():
    sent_emails.deliver()
    return [mail for mail in sent_emails.sent() if mail["Subject"].startswith("Who may come?")]


def test_nobody_is_mailed_once_all_are_answered_or_the_event_is_off(moment):
    request_a_place()
    link = host_link(moment)
    answer(link, "approve")
    moment.now += 4 * DAY
    actions.tick()
    assert len(requests_mailed()) == 1
    assert table.get((f"EVENT#{actions.SLUG}", "REQUESTS")) is None


def test_a_cancelled_event_is_not_answered_any_more(moment):
    request_a_place()
    link = host_link(moment)
    actions.publish(approval=True, cancelled="Storm")
    assert "nothing is left to answer" in answer(link, "approve")["body"]
    actions.tick()
    assert subjects(actions.ASA["email"])[-1] == "Cancelled: Autumn talk"
