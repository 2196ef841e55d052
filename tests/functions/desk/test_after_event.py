"""Who came, and what they say: told only where it was counted, and by enough to stay unnamed."""

import pytest

from functions.core import clock
from functions.core.aws import table
from functions.core.clock import DAY
from functions.events.opinions import FEWEST
from functions.events.store import attendance, events, given_opinions, past_events
from tests.functions.door import actions as door
from tests.functions.events import actions, thanks
from tests.functions.events.actions import SLUG
from tests.functions.events.thanks import ENDS_AT

EVENT = f"/desk/events/{SLUG}/"
YEAR = clock.day_of(ENDS_AT)[:4]
WALK_IN = {"code": "+7K3M9QXA", "name": "Kim Li"}


@pytest.fixture
def asa(cloud):
    """A member who is coming, and wants to hear from us."""
    thanks.publish()
    return thanks.comes("asa")


def undone_try(asa):
    phone = door.open_door()
    tap = phone.tap(door.code_of(asa))
    undo = phone.tap(door.code_of(asa), kind="undo", of=[tap["id"]])
    phone.send(tap, undo)


def walk_in(_asa):
    phone = door.open_door()
    phone.send(phone.tap(**WALK_IN))


@pytest.mark.parametrize("at_the_door", [undone_try, walk_in])
def test_an_undone_try_or_a_walk_in_counts_nobody_as_missing(at_the_door, cloud, asa, desk):
    cloud.now = ENDS_AT - 3 * 3600
    at_the_door(asa)
    assert attendance.who_came(SLUG) is None
    assert "guest came." not in desk().get(EVENT)["body"]
    assert thanks.thanked(cloud) == [asa]
    assert "No-shows" not in desk().get(f"/desk/figures/?year={YEAR}")["body"]
    cloud.pass_(100 * DAY)
    actions.tick()
    assert [event.is_counted for event in past_events.of_year(int(YEAR))] == [False]


@pytest.mark.parametrize("attend", ["both", "online"])
def test_nobody_is_missing_from_an_event_that_can_be_attended_online(attend, cloud, asa, desk):
    thanks.publish(attend=attend)
    thanks.comes("bo")
    cloud.now = ENDS_AT - 3 * 3600
    phone = door.open_door()
    phone.send(phone.tap(door.code_of(asa)), phone.tap(**WALK_IN))
    shown = desk().get(EVENT)["body"]
    assert "1 guest was checked in at the door. 1 came without a sign-up." in shown
    assert "guests came." not in shown
    assert "No-shows" not in desk().get(f"/desk/figures/?year={YEAR}")["body"]
    cloud.pass_(100 * DAY)
    actions.tick()
    assert [event.is_counted for event in past_events.of_year(int(YEAR))] == [False]


def say(number, again, words):
    """So many guests say how it was; the first ones also whether they would come again, and more
    in words."""
    for at in range(number):
        mark = (SLUG, f"7K3M9QX{at}")
        answers = {"liked": "good"} | ({"again": "maybe"} if at < again else {})
        table.write(given_opinions.answering(*mark, answers, ENDS_AT))
        if at < words:
            table.write(given_opinions.adding_words(*mark, f"Tor {at}"))


def shown_opinions(desk):
    return desk().get(EVENT)["body"].partition('id="opinions"')[2]


def test_the_only_answer_to_a_question_and_the_only_words_stay_hidden(cloud, asa, desk):
    say(FEWEST, again=1, words=1)
    cloud.now = ENDS_AT
    shown = shown_opinions(desk)
    assert '<th scope="row">Good</th><td class="number">5</td>' in shown
    for hidden in ("Would you come again?", "Perhaps", "In their words", "Tor 0"):
        assert hidden not in shown
    assert "The answers to a question are shown once 5 guests have given one" in shown
    figures = desk().get(f"/desk/figures/?year={YEAR}")["body"]
    assert "Good 5" in figures
    assert "Perhaps" not in figures


def test_what_enough_have_said_is_shown_whole(cloud, asa, desk):
    say(FEWEST, again=FEWEST, words=FEWEST)
    for at in range(FEWEST):
        answers = {"liked": "good", "again": "maybe", "met": "yes"}
        table.write(given_opinions.answering(SLUG, f"7K3M9QX{at}", answers, ENDS_AT))
    cloud.now = ENDS_AT
    shown = shown_opinions(desk)
    for text in ("Would you come again?", "Perhaps", "In their words", "Tor 0", "Tor 4"):
        assert text in shown
    assert "The answers to a question" not in shown


def test_the_numbers_that_are_kept_leave_out_what_too_few_have_answered(cloud, asa):
    say(FEWEST, again=FEWEST - 1, words=0)
    cloud.now = ENDS_AT + 100 * DAY
    actions.tick()
    assert events.get(SLUG).opinions is None
    (kept,) = past_events.of_year(int(YEAR))
    assert list(kept.opinions) == ["liked"]
