"""No email and no page promises what isn't so: where the contact decides, to who waits, and once an
offer has lapsed or sign-up has closed."""

from pathlib import Path

import pytest

from functions.core import tokens
from functions.core.addresses import address_hash
from functions.core.clock import DAY, HOUR
from functions.core.tokens import Purpose
from functions.events.store import events, reminders, rsvps
from functions.events.store.reminders import Which
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import open_link, press_button
from tests.functions.membership import actions as membership
from tests.functions.support import SITE_URL

ASA, BO, CAI = "asa@example.com", "bo@example.org", "cai@example.net"
MOVED = {"starts_at": "2026-12-04T16:30:00Z", "ends_at": "2026-12-04T19:00:00Z"}
CLOSED = {"closes_at": "2026-11-18T00:00:00Z"}
PROMISES = ("place is yours", "place is still reserved", "place is reserved", "Your ticket")


def come(email: str, guests: int = 0) -> str:
    """Signs up and confirms, for whatever that leads to; the link in the email that follows."""
    actions.sign_up(name="Kim", email=email, guests=str(guests), dietary="")
    press_button(sent_emails.newest_link(), queue="yes")
    return sent_emails.newest_link()


def newest(email: str) -> tuple[str, str]:
    """Subject of the newest email to somebody, and all that its reader sees."""
    mail = [mail for mail in sent_emails.deliver() if mail["To"] == email][-1]
    return mail["Subject"], f"{sent_emails.text(mail)}\n{sent_emails.html(mail)}"


def status(email: str) -> str:
    return str(actions.rsvp(email)["status"])


# ---- Where the contact decides


@pytest.fixture
def deciding(cloud):
    actions.publish(approval=True)
    return cloud


def test_whoever_confirms_a_request_is_promised_no_place(deciding):
    actions.sign_up(email=ASA)
    _, text = newest(ASA)
    assert "The event's contact decides who comes: please confirm" in text
    assert "hold a place for you" not in text
    assert not any(promise in text for promise in PROMISES)


def test_at_a_full_event_too_confirming_is_a_request(deciding):
    actions.publish(approval=True, seats=0)
    actions.sign_up(email=ASA)
    link = sent_emails.newest_link()
    assert "waiting list" not in newest(ASA)[1]
    assert "on the waiting list you would be" not in open_link(link)["body"].lower()
    press_button(link)
    assert status(ASA) == "requested"


def test_who_has_only_asked_keeps_a_request_and_no_place_when_the_event_changes(deciding):
    come(ASA)
    actions.publish(approval=True, **MOVED)
    actions.tick()
    subject, text = newest(ASA)
    assert subject.startswith("Please note what has changed")
    assert "You have asked to come to" in text
    assert "The event's contact still has your request" in text
    assert not any(promise in text for promise in (*PROMISES, "somebody else can have"))


def test_who_has_only_asked_is_not_already_signed_up(deciding):
    come(ASA)
    actions.sign_up(email=ASA)
    subject, text = newest(ASA)
    assert subject == "You have already asked to come: Autumn talk"
    assert "already signed up" not in text
    assert "Change or withdraw request" in text
    assert not any(promise in text for promise in PROMISES)


def test_an_invitation_says_before_the_press_that_the_contact_decides(deciding):
    member_id = membership.become_member(email=ASA, office="malmo")
    token = tokens.make(Purpose.EVENT_INVITATION, actions.SLUG, member_id)
    link = f"{SITE_URL}/api/events/invitation?answer=yes&token={token}"
    page = open_link(link)["body"]
    assert "The event's contact decides who comes" in page
    assert "Send request" in page
    assert "Sign me up" not in page
    assert "We sign you up" not in page
    press_button(link)
    assert status(ASA) == "requested"


@pytest.mark.parametrize("seats", [40, 0])
def test_who_comes_back_asks_again(deciding, seats):
    press_button(come(ASA), action="cancel")
    assert "you can ask again here until sign-up closes" in newest(ASA)[1]
    actions.publish(approval=True, seats=seats)
    link = sent_emails.newest_link()
    page = open_link(link)["body"]
    assert "please ask again: the event's contact decides" in page
    assert "Send request" in page
    assert "still a place for you" not in page
    assert "you would be number" not in page
    press_button(link, action="come_back")
    assert status(ASA) == "requested"


# ---- Who waits


@pytest.fixture
def dinner(cloud):
    """A dinner for two; it is noon, when offers are sent."""
    actions.publish(seats=2)
    return cloud


def test_who_waits_has_no_ticket_and_is_not_already_signed_up(dinner):
    come(ASA, 1)
    come(BO)
    actions.sign_up(email=BO)
    subject, text = newest(BO)
    assert subject == "You are already on the waiting list: Autumn talk"
    assert "already signed up" not in text
    assert "cid:ticket" not in text
    assert not any(promise in text for promise in PROMISES)


def test_too_few_places_for_a_party_are_not_called_all_taken(dinner):
    come(ASA)
    actions.sign_up(email=BO, guests="1")
    link = sent_emails.newest_link()
    assert "aren't enough free places" in newest(BO)[1]
    assert "are taken" not in newest(BO)[1]
    press_button(link, queue="yes")
    assert status(BO) == "waiting"
    subject, text = newest(BO)
    assert subject == "You are on the waiting list: Autumn talk"
    assert "are taken" not in text


def test_who_waits_hears_of_a_change_without_a_place_to_pass_on(dinner):
    come(ASA, 1)
    come(BO)
    actions.publish(seats=2, **MOVED)
    actions.tick()
    assert "somebody else can have your place" in newest(ASA)[1]
    assert "You are still on the waiting list" in newest(BO)[1]
    assert "somebody else can have your place" not in newest(BO)[1]


# ---- Once an offer has lapsed


def offer(others: tuple[str, ...] = ()) -> str:
    """Bo has an offer of Åsa's place, and others wait; the link in it."""
    asa = come(ASA, 1)
    for email in (BO, *others):
        come(email, 1)
    press_button(asa, action="cancel")
    actions.tick()
    assert status(BO) == "offered"
    return sent_emails.newest_link_to(actions.CHANGE, BO)


def test_the_place_of_who_alone_waited_is_still_free_and_theirs_at_once(dinner):
    link = offer()
    dinner.pass_(2 * DAY)
    actions.tick()
    subject, text = newest(BO)
    assert subject == "Our offer of a place has ended: Autumn talk"
    assert "It is still free." in text
    assert "next on the waiting list" not in text
    page = open_link(link)["body"]
    assert "the time to answer our offer of a place" in page
    assert "the next" not in page
    press_button(link, action="come_back")
    assert status(BO) == "accepted"


def test_the_place_goes_to_the_next_if_somebody_waits(dinner):
    offer((CAI,))
    dinner.pass_(2 * DAY)
    actions.tick()
    assert (status(BO), status(CAI)) == ("cancelled", "offered")
    text = newest(BO)[1]
    assert "The next on the waiting list gets it." in text
    assert "join the waiting list again, at its end" in text
    assert "still free" not in text


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_an_offer_that_ends_with_sign_up_leads_to_no_way_back(dinner, is_withdrawn):
    soon = {"closes_at": "2026-11-18T12:30:00Z"}
    actions.publish(seats=2, **({} if is_withdrawn else soon))
    link = offer()
    if is_withdrawn:
        events.withdraw(actions.SLUG)
    dinner.pass_(2 * DAY if is_withdrawn else 2 * HOUR)
    page = open_link(link)["body"]
    assert "is closed, and our offer of a place has ended with it" in page
    actions.tick()
    subject, text = newest(BO)
    assert subject == "Our offer of a place has ended: Autumn talk"
    assert "Sign-up has closed since." in text
    assert "waiting list" not in text
    assert sent_emails.links(text) == []
    assert "anna@fjardholm.test" in text


def test_an_offer_names_no_next_whom_there_may_not_be(dinner):
    link = offer()
    for text in (newest(BO)[1], open_link(link)["body"], open_link(f"{link}&answer=no")["body"]):
        assert "next on the waiting list" not in text


# ---- Once sign-up has closed


@pytest.mark.parametrize(("facts", "is_said"), [({}, True), (CLOSED, False)])
def test_a_reminder_passes_a_place_on_only_while_others_can_have_it(dinner, facts, is_said):
    come(ASA)
    actions.publish(seats=2, **facts)
    asa = rsvps.get(actions.SLUG, address_hash(ASA))
    assert asa
    for which in (Which.FIRST, Which.LAST):
        reminders.remind(asa, which, dinner.now)
        assert ("somebody else" in newest(ASA)[1]) is is_said


def test_cancelling_after_the_closing_time_promises_no_way_back(dinner):
    link = come(ASA)
    actions.publish(seats=2, **CLOSED)
    assert "somebody else can have your place" not in open_link(f"{link}&answer=no")["body"]
    assert "Somebody else" not in press_button(link, action="cancel")["body"]
    subject, text = newest(ASA)
    assert subject.startswith("You are no longer signed up")
    assert "come back here" not in text
    assert sent_emails.links(text) == []


def test_the_page_after_the_form_promises_no_place():
    pages = Path(__file__).parents[3] / "site" / "pages" / "events"
    texts = [page.read_text(encoding="utf-8") for page in pages.glob("check-your-mail*.md")]
    assert len(texts) == 3
    words = ("place is yours", "Platsen är din", "Platz für Sie reserviert", "calendar file")
    assert not [word for word in words for text in texts if word in text]
