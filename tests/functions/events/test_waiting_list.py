"""A full event has a queue: who joins it, and at which place; on pages and in emails."""

from functions.core.addresses import address_hash
from functions.core.aws import retries, table
from functions.core.errors import RefusedError
from functions.events import rules
from functions.events.rules import Status
from functions.events.store import places, rsvps
from functions.events.waiting_list import Place
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import open_link, press_button
from tests.functions.events.full_event import (
    ASA,
    BO,
    CAI,
    DAN,
    come,
    leave,
    link_of,
    states,
    subjects,
)
from tests.functions.support import table_calls


def test_the_page_shows_the_place_and_the_rule_before_anybody_waits(dinner):
    come(ASA, 1)
    come(BO)
    actions.sign_up(name="Cai", email=CAI, guests="0")
    page = open_link(link_of(CAI))["body"]
    assert "you would be number 2 of 2" in page
    assert "First come, first served, one party after the other." in page
    assert "hold them for up to 48 hours" in page
    assert "Join the waiting list" in page


def test_full_between_page_and_click_asks_again_instead_of_queueing(dinner):
    actions.sign_up(name="Bo", email=BO, guests="0")
    link = link_of(BO)
    come(ASA, 1)
    answer = press_button(link)
    assert answer["statusCode"] == 409
    assert "Join the waiting list" in answer["body"]
    assert states(BO) == ["pending"]
    assert "You are on the waiting list" in press_button(link, queue="yes")["body"]


def test_a_seat_that_frees_between_page_and_click_is_taken_at_once(dinner):
    asa = come(ASA, 1)
    actions.sign_up(name="Bo", email=BO, guests="0")
    link = link_of(BO)
    leave(asa)
    assert "You are signed up" in press_button(link, queue="yes")["body"]


def test_the_email_and_the_page_behind_it_say_which_place_it_is(dinner):
    come(ASA, 1)
    come(BO)
    link = come(CAI)
    text = sent_emails.text(sent_emails.sent()[-1])
    assert "Waiting list: You are number 2 of 2" in text
    page = open_link(link)["body"]
    assert "You are number 2 of 2." in page
    assert "Leave the waiting list" in page


def test_a_newcomer_hears_their_place_without_the_queue_being_counted(dinner):
    come(ASA, 1)
    bo = come(BO)
    cai = come(CAI)
    leave(bo)
    actions.sign_up(name="Dan", email=DAN, guests="0")
    link = link_of(DAN)
    calls, answer = table_calls(lambda: press_button(link, queue="yes"))
    assert "You are number 2 of 2" in answer["body"]
    assert "Query" not in {operation for operation, _ in calls}
    assert "You are number 1 of 2" in open_link(cai)["body"]


def test_the_same_person_twice_waits_once(dinner):
    come(ASA, 1)
    come(BO)
    actions.sign_up(name="Bo", email=BO, guests="1")
    assert subjects(BO)[-1] == "You are already on the waiting list"
    assert (actions.event()["waiting"], actions.rsvp(BO)["party"]) == (1, 1)


def test_a_newcomer_never_overtakes_the_queue(dinner):
    asa = come(ASA, 1)
    come(BO)
    leave(asa)
    come(CAI)
    assert states(BO, CAI) == ["waiting", "waiting"]


def test_a_free_place_for_which_others_wait_is_not_called_taken(dinner):
    asa = come(ASA, 1)
    come(BO, 1)
    come(CAI)
    leave(asa)
    actions.sign_up(name="Dan", email=DAN, guests="0")
    page = open_link(link_of(DAN))["body"]
    assert "<h2>There is a waiting list</h2>\n  <p>You can wait for a place." in page
    assert "taken" not in page


def test_who_waits_changes_their_party_and_keeps_their_place(dinner):
    come(ASA, 1)
    link = come(BO)
    come(CAI)
    press_button(link, action="save", guests="1", dietary="")
    assert actions.rsvp(BO)["party"] == 2
    assert next(places.queue(actions.SLUG)) == Place(address_hash(BO), 2)


def test_an_address_that_moves_takes_its_place_in_the_queue_along(dinner):
    come(ASA, 1)
    come(BO)
    before = rsvps.get(actions.SLUG, address_hash(BO))
    assert before
    after = rules.moved(before, None, address_hash(DAN), DAN, dinner.now)
    table.transact(*rsvps.moving(before, None, after, dinner.now, mail=True))
    assert list(places.queue(actions.SLUG)) == [Place(address_hash(DAN), 1)]
    assert subjects(DAN) == ["Your sign-up has been changed"]
    assert rsvps.get(actions.SLUG, address_hash(DAN)).status is Status.WAITING  # type: ignore[union-attr]


def test_who_meets_many_others_at_the_end_of_the_queue_is_not_turned_away(dinner, monkeypatch):
    come(ASA, guests=1)
    actions.sign_up(name="Bo", email=BO, guests="0")
    confirm, save, lost = link_of(BO), rsvps.save, iter(range(12))

    def lose_the_race_often(*change, **options):
        if next(lost, None) is not None:
            raise RefusedError(frozenset({1}), {})
        save(*change, **options)

    monkeypatch.setattr(rsvps, "save", lose_the_race_often)
    monkeypatch.setattr(retries, "wait", lambda _: None)
    assert press_button(confirm, queue="yes")["statusCode"] == 200
    assert states(BO) == ["waiting"]
