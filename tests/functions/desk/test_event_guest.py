"""A guest who phones: the desk changes or cancels their sign-up, by the rules of their own link."""

import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from tests.functions import sent_emails
from tests.functions.events import actions

EVENT = f"/desk/events/{actions.SLUG}/"
ASA, BO, CAI = actions.ASA["email"], "bo@example.org", "cai@example.net"
VEGAN = {"guests": "1", "guest_names": "Eva Ask", "dietary": "Vegan"} | actions.TICKED
DRINK = {"name": "drink", "ask": "What do you drink?", "answer": "text"}


@pytest.fixture
def full(cloud):
    """Åsa and her guest have two of three places, Cai the third; Bo waits."""
    actions.publish(seats=3, max_guests=2, questions=[DRINK])
    actions.accepted()
    actions.accepted(name="Cai Dam", email=CAI, guests="0", dietary="")
    wants = {"dietary": "No fish", "answer_drink": "Tea"}
    actions.sign_up(name="Bo Berg", email=BO, guests="1", guest_names="Fia Alm", **wants)
    actions.press_button(actions.newest_link(), queue="yes")
    sent_emails.deliver()
    return cloud


def page_of(email):
    return f"{EVENT}guests/{address_hash(email)}/"


def save(hr, email, **fields):
    form = {"action": "save", "guests": "0", "revision": str(actions.rsvp(email)["revision"])}
    return hr.post(page_of(email), **form | fields)


def cancel(hr, email):
    revision = str(actions.rsvp(email)["revision"])
    return hr.post(page_of(email), action="cancel", revision=revision)


def subjects(email):
    return [mail["Subject"] for mail in sent_emails.deliver() if mail["To"] == email]


def noted():
    lines = deeds.lines(clock.month_of(clock.now()))
    usual = {Deed.SIGNED_IN, Deed.TEAM_ADDED}
    return [(line.deed, line.about, line.facts) for line in lines if line.deed not in usual]


def test_who_waits_changes_food_and_guest_by_phone_and_keeps_their_place(full, desk):
    hr, place = desk(), actions.rsvp(BO)["place"]
    shown = hr.get(page_of(BO))["body"]
    for text in ("Bo Berg", "Fia Alm", "No fish", "Tea", "number 1 on the waiting list"):
        assert text in shown
    assert save(hr, BO, **VEGAN, answer_drink="Juice")["statusCode"] == 303
    kept = actions.rsvp(BO)
    assert (kept["status"], kept["place"], kept["party"]) == ("waiting", place, 2)
    assert (kept["guests"], kept["dietary"]) == (["Eva Ask"], "Vegan")
    assert kept["answers"] == {"drink": ["Juice"]}
    assert noted() == [(Deed.SIGN_UP_CHANGED, address_hash(BO), {"event": actions.SLUG})]


def test_they_get_the_email_that_their_own_change_sends(full, desk):
    save(desk(), BO, guests="0")
    link, food = sent_emails.newest_link_to("/api/rsvp/change", CAI), {"dietary": "No fish"}
    actions.press_button(link, action="save", **food | actions.TICKED)
    assert subjects(BO)[-1] == subjects(CAI)[-1]
    assert "changed" in subjects(BO)[-1]


def test_a_party_that_does_not_fit_stays_as_it_was_until_there_are_more_places(full, desk):
    hr = desk()
    refused = save(hr, ASA, guests="2", **actions.TICKED)
    assert (refused["statusCode"], actions.rsvp(ASA)["party"]) == (400, 2)
    assert "enough free places" in refused["body"]
    assert actions.event()["free"] == 0
    cancel(hr, BO)  # else he is before them
    hr.post(f"{EVENT}seats", seats="4")
    assert save(hr, ASA, guests="2")["statusCode"] == 303
    assert (actions.rsvp(ASA)["party"], actions.event()["free"]) == (3, 0)


def test_a_party_grows_by_phone_also_after_the_closing_time(cloud, desk):
    actions.publish(closes_at="2026-11-20T12:00:00Z", max_guests=2)
    actions.accepted()
    cloud.pass_(4 * DAY)
    assert save(desk(), ASA, guests="2")["statusCode"] == 303
    assert (actions.rsvp()["party"], actions.event()["free"]) == (3, 37)


def test_what_they_change_meanwhile_is_not_overwritten(full, desk):
    hr, shown = desk(), str(actions.rsvp(BO)["revision"])
    link = sent_emails.newest_link_to("/api/rsvp/change", BO)
    actions.press_button(link, action="save", guests="2", dietary="")
    for action in ("save", "cancel"):
        answer = save(hr, BO, revision=shown, action=action, guests="0")
        assert "at the same moment" in answer["body"]
    assert (actions.rsvp(BO)["status"], actions.rsvp(BO)["party"]) == ("waiting", 3)
    assert noted() == []


def test_food_by_phone_needs_their_word_in_the_language_it_is_read_to_them(full, desk):
    hr = desk(language="sv")
    answer = save(hr, BO, dietary="Vegan", page_language="sv")
    assert (answer["statusCode"], actions.rsvp(BO)["dietary"]) == (400, "No fish")
    assert "Vegan" in answer["body"]
    save(hr, BO, dietary="Vegan", page_language="sv", **actions.TICKED)
    kept = actions.rsvp(BO)
    assert (kept["dietary"], kept["food_consent"]["language"]) == ("Vegan", "sv")


@pytest.mark.parametrize("email", [ASA, BO])
def test_cancelling_for_somebody_is_logged_and_mailed_once(email, full, desk):
    hr, before = desk(), len(subjects(email))
    for _ in range(2):
        answer = hr.post(page_of(email), action="cancel", revision=revision_before(email))
        assert answer["statusCode"] == 303
    assert actions.rsvp(email)["status"] == "cancelled"
    assert len(subjects(email)) == before + 1
    facts = {"event": actions.SLUG}
    assert noted() == [(Deed.SIGN_UP_CANCELLED, address_hash(email), facts)]


def revision_before(email):
    """What the page showed before the first click."""
    kept = actions.rsvp(email)
    return str(kept["revision"] - (kept["status"] == "cancelled"))


def test_an_offer_can_be_passed_on_by_phone_but_not_changed(full, desk):
    hr = desk()
    cancel(hr, ASA)
    actions.tick()
    assert actions.rsvp(BO)["status"] == "offered"
    shown = hr.get(page_of(BO))["body"]
    for text in ("Fia Alm", "offered and held until", f'<a href="{EVENT}#waiting">Give them'):
        assert text in shown
    assert 'name="guests"' not in shown
    assert "at the same moment" in save(hr, BO)["body"]
    cancel(hr, BO)
    assert (actions.rsvp(BO)["status"], actions.event()["free"]) == ("cancelled", 2)


def test_an_editor_another_office_and_a_stranger_to_the_event_lead_nowhere(full, desk):
    assert "Bo Berg" not in desk(Role.EDITOR).get(page_of(BO))["body"]
    assert desk(Role.OWNER, ("stockholm",)).get(page_of(BO))["statusCode"] == 410
    assert desk().get(page_of("nobody@example.org"))["statusCode"] == 410
    assert save(desk(Role.EDITOR), BO)["statusCode"] == 400
    assert actions.rsvp(BO)["party"] == 2


def test_every_name_on_the_events_page_leads_to_the_sign_up_with_what_they_said(full, desk):
    actions.sign_up(name="Dan Ahl", email="dan@example.org", guests="0", dietary="")
    actions.accepted(name="Eva Ask", email="eva@example.org", guests="0", dietary="")
    hr = desk()
    cancel(hr, CAI)
    shown = hr.get(EVENT)["body"]
    for email, name in ((ASA, "Åsa Ek"), (BO, "Bo Berg"), (CAI, "Cai Dam")):
        assert f'<a href="{page_of(email)}">{name}</a>' in shown
    for text in ("with Fia Alm", "What do you drink? Tea", "Food: No fish"):
        assert text in shown
    others = shown.partition('id="others"')[2].partition("</table>")[0]
    assert "Dan Ahl" in others
    assert "not confirmed yet" in others
    assert "no longer signed up" in others
    assert "Bo Berg" not in others
