"""What the link to change or cancel does."""

import pytest

from functions.core.clock import DAY
from tests.functions.events import actions
from tests.functions.events.actions import TICKED, but_limits, open_link, press_button, sign_up

pytestmark = pytest.mark.usefixtures("published")


def test_changing_guests_adjusts_the_free_seats_and_makes_old_links_stale(change_link):
    answer = press_button(change_link, action="save", guests="0", dietary="Vegan", **TICKED)
    assert answer["statusCode"] == 200
    assert (actions.event()["free"], actions.rsvp()["party"]) == (39, 1)
    assert actions.rsvp()["dietary"] == "Vegan"
    assert open_link(change_link)["statusCode"] == 409
    assert press_button(change_link, action="cancel")["statusCode"] == 409
    press_button(actions.newest_link(), action="save", guests="1", dietary="")
    assert actions.event()["free"] == 38


def test_the_change_form_shows_the_saved_sign_up(change_link):
    page = open_link(change_link)["body"]
    assert '<option value="1" selected>' in page
    assert ">No nuts, please</textarea>" in page


def test_saving_twice_saves_once(change_link):
    press_button(change_link, action="save", guests="0", dietary="")
    after = but_limits()
    assert press_button(change_link, action="save", guests="0", dietary="")["statusCode"] == 200
    assert but_limits() == after


def test_saving_without_changes_writes_nothing(change_link):
    before = but_limits()
    assert (
        press_button(change_link, action="save", guests="1", dietary="No nuts, please", **TICKED)[
            "statusCode"
        ]
        == 200
    )
    assert but_limits() == before


def test_more_guests_than_free_seats_are_refused(change_link):
    actions.publish(seats=2, max_guests=3)
    before = but_limits()
    answer = press_button(change_link, action="save", guests="3", dietary="")
    assert answer["statusCode"] == 409
    assert "Your sign-up is unchanged" in answer["body"]
    assert but_limits() == before


def test_a_seat_taken_in_the_meantime_is_not_given_twice(monkeypatch):
    actions.publish(seats=3)
    bo = actions.accepted(email="bo@example.org", guests="0")
    sign_up()
    link = actions.newest_link()
    actions.before_writing(monkeypatch, lambda: press_button(link))
    assert press_button(bo, action="save", guests="1", dietary="")["statusCode"] == 409
    assert (actions.event()["free"], actions.rsvp("bo@example.org")["party"]) == (0, 1)


@pytest.mark.parametrize(
    "wrong", [{"guests": "2"}, {"guests": "x"}, {"dietary": "x" * 301}, {"dietary": "\x07"}]
)
def test_an_invalid_change_returns_the_form_with_its_message(change_link, wrong):
    before = but_limits()
    answer = press_button(change_link, action="save", **({"guests": "1", "dietary": ""} | wrong))
    assert answer["statusCode"] == 400
    assert 'class="field-error"' in answer["body"]
    assert but_limits() == before


def test_accepted_guests_may_stay_when_hr_allows_fewer(change_link):
    actions.publish(max_guests=0)
    answer = press_button(change_link, action="save", guests="1", dietary="Vegan", **TICKED)
    assert (answer["statusCode"], actions.rsvp()["party"]) == (200, 2)


def test_cancelling_frees_the_seats_and_invalidates_the_links(change_link):
    answer = press_button(change_link, action="cancel")
    assert "You are no longer signed up" in answer["body"]
    assert (actions.rsvp()["status"], actions.event()["free"]) == ("cancelled", 40)
    after = but_limits()
    assert press_button(change_link, action="cancel")["statusCode"] == 200
    assert "I'm coming after all" in open_link(change_link)["body"]
    assert press_button(change_link, action="save", guests="0", dietary="")["statusCode"] == 410
    assert but_limits() == after


def test_cancelling_twice_frees_the_seats_once(change_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: press_button(change_link, action="cancel"))
    assert press_button(change_link, action="cancel")["statusCode"] == 200
    assert actions.event()["free"] == 40


def test_someone_who_cancelled_can_sign_up_again(change_link):
    press_button(change_link, action="cancel")
    actions.accepted(guests="0")
    assert (actions.rsvp()["status"], actions.event()["free"]) == ("accepted", 39)


def test_after_closing_a_party_can_still_shrink_or_cancel(change_link, published):
    actions.publish(closes_at="2026-11-18T12:00:00Z", max_guests=3)
    published.pass_(3600)
    assert press_button(change_link, action="save", guests="2", dietary="")["statusCode"] == 409
    assert press_button(change_link, action="save", guests="0", dietary="")["statusCode"] == 200
    assert press_button(actions.newest_link(), action="cancel")["statusCode"] == 200
    assert actions.event()["free"] == 40


def test_nothing_can_be_changed_once_the_event_has_started(change_link, published):
    published.pass_(16 * DAY)
    assert open_link(change_link)["statusCode"] == 409
    assert press_button(change_link, action="cancel")["statusCode"] == 409
    assert actions.rsvp()["status"] == "accepted"


def test_lowering_the_capacity_cancels_no_sign_up(change_link):
    actions.publish(seats=1)
    assert (actions.event()["free"], actions.rsvp()["status"]) == (-1, "accepted")
    sign_up(email="bo@example.org", guests="0")
    assert "There is a waiting list" in open_link(actions.newest_link())["body"]
    press_button(change_link, action="cancel")
    assert actions.event()["free"] == 1


def test_food_is_health_data_and_is_only_kept_with_consent(change_link):
    before = actions.rsvp()["food_consent"]
    assert (before["text_id"], before["version"], before["language"]) == ("food", "2026-11", "en")
    answer = press_button(change_link, action="save", guests="1", dietary="Vegan")
    assert answer["statusCode"] == 400
    assert 'href="#rsvp-food_consent"' in answer["body"]
    assert actions.rsvp()["dietary"] == "No nuts, please"


def test_emptying_the_field_withdraws_the_consent(change_link):
    press_button(change_link, action="save", guests="1", dietary="")
    assert (actions.rsvp()["dietary"], actions.rsvp()["food_consent"]) == ("", None)


def test_a_consent_stays_as_it_was_given_while_its_words_stay(change_link, published):
    before = actions.rsvp()["food_consent"]
    published.pass_(DAY)
    press_button(change_link, action="save", guests="0", dietary="No nuts, please", **TICKED)
    assert actions.rsvp()["food_consent"] == before
    press_button(actions.newest_link(), action="save", guests="0", dietary="Vegan", **TICKED)
    assert actions.rsvp()["food_consent"]["ticked_at"] == before["ticked_at"] + DAY
