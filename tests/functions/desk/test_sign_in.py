"""Signing in at the desk: by link or code, apart from /me/."""

import pytest

from functions.core import clock
from functions.team.rules import Role
from functions.team.store import deeds, team
from tests.functions import sent_emails
from tests.functions.account.browser import Browser, newest_code
from tests.functions.desk.browser import Desk
from tests.functions.desk.conftest import new_team_member
from tests.functions.membership import actions

HOURS_8 = 8 * 3600


def test_a_team_member_signs_in_by_a_link(desk):
    assert desk().is_signed_in()


def test_or_by_the_code(cloud):
    member = new_team_member()
    cloud.pass_(1)
    browser = Desk()
    browser.ask(member.email)
    assert browser.post("/desk/sign-in/code", code=newest_code())["statusCode"] == 303
    assert browser.is_signed_in()


def test_signing_in_is_logged(desk):
    actor = desk().actor
    (line,) = [line for line in deeds.lines(clock.month_of(clock.now())) if line.by == actor.id]
    assert line.about == actor.id


def test_the_answer_is_the_same_for_somebody_who_is_not_of_the_team(cloud):
    answers = []
    new_team_member()
    cloud.pass_(1)
    for email in ("coordinator-1@fjardholm.test", "nobody@example.com"):
        browser = Desk()
        answer = browser.ask(email)
        page = browser.open(answer["headers"]["Location"])
        answers.append((answer["statusCode"], answer["headers"], page["body"]))
    assert answers[0] == answers[1]
    recipients = [mail["To"] for mail in sent_emails.deliver()]
    assert "nobody@example.com" not in str(recipients)


def test_a_session_lasts_eight_hours(desk, cloud):
    browser = desk()
    cloud.pass_(HOURS_8 - 1)
    assert browser.is_signed_in()
    cloud.pass_(1)
    assert not browser.is_signed_in()


def test_a_members_session_never_opens_the_desk(cloud):
    actions.become_member(email="asa@example.com")
    new_team_member(number=7)
    me = Browser()
    me.sign_in("asa@example.com")
    (cookie,) = (value for name, value in me.cookies.items() if name == "__Host-alumni")
    stranger = Desk()
    stranger.cookies["__Host-desk"] = cookie
    assert not stranger.is_signed_in()


def test_a_session_of_the_desk_never_opens_a_page_of_ones_own(desk):
    me = Browser()
    me.cookies["__Host-alumni"] = desk().cookies["__Host-desk"]
    assert not me.is_signed_in()


@pytest.mark.parametrize("path", ["/me/sign-in/link", "/desk/sign-in/link"])
def test_a_link_opens_only_the_door_that_it_was_asked_at(cloud, path):
    """Somebody who is a member and belongs to the team, too."""
    actions.become_member(email="coordinator-1@fjardholm.test")
    new_team_member()
    cloud.pass_(1)
    here, other = (Browser(), Desk()) if path.startswith("/me") else (Desk(), Browser())
    here.ask("coordinator-1@fjardholm.test")
    link = sent_emails.newest_link_to(path)
    token = sent_emails.query_of(link)["token"]
    assert other.post(f"{other.sign_in_path}/link", token=token)["statusCode"] == 410
    assert not other.is_signed_in()
    here.press_button(link)
    assert here.is_signed_in()


def test_whoever_is_removed_is_signed_out_at_once(desk):
    owner, other = desk(Role.OWNER), desk()
    answer = owner.post(f"/desk/team/{other.actor.id}/remove/")
    assert answer["statusCode"] == 303
    assert not other.is_signed_in()
    assert team.team_member(other.actor.id) is None


def test_a_new_address_voids_sessions_and_links_of_the_old_one(desk, cloud):
    owner, other = desk(Role.OWNER), desk()
    form = {"name": "New Name", "email": "new@fjardholm.test", "language": "sv", "role": "editor"}
    cloud.pass_(5)
    assert owner.post(f"/desk/team/{other.actor.id}/", **form)["statusCode"] == 303
    assert not other.is_signed_in()
    cloud.pass_(1)
    other.sign_in("new@fjardholm.test")
    assert other.is_signed_in()
