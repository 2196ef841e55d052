"""The team writes to the guests of an event: preview, then one email to each, whatever happens."""

import pytest

from functions.core import clock
from functions.events import messaging
from functions.events.store import team_messages
from functions.team.rules import Deed
from functions.team.store import deeds
from tests.functions import sent_emails
from tests.functions.events import actions

WRITE = f"/desk/events/{actions.SLUG}/write/"
WORDS = {
    "to": "coming",
    "subject": "Side entrance",
    "text": "The front is closed.\r\n\r\n\r\nSorry!",
}
BO = {"name": "Bo Berg", "email": "bo@example.org", "guests": "0", "dietary": ""}


@pytest.fixture(autouse=True)
def guests(cloud):
    """Åsa and her guest have both places; Bo waits."""
    actions.publish(seats=2)
    actions.accepted(language="sv")
    actions.sign_up(**BO)
    actions.press_button(actions.newest_link(), queue="yes")
    sent_emails.deliver()


def number_on(page):
    return page["body"].split('name="number" value="')[1].split('"')[0]


def send(hr, **changes):
    number = number_on(hr.post(WRITE, action="preview", **WORDS | changes))
    return hr.post(WRITE, action="send", number=number, **WORDS | changes)


def written():
    actions.tick()
    before = len(sent_emails.sent())
    return sent_emails.deliver()[before:]


def test_the_preview_shows_to_how_many_and_sends_nothing(desk):
    page = desk().post(WRITE, action="preview", **WORDS)["body"]
    assert "1 email" in page
    assert "The front is closed." in page
    assert written() == []


def test_it_reaches_whom_it_is_for_in_their_language_with_the_link_to_change(desk):
    assert send(desk())["statusCode"] == 303
    (mail,) = written()
    assert (mail["To"], mail["Subject"]) == ("asa@example.com", "Side entrance: Autumn talk")
    text = sent_emails.text(mail).replace("\r\n", "\n")
    assert "The front is closed.\n\nSorry!" in text
    assert "Hej Åsa Ek" in text
    assert "/api/rsvp/change" in text


def test_who_waits_is_written_to_apart(desk):
    send(desk(), to="waiting")
    (mail,) = written()
    assert mail["To"] == "bo@example.org"


def test_two_clicks_are_one_message_and_the_log_says_so(desk):
    hr = desk()
    number = number_on(hr.post(WRITE, action="preview", **WORDS))
    for _ in range(2):
        hr.post(WRITE, action="send", number=number, **WORDS)
    assert len(written()) == 1
    assert written() == []
    lines = deeds.lines(clock.month_of(clock.now()))
    (line,) = [one for one in lines if one.deed is Deed.GUESTS_WRITTEN_TO]
    assert (line.about, line.facts["recipients"]) == (actions.SLUG, "1")


def test_a_second_message_reaches_them_too(desk, cloud):
    send(desk())
    assert len(written()) == 1
    cloud.pass_(60)
    send(desk(), subject="Once more")
    assert [mail["Subject"] for mail in written()] == ["Once more: Autumn talk"]


def test_a_tick_that_dies_half_way_writes_to_nobody_twice(desk, monkeypatch):
    actions.publish(seats=9)
    actions.tick()  # Bo gets a place
    sent_emails.deliver()
    actions.press_button(actions.newest_link(), action="accept")
    sent_emails.deliver()
    send(desk())
    monkeypatch.setattr(messaging, "PAGE", 1)
    move_on = team_messages.move_on

    def die(message, cursor):
        raise RuntimeError("killed")

    monkeypatch.setattr(team_messages, "move_on", die)
    with pytest.raises(RuntimeError):
        actions.tick()
    monkeypatch.setattr(team_messages, "move_on", move_on)
    mails = written()
    assert sorted(mail["To"] for mail in mails) == ["asa@example.com", "bo@example.org"]


def test_whoever_cancels_before_it_leaves_gets_none(desk):
    send(desk())
    actions.tick()
    actions.erase()
    before = len(sent_emails.sent())
    assert [mail for mail in sent_emails.deliver()[before:] if "Side" in mail["Subject"]] == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"subject": " "}, "enter a subject"),
        ({"subject": "x" * 101}, "enter a subject"),
        ({"text": ""}, "write a text"),
        ({"text": "x" * 4001}, "write a text"),
        ({"to": "everybody"}, "choose others"),
    ],
)
def test_what_is_wrong_is_explained_and_the_words_are_kept(desk, wrong, message):
    answer = desk().post(WRITE, action="preview", **WORDS | wrong)
    assert answer["statusCode"] == 400
    assert message in answer["body"]
    assert "Side entrance" in answer["body"] or "subject" in wrong


def test_nobody_to_write_to_is_said_before_the_preview(desk):
    actions.publish(seats=9)
    actions.tick()
    actions.erase()
    answer = desk().post(WRITE, action="preview", **WORDS)
    assert "Nobody is among them" in answer["body"]
