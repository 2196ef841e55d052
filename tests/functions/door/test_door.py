"""The door's routes: who may open it, what it gives, what it keeps."""

import base64
import json
from io import BytesIO

import openpyxl
import pytest

from functions.core import site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.core.site import KEY
from functions.door.store import taps
from functions.events import rsvp_links, rules
from functions.events.store import events as event_store
from functions.events.store import retention, rsvps
from tests.functions.door.actions import (
    ASA,
    BO,
    HOME,
    HOST,
    Phone,
    code_of,
    door_link,
    open_door,
    two_guests,
)
from tests.functions.events import actions as events
from tests.functions.events.actions import SLUG
from tests.functions.support import NOW, SITE_URL, dump


@pytest.fixture
def guests(published):
    two_guests()
    return published


def came(slug: str = SLUG) -> dict[str, list[str]]:
    """Ids of the taps that are kept, by the party's code."""
    kept: dict[str, list[str]] = {}
    for tap in taps.of_event(slug):
        kept.setdefault(tap.code, []).append(tap.id)
    return kept


def test_the_link_shows_a_button_and_the_button_opens_the_door(guests):
    phone = Phone()
    shown = phone.open(door_link())
    assert (shown["statusCode"], 'action="/door/open' in shown["body"]) == (200, True)
    assert phone.cookies == {}
    answer = phone.press_button(door_link())
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, f"{SITE_URL}{HOME}")
    assert answer["cookies"][0].startswith("__Secure-door=")
    assert answer["cookies"][0].endswith(
        f"; Path={HOME}; Max-Age=1432400; Secure; HttpOnly; SameSite=Lax"
    )
    assert "data-door" in phone.open(HOME)["body"]


def test_the_list_holds_names_places_and_food_and_nothing_else(guests):
    content = open_door().list()
    nobody = {"guests": []}
    assert content["parties"] == [
        {
            "code": code_of(ASA),
            "name": "Åsa Ek",
            "guests": [],
            "places": 2,
            "food": "No nuts, please",
        },
        {"code": code_of(BO), "name": "Bo Ek", "places": 1, "food": ""} | nobody,
    ]
    assert "@" not in json.dumps(content)


def test_the_page_itself_holds_nobody(guests):
    page = open_door().open(HOME)["body"]
    assert "Ek" not in page
    assert "nuts" not in page


def test_without_a_session_there_is_no_list_and_no_tap_is_kept(guests):
    stranger = Phone()
    assert stranger.open(HOME)["statusCode"] == 401
    assert stranger.open(f"{HOME}list")["statusCode"] == 401
    assert stranger.send(stranger.tap(code_of()))["statusCode"] == 401
    assert came() == {}


def test_a_session_opens_no_other_door(guests):
    phone = open_door()
    event_store.upsert("winter-talk", events.event()["facts"], guests.now)
    assert phone.open("/door/winter-talk/list")["statusCode"] == 401


def test_another_site_can_not_tap(guests):
    phone = open_door()
    assert phone.send(phone.tap(code_of()), origin="https://elsewhere.example")["statusCode"] == 400
    assert came() == {}


def test_a_session_ends_six_hours_after_the_event(guests):
    phone = open_door()
    guests.now = event_store.get(SLUG).ends_at + 6 * HOUR - 1
    assert phone.open(f"{HOME}list")["statusCode"] == 200
    guests.pass_(1)
    assert phone.open(f"{HOME}list")["statusCode"] == 401
    assert Phone().press_button(door_link())["statusCode"] == 410


def test_a_phone_may_send_what_it_kept_for_a_day_after_the_door_has_closed(guests):
    phone = open_door()
    guests.now = event_store.get(SLUG).ends_at + 6 * HOUR
    tap = phone.tap(code_of())
    answer = json.loads(phone.send(tap)["body"])
    assert (answer["taps"], answer["isOpen"]) == ([], False)
    assert came() == {code_of(): [tap["id"]]}
    guests.pass_(DAY)
    assert phone.send(phone.tap(code_of()))["statusCode"] == 401


def test_a_closed_door_has_the_script_that_sends_what_waits_and_forgets_the_rest(guests):
    page = Phone().open(HOME)["body"]
    assert f'data-closed="{SLUG}"' in page
    assert 'src="/door/closed.js"' in page
    gone = Phone().open("/door/no-such-event/")
    assert (gone["statusCode"], 'src="/door/closed.js"' in gone["body"]) == (410, True)


def test_a_session_ends_when_the_event_gets_another_contact(guests):
    phone = open_door()
    catalogue = table.get(KEY)
    anna = catalogue["site"]["contacts"]["anna"] | {"email": "kai@fjardholm.test"}
    settings = catalogue["site"] | {"contacts": {"anna": anna}}
    table.write(table.put(catalogue | {"site": settings}))
    site.forget()
    assert phone.open(f"{HOME}list")["statusCode"] == 401
    assert Phone().press_button(door_link(HOST))["statusCode"] == 410


def test_signing_out_ends_the_session_for_the_cookie_too(guests):
    phone = open_door()
    kept = dict(phone.cookies)
    phone.post(f"{HOME}sign-out")
    assert phone.cookies == {}
    phone.cookies = kept
    assert phone.open(f"{HOME}list")["statusCode"] == 401


def test_a_forged_link_opens_nothing(guests):
    assert Phone().press_button("/door/open?token=abc&language=en")["statusCode"] == 410


def test_the_list_is_a_page_to_print_and_a_file_without_addresses(guests):
    phone = open_door()
    page = phone.open(f"{HOME}print")["body"]
    assert page.index("Åsa Ek") < page.index("Bo Ek")
    assert 'class="tick"' in page
    assert "For the kitchen" in page
    answer = phone.open(f"{HOME}guests.xlsx")
    rows = openpyxl.load_workbook(BytesIO(base64.b64decode(answer["body"]))).active.values
    assert list(rows) == [
        ("Name", "Places", "Names of guests", "Food"),
        ("Åsa Ek", 2, "", "No nuts, please"),
        ("Bo Ek", 1, "", ""),
    ]


@pytest.mark.parametrize("path", ["print", "guests.xlsx"])
def test_without_a_session_nothing_can_be_printed_or_downloaded(guests, path):
    assert Phone().open(f"{HOME}{path}")["statusCode"] == 401


# ---- Taps


def test_a_tap_is_kept_once_however_often_it_is_sent(guests):
    phone = open_door()
    tap = phone.tap(code_of(), people=2)
    for _ in range(2):
        assert phone.send(tap)["statusCode"] == 200
    assert came() == {code_of(): [tap["id"]]}


def test_no_tap_takes_the_place_of_another(guests):
    phone = open_door()
    tap = phone.tap(code_of(), people=2)
    phone.send(tap)
    phone.send(tap | {"people": 1})
    assert [kept.people for kept in taps.of_event(SLUG)] == [2]


def test_each_phone_hears_of_the_taps_of_all(guests):
    one, other = open_door(1), open_door(2)
    taps_of = [one.tap(code_of(ASA)), other.tap(code_of(BO))]
    one.send(taps_of[0])
    heard = json.loads(other.send(taps_of[1])["body"])["taps"]
    assert {tap["id"] for tap in heard} == {tap["id"] for tap in taps_of}
    assert {tap["id"] for tap in one.list()["taps"]} == {tap["id"] for tap in taps_of}


def test_a_phone_hears_only_what_is_new(guests):
    phone = open_door()
    phone.send(phone.tap(code_of(ASA)))
    guests.pass_(HOUR)
    late = phone.tap(code_of(BO))
    heard = json.loads(phone.send(late, since=guests.now)["body"])["taps"]
    assert [tap["id"] for tap in heard] == [late["id"]]


def test_somebody_without_a_sign_up_is_counted_by_name(guests):
    phone = open_door()
    phone.send(phone.tap("+7K3M9QXA", name="Kim Li", people=2))
    (kept,) = taps.of_event(SLUG)
    assert (kept.name, kept.people) == ("Kim Li", 2)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Jörgen.Öberg", "Jörgen.Öberg"),
        ("Dr.Anna", "Dr.Anna"),
        ("Kim\tLi\u200b", "Kim Li"),
        ("\u202eLi\U000e0041", "Li"),
        ("A" * 101, "A" * 100),
        ("\u00ad", "?"),
    ],
)
def test_no_name_that_is_typed_at_the_door_holds_the_other_taps_back(guests, typed, kept):
    phone = open_door()
    walk_in = phone.tap("+7K3M9QXA", name=typed)
    assert phone.send(walk_in, phone.tap(code_of()))["statusCode"] == 200
    assert [tap.name for tap in taps.of_event(SLUG) if tap.name] == [kept]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"kind": "deleted"},
        {"people": 0},
        {"people": 100},
        {"people": True},
        {"code": "7K3M"},
        {"code": "../../x"},
        {"phone": ""},
        {"at": -1},
        {"of": ["x"]},
        {"knows": ["0" * 24] * 51},
    ],
)
def test_what_our_page_would_not_send_is_refused(guests, wrong):
    phone = open_door()
    assert phone.send(phone.tap(code_of()) | wrong)["statusCode"] == 400
    assert came() == {}


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"taps": 1, "since": 0}', '{"taps": [1]}'])
def test_a_body_that_is_none_is_refused(guests, body):
    assert open_door().send_raw(body)["statusCode"] == 400


# ---- Forgetting


def test_nothing_is_kept_of_a_tap_for_somebody_who_was_erased(guests):
    phone = open_door()
    tap = phone.tap(code_of())
    events.erase()
    assert phone.send(tap)["statusCode"] == 200
    assert came() == {}


def test_nothing_is_kept_of_a_tap_for_somebody_who_is_erased_at_the_same_moment(
    guests, monkeypatch
):
    phone = open_door()
    tap = phone.tap(code_of())
    events.before_writing(monkeypatch, events.erase)
    assert phone.send(tap)["statusCode"] == 200
    assert came() == {}


def test_a_guest_whose_address_changes_at_the_same_moment_is_checked_in(guests, monkeypatch):
    phone, code = open_door(), code_of()
    tap = phone.tap(code)
    events.before_writing(monkeypatch, lambda: _move_to("asa.ek@example.com"))
    phone.send(tap)
    assert came() == {code: [tap["id"]]}


def _move_to(address: str) -> None:
    before = rsvps.get(SLUG, address_hash(ASA))
    after = rules.moved(before, None, address_hash(address), address, NOW)
    table.transact(*rsvps.moving(before, None, after, NOW, mail=False))


def test_erasing_a_guest_forgets_their_check_in(guests):
    phone = open_door()
    phone.send(phone.tap(code_of(ASA)), phone.tap(code_of(BO)))
    events.erase()
    assert list(came()) == [code_of(BO)]


def test_whoever_cancelled_is_known_by_their_code_only(guests):
    code = code_of(ASA)
    events.press_button(_change_link(), action="cancel")
    content = open_door().list()
    assert content["cancelled"] == [code]
    assert [party["name"] for party in content["parties"]] == ["Bo Ek"]


def _change_link() -> str:

    return rsvp_links.change_url(rsvps.get(SLUG, address_hash(ASA))).removeprefix(SITE_URL)


def test_what_was_tapped_goes_with_the_sign_ups(guests):
    phone = open_door()
    phone.send(phone.tap(code_of()), phone.tap("+7K3M9QXA", name="Kim Li"))
    guests.now = events.event()["due_at"] + DAY
    while retention.erase_past_rsvps(guests.now):
        pass
    assert [item["sk"] for item in dump() if item["pk"] == f"EVENT#{SLUG}"] == ["EVENT"]
