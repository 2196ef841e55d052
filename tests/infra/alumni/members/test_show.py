"""`alumni members show`, `list`, `find` and `activity`, and the segments that `list` knows."""

import json
import re

import pytest
from typer.testing import CliRunner

from functions.core.addresses import address_hash
from functions.core.mail import suppression
from functions.people.member import Preferences
from functions.people.store import subscriptions
from infra.alumni import main
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.infra.alumni.members.actions import run


def test_a_member_is_shown_with_every_consent(asa):
    shown = json.loads(run("show", "asa@example.com", "--json").stdout)
    assert (shown["member_id"], shown["name"]) == (asa, "Åsa Ek")
    assert [consent["what"] for consent in shown["consents"]] == [
        "membership given",
        "newsletter given",
        "invitations given",
    ]
    assert run("show", "nobody@example.com").exit_code == 1


def test_members_are_listed():
    listed = json.loads(run("list", "--json").stdout)
    assert sorted(member["email"] for member in listed) == ["asa@example.com", "bo@example.org"]
    assert "2 members" in run("list").stdout


def test_the_list_is_readable(asa):
    """No seconds since the epoch, and no word of a programming language."""
    (line,) = [line for line in run("list").stdout.splitlines() if asa in line]
    assert re.search(r" yes +every +2026-11-18 11:06 UTC$", line.rstrip())


def test_everything_about_a_member_is_shown(asa):
    suppression.stop(address_hash("asa@example.com"), "complaint", 7)
    shown = json.loads(run("show", "asa@example.com", "--json").stdout)
    (rsvp,) = shown["events"]
    assert (rsvp["slug"], rsvp["party"], rsvp["dietary"]) == ("autumn-talk", 2, "No nuts, please")
    assert shown["no_email_since"] == {"reason": "complaint", "at": 7}


def test_people_who_are_no_members_are_shown_too():
    events.sign_up(email="eva@example.net")
    actions.join(email="eva@example.net")
    shown = json.loads(run("show", "EVA@example.net", "--json").stdout)
    assert shown["request_to_join"]["email"] == "eva@example.net"
    assert [rsvp["status"] for rsvp in shown["events"]] == ["pending"]
    assert "member_id" not in shown


def test_what_is_stored_is_readable_without_json(asa):
    text = run("show", asa).stdout
    assert "name: Åsa Ek" in text
    assert "  - slug: autumn-talk" in text
    assert "expires_at: none," in text
    assert re.search(r"^joined_at: 20\d\d-\d\d-\d\d \d\d:\d\d UTC$", text, re.MULTILINE)


@pytest.mark.parametrize("text", ["ASA", "sa e", "åsa", "example.com"])
def test_a_member_is_found_by_a_part_of_name_or_address(asa, text):
    (member,) = json.loads(run("find", text, "--json").stdout)
    assert member["member_id"] == asa


def test_all_members_whose_names_match_are_listed():
    table_ = run("find", "ek").stdout
    assert table_.index("Åsa Ek") < table_.index("Bo Ek")


def test_a_text_that_nobody_has_finds_nobody():
    result = run("find", "nobody")
    assert result.exit_code == 1
    assert "No member's name or address contains: nobody" in result.stderr


def test_the_frequency_and_topics_of_a_member_are_shown(asa):
    assert json.loads(run("show", asa, "--json").stdout)["frequency"] == "every"
    subscriptions.save_preferences(asa, Preferences("quarterly", ("law",)), None, "form", 5)
    shown = json.loads(run("show", asa, "--json").stdout)
    assert (shown["frequency"], shown["interests"]) == ("quarterly", ["law"])
    assert shown["consents"][-1]["what"] == "newsletter preferences"


def test_choosing_no_topic_is_shown_as_an_empty_list(asa):
    subscriptions.save_preferences(asa, Preferences("every", ()), None, "form", 5)
    record = json.loads(run("show", asa, "--json").stdout)["consents"][-1]
    assert (record["frequency"], record["interests"]) == ("every", [])


def test_who_joined_and_left_is_listed_and_the_erased_by_their_number(asa):
    run("erase", "bo@example.org", "--yes")
    lines = json.loads(run("activity", "--since", "2026-11-18", "--json").stdout)
    facts = [(line["what"], line["name"]) for line in lines]
    assert sorted(facts) == [("joined", ""), ("joined", "Åsa Ek"), ("left", "")]


def test_a_time_is_on_the_companys_clock():
    """Both joined at 12:06 in Stockholm."""
    assert "Åsa Ek" in run("activity", "--since", "2026-11-18T12:06").stdout
    later = run("activity", "--since", "2026-11-18T12:07")
    assert later.stdout == "Nobody joined, left or unsubscribed.\n"


def test_a_segment_is_listed_and_counted(asa):
    listed = json.loads(run("list", "office: malmo", "--json").stdout)
    result = CliRunner().invoke(main.app, ["segments", "count", "office: malmo", "--json"])
    assert json.loads(result.stdout)["members"] == len(listed) > 0
    assert json.loads(run("list", "office: stockholm", "--json").stdout) == []


def test_a_segment_that_is_not_understood_says_what_to_write():
    result = run("list", "office: atlantis")
    assert (result.exit_code, "write one of" in result.stderr) == (2, True)
