"""The form on an event's page, through the real handler."""

import re
import subprocess
import sys
from hashlib import sha256

import pytest

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.core.mail import suppression
from functions.events import handler
from functions.events.store import events, rsvps
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import ASA, RSVP, send_request, sign_up
from tests.functions.support import NOW, SITE_URL, break_at_once, dump, outbox, table_calls

CHECK_YOUR_MAIL = f"{SITE_URL}/events/check-your-mail/"


pytestmark = pytest.mark.usefixtures("published")


def test_signing_up_leads_to_the_check_your_inbox_page_and_takes_no_seat_yet():
    answer = sign_up()
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, CHECK_YOUR_MAIL)
    assert (actions.rsvp()["status"], actions.rsvp()["party"]) == ("pending", 2)
    assert actions.event()["free"] == 40
    assert [(mail["mail"], mail["ref"]) for mail in outbox()] == [
        ("confirm_rsvp", {"slug": "autumn-talk"})
    ]


def test_the_outbox_holds_neither_address_nor_token():
    sign_up()
    assert ASA["email"] not in str(outbox())
    assert "token" not in str(outbox())


def test_a_second_form_replaces_the_first_and_its_link():
    sign_up(guests="0")
    first = actions.newest_link()
    sign_up(guests="1")
    assert actions.press_button(first)["statusCode"] == 409
    assert actions.press_button(actions.newest_link())["statusCode"] == 200
    assert actions.event()["free"] == 38


def test_an_accepted_sign_up_stays_accepted_and_the_link_is_sent_again():
    actions.accepted()
    before = actions.rsvp()
    answer = sign_up(name="Somebody Else", guests="0")
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, CHECK_YOUR_MAIL)
    assert actions.rsvp() == before
    assert "already signed up" in sent_emails.deliver()[-1]["Subject"]
    assert actions.open_link(actions.newest_link())["statusCode"] == 200


def test_a_known_and_an_unknown_address_get_the_same_response():
    actions.accepted()
    assert sign_up() == sign_up(email="new@example.org")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Please enter your name."),
        ("name", "x" * 101, "shorten your name"),
        ("name", "Visit www.example.org", "without links"),
        ("name", "Åsa\r\nBcc: x@example.org", "without links"),
        ("email", "", "an email address, such as"),
        ("email", "asa@", "an email address, such as"),
        ("guests", "2", "number of guests"),
        ("guests", "-1", "number of guests"),
        ("guests", "\N{FULLWIDTH DIGIT ONE}", "number of guests"),
        ("guests", "1_0", "number of guests"),
        ("guests", "9" * 5000, "number of guests"),
        ("food_consent", "", "tick the box, or clear"),
        ("food_consent", "2025-01", "tick the box, or clear"),
        ("dietary", "x" * 301, "300 characters"),
        ("dietary", "\x00", "ordinary letters"),
    ],
)
def test_invalid_input_returns_the_form_with_a_message_and_writes_nothing(field, value, message):
    before = dump_but_limits()
    answer = sign_up(**{field: value})
    assert answer["statusCode"] == 400
    assert message in answer["body"]
    assert f'href="#rsvp-{field}"' in answer["body"]
    assert dump_but_limits() == before


def dump_but_limits():
    return [item for item in dump() if not item["pk"].startswith("LIMIT#network")]


def test_all_mistakes_are_reported_at_once_and_the_input_is_kept():
    answer = sign_up(name="", email="<b>", guests="7", dietary="y" * 301)
    assert answer["body"].count('class="field-error"') == 4
    assert "&lt;b&gt;" in answer["body"]
    assert "<b>" not in answer["body"]
    assert "y" * 301 in answer["body"]


@pytest.mark.parametrize("trap", [{"motto": "Buy!"}, {"elapsed": "0.8"}])
def test_a_robot_gets_the_same_response_and_no_email(trap):
    before = dump_but_limits()
    answer = sign_up(**trap)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, CHECK_YOUR_MAIL)
    assert dump_but_limits() == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_sites_form_is_refused(origin):
    before = dump()
    answer = send_request("POST", RSVP, form=ASA, headers={"origin": origin})
    assert answer["statusCode"] == 400
    assert dump() == before


@pytest.mark.parametrize(
    "slug", ["no-such", "Autumn-Talk", "a" * 3000, "x#RSVP", "%00", "å", "a/b", ""]
)
def test_an_unknown_event_is_gone(slug):
    assert send_request("POST", f"/api/events/{slug}/rsvp", form=ASA)["statusCode"] == 410
    assert outbox() == []


def test_nobody_can_sign_up_after_closing(published):
    published.pass_(16 * DAY)
    answer = sign_up()
    assert answer["statusCode"] == 409
    assert "is closed" in answer["body"]
    assert outbox() == []


def test_a_withdrawn_event_is_gone():
    events.withdraw(actions.SLUG)
    assert sign_up()["statusCode"] == 410


def test_a_sign_up_for_a_full_event_is_answered_like_any_other():
    actions.publish(seats=0)
    assert sign_up()["statusCode"] == 303
    (mail,) = sent_emails.deliver()
    assert "At the moment there aren't enough free places" in sent_emails.text(mail)


def test_an_accepted_guest_of_a_full_event_gets_their_link_without_revealing_it():
    actions.publish(seats=2)
    actions.accepted()
    before = len(sent_emails.deliver())
    assert sign_up() == sign_up(email="new@example.org")
    mails = {mail["To"]: mail["Subject"] for mail in sent_emails.deliver()[before:]}
    assert mails[ASA["email"]] == "You are already signed up: Autumn talk"
    assert set(mails) == {ASA["email"], "new@example.org"}


def use_up_the_day(_monkeypatch):
    for who in KNOWN_AND_UNKNOWN:
        for _ in range(6):
            sign_up(email=f"{who}@example.com")


KNOWN_AND_UNKNOWN = ("guest", "pending", "cancelled", "stopped", "new")
LIMITS = [lambda _monkeypatch: None, break_at_once, use_up_the_day]


@pytest.mark.parametrize("reach", LIMITS, ids=["no limit", "breaker open", "day used up"])
@pytest.mark.parametrize("seats", [40, 2])
def test_the_response_reveals_nothing_about_an_address_whatever_limit_is_reached(
    seats, reach, monkeypatch, published
):
    for who in ("guest", "cancelled"):
        link = actions.accepted(email=f"{who}@example.com")
    actions.press_button(link, action="cancel")
    sign_up(email="pending@example.com")
    suppression.stop(address_hash("stopped@example.com"), "complaint", NOW)
    actions.publish(seats=seats)
    published.pass_(HOUR)
    reach(monkeypatch)
    published.pass_(HOUR)
    sign_up(name="")  # reads the site's settings, for a minute
    calls = [
        table_calls(lambda who=who: sign_up(email=f"{who}@example.com"))
        for who in KNOWN_AND_UNKNOWN
    ]
    assert calls == [calls[0]] * len(KNOWN_AND_UNKNOWN)
    assert (("TransactWriteItems", 3) in calls[0][0]) is (reach is not break_at_once)


def test_emails_per_address_and_day_are_limited_without_revealing_it():
    answers = [sign_up()["statusCode"] for _ in range(7)]
    assert answers == [303] * 7
    assert len(outbox()) == 5


def test_spellings_of_one_inbox_share_its_emails_of_the_day():
    answers = [sign_up(email=f"asa+{n}@example.com")["statusCode"] for n in range(7)]
    assert answers == [303] * 7
    assert len(outbox()) == 5


def test_the_hourly_limit_asks_people_to_try_later(monkeypatch):
    break_at_once(monkeypatch)
    assert sign_up()["statusCode"] == 429
    assert (actions.rsvp(), outbox()) == ({}, [])


def test_requests_per_network_are_limited_by_the_hour():
    answers = [sign_up(name="")["statusCode"] for _ in range(61)]
    assert answers == [400] * 60 + [429]


def test_confirming_counts_against_no_network():
    sign_up()
    link = actions.newest_link()
    for _ in range(61):
        sign_up(name="")
    assert actions.press_button(link)["statusCode"] == 200


def test_confirming_while_signing_up_again_keeps_the_sign_up_accepted(monkeypatch):
    sign_up()
    link = actions.newest_link()
    actions.before_writing(monkeypatch, lambda: actions.press_button(link))
    assert sign_up(guests="0")["statusCode"] == 303
    assert (actions.rsvp()["status"], actions.rsvp()["party"]) == ("accepted", 2)
    assert {mail["mail"] for mail in outbox()} == {"rsvp_accepted", "already_signed_up"}


def test_the_sweep_deletes_unconfirmed_sign_ups_only(published):
    actions.accepted(email="bo@example.org")
    sign_up()
    published.pass_(2 * DAY - 1)
    handler.tick({"tick": True}, None)
    assert actions.rsvp()["status"] == "pending"
    published.pass_(1)
    handler.tick({"tick": True}, None)
    assert actions.rsvp() == {}
    assert actions.rsvp("bo@example.org")["status"] == "accepted"


def test_the_sweep_spares_a_sign_up_confirmed_at_that_moment(published, monkeypatch):
    sign_up()
    link = actions.newest_link()
    key = rsvps.rsvp_key(actions.SLUG, actions.rsvp()["sk"].removeprefix("RSVP#"))
    monkeypatch.setattr(table, "due", lambda kind, *_, **__: [key] if kind == "RSVP" else [])
    actions.before_writing(monkeypatch, lambda: actions.press_button(link), "write")
    handler.tick({"tick": True}, None)
    assert actions.rsvp()["status"] == "accepted"


def test_old_links_never_match_a_new_sign_up_after_the_sweep(published):
    old = actions.accepted()
    actions.press_button(old, action="cancel")
    sign_up()
    published.pass_(2 * DAY)
    handler.tick({"tick": True}, None)
    actions.accepted()
    assert actions.open_link(old)["statusCode"] == 409


def test_the_free_seats_are_cached_for_half_a_minute():
    actions.accepted()
    answer = send_request("GET", f"/api/events/{actions.SLUG}/seats")
    assert (
        answer["body"] == '{"free": 38, "capacity": 40, "waiting": 0, "open": true, "soon": false}'
    )
    assert answer["headers"]["Cache-Control"] == "public, max-age=30"
    assert answer["headers"]["Content-Type"] == "application/json"


def test_the_shown_number_of_free_seats_is_never_negative(published):
    actions.accepted()
    actions.publish(seats=1)
    published.pass_(30 * DAY)
    answer = send_request("GET", f"/api/events/{actions.SLUG}/seats")
    assert (
        answer["body"] == '{"free": 0, "capacity": 1, "waiting": 0, "open": false, "soon": false}'
    )


@pytest.mark.parametrize("slug", ["no-such", "a" * 3000, "A"])
def test_the_free_seats_of_an_unknown_event_are_gone(slug):
    answer = send_request("GET", f"/api/events/{slug}/seats")
    assert answer["statusCode"] == 410
    assert answer["headers"]["Content-Type"] == "application/json"


def test_a_pending_sign_up_leaves_the_index_when_confirmed():
    sign_up()
    assert actions.rsvp()["due_at"] == actions.rsvp()["expires_at"] == NOW + 2 * DAY
    actions.press_button(actions.newest_link())
    assert not {"due_at", "due_kind", "expires_at"} & actions.rsvp().keys()


def test_the_form_asks_for_explicit_consent_to_health_data_and_guests_with_an_unticked_box():
    page = sign_up(name="", dietary="", food_consent="")["body"]
    (box,) = re.findall(r"<input[^>]*food_consent[^>]*>", page)
    assert 'value="2026-11"' in box
    assert "checked" not in box
    for words in ("Know my food.", "You can withdraw your consent at any time"):
        assert words in page


def test_the_consent_to_food_holds_the_text_that_was_shown():
    sign_up(language="sv")
    consent = actions.rsvp()["food_consent"]
    assert consent == {
        "text_id": "food",
        "version": "2026-11",
        "ticked_at": NOW,
        "language": "sv",
        "text_sha256": sha256("Känn till min mat.".encode()).hexdigest(),
        "words": "Känn till min mat.",
        "source": None,
    }


def test_without_food_there_is_nothing_to_consent_to():
    sign_up(dietary="", food_consent="")
    assert actions.rsvp()["food_consent"] is None


def test_a_cold_start_that_shows_no_date_does_not_pay_for_time_zones():
    program = "import functions.events.handler, sys; print('zoneinfo' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.strip() == b"False"


def test_emails_come_in_the_language_that_was_chosen_and_consent_in_the_one_shown():
    sign_up(language="sv", page_language="en")
    kept = actions.rsvp()
    assert (kept["language"], kept["food_consent"]["language"]) == ("sv", "en")


def test_a_wrong_form_comes_back_in_the_language_of_its_page():
    answer = sign_up(language="sv", page_language="de", name="")
    assert "<html lang='de'>" in answer["body"]
    assert 'value="sv" lang="sv" selected' in answer["body"]
