"""`alumni members unsubscribe` and `unsuppress`: who gets no newsletter, and who email again."""

import json

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.mail import suppression
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions.support import before_writing, dump
from tests.infra.alumni.members.actions import run, shown

# ---- Stopping the newsletter


def test_a_member_who_phones_gets_no_newsletter_and_the_withdrawal_is_kept(asa):
    stopped = json.loads(run("unsubscribe", "asa@example.com", "--json").stdout)
    assert stopped == {"id": asa, "newsletter": False, "changed": True}
    assert people.member(asa).newsletter is False
    (withdrawal,) = [record for record in consents.of_member(asa) if "withdrawn" in record.what]
    assert withdrawal.how == "the team, as the person asked"


def test_stopping_twice_adds_no_second_record(asa):
    run("unsubscribe", asa)
    before = dump()
    again = run("unsubscribe", asa)
    assert again.exit_code == 0
    assert again.stdout == f"Already unsubscribed: {asa}.\n"
    assert dump() == before


def test_a_newsletter_of_nobody_cannot_be_stopped():
    assert run("unsubscribe", "nobody@example.com").exit_code == 1


# ---- Lifting a suppression


def stop(reason):
    suppression.stop(address_hash("asa@example.com"), reason, 1)


def is_stopped():
    return suppression.is_stopped(address_hash("asa@example.com"))


def test_a_bounced_address_gets_email_again_on_both_lists_and_it_is_recorded(asa, ses_list):
    stop("bounce")
    ses_list.add("asa@example.com")
    result = run("unsuppress", "asa@example.com", "--reason", "wrote that it works")
    assert result.stdout == "Gets email again; taken off: our own (bounce) and SES's.\n"
    assert not is_stopped()
    assert ses_list == {"other@example.com"}
    (correction,) = shown(asa)["corrections"]
    assert (correction["by"], correction["before"]) == ("terminal role/hr", {"no_email": "bounce"})
    assert correction["after"] == {"no_email": "", "why": "wrote that it works"}


def test_a_complaint_is_lifted_only_by_force():
    stop("complaint")
    refused = run("unsuppress", "asa@example.com", "--reason", "phoned")
    assert (refused.exit_code, is_stopped()) == (1, True)
    assert "use --force" in refused.stderr
    assert run("unsuppress", "asa@example.com", "--reason", "phoned", "--force").exit_code == 0
    assert not is_stopped()


def test_a_reason_is_needed():
    stop("bounce")
    assert run("unsuppress", "asa@example.com").exit_code == 2
    assert run("unsuppress", "asa@example.com", "--reason", " ").exit_code == 1
    assert is_stopped()


def test_an_address_that_gets_email_has_nothing_to_lift():
    result = run("unsuppress", "asa@example.com", "--reason", "phoned")
    assert result.exit_code == 1
    assert "Nothing stops email to asa@example.com" in result.stderr


def test_a_guest_who_is_no_member_gets_email_again_too():
    suppression.stop(address_hash("eva@example.net"), "bounce", 1)
    assert run("unsuppress", "eva@example.net", "--reason", "phoned").exit_code == 0
    assert not suppression.is_stopped(address_hash("eva@example.net"))


def test_a_complaint_that_comes_meanwhile_is_not_lifted(monkeypatch):
    stop("bounce")
    key = suppression.key(address_hash("asa@example.com"))
    complaint = table.put(table.keyed(key) | {"reason": "complaint", "at": 2})
    transact = table.transact
    before_writing(monkeypatch, lambda: transact(complaint))
    assert run("unsuppress", "asa@example.com", "--reason", "phoned").exit_code == 1
    assert is_stopped()
