"""Every route of the desk with every role and every kind of session: the table of access holds."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.account import store as accounts
from functions.core.addresses import address_hash
from functions.desk import access
from functions.desk.access import ROUTES, Route
from functions.team.rules import Role
from functions.team.store import team
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.desk.authenticator import Authenticator
from tests.functions.desk.browser import Desk
from tests.functions.desk.conftest import new_team_member
from tests.functions.desk.passkey_steps import CONFIRM, SET_UP, again, set_setting, set_up
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.support import dump

NOT_YOURS = "yours to open"
SIGN_IN = "For the alumni team. You need no password"
ASA, GUS = "asa@example.com", "gus@example.com"
NOBODY = "0" * 32
HOURS_8 = 8 * 3600
OF_PEOPLE = ("<member_id>", "<address_hash>")


@pytest.fixture
def ids(cloud) -> dict[str, str]:
    """Somebody and something for each part of a path; all are Malmö's."""
    membership.become_member(name="Åsa Nyström", email=ASA, office="malmo")
    events.publish()
    events.accepted(name="Gus Holm", email=GUS)
    other = new_team_member(Role.COORDINATOR, number=99)
    cloud.pass_(1)
    return {
        "member_id": membership.member_id(ASA),
        "address_hash": address_hash(GUS),
        "slug": events.SLUG,
        "team_id": other.id,
    }


def path_of(route: Route, ids: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda part: ids.get(part[1], NOBODY), route.path)


def send(browser: Browser, route: Route, ids: dict[str, str], **more: str) -> dict[str, Any]:
    path = path_of(route, ids)
    return browser.open(path) if route.method == "GET" else browser.post(path, **more)


def kept() -> list[dict[str, Any]]:
    """The table without counters of requests and what a session notes about itself."""
    upkeep = ("LIMIT#", "SESSIONS#", "DEEDS#")
    return [item for item in dump() if not item["pk"].startswith(upkeep)]


@pytest.mark.parametrize("role", Role)
def test_a_role_may_use_what_the_table_says_and_nothing_else(desk, ids, role):
    browser = desk(role)
    for route in ROUTES:
        before = kept()
        answer = send(browser, route, ids)
        assert answer["statusCode"] < 500, route
        is_refused = NOT_YOURS in str(answer["body"])
        assert is_refused is not role.includes(route.least), route
        if is_refused:
            assert (answer["statusCode"], kept()) == (400, before), route


def nobody(_desk: Any, _moment: Any) -> Browser:
    return Desk()


def somebody_whose_session_is_over(desk: Any, moment: Any) -> Browser:
    browser = desk(Role.OWNER)
    moment.pass_(HOURS_8)
    return browser


def somebody_who_was_removed(desk: Any, _moment: Any) -> Browser:
    owner, browser = desk(Role.OWNER), desk(Role.OWNER)
    team.remove(browser.actor, owner.actor, 1)
    return browser


def somebody_who_was_signed_out_elsewhere(desk: Any, _moment: Any) -> Browser:
    browser = desk(Role.OWNER)
    accounts.end_all(f"t{browser.actor.id}")
    return browser


def a_member(_desk: Any, _moment: Any) -> Browser:
    return with_cookie_of(ASA)


def a_guest(_desk: Any, _moment: Any) -> Browser:
    return with_cookie_of(GUS)


def with_cookie_of(email: str) -> Browser:
    """A member's or guest's session in the cookie of the desk."""
    own_page, browser = Browser(), Desk()
    own_page.sign_in(email)
    browser.cookies["__Host-desk"] = own_page.cookies["__Host-alumni"]
    return browser


def somebody_with_a_forged_cookie(desk: Any, _moment: Any) -> Browser:
    browser = desk(Role.OWNER)
    cookie = browser.cookies["__Host-desk"]
    browser.cookies["__Host-desk"] = cookie[:-1] + ("A" if cookie[-1] != "A" else "B")
    return browser


STRANGERS: tuple[Callable[[Any, Any], Browser], ...] = (
    nobody,
    somebody_whose_session_is_over,
    somebody_who_was_removed,
    somebody_who_was_signed_out_elsewhere,
    a_member,
    a_guest,
    somebody_with_a_forged_cookie,
)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_whoever_is_not_signed_in_at_the_desk_sees_the_way_in_and_changes_nothing(
    desk, ids, cloud, stranger
):
    browser = stranger(desk, cloud)
    sent_emails.deliver()
    before = kept()
    for route in ROUTES:
        answer = send(browser, route, ids)
        assert (answer["statusCode"], SIGN_IN in str(answer["body"])) == (200, True), route
        assert "Nyström" not in str(answer["body"])
    assert kept() == before


@pytest.mark.parametrize("has_passkey", [True, False])
def test_whoever_has_not_confirmed_with_a_passkey_opens_nothing_else(desk, ids, has_passkey):
    browser = desk(Role.OWNER)
    if has_passkey:
        set_up(browser, Authenticator())
        browser = again(browser)
    set_setting("required")
    sent_emails.deliver()
    before = kept()
    for route in ROUTES:
        answer = send(browser, route, ids)
        assert answer["statusCode"] < 500, route
        if not route.is_second_step:
            shown = (CONFIRM if has_passkey else SET_UP) in answer["body"]
            assert (shown, "/desk/team/" in answer["body"]) == (True, False), route
    assert kept() == before


def test_only_what_confirms_is_open_before_that():
    assert {route.path for route in ROUTES if route.is_second_step} == {
        f"/desk/passkeys/{step}" for step in ("confirm", "confirm/options", "new", "new/options")
    }


def test_no_other_site_can_send_a_form_of_the_desk(desk, ids):
    browser = desk(Role.OWNER)
    before = kept()
    for route in ROUTES:
        if route.method == "POST":
            answer = browser.post(path_of(route, ids), origin="https://evil.example")
            assert answer["statusCode"] == 400, route
    assert kept() == before


def routes_of_people() -> Iterator[Route]:
    return (route for route in ROUTES if any(part in route.path for part in OF_PEOPLE))


def test_another_offices_people_do_not_exist(desk, ids):
    browser = desk(Role.OWNER, ("stockholm",))
    before = kept()
    for route in routes_of_people():
        answer = send(browser, route, ids, name="Åsa Nyström", seen="1", step="1")
        assert answer["statusCode"] == 410, route
    assert kept() == before
    for path in ("/desk/", "/desk/people/", "/desk/people/?q=nys", "/desk/events/"):
        body = str(browser.get(path)["body"])
        assert "Nyström" not in body
        assert "Autumn talk" not in body


def test_an_editor_reads_nobodys_name(desk, ids):
    browser = desk(Role.EDITOR)
    for route in ROUTES:
        if route.method == "GET":
            body = str(send(browser, route, ids)["body"])
            assert "Nyström" not in body, route
            assert "Gus Holm" not in body, route


def test_a_get_changes_nothing(desk, ids):
    """Mail scanners follow every link, and browsers load pages ahead."""
    browser = desk(Role.OWNER)
    before = kept()
    for route in ROUTES:
        if route.method == "GET":
            send(browser, route, ids)
            send(browser, route, dict.fromkeys(ids, NOBODY))
    assert kept() == before


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/x/", "/desk/team", "/desk/people/a/b/c/", "/desk//"]
)
def test_other_paths_lead_nowhere(desk, path):
    assert desk(Role.OWNER).get(path)["statusCode"] == 410


def test_no_two_routes_answer_one_path():
    for one in ROUTES:
        path = path_of(one, {})
        assert [route for route in ROUTES if access.route(one.method, path) == (route, {})] in (
            [one],
            [],
        )
        matching = [r for r in ROUTES if r.method == one.method and r.pattern.fullmatch(path)]
        assert matching[0] is one, f"{one.path} is hidden behind {matching[0].path}"
