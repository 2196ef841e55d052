"""Whoever doesn't know the newest facts of an event hears of them, whatever else happens."""

import pytest

from functions.core.addresses import address_hash
from functions.core.clock import MINUTE
from tests.functions import sent_emails
from tests.functions.events import actions

NEWS = "Please note what has changed"


def say_yes(email):
    """The event's contact does, by the link in their email, to somebody who asks to come."""
    mail = sent_emails.deliver()[-1]
    (link, *_) = sent_emails.links(sent_emails.text(mail))
    fields = {"who": address_hash(email), "revision": str(actions.rsvp(email)["revision"])}
    return actions.press_button(link, action="approve", **fields)


@pytest.mark.parametrize(("seats", "becomes"), [(40, "accepted"), (1, "waiting")])
def test_a_yes_within_a_minute_of_a_change_swallows_no_news(moment, cloud, seats, becomes):
    actions.publish(approval=True, seats=seats)
    actions.accepted()
    moment.now += 11 * MINUTE
    actions.tick()
    actions.publish(approval=True, seats=seats, place="Library")
    assert "on its way" in say_yes(actions.ASA["email"])["body"]
    assert actions.rsvp()["status"] == becomes
    actions.tick()
    (mail,) = [one for one in sent_emails.deliver() if one["Subject"].startswith(NEWS)]
    assert "Now: Library" in sent_emails.text(mail)


@pytest.mark.parametrize(
    ("language", "was", "becomes"),
    [
        ("en", "Was: in person", "Now: online"),
        ("sv", "Tidigare: på plats", "Nu: online"),
        ("de", "Bisher: vor Ort", "Jetzt: online"),
    ],
)
def test_an_event_that_moves_online_is_a_change(published, language, was, becomes):
    actions.accepted(language=language)
    sent_emails.deliver()
    actions.publish(attend="online")
    actions.tick()
    mail = sent_emails.deliver()[-1]
    assert was in sent_emails.text(mail)
    assert becomes in sent_emails.text(mail)


def test_a_fact_that_is_missing_is_as_it_usually_is(published):
    """Events from before a fact was known don't change by being published with it."""
    actions.accepted()
    sent_emails.deliver()
    actions.publish(attend="", all_day=False)
    actions.tick()
    assert sent_emails.deliver()[-1]["Subject"].startswith("You are signed up")
