"""The thank-you after an event, and the page with its three questions."""

from dataclasses import replace

import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY
from functions.events import reminding
from functions.events.store import given_opinions, reminders, rsvps
from functions.people.store import members as people
from functions.privacy.store import Person, everything_of
from tests.functions.door import actions as door
from tests.functions.events import actions, thanks
from tests.functions.events.thanks import ENDS_AT
from tests.functions.membership import actions as membership
from tests.functions.support import EVENT, SITE

SLUG = actions.SLUG
ANSWERS = {"liked": "very", "again": "maybe", "met": "yes"}


@pytest.fixture
def asa(cloud):
    """Her email address; she is signed up."""
    thanks.publish()
    return thanks.comes("asa")


# ---- Who is thanked, and when


def test_members_are_thanked_at_nine_on_the_next_morning(cloud, asa):
    assert thanks.thanked(cloud, thanks.MORNING_AFTER - 1) == []
    assert thanks.thanked(cloud) == [asa]
    assert thanks.thanked(cloud, thanks.MORNING_AFTER + 3 * DAY) == [asa]


def test_only_those_who_came_are_thanked_if_guests_were_checked_in(cloud, asa):
    thanks.comes("bo")
    cloud.now = clock.epoch(EVENT["starts_at"])
    phone = door.open_door()
    phone.send(phone.tap(door.code_of(asa)), phone.tap("+7K3M9QXA", name="Kim Li"))
    assert thanks.thanked(cloud) == [asa]


def test_where_some_attend_online_all_with_a_place_are_thanked(cloud):
    thanks.publish(attend="both")
    asa, bo = thanks.comes("asa"), thanks.comes("bo")
    cloud.now = clock.epoch(EVENT["starts_at"])
    phone = door.open_door()
    phone.send(phone.tap(door.code_of(asa)))
    assert thanks.thanked(cloud) == [asa, bo]


def test_a_guest_who_agreed_to_nothing_is_not_thanked(cloud, asa):
    thanks.comes("bo", member=False)
    assert thanks.thanked(cloud) == [asa]


def test_a_member_who_has_stopped_invitations_since_is_not_thanked(cloud, asa):
    cloud.now = ENDS_AT
    stop = thanks.email_to(asa).unsubscribe_url
    membership.press_button(stop)
    assert people.member(membership.member_id(asa)).newsletter
    assert thanks.email_to(asa).reason == "no consent"
    assert thanks.thanked(cloud) == []


def test_who_cancelled_is_not_thanked(cloud, asa):
    thanks.comes("bo")
    actions.press_button(actions.accepted(email="cai@example.net"), action="cancel")
    assert thanks.thanked(cloud) == [asa, "bo@example.net"]


@pytest.mark.parametrize("facts", [{"cancelled": "Storm"}, {"starts_at": "2026-12-13T16:30:00Z"}])
def test_nobody_is_thanked_for_what_was_called_off_or_moved(facts, cloud, asa):
    later = {"ends_at": "2026-12-13T19:00:00Z"} if "starts_at" in facts else {}
    thanks.publish(**facts, **later)
    assert thanks.thanked(cloud) == []


def test_an_event_that_moved_is_thanked_for_once_after_it(cloud, asa):
    thanks.publish(starts_at="2026-12-13T16:30:00Z", ends_at="2026-12-13T19:00:00Z")
    assert thanks.thanked(cloud, clock.epoch("2026-12-14T08:00:00Z")) == [asa]


def test_after_several_whole_days_the_morning_is_the_one_after_the_last(cloud):
    days = {"starts_at": "2026-12-02T23:00:00Z", "ends_at": "2026-12-04T23:00:00Z"}
    thanks.publish(all_day=True, closes_at=days["starts_at"], **days)
    asa = thanks.comes("asa")
    assert thanks.thanked(cloud, clock.epoch("2026-12-05T08:00:00Z") - 1) == []
    assert thanks.thanked(cloud, clock.epoch("2026-12-05T08:00:00Z")) == [asa]


def test_the_setting_says_how_many_days_and_none_is_never(cloud):
    thanks.publish(SITE | {"thanks_days": 3})
    asa = thanks.comes("asa")
    assert thanks.thanked(cloud, thanks.MORNING_AFTER + 2 * DAY - 1) == []
    assert thanks.thanked(cloud, thanks.MORNING_AFTER + 2 * DAY) == [asa]


def test_none_is_never(cloud):
    thanks.publish(SITE | {"thanks_days": 0})
    thanks.comes("asa")
    assert thanks.thanked(cloud, thanks.MORNING_AFTER + 2 * DAY) == []


def test_a_tick_that_dies_half_way_thanks_nobody_twice(cloud, asa, monkeypatch):
    bo = thanks.comes("bo")
    monkeypatch.setattr(reminding, "PAGE", 1)
    with monkeypatch.context() as patch:
        patch.setattr(reminders, "move_on", lambda *_: (_ for _ in ()).throw(SystemExit))
        cloud.now = thanks.MORNING_AFTER
        with pytest.raises(SystemExit):
            actions.tick()
    assert thanks.thanked(cloud) == [asa, bo]


# ---- The questions


def test_each_link_opens_the_page_with_its_answer_marked(cloud, asa):
    links = thanks.links(cloud)
    assert len(links) == 9
    for (question, answer), link in links.items():
        page = actions.open_link(link)
        assert page["statusCode"] == 200
        assert page["body"].count(" checked") == 1
        assert f'name="{question}" value="{answer}" checked' in page["body"]
        assert page["body"].count("<button") == 1


def test_opening_the_links_as_a_scanner_does_stores_nothing(cloud, asa):
    links = thanks.links(cloud)
    before = list(table.query(f"EVENT#{SLUG}"))
    for link in links.values():
        actions.open_link(link)
    assert list(table.query(f"EVENT#{SLUG}")) == before


def test_one_button_stores_the_answers_and_then_there_is_room_for_words(cloud, asa):
    link = thanks.links(cloud)["liked", "very"]
    page = actions.press_button(link, **ANSWERS)
    assert page["statusCode"] == 200
    assert "<textarea" in page["body"]
    assert thanks.opinion(asa).answers == ANSWERS
    actions.press_button(link, action="words", words="The soup!\r\n\r\n\r\nMore of it.")
    assert thanks.opinion(asa).words == "The soup!\n\nMore of it."


def test_answering_again_changes_the_answers_and_keeps_the_words(cloud, asa):
    link = thanks.links(cloud)["liked", "very"]
    actions.press_button(link, **ANSWERS)
    actions.press_button(link, action="words", words="The soup!")
    assert 'value="maybe" checked' in actions.open_link(link)["body"]
    again = actions.press_button(link, **ANSWERS | {"liked": "good"})
    assert "The soup!" in again["body"]
    now = thanks.opinion(asa)
    assert (now.answers["liked"], now.words) == ("good", "The soup!")


def test_a_single_answer_is_enough_and_none_is_asked_for(cloud, asa):
    link = thanks.links(cloud)["liked", "very"]
    page = actions.press_button(link, liked="wonderful", again="")
    assert (page["statusCode"], "Please choose an answer." in page["body"]) == (400, True)
    assert thanks.opinion(asa).answers == {}
    assert actions.press_button(link, met="no")["statusCode"] == 200
    assert thanks.opinion(asa).answers == {"met": "no"}


@pytest.mark.parametrize("words", ["x" * 1001, "\x07", "a\u202eb"])
def test_odd_words_are_refused_and_stay_on_the_page(words, cloud, asa):
    link = thanks.links(cloud)["liked", "very"]
    actions.press_button(link, **ANSWERS)
    page = actions.press_button(link, action="words", words=words)
    assert (page["statusCode"], thanks.opinion(asa).words) == (400, "")


def test_words_without_answers_are_not_stored(cloud, asa):
    link = thanks.links(cloud)["liked", "very"]
    assert actions.press_button(link, action="words", words="The soup!")["statusCode"] == 410
    assert table.get(given_opinions.opinion_key(SLUG, door.code_of(asa))) is None


def test_an_answer_is_a_sign_of_life(cloud, asa):
    link, key = thanks.links(cloud)["liked", "very"], f"LIFE#{membership.member_id(asa)}"
    actions.open_link(link)
    before = table.get((key, "LIFE"))["seen_at"]
    actions.press_button(link, **ANSWERS)
    assert table.get((key, "LIFE"))["seen_at"] == cloud.now > before


def test_somebody_who_is_erased_meanwhile_leaves_nothing(cloud, asa, monkeypatch):
    link, code = thanks.links(cloud)["liked", "very"], door.code_of(asa)
    (known,) = rsvps.of_event(SLUG)
    actions.before_writing(monkeypatch, lambda: rsvps.delete(known))
    assert actions.press_button(link, **ANSWERS)["statusCode"] == 410
    assert table.get(given_opinions.opinion_key(SLUG, code)) is None


def test_erasing_a_sign_up_erases_what_was_said(cloud, asa):
    actions.press_button(thanks.links(cloud)["liked", "very"], **ANSWERS)
    (known,) = rsvps.of_event(SLUG)
    rsvps.delete(known)
    assert given_opinions.of_event(SLUG) == []


def test_the_link_works_after_the_address_has_changed(cloud, asa):
    link = thanks.links(cloud)["liked", "very"]
    before = rsvps.get(SLUG, address_hash(asa))
    there = "asa@example.org"
    after = replace(
        before, address_hash=address_hash(there), email=there, former=(before.address_hash,)
    )
    table.transact(*rsvps.moving(before, None, after, cloud.now, mail=False))
    assert actions.press_button(link, **ANSWERS)["statusCode"] == 200
    assert thanks.opinion(there).answers == ANSWERS


def test_who_asks_for_their_data_gets_what_they_said(cloud, asa):
    link = thanks.links(cloud)["liked", "very"]
    actions.press_button(link, **ANSWERS)
    actions.press_button(link, action="words", words="The soup!")
    person = Person(membership.member_id(asa), address_hash(asa), asa)
    kept = everything_of(person, cloud.now)
    (given,) = [entry.facts for entry in kept.entries if "OPINION#" in entry.record.sk]
    assert (given["answers"], given["words"]) == (ANSWERS, "The soup!")
