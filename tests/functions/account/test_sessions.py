"""Sessions: who is signed in where, and for how long."""

import pytest

from functions.account import rules
from functions.account.rules import Owner
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import HOUR, MINUTE
from functions.membership import erasing
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA, BO
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.support import dump

IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
)
SESSION = "__Host-alumni"


def stored_sessions():
    return [item for item in dump() if item["pk"].startswith("SESSIONS#")]


def test_a_session_lasts_twelve_hours(asa, browser, cloud):
    browser.sign_in(ASA)
    cloud.pass_(12 * HOUR - 1)
    assert browser.is_signed_in()
    cloud.pass_(1)
    assert not browser.is_signed_in()


def test_sessions_are_listed_with_device_and_last_use(asa, browser, cloud):
    browser.sign_in(ASA)
    tablet = Browser(IPAD)
    cloud.pass_(7 * MINUTE)
    tablet.sign_in(ASA)
    page = tablet.open("/me/")["body"]
    assert page.index("Safari, iPad") < page.index("Firefox, Windows")
    assert page.count("this device") == 1


def test_last_use_is_noted_and_not_with_every_page(asa, browser, cloud):
    browser.sign_in(ASA)
    for passed in (MINUTE, 5 * MINUTE):
        cloud.pass_(passed)
        browser.open("/me/")
    (session,) = (item for item in dump() if item["pk"].startswith("SESSIONS#"))
    assert session["seen_at"] == session["created_at"] + 6 * MINUTE
    before = dump()
    browser.open("/me/")
    assert dump() == before


def test_signing_out_ends_this_session_only(asa, browser):
    elsewhere = Browser()
    for one in (browser, elsewhere):
        one.sign_in(ASA)
    kept = dict(browser.cookies)
    answer = browser.post("/me/sign-out")
    assert "step=signed-out" in answer["headers"]["Location"]
    assert SESSION not in browser.cookies
    browser.cookies = kept
    assert not browser.is_signed_in()
    assert elsewhere.is_signed_in()


def test_signing_out_everywhere_ends_all_sessions(asa, browser):
    elsewhere = Browser()
    for one in (browser, elsewhere):
        one.sign_in(ASA)
    browser.post("/me/sign-out", everywhere="yes")
    assert not elsewhere.is_signed_in()
    assert stored_sessions() == []


def test_who_is_erased_is_signed_out(asa, browser):
    browser.sign_in(ASA)
    erasing.begin(address_hash(ASA), 0)
    assert not browser.is_signed_in()
    assert stored_sessions() == []


def test_a_guest_who_is_erased_stays_signed_out_whoever_signs_them_up_again(bo, browser):
    browser.sign_in(BO)
    membership.begin_erasing(BO)
    events.sign_up(name="Bo Ek", email=BO)
    assert not browser.is_signed_in()


@pytest.mark.parametrize("email", [ASA, BO])
def test_a_session_that_began_while_somebody_was_erased_is_deleted_too(asa, bo, browser, email):
    browser.sign_in(email)
    (session,) = stored_sessions()
    membership.begin_erasing(email)
    table.write(table.put(session))
    membership.erase(email)
    assert stored_sessions() == []


@pytest.mark.parametrize("change", ["secret", "id", "kind", "empty", "twice", "long"])
def test_no_other_cookie_opens_a_session(asa, browser, change):
    browser.sign_in(ASA)
    value = browser.cookies[SESSION]
    other = membership.become_member(email="bo@example.com", name="Bo Ek")
    browser.cookies[SESSION] = {
        "secret": value[:-1] + ("A" if value[-1] != "A" else "B"),
        "id": f"m{other}.{value.partition('.')[2]}",
        "kind": f"g{value[1:]}",
        "empty": "",
        "twice": f"{value}; {SESSION}={value}",
        "long": value + "A" * 5000,
    }[change]
    assert not browser.is_signed_in()


@pytest.mark.parametrize("space", ["\u2000", "\u00a0", "\u0085", "\x0b", "\x1c", "\u3000"])
def test_a_name_that_only_looks_like_ours_is_another_cookie(asa, browser, space):
    """Browsers let a neighbouring host set such a cookie: they don't see `__Host-` in it."""
    browser.sign_in(ASA)
    browser.cookies = {f"{space}{SESSION}": browser.cookies[SESSION]}
    assert not browser.is_signed_in()


def test_a_cookie_says_whose_session_it_is():
    member, guest = Owner("0" * 32, ""), Owner("", "f" * 32)
    secret = "s" * 43
    for owner in (member, guest):
        assert rules.read_cookie(rules.cookie_value(owner, secret)) == (owner, secret)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (IPAD, "Safari, iPad"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge, Windows"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_devices_are_named_as_people_name_them(user_agent, device):
    assert rules.device(user_agent) == device
