"""What the link to confirm does, and what links of any kind refuse."""

import pytest

from functions.core import site, tokens
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.tokens import Purpose
from functions.core.web.requests import FIELDS_MAX
from functions.events.store import events
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import but_limits, open_link, press_button, send_request
from tests.functions.support import SITE, dump, outbox, page_facts, written

pytestmark = pytest.mark.usefixtures("published")


def test_confirming_takes_the_seats(confirm_link):
    answer = press_button(confirm_link)
    assert answer["statusCode"] == 200
    assert "You are signed up" in answer["body"]
    assert (actions.rsvp()["status"], actions.event()["free"]) == ("accepted", 38)
    assert [mail["mail"] for mail in outbox()] == ["rsvp_accepted"]


def test_confirming_twice_is_harmless(confirm_link):
    first = press_button(confirm_link)
    after = but_limits()
    assert press_button(confirm_link)["body"] == first["body"]
    assert but_limits() == after


def test_two_concurrent_confirmations_take_the_seats_once(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: press_button(confirm_link))
    assert press_button(confirm_link)["statusCode"] == 200
    assert actions.event()["free"] == 38
    assert [mail["mail"] for mail in outbox()] == ["rsvp_accepted"]


def test_opening_a_link_changes_nothing(confirm_link):
    before = dump()
    assert "Confirm sign-up" in open_link(confirm_link)["body"]
    assert dump() == before
    press_button(confirm_link)
    change = actions.newest_link()
    before = dump()
    assert "Cancel my sign-up" in open_link(change)["body"]
    assert open_link(confirm_link)["statusCode"] == 200
    assert dump() == before


def test_the_page_shows_all_that_confirming_will_store_as_it_was_typed():
    actions.sign_up(name="Åsa O'Ek", dietary="<b>No nuts</b>\r\nvegan & kosher", language="sv")
    shown = page_facts(open_link(actions.newest_link()))
    assert {
        "Namn": "Åsa O'Ek",
        "E-postadress": "asa@example.com",
        "Antal gäster": "1",
        "Specialkost": "<b>No nuts</b>\nvegan & kosher",
        "Ditt samtycke": "Känn till min mat.",
        "Språk för våra mejl till dig": "Svenska",
    }.items() <= shown.items()
    internal = {"pk", "sk", "status", "revision", "created_at", "expires_at", "due_at", "due_kind"}
    internal |= {"sequence", "ticket"}
    typed = {"name", "email", "party", "dietary", "food_consent", "language"}
    assert set(actions.rsvp()) == typed | internal


def test_without_food_the_page_shows_that_nothing_of_it_is_stored():
    actions.sign_up(guests="0", dietary="", food_consent="")
    shown = page_facts(open_link(actions.newest_link()))
    assert shown["Number of guests"] == "None, I'm coming alone"
    assert shown["Dietary requirements"] == "Nothing entered"
    assert "Your consent" not in shown


def test_a_page_in_a_language_that_was_taken_off_the_site_has_its_date_in_the_sites_first():
    actions.sign_up(language="de")
    link = actions.newest_link()
    known = SITE | {"languages": ["en", "sv"]}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()
    assert written("Thursday 3~December 2026, 17:30-20:00") in open_link(link)["body"]


def test_the_page_of_a_link_may_not_be_cached(confirm_link):
    headers = open_link(confirm_link)["headers"]
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")


def test_no_seat_is_taken_when_the_event_filled_up_in_the_meantime(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: actions.publish(seats=1))
    before = actions.rsvp()
    answer = press_button(confirm_link)
    assert (answer["statusCode"], actions.event()["free"]) == (409, 1)
    assert "Only one place is left" in answer["body"]
    assert (actions.rsvp(), outbox()) == (before, [])


def test_nobody_is_accepted_ahead_of_the_waiting_list(confirm_link):
    from functions.core.aws import table

    queue = table.update(events.event_key(actions.SLUG), "SET #waiting = :one", {":one": 1})
    table.write(queue)
    answer = press_button(confirm_link)
    assert (answer["statusCode"], actions.event()["free"]) == (409, 40)
    assert "There is a waiting list" in answer["body"]


def test_a_confirmation_link_does_nothing_after_closing(confirm_link, published):
    actions.publish(closes_at="2026-11-18T12:00:00Z")
    published.pass_(3600)
    assert (open_link(confirm_link)["statusCode"], press_button(confirm_link)["statusCode"]) == (
        409,
        409,
    )
    assert actions.rsvp()["status"] == "pending"


def test_an_expired_link_does_nothing_even_before_the_sweep(confirm_link, published):
    published.pass_(2 * DAY)
    assert (open_link(confirm_link)["statusCode"], press_button(confirm_link)["statusCode"]) == (
        410,
        410,
    )
    assert actions.event()["free"] == 40


@pytest.mark.parametrize("path", [actions.CONFIRM, actions.CHANGE])
@pytest.mark.parametrize("token", ["", "x", "å\x00", "a" * 5000, "W10.abc.def"])
def test_a_forged_link_is_refused_and_writes_nothing(change_link, path, token):
    before = but_limits()
    got = send_request("GET", path, query={"token": token})
    sent = send_request("POST", path, form={"token": token, "action": "cancel"})
    assert (got["statusCode"], sent["statusCode"]) == (410, 410)
    assert but_limits() == before


def test_a_link_is_valid_for_one_purpose_only(confirm_link):
    token = actions.token_of(confirm_link)
    assert send_request("POST", actions.CHANGE, form={"token": token})["statusCode"] == 410


def test_a_link_to_a_deleted_sign_up_is_gone(confirm_link):
    other = tokens.make(Purpose.CONFIRM_RSVP, "no-such", "0" * 32, 1)
    assert send_request("POST", actions.CONFIRM, form={"token": other})["statusCode"] == 410


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"body": "{}", "headers": {"content-type": "application/json"}}, 415),
        ({"body": "token=" + "x" * 70_000}, 413),
        ({"body": "token=%ff%fe"}, 400),
        ({"body": "&".join("a=1" for _ in range(FIELDS_MAX + 1))}, 400),
        ({"body": ""}, 410),
    ],
)
def test_a_request_that_is_not_a_valid_form_is_refused(sent, status):
    for path in (actions.CONFIRM, actions.CHANGE):
        assert send_request("POST", path, **sent)["statusCode"] == status


def test_a_wrong_method_is_no_server_error():
    assert send_request("DELETE", actions.CHANGE)["statusCode"] == 410


def test_a_capacity_change_during_a_confirmation_loses_neither(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: press_button(confirm_link), "write")
    actions.publish(seats=50)
    assert (actions.event()["capacity"], actions.event()["free"]) == (50, 48)


def test_every_email_has_valid_links_and_stale_emails_are_not_sent(confirm_link):
    press_button(confirm_link)  # not delivered yet: its mail is overtaken by the change
    change = tokens.make(
        Purpose.CHANGE_RSVP, actions.SLUG, actions.rsvp()["sk"][5:], actions.rsvp()["revision"]
    )
    send_request("POST", actions.CHANGE, form={"token": change, "guests": "0", "dietary": ""})
    subjects = [mail["Subject"] for mail in sent_emails.deliver()]
    assert subjects == [
        "Please confirm your sign-up: Autumn talk",
        "Your sign-up has been changed: Autumn talk",
    ]
