"""Messages of the team to an event's guests: each goes to each guest once, in whatever order they
were previewed and sent."""

import pytest

from functions.events.store import team_messages
from functions.events.store.team_messages import Message, To
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.support import SITE_URL

WRITE = f"/desk/events/{actions.SLUG}/write/"
WORDS = {"to": "coming", "subject": "Side entrance", "text": "The front is closed."}
OTHER = WORDS | {"subject": "Bring a coat"}


@pytest.fixture(autouse=True)
def guest(cloud):
    actions.publish()
    actions.accepted(guests="0")
    sent_emails.deliver()


def preview(hr, words):
    page = hr.post(WRITE, action="preview", **words)
    return page["body"].split('name="number" value="')[1].split('"')[0]


def send(hr, number, words):
    answer = hr.post(WRITE, action="send", number=number, **words)
    return answer["headers"]["Location"]


def arrived():
    before = len(sent_emails.sent())
    actions.tick()
    actions.tick()
    return sorted(mail["Subject"].partition(":")[0] for mail in sent_emails.deliver()[before:])


@pytest.mark.parametrize("goes_out_between", [True, False])
def test_one_previewed_earlier_and_sent_later_reaches_everybody(desk, cloud, goes_out_between):
    hr = desk()
    earlier = preview(hr, WORDS)
    cloud.pass_(30)
    later = preview(hr, OTHER)
    send(hr, later, OTHER)
    first = arrived() if goes_out_between else []
    cloud.pass_(30)
    assert send(hr, earlier, WORDS).endswith("?step=written")
    assert sorted(first + arrived()) == ["Bring a coat", "Side entrance"]
    assert arrived() == []


def test_two_previewed_in_the_same_second_are_both_sent(desk, cloud):
    hr = desk()
    number = preview(hr, WORDS)
    assert number == preview(hr, OTHER)
    for words in (WORDS, OTHER):
        assert send(hr, number, words).endswith("?step=written")
    for words in (WORDS, OTHER):
        assert send(hr, number, words).endswith("?step=written_before")
    assert arrived() == ["Bring a coat", "Side entrance"]


def test_the_desk_says_that_it_has_been_sent_already(desk):
    hr = desk()
    number = preview(hr, WORDS)
    send(hr, number, WORDS)
    arrived()
    page = hr.get(send(hr, number, WORDS).removeprefix(SITE_URL))
    assert "had been sent already" in page["body"]
    assert arrived() == []


def test_what_was_sent_under_way_is_still_the_same_message(cloud):
    message = Message(actions.SLUG, cloud.now, To.COMING, "Side entrance", "Closed.")
    assert team_messages.send(message, cloud.now)
    team_messages.move_on(message, "half way")
    assert not team_messages.send(message, cloud.now)
