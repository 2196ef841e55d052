"""What the team sees of guests' answers after an event, and what stays of them."""

from functions.core import clock
from functions.core.clock import DAY
from functions.events.opinions import FEWEST
from functions.events.store import events, given_opinions, past_events, retention, rsvps
from tests.functions.events import actions, thanks
from tests.functions.events.actions import SLUG
from tests.functions.events.thanks import ENDS_AT

EVENT_PAGE = f"/desk/events/{SLUG}/"


def test_the_team_sees_answers_and_words_from_five_on_without_names(cloud, desk):
    thanks.say(cloud, FEWEST)
    page = desk().get(EVENT_PAGE)["body"]
    given = page.partition('id="opinions"')[2]
    assert '<th scope="row">Very good</th><td class="number">5</td>' in given
    assert '<th scope="row">Good</th><td class="number zero">0</td>' in given
    assert given.index("Tor A") < given.index("Tor B") < given.index("Tor E")
    assert "Eva" not in given


def test_below_five_the_page_says_how_many_and_nothing_of_what(cloud, desk):
    thanks.say(cloud, FEWEST - 1)
    page = desk().get(EVENT_PAGE)["body"]
    assert "4 guests have answered our three questions." in page
    assert "The answers to a question are shown once 5 guests have given one" in page
    assert "Tor" not in page
    assert "Very good" not in page
    year = clock.day_of(ENDS_AT)[:4]
    assert "Very good" not in desk().get(f"/desk/figures/?year={year}")["body"]


def test_the_figures_keep_the_numbers_when_the_sign_ups_are_erased(cloud, desk):
    thanks.say(cloud, FEWEST)
    page = f"/desk/figures/?year={clock.day_of(ENDS_AT)[:4]}"
    line = "How was it? Very good 5 · Good 0 · So-so 0 · Not so good 0"
    assert line in desk().get(page)["body"]
    cloud.pass_(100 * DAY)
    actions.tick()
    assert rsvps.of_event(SLUG) == given_opinions.of_event(SLUG) == []
    assert line in desk().get(page)["body"]
    assert "Tor" not in str(list(past_events.of_year(2026)))


def test_fewer_than_five_leave_no_numbers_behind(cloud):
    thanks.say(cloud, FEWEST - 1)
    cloud.pass_(100 * DAY)
    actions.tick()
    assert [event.opinions for event in past_events.of_year(2026)] == [{}]
    assert given_opinions.of_event(SLUG) == []


def test_a_run_that_dies_half_way_through_erasing_keeps_the_whole_count(cloud, monkeypatch):
    thanks.say(cloud, FEWEST)
    cloud.pass_(100 * DAY)
    monkeypatch.setattr(retention, "ERASED_IN_ONE", 3)
    monkeypatch.setattr(retention, "ERASED_AT_ONCE", 3)
    for _ in range(20):
        actions.tick()
    (event,) = past_events.of_year(2026)
    assert event.opinions["liked"]["very"] == FEWEST
    assert events.get(SLUG).opinions is None
