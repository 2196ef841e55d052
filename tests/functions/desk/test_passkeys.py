"""The second factor at the desk: setting a passkey up, confirming, and every wrong answer."""

import subprocess
import sys
from dataclasses import replace

import pytest

from functions.core import clock
from functions.core.errors import RefusedError
from functions.team.rules import Deed, Role
from functions.team.store import deeds, passkeys
from tests.functions import sent_emails
from tests.functions.desk.authenticator import PRESENT, Authenticator
from tests.functions.desk.browser import Desk
from tests.functions.desk.passkey_steps import (
    CONFIRM,
    OWN,
    SET_UP,
    again,
    confirm,
    current,
    is_open,
    options,
    set_setting,
    set_up,
)
from tests.functions.support import dump

MINUTES_5 = 5 * 60


def logged() -> list[Deed]:
    return [line.deed for line in deeds.lines(clock.month_of(clock.now()))]


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def waiting(desk, device) -> Desk:
    """A browser whose owner has a passkey, and has not confirmed with it yet."""
    first = desk()
    assert set_up(first, device)["statusCode"] == 303
    return again(first)


# ---- The way in


def test_a_passkey_that_is_set_up_is_asked_for_from_then_on(waiting, device):
    assert CONFIRM in waiting.get("/desk/people/")["body"]
    assert not is_open(waiting)
    answer = confirm(waiting, device)
    assert answer["headers"]["Location"].endswith("/desk/")
    assert is_open(waiting)
    assert logged().count(Deed.PASSKEY_USED) == 1


def test_setting_one_up_confirms_that_session_and_no_other(desk, device):
    first = desk()
    other = again(first)
    assert is_open(other)
    set_up(first, device)
    assert (is_open(first), is_open(other)) == (True, False)


def test_each_of_several_passkeys_confirms(waiting, device):
    confirm(waiting, device)
    phone = Authenticator()
    set_up(waiting, phone, "Phone")
    body = waiting.get(OWN)["body"]
    assert ("Laptop" in body, "Phone" in body) == (True, True)
    for one in (device, phone):
        browser = again(waiting)
        assert confirm(browser, one)["statusCode"] == 303
        assert is_open(browser)


def test_who_has_not_confirmed_can_sign_out(waiting):
    waiting.post("/desk/sign-out")
    assert "Sign in" in waiting.get("/desk/")["body"]


@pytest.mark.parametrize(
    ("setting", "role", "step"),
    [
        ("off", Role.OWNER, ""),
        ("optional", Role.OWNER, ""),
        ("required for owners", Role.OWNER, SET_UP),
        ("required for owners", Role.COORDINATOR, ""),
        ("required", Role.EDITOR, SET_UP),
    ],
)
def test_the_setting_says_who_has_to_set_one_up(desk, device, setting, role, step):
    set_setting(setting)
    browser = desk(role)
    assert is_open(browser) is not bool(step)
    if step:
        assert step in browser.get("/desk/")["body"]
        assert set_up(browser, device)["statusCode"] == 303
        assert is_open(browser)


def test_switched_off_nobody_is_asked_and_the_pages_are_gone(waiting):
    set_setting("off")
    assert is_open(waiting)
    assert waiting.get(OWN)["statusCode"] == 410
    assert waiting.post(f"{OWN}new/options")["statusCode"] == 410


def test_only_a_request_with_a_passkey_loads_the_library():
    """It takes long: the desk's cold start is measured."""
    pages = ", ".join(f"functions.desk.{name}" for name in ("handler", "today", "passkey_pages"))
    program = f"import {pages}, sys; print('webauthn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.strip() == b"False"


# ---- Wrong answers


def no_origin_of_ours(device: Authenticator) -> None:
    device.origin = "https://evil.example"


def another_host(device: Authenticator) -> None:
    device.host = "evil.example"


def nobody_present(device: Authenticator) -> None:
    device.flags &= ~PRESENT


WRONG = (no_origin_of_ours, another_host, nobody_present)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_confirmation_opens_nothing(waiting, device, wrong):
    wrong(device)
    answer = confirm(waiting, device)
    assert (answer["statusCode"], "That didn" in answer["body"]) == (400, True)
    assert not is_open(waiting)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_passkey_is_not_set_up(desk, device, wrong):
    browser = desk()
    wrong(device)
    assert set_up(browser, device)["statusCode"] == 400
    assert current(browser).passkeys == ()


def test_a_device_without_a_pin_will_do_since_the_link_came_first(waiting, device):
    device.flags = PRESENT
    assert confirm(waiting, device)["statusCode"] == 303


def test_an_answer_works_once(waiting, device):
    wanted = options(waiting, "confirm")
    assert waiting.post(f"{OWN}confirm", credential=device.get(wanted))["statusCode"] == 303
    other = again(waiting)
    assert other.post(f"{OWN}confirm", credential=device.get(wanted))["statusCode"] == 400
    assert not is_open(other)


def test_a_wrong_answer_uses_the_challenge_up(waiting, device):
    wanted = options(waiting, "confirm")
    assert waiting.post(f"{OWN}confirm", credential="{}")["statusCode"] == 400
    assert waiting.post(f"{OWN}confirm", credential=device.get(wanted))["statusCode"] == 400
    assert not is_open(waiting)


def test_only_the_newest_challenge_counts(waiting, device):
    earlier = options(waiting, "confirm")
    options(waiting, "confirm")
    assert waiting.post(f"{OWN}confirm", credential=device.get(earlier))["statusCode"] == 400


@pytest.mark.parametrize("seconds", [MINUTES_5, MINUTES_5 + 1])
def test_a_challenge_expires(waiting, device, cloud, seconds):
    wanted = options(waiting, "confirm")
    cloud.pass_(seconds)
    assert waiting.post(f"{OWN}confirm", credential=device.get(wanted))["statusCode"] == 400
    assert not is_open(waiting)


def test_a_challenge_of_another_session_is_none(waiting, device):
    wanted = options(again(waiting), "confirm")
    options(waiting, "confirm")
    assert waiting.post(f"{OWN}confirm", credential=device.get(wanted))["statusCode"] == 400


def test_a_count_that_goes_back_is_a_copy(waiting, device):
    device.counter = 5
    assert confirm(waiting, device)["statusCode"] == 303
    for counter, status in ((5, 400), (4, 400), (6, 303)):
        other, device.counter = again(waiting), counter
        assert confirm(other, device)["statusCode"] == status


def test_of_two_uses_at_the_same_moment_one_counts(waiting):
    member = current(waiting)
    (passkey,) = passkeys.passkeys(member)
    passkeys.use(member, passkey, 1, clock.now())
    with pytest.raises(RefusedError):
        passkeys.use(member, passkey, 1, clock.now())


def test_another_members_passkey_opens_nothing(waiting, desk):
    stranger = Authenticator()
    set_up(desk(), stranger)
    assert confirm(waiting, stranger)["statusCode"] == 400
    assert not is_open(waiting)


def test_nor_does_another_key_with_the_same_number(waiting, device):
    forged = Authenticator(credential_id=device.credential_id)
    assert confirm(waiting, forged)["statusCode"] == 400


def test_an_answer_to_setting_up_does_not_confirm(waiting, device):
    answer = device.create(options(waiting, "confirm"))
    assert waiting.post(f"{OWN}confirm", credential=answer)["statusCode"] == 400


@pytest.mark.parametrize("junk", ["", "{}", "[]", "null", '{"id": 1}', "\x00", '{"id": ["a"]}'])
def test_junk_is_refused(waiting, desk, junk):
    browser = desk()
    for one, path in ((waiting, "confirm"), (browser, "new")):
        options(one, path)
        assert one.post(f"{OWN}{path}", credential=junk)["statusCode"] == 400


@pytest.mark.parametrize("key", [{}, [], 5, {1: []}, {1: 2, 3: -7, -1: 1, -2: b"", -3: b""}])
def test_a_key_that_is_none_is_refused(desk, device, key):
    device.wrong_key = key
    assert set_up(desk(), device)["statusCode"] == 400


def test_a_key_that_checks_nothing_confirms_nothing(desk, device):
    device.wrong_key = {1: 2, 3: -7, -1: 1, -2: 5, -3: 6}
    browser = desk()
    set_up(browser, device)
    other = again(browser)
    assert confirm(other, device)["statusCode"] == 400
    assert not is_open(other)


def test_a_link_in_an_email_does_not_bring_its_own_passkey(waiting):
    """Whoever reads the email can neither add theirs nor remove the one that is asked for."""
    thief = Authenticator()
    assert CONFIRM in set_up(waiting, thief)["body"]
    (passkey,) = current(waiting).passkeys
    assert CONFIRM in waiting.post(f"{OWN}{passkey}/remove")["body"]
    assert current(waiting).passkeys == (passkey,)


def test_two_browsers_that_set_the_first_one_up_at_once_leave_one(desk, device):
    set_setting("required")
    browser = desk()
    thief, other = again(browser), Authenticator()
    answer = other.create(options(thief, "new"))
    member = current(browser)
    set_up(browser, device)
    assert thief.post(f"{OWN}new", credential=answer)["statusCode"] == 200
    assert len(current(browser).passkeys) == 1
    (known,) = passkeys.passkeys(current(browser))
    with pytest.raises(RefusedError):  # whatever is read first
        passkeys.add(member, replace(known, id="2" * 32), clock.now())


# ---- One's own list


def test_removing_one_closes_what_it_had_opened(waiting, device):
    confirm(waiting, device)
    phone = Authenticator()
    set_up(waiting, phone, "Phone")
    laptop = again(waiting)
    confirm(laptop, device)
    first, _second = current(waiting).passkeys
    assert waiting.post(f"{OWN}{first}/remove")["statusCode"] == 303
    assert (is_open(waiting), is_open(laptop)) == (True, False)
    assert Deed.PASSKEY_REMOVED in logged()


@pytest.mark.parametrize(("setting", "status"), [("optional", 303), ("required", 400)])
def test_the_last_one_stays_where_it_is_required(desk, device, setting, status):
    set_setting(setting)
    browser = desk()
    set_up(browser, device)
    (passkey,) = current(browser).passkeys
    answer = browser.post(f"{OWN}{passkey}/remove")
    assert answer["statusCode"] == status
    if status == 400:
        assert "This is your only passkey, and you need one." in answer["body"]
    assert is_open(browser)
    assert browser.post(f"{OWN}nothing/remove")["statusCode"] == 303


def test_ten_are_as_many_as_possible(desk):
    browser = desk()
    for _ in range(10):
        assert set_up(browser, Authenticator())["statusCode"] == 303
    answer = set_up(browser, Authenticator())
    assert "You can't have more passkeys." in answer["body"]
    assert len(current(browser).passkeys) == 10


def test_the_name_is_kept_as_text_and_otherwise_that_of_the_device(desk):
    browser = desk()
    set_up(browser, Authenticator(), "<b>Mine</b>")
    set_up(browser, Authenticator(), "")
    body = browser.get(OWN)["body"]
    assert "&lt;b&gt;Mine&lt;/b&gt;" in body
    assert "Firefox, Windows" in body


def test_the_page_is_marked_beside_the_name(desk):
    body = desk().get(OWN)["body"]
    assert body.count('aria-current="page"') == 1
    assert f'<a href="{OWN}" aria-current="page">' in body


def test_the_same_device_is_set_up_once(desk, device):
    browser = desk()
    set_up(browser, device)
    wanted = options(browser, "new")
    assert len(wanted["excludeCredentials"]) == 1
    answer = browser.post(f"{OWN}new", credential=device.create(wanted))
    assert answer["statusCode"] == 400


# ---- Changes, and a reset


def test_owners_hear_of_every_change(desk, device):
    desk(Role.OWNER)
    browser = desk()
    sent_emails.deliver()
    set_up(browser, device)
    (passkey,) = current(browser).passkeys
    browser.post(f"{OWN}{passkey}/remove")
    texts = "".join(sent_emails.text(mail) for mail in sent_emails.deliver())
    for deed in ("set up", "removed"):
        assert texts.count(f"Berit 2 has {deed} a passkey") == 1
        assert texts.count(f"You have {deed} a passkey") == 1


def test_another_owner_resets_a_lost_passkey(desk, waiting, device, cloud):
    confirm(waiting, device)
    owner, member = desk(Role.OWNER), current(waiting)
    assert "Reset passkeys" in owner.get(f"/desk/team/{member.id}/")["body"]
    answer = owner.post(f"/desk/team/{member.id}/reset-passkeys/")
    assert answer["statusCode"] == 303
    assert not waiting.is_signed_in()
    assert current(waiting).passkeys == ()
    assert Deed.PASSKEYS_RESET in logged()
    assert [item for item in dump() if item["pk"].startswith("PASSKEYS#")] == []
    texts = [sent_emails.text(mail) for mail in sent_emails.deliver()]
    assert any("Your passkeys for the desk" in text for text in texts)
    cloud.pass_(1)
    assert is_open(again(waiting))


def test_a_link_from_before_the_reset_lets_nobody_in(desk, waiting):
    owner, thief = desk(Role.OWNER), Desk()
    thief.ask(waiting.actor.email)
    link = sent_emails.newest_link_to("/desk/sign-in/link")
    owner.post(f"/desk/team/{waiting.actor.id}/reset-passkeys/")
    assert thief.press_button(link)["statusCode"] == 410


def test_an_owner_does_not_reset_their_own(desk, device):
    owner = desk(Role.OWNER)
    set_up(owner, device)
    answer = owner.post(f"/desk/team/{owner.actor.id}/reset-passkeys/")
    assert answer["statusCode"] == 400
    assert "can only be reset by another owner" in answer["body"]
    assert "Reset passkeys" not in owner.get(f"/desk/team/{owner.actor.id}/")["body"]
    assert len(current(owner).passkeys) == 1


def test_passkeys_go_with_the_team_member(desk, waiting):
    owner = desk(Role.OWNER)
    owner.post(f"/desk/team/{waiting.actor.id}/remove/")
    assert [item for item in dump() if item["pk"].startswith("PASSKEYS#")] == []


def test_a_change_of_details_keeps_them(desk, waiting):
    owner, member = desk(Role.OWNER), current(waiting)
    form = {"name": "New Name", "email": member.email, "language": "en", "role": "editor"}
    owner.post(f"/desk/team/{member.id}/", **form)
    assert current(waiting).passkeys == member.passkeys
    assert CONFIRM in waiting.get("/desk/")["body"]
