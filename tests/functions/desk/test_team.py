"""The team's pages: owners add, change and remove who may use the desk."""

import ast
from urllib.parse import urlencode

import pytest

from functions.core import clock
from functions.core.aws import table
from functions.desk import deed_words, log_pages
from functions.team.rules import Deed, Role
from functions.team.store import deeds, team
from infra.paths import ROOT
from tests.functions import sent_emails
from tests.functions.excel_files import downloaded

FORM = {
    "name": "Berit Ek",
    "email": "berit@fjardholm.test",
    "language": "sv",
    "role": "coordinator",
    "offices": ["malmo"],
}


def logged() -> list[Deed]:
    return [line.deed for line in deeds.lines(clock.month_of(clock.now()))]


def test_an_owner_adds_somebody_and_both_hear_of_it(desk):
    owner = desk(Role.OWNER)
    before = len(sent_emails.deliver())
    assert owner.post("/desk/team/new/", **FORM)["statusCode"] == 303
    assert [member.name for member in team.team()] == [owner.actor.name, "Berit Ek"]
    assert Deed.TEAM_ADDED in logged()
    recipients = {str(mail["To"]) for mail in sent_emails.deliver()[before:]}
    assert len(recipients) == 2
    assert "Berit Ek" in owner.get("/desk/team/")["body"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Please enter your name."),
        ("email", "berit", "Please enter an email address"),
        ("role", "king", "Please choose one of the roles."),
        ("offices", ["atlantis"], "The list has changed."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(desk, field, value, message):
    owner = desk(Role.OWNER)
    answer = owner.post("/desk/team/new/", **FORM | {field: value})
    assert answer["statusCode"] == 400
    assert message in answer["body"]
    assert len(team.team()) == 1


def test_an_address_belongs_to_one_of_the_team(desk):
    owner, other = desk(Role.OWNER), desk()
    answer = owner.post("/desk/team/new/", **FORM | {"email": other.actor.email})
    assert answer["statusCode"] == 400
    assert "Somebody of the team has this address already." in answer["body"]
    form = FORM | {"email": owner.actor.email}
    answer = owner.post(f"/desk/team/{other.actor.id}/", **form)
    assert "Somebody of the team has this address already." in answer["body"]
    assert team.team_member(other.actor.id) == other.actor


def test_a_role_is_changed_with_a_line_that_names_the_field(desk, cloud):
    owner, other = desk(Role.OWNER), desk()
    cloud.pass_(1)
    form = FORM | {"email": other.actor.email, "name": other.actor.name, "role": "owner"}
    owner.post(f"/desk/team/{other.actor.id}/", **form)
    assert other.get("/desk/team/")["statusCode"] == 200
    line = next(deeds.lines(clock.month_of(clock.now())))
    assert line.facts == {"fields": "language, role, offices"}
    page = owner.get("/desk/log/")["body"]
    assert "changed a team member" in page


def test_the_last_owner_stays(desk):
    owner = desk(Role.OWNER)
    form = FORM | {"email": owner.actor.email}
    assert owner.post(f"/desk/team/{owner.actor.id}/", **form)["statusCode"] == 400
    assert owner.post(f"/desk/team/{owner.actor.id}/remove/")["statusCode"] == 400
    assert owner.get("/desk/team/")["statusCode"] == 200


def test_two_owners_who_remove_each_other_leave_one(desk):
    first, second = desk(Role.OWNER), desk(Role.OWNER)
    assert first.post(f"/desk/team/{second.actor.id}/remove/")["statusCode"] == 303
    second.post(f"/desk/team/{first.actor.id}/remove/")
    assert [member.role for member in team.team()] == [Role.OWNER]


def test_removing_somebody_twice_is_harmless(desk):
    owner, other = desk(Role.OWNER), desk()
    for _ in range(2):
        answer = owner.post(f"/desk/team/{other.actor.id}/remove/")
        assert answer["statusCode"] == 303
    assert logged().count(Deed.TEAM_REMOVED) == 1


def test_the_count_of_owners_is_no_team_member(desk):
    assert desk(Role.OWNER).get("/desk/team/OWNERS/")["statusCode"] == 410


def test_lines_of_the_log_end_after_the_time_that_is_set(desk, cloud):
    desk(Role.OWNER)
    assert deeds.delete_before(clock.now() + 1, 100) == 2
    assert not logged()


def test_the_log_is_filtered_by_who_and_what(desk):
    owner, other = desk(Role.OWNER), desk()
    owner.post("/desk/team/new/", **FORM)

    def rows(**wanted: str) -> int:
        return int(owner.get(f"/desk/log/?{urlencode(wanted)}")["body"].count("<tr>")) - 1

    assert rows(by=other.actor.id) == 1
    assert rows(by=owner.actor.id, deed=Deed.TEAM_ADDED) == 1
    assert rows(by=other.actor.id, deed=Deed.TEAM_ADDED) == -1  # no table
    assert rows(deed=Deed.TEAM_ADDED) == 3


def test_the_log_is_downloaded_as_filtered_and_that_is_logged(desk):
    owner, other = desk(Role.OWNER), desk()
    wanted = {"by": other.actor.id, "deed": Deed.SIGNED_IN}
    answer = owner.post("/desk/log/file", month="2026-11", **wanted)
    heads, row = downloaded(answer)
    assert heads == ("When", "Who", "What", "About whom", "Details")
    assert row[1:3] == (other.actor.name, "signed in")
    assert Deed.LOG_DOWNLOADED in logged()


def test_the_log_speaks_the_owners_language(desk, cloud):
    owner = desk(Role.OWNER, language="sv")
    cloud.pass_(1)
    for deed, facts in (
        (Deed.PERSON_CORRECTED, {"fields": "works_at, name"}),
        (Deed.EMAIL_RESUMED, {"was": "bounce"}),
        (Deed.NEWSLETTER_SETTLED, {"state": "failed", "recipients": 3}),
        (Deed.PEOPLE_DOWNLOADED, {"office": "malmo"}),
    ):
        table.write(deeds.line(owner.actor, deed, "1", clock.now(), **facts))
    page = owner.get("/desk/log/")["body"]
    for words in (
        "ändrat: Företag eller organisation, Namn",
        "förut: stoppad, eftersom ett mejl kom i retur",
        "mottagare: 3",
        "office: malmo",
        "roll: Ägare",
    ):
        assert words in page, words


def test_every_fact_of_a_line_has_words():
    """Those of a segment are its own conditions, and come as a whole."""
    names = {
        keyword.arg
        for folder in ("functions", "infra")
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and "line(" in ast.unparse(call.func) + "("
        if "Deed." in ast.unparse(call)
        for keyword in call.keywords
    }
    assert names - {None} == set(deed_words.FACTS)


def test_a_filter_goes_on_where_it_stopped_reading(desk, monkeypatch):
    owner = desk(Role.OWNER)
    monkeypatch.setattr(log_pages, "MOST_READ", 1)
    body = owner.get(f"/desk/log/?deed={Deed.TEAM_ADDED.replace(' ', '+')}")["body"]
    (older,) = [part for part in body.split('"') if "before=" in part]
    assert (
        "added a team member" in owner.get(older.replace("&amp;", "&"))["body"].split("<table>")[1]
    )


def test_the_log_is_shown_page_by_page(desk):
    owner = desk(Role.OWNER)
    for _ in range(110):
        team.note_sign_in(owner.actor.id, clock.now())
    first = owner.get("/desk/log/")["body"]
    assert first.count("<tr>") == 101
    (older,) = [part for part in first.split('"') if "before=" in part]
    assert owner.get(older.replace("&amp;", "&"))["body"].count("<tr>") == 13
