"""One line stays for a year of each email that was sent to somebody, and goes with them."""

from dataclasses import replace
from typing import Any

import pytest

from functions.account import contents
from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.core.lifetimes import SENT_LINE_DAYS
from functions.core.mail import sent_lines, suppression
from functions.core.mail.sent_lines import SentLine, newest_first, owner_of_line
from functions.membership import erasing, moving, store, sweeping
from functions.people.member import THEMSELVES
from functions.people.store import address_moves
from functions.people.store import members as people
from functions.post import rules
from functions.post.mails import MAILS
from tests.functions import sent_emails
from tests.functions.desk.conftest import new_team_member
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.functions.support import outbox

ASA = "asa@example.com"
pytestmark = pytest.mark.usefixtures("cloud")


def lines(owner: str) -> list[str]:
    return [line.mail for line in newest_first(owner, 100)]


def of_member(member_id: str) -> str:
    return owner_of_line(member_id, "")


def of_address(address: str) -> str:
    return owner_of_line(None, address_hash(address))


def finish(address: str) -> None:
    for erasure in store.erasures_at(address_hash(address)):
        erasing.finish(erasure)


def test_an_email_leaves_a_line_with_its_kind_number_and_event():
    events.publish()
    events.accepted()
    sent_emails.deliver()
    known = newest_first(of_address(ASA), 100)
    assert {line.mail for line in known} == {"rsvp_accepted", "confirm_rsvp"}
    assert all(line.event == events.SLUG and line.message_id for line in known)


def test_lines_of_a_member_stand_under_their_number_and_earlier_ones_under_the_address():
    member_id = actions.become_member()
    assert lines(of_member(member_id)) == ["welcome"]
    assert lines(of_address(ASA)) == ["confirm_join"]


def test_the_team_and_a_goodbye_leave_none():
    noted = {mail for mail in MAILS if rules.leaves_line(mail)}
    assert MAILS.keys() - noted == {
        *("goodbye", "digest", "guest_list", "door", "desk_sign_in", "team_changed", "approvals"),
        *("sign_up_requests", "issue_paused", "issue_skipped", "issue_report"),
    }
    assert noted == contents.EMAILS.keys(), "name the new kind there"
    member = new_team_member()
    sent_emails.deliver()
    assert lines(of_address(member.email)) == []


def test_an_email_that_is_not_sent_leaves_none():
    suppression.stop(address_hash(ASA), suppression.COMPLAINT, 1)
    actions.join()
    sent_emails.deliver()
    assert lines(of_address(ASA)) == []


def test_an_email_whose_line_fails_is_sent_once(monkeypatch):
    def fail(*_: Any) -> None:
        raise RuntimeError("no line")

    monkeypatch.setattr(sent_lines, "add", fail)
    actions.join()
    for _ in range(2):
        assert len(sent_emails.deliver()) == 1
    assert outbox() == []


def test_lines_go_with_the_person_even_one_written_meanwhile(cloud):
    member_id = actions.become_member()
    actions.begin_erasing()
    late = SentLine(cloud.now + 5, "sign_in", "late")
    for owner in (of_member(member_id), of_address(ASA)):
        sent_lines.add(owner, late)
    finish(ASA)
    assert lines(of_member(member_id)) == lines(of_address(ASA)) == []


def test_what_the_address_is_sent_after_the_erasure_stays(cloud):
    actions.become_member()
    actions.begin_erasing()
    cloud.pass_(600)
    actions.join()
    sent_emails.deliver()
    finish(ASA)
    assert lines(of_address(ASA)) == ["confirm_join"]


def test_a_change_of_address_takes_them_along():
    member_id = actions.become_member()
    actions.correct_address()
    sent_emails.deliver()
    assert lines(of_address(ASA)) == []
    assert sorted(lines(of_member(member_id))) == [
        *("address_changed", "address_changed", "confirm_join", "welcome"),
    ]


def test_taking_a_change_back_leaves_lines_of_the_other_address_alone(cloud):
    member_id = actions.become_member()
    other = of_address("asa@example.net")
    sent_lines.add(other, SentLine(cloud.now, "confirm_rsvp", "a stranger's"))
    before = people.member(member_id)
    assert before
    after = replace(before, email="asa@example.net", address_hash=address_hash("asa@example.net"))
    until = cloud.now + DAY
    moving.change(before, after, THEMSELVES, "form", cloud.now, ends_at=until)
    (move,) = address_moves.of_owner(f"m{member_id}")
    assert moving.undo(move.owner, move.from_hash, move.at, cloud.now)
    assert lines(other) == ["confirm_rsvp"]


def test_a_line_is_deleted_after_its_time(cloud):
    events.publish()
    events.accepted()
    sent_emails.deliver()
    cloud.pass_(SENT_LINE_DAYS * DAY - 60)
    sweeping.sweep(cloud.now, lambda: True)
    assert len(lines(of_address(ASA))) == 2
    cloud.pass_(120)
    sweeping.sweep(cloud.now, lambda: True)
    assert lines(of_address(ASA)) == []
