"""`alumni members erase`: what goes, what stays, who is asked before."""

import json
from unittest.mock import Mock

from botocore.exceptions import ClientError

from functions.core.addresses import address_hash
from functions.core.mail import suppression
from functions.membership.rules import GOODBYE_SECONDS
from functions.people.store import consents
from tests.functions.events import actions as events
from tests.functions.invitations import actions as invitations
from tests.functions.membership import actions
from tests.functions.support import dump, left_of
from tests.infra.alumni.members.actions import finish_erasing, run


def test_erasing_says_what_goes_what_stays_and_until_when(asa, cloud):
    result = run("erase", "asa@example.com", "--yes", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "member_id": asa,
        "signup": False,
        "invitation": False,
        "events": ["autumn-talk"],
        "ses_suppression": False,
        "goodbye": True,
        "stays": [
            "the member's number with the date",
            "which issues that number was sent",
            "hashes that prove the consents, for some years",
        ],
        "deleted_by": cloud.now + GOODBYE_SECONDS,
    }
    assert events.event()["free"] == 40


def test_erasing_leaves_a_tombstone(asa, cloud):
    run("erase", "asa@example.com", "--yes")
    finish_erasing(cloud)
    assert "asa@example.com" not in str(dump())
    assert "Åsa" not in str(dump())
    assert left_of(asa) == ["ERASED"]


def test_who_is_being_erased_is_shown_as_such(asa, cloud):
    run("erase", "asa@example.com", "--yes")
    (erasure,) = json.loads(run("show", "asa@example.com", "--json").stdout)["being_erased"]
    assert (erasure["id"], erasure["deleted_at"]) == (asa, cloud.now + GOODBYE_SECONDS)
    assert run("find", "asa").exit_code == 1
    assert "erased_at: 2026-11-18 11:06 UTC" in run("show", asa).stdout
    finish_erasing(cloud)
    assert run("show", "asa@example.com").exit_code == 1


def test_erasing_leaves_other_members_alone():
    run("erase", "asa@example.com", "--yes")
    (bo,) = [item for item in dump() if item["pk"].startswith("MEMBERS#")]
    assert bo["email"] == "bo@example.org"
    assert len(consents.of_member(bo["sk"])) == 3


def test_a_member_is_erased_by_id_and_by_address_in_any_writing(asa):
    assert run("erase", asa, "--yes").exit_code == 0
    assert run("erase", " ASA@Example.com ", "--yes").exit_code == 1
    assert run("erase", "Bo@EXAMPLE.org", "--yes").exit_code == 0
    assert [item for item in dump() if item["pk"].startswith("MEMBERS#")] == []


def test_a_non_member_is_erased_from_events_and_sign_ups():
    events.sign_up(email="eva@example.net")
    actions.join(email="eva@example.net")
    erased = json.loads(run("erase", "eva@example.net", "--yes", "--json").stdout)
    assert not erased["member_id"]
    assert (erased["signup"], erased["events"]) == (True, ["autumn-talk"])
    assert (erased["goodbye"], erased["stays"]) == (False, [])
    assert "eva@example.net" not in str(dump())


def test_a_complaint_is_kept_after_erasing():
    suppression.stop(address_hash("asa@example.com"), "complaint", 1)
    erased = run("erase", "asa@example.com", input="y\n")
    assert "gets no email (complaint)" in erased.stderr
    assert "An email tells them" not in erased.stdout
    assert suppression.is_stopped(address_hash("asa@example.com"))


def test_the_address_is_taken_off_the_list_that_ses_keeps(asa, ses_list):
    ses_list.add("asa@example.com")
    erased = run("erase", asa, "--yes")
    assert "the address on SES's suppression list" in erased.stdout
    assert ses_list == {"other@example.com"}


def test_an_address_that_only_ses_has_is_taken_off(ses_list):
    ses_list.add("eva@example.net")
    assert run("erase", "eva@example.net", "--yes").exit_code == 0
    assert ses_list == {"other@example.com"}


def test_somebody_who_is_invited_is_shown_and_erased_and_then_left_alone():
    invitations.invite(email="eva@example.net", name="Eva Ek")
    shown = json.loads(run("show", "eva@example.net", "--json").stdout)
    assert shown["invitation"]["name"] == "Eva Ek"
    assert shown["invitation"]["agreed"]["how"] == "exit talk"
    assert "nobody invites it again" in run("erase", "eva@example.net", input="n").output
    assert "the invitation to join" in run("erase", "eva@example.net", "--yes").output
    shown = json.loads(run("show", "eva@example.net", "--json").stdout)
    assert "invitation" not in shown
    assert shown["left_alone_since"]


def test_if_ses_refuses_nothing_is_erased_so_that_the_next_run_finds_the_address(
    ses_list, monkeypatch
):
    ses_list.add("asa@example.com")
    before = dump()
    denied = ClientError({"Error": {"Code": "AccessDenied"}}, "DeleteSuppressedDestination")
    monkeypatch.setattr(ses_list, "remove", Mock(side_effect=denied))
    assert run("erase", "asa@example.com", "--yes").exit_code == 3
    assert dump() == before


def test_nothing_is_erased_without_a_yes(ses_list):
    ses_list.add("asa@example.com")
    before = dump()
    declined = run("erase", "asa@example.com", input="n\n")
    assert declined.exit_code == 1
    assert "Nothing was changed" in declined.stderr
    assert run("erase", "asa@example.com").exit_code == 1
    assert dump() == before
    assert "asa@example.com" in ses_list


def test_a_yes_to_the_question_erases():
    erased = run("erase", "asa@example.com", input="y\n")
    assert "An email tells them. The rest is deleted by 2026-11-18 11:51 UTC." in erased.stdout
    assert actions.member_id() is None


def test_an_unknown_person_is_reported():
    result = run("erase", "nobody@example.com", "--yes")
    assert result.exit_code == 1
    assert "Nothing is stored about nobody@example.com" in result.stderr
