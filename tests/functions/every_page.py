"""Walks through every page that functions answer, in one language; those of the desk have walks of
their own."""

import pytest

from functions.account import download, rules
from functions.core import clock, site, tokens
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.tokens import Purpose
from functions.membership.member_links import still_here_url
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.door import actions as door
from tests.functions.events import actions as events
from tests.functions.invitations import actions as invitations
from tests.functions.membership import actions
from tests.functions.newsletter import team_emails
from tests.functions.support import SITE

NEVER = "/api/invitation/never"
DETAILS = {
    "name": "Åsa Lund", "office": "stockholm", "from_year": "1998", "to_year": "2019",
    "kinds": "retired", "interests": "law", "frequency": "quarterly",
}  # fmt: skip


def show_a_member_every_page(language):
    empty = dict.fromkeys(("name", "email", "office", "kinds", "from_year"), "")
    actions.join(page_language=language, consent_membership=None, **empty)
    actions.join(language=language, **actions.shown_in(language))
    actions.open_link(actions.newest_link())
    member_id = actions.become_member(language=language, **actions.shown_in(language))
    link = actions.links(sent_emails.text(sent_emails.sent()[-1]))[0]
    token = actions.token_of(link)
    actions.open_link(link)
    form = {"frequency": "never", "interests": "cooking", "token": token}
    actions.send_request("POST", "/api/preferences", query={"token": token}, form=form)
    actions.send_request("GET", actions.UNSUBSCRIBE, query={"token": token, "saved": "yes"})
    again = {"token": token, "again": "yes"}
    actions.send_request("GET", actions.UNSUBSCRIBE, query=again)
    actions.press_button(link)
    actions.open_link(link)
    actions.send_request("GET", actions.UNSUBSCRIBE, query=again)
    member = people.member(member_id)
    assert member
    for is_right in (False, True):
        still_here = still_here_url(member, is_right=is_right)
        actions.open_link(still_here)
        actions.press_button(still_here)


def show_old_links_to_join(language, moment):
    """A link behind which a newer form was sent, and nobody confirmed."""
    actions.join(language=language, email="bo@example.org")
    link = actions.newest_link()
    actions.join(language=language, email="bo@example.org")
    actions.open_link(link)
    moment.pass_(7 * clock.DAY)
    actions.open_link(link)


def show_somebody_invited_every_page(language):
    """Who joins and then refuses; and who refuses and then looks again."""
    for email, first_path in (("bo@example.net", "/api/invitation"), ("eva@example.net", NEVER)):
        invitations.invite(email=email, language=language)
        join, never = (sent_emails.newest_link_to(path) for path in ("/api/invitation?", NEVER))
        actions.open_link(join)
        actions.open_link(never)
        known = {"name": "Bo", "office": "malmo", "from_year": "1998", "to_year": "2019"}
        known |= {"kinds": "engineer", "language": language} | actions.shown_in(language)
        actions.press_button(join if first_path != NEVER else never, **known)
        actions.open_link(join)
        actions.press_button(never)


def show_who_waits(language):
    """Where the team decides who joins."""
    known = SITE | {"joining": "approve"}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()
    form = {"language": language, **actions.shown_in(language)}
    actions.join(email="ida@example.com", **form)
    actions.press_button(sent_emails.newest_link_to("/api/join/confirm"))


def show_a_guest_every_page(language):
    events.publish(seats=3, cancelled="Sturm")
    events.sign_up(language=language)
    events.publish(seats=3)
    events.sign_up(language=language, name="", email="", guests="9", dietary="x" * 301)
    events.sign_up(language=language)
    confirm = events.newest_link()
    events.publish(seats=3, place="Library")
    events.open_link(confirm)
    events.press_button(confirm)
    change = events.newest_link()
    events.open_link(change)
    events.press_button(change, action="save", guests="9", dietary="x" * 301)
    events.sign_up(language=language, email="bo@example.com")
    events.publish(seats=2, closes_at="2026-11-18T00:00:00Z")
    events.open_link(confirm)
    events.sign_up(language=language, email="eva@example.com")
    events.press_button(change, action="cancel")
    show_a_guest_old_links(language, confirm)
    show_a_full_event(language)
    show_a_deciding_event(language)


def show_an_invited_member_every_page(language):
    member_id = actions.become_member(
        email="ivo@example.com", language=language, **actions.shown_in(language)
    )
    events.publish()
    token = tokens.make(Purpose.EVENT_INVITATION, events.SLUG, member_id)
    link = f"https://alumni.example.com/api/events/invitation?token={token}"
    events.open_link(f"{link}&answer=no")
    events.press_button(link, action="decline")
    events.press_button(link, guests="9", dietary="x" * 301)
    events.publish(place="Library")
    events.press_button(link, shown="1")
    events.publish(seats=1, max_guests=0)
    events.open_link(link)
    stop = f"{link.partition('/api/')[0]}{actions.UNSUBSCRIBE}?token="
    stop += tokens.make(Purpose.NO_INVITATIONS, member_id)
    actions.open_link(stop)
    actions.press_button(stop)
    actions.open_link(stop)


def show_somebody_who_came_every_page(language):
    sent_emails.deliver()  # what waits, so that the newest email is theirs
    actions.become_member(email="tove@example.net", language=language, **actions.shown_in(language))
    events.publish()
    events.accepted(email="tove@example.net", language=language, guests="0", dietary="")
    hashed = address_hash("tove@example.net")
    member_id = actions.member_id("tove@example.net")
    token = tokens.make(Purpose.EVENT_THANKS, events.SLUG, hashed, member_id)
    link = f"https://alumni.example.com/api/events/thanks?token={token}"
    events.open_link(f"{link}&liked=very")
    events.press_button(link)
    events.press_button(link, liked="very")
    for words in ("x" * 1001, "Tor"):
        events.press_button(link, action="words", words=words)


def show_a_full_event(language):
    """Bo wants a second place; Ulf waits, is offered one, and lets it lapse."""
    sent_emails.deliver()
    events.publish(seats=2)
    bo = events.accepted(language=language, email="bo@example.org", guests="0")
    events.accepted(language=language, email="eva@example.org", guests="0")
    events.press_button(bo, action="save", guests="1", dietary="")
    events.sign_up(language=language, email="ulf@example.org", guests="0")
    confirm = events.newest_link()
    events.open_link(confirm)
    events.press_button(confirm, queue="yes")
    for link in (confirm, events.newest_link(), f"{bo}&answer=no"):
        events.open_link(link)
    events.press_button(bo, action="cancel")
    sent_emails.deliver()
    events.tick()
    offer = events.newest_link()
    for link in (confirm, offer, f"{offer}&answer=no"):
        events.open_link(link)
    events.publish(seats=2, closes_at="2026-11-18T00:00:00Z")
    events.open_link(offer)
    events.publish(seats=2)
    events.press_button(offer, action="cancel")
    events.open_link(offer)
    events.publish(seats=1)
    events.open_link(offer)


def show_a_deciding_event(language):
    """Sign-up isn't open yet; then it asks questions, and its contact decides who comes."""
    events.publish(opens_at="2026-11-20T08:00:00Z")
    events.sign_up(language=language)
    words = {"en": "Which tour?", "sv": "Vilken tur?", "de": "Welche Tour?"}
    tour = {"name": "tour", "ask": words, "answer": "text", "required": True}
    bus = {"name": "bus", "ask": words, "answer": "yes/no"}
    events.publish(approval=True, questions=[tour, bus], max_guests=3)
    ida = {"language": language, "email": "ida@example.org", "guest_names": "Pär"}
    events.sign_up(**ida | {"answer_bus": "x"})
    events.sign_up(**ida | {"answer_tour": "Turm", "answer_bus": "yes"})
    confirm = events.newest_link()
    events.open_link(confirm)
    events.press_button(confirm)
    change = events.newest_link()
    for link in (confirm, change, f"{change}&answer=no"):
        events.open_link(link)


def show_a_guest_old_links(language, confirm):
    """A link behind which the sign-up was cancelled, replaced by another, and erased."""
    events.open_link(confirm)
    events.publish()
    events.open_link(confirm)
    events.sign_up(language=language)
    events.open_link(confirm)
    events.press_button(confirm, action="newest")
    events.erase()
    events.open_link(confirm)


def show_the_team_every_guest_list(language, moment):
    team_emails.set_team(language)
    link = events.guest_list_link(contact=None)
    events.open_link(link)
    events.press_button(link)
    show_the_team_the_door(language)
    team_emails.set_team(language, address="other@example.com")
    events.open_link(link)
    moment.now = clock.epoch("2027-01-01T00:00:00Z")
    events.open_link(link)


def show_the_team_the_door(language):
    link, phone = door.mail_the_door(), door.Phone()
    phone.open(link)
    phone.press_button(link)
    phone.open(door.HOME)
    phone.open(f"{door.HOME}print")
    door.Phone().open(f"{door.HOME}?language={language}")


def show_a_new_address(browser, moment):
    """Entered, confirmed and taken back; the link that took it back."""
    browser.post("/me/address", new_email="asa@example.com")
    browser.post("/me/address", new_email="asa@example.net")
    browser.open("/me/")
    link = sent_emails.newest_link_to("/me/address/confirm")
    browser.open(link)
    browser.press_button(link)
    undo = sent_emails.newest_link_to("/me/address/undo")
    browser.open(undo)
    moment.pass_(clock.MINUTE)
    browser.press_button(undo)
    moment.pass_(clock.MINUTE)
    browser.open(link)
    browser.sign_in("asa@example.com")
    browser.open("/me/")
    return undo


def show_a_visitor_every_page(language, moment):
    browser = Browser()
    browser.open(f"/me/?language={language}")
    browser.ask("no address", page_language=language)
    browser.ask("asa@example.com", page_language=language)
    link = sent_emails.newest_link()
    browser.open(f"/me/?step=sent&language={language}")
    for _ in range(rules.WRONG_CODES + 1):
        browser.post("/me/sign-in/code", code="1", page_language=language)
    browser.open(link)
    browser.press_button(link)
    browser.post("/me/details", name="")
    browser.post("/me/details", **DETAILS | {"language": language})
    browser.open(f"/me/?step=saved&language={language}")
    undo = show_a_new_address(browser, moment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(download, "MOST_BYTES", 0)
        browser.post("/me/download")
    browser.open("/me/?step=leave")
    browser.post("/me/leave", page_language=language)
    browser.open(undo)
    browser.open(f"/me/?step=left&language={language}")
    browser.open(link)
    browser.post("/me/sign-out", page_language=language)
    browser.open(f"/me/?step=signed-out&language={language}")
