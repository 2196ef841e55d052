"""What came of the test newsletter: of the call to SES, and of the events that follow."""

from dataclasses import replace

import pytest

from functions.newsletter.rules.ledger import (
    Batch,
    Cause,
    Issue,
    IssueState,
    Outcome,
    Pause,
    State,
    Variant,
)
from functions.people.member import SHARDS
from functions.people.store.members import member_key
from infra.cloud.doctor import newsletter_round, traces
from infra.cloud.doctor.findings import Status
from infra.cloud.doctor.http import Answer
from infra.cloud.doctor.newsletter_round import SIMULATED, Evidence, Pipe

VARIANT = Variant("en", "key", "hash")
BATCH = Batch("alumni-doctor-1", 0, VARIANT, ("a", "b", "c", "d"), State.SENT)
ISSUE = Issue("alumni-doctor-1", IssueState.SENDING, "Test", 0, None, ())
PIPE = Pipe("alumni-MailEvents", is_enabled=True, is_connected=True, waiting=0, given_up=0)
BOUNCED = Outcome(State.FAILED, "bounce")
SENT = Outcome(State.SENT)
ALL = Evidence(
    (SENT, BOUNCED, SENT, BOUNCED),
    SENT,
    {"success": "", "bounce": "bounce", "complaint": "complaint", "suppressionlist": "bounce"},
)
NOTHING = Evidence((SENT,) * 4, Outcome(State.UNCERTAIN), dict.fromkeys(SIMULATED, ""))


def sending(batch: Batch, issue: Issue = ISSUE, *, in_sandbox: bool = False):
    return newsletter_round.sending_verdict("Sending", batch, issue, in_sandbox=in_sandbox)


def test_recipients_are_in_no_shard_that_newsletters_read() -> None:
    assert member_key(traces.RECIPIENT)[0] not in {f"MEMBERS#{shard}" for shard in SHARDS}


def test_a_newsletter_that_ses_takes_is_fine_even_if_it_bounced_already() -> None:
    assert sending(BATCH).status is Status.OK
    assert sending(replace(BATCH, outcomes={1: BOUNCED})).status is Status.OK


@pytest.mark.parametrize(
    ("change", "seen", "remedy"),
    [
        ({"state": State.PLANNED}, "has not sent it", "log of NewsletterSend"),
        ({"state": State.CLAIMED}, "has not sent it", "log of NewsletterSend"),
        ({"state": State.UNCERTAIN}, "answer was lost", "again"),
        (
            {"outcomes": {0: Outcome(State.FAILED, "message-rejected")}},
            "message-rejected",
            "SES's documentation",
        ),
    ],
)
def test_an_unsent_newsletter_is_a_problem(change: dict, seen: str, remedy: str) -> None:
    finding = sending(replace(BATCH, **change))
    assert finding.status is Status.PROBLEM
    assert seen in finding.seen
    assert remedy in finding.remedy


def test_a_refusal_names_sess_code_and_the_sandbox() -> None:
    paused = replace(ISSUE, pause=Pause(Cause.SETUP, code="AccessDeniedException"))
    assert "AccessDeniedException" in sending(replace(BATCH, state=State.PLANNED), paused).seen
    refused = replace(BATCH, outcomes={0: Outcome(State.FAILED, "message-rejected")})
    assert "Verify the address in SES" in sending(refused, in_sandbox=True).remedy


def events(evidence: Evidence, pipe: Pipe = PIPE) -> list:
    return list(newsletter_round.event_verdicts(evidence, pipe, 120))


def test_a_full_set_of_events_is_no_problem() -> None:
    assert {finding.status for finding in events(ALL)} == {Status.OK}
    assert len(events(ALL)) == 4


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("Delivery events", {"unsettled": Outcome(State.UNCERTAIN)}),
        ("Bounces", {"first": (SENT, SENT, SENT, BOUNCED)}),
        ("Bounces", {"stopped": {**ALL.stopped, "bounce": ""}}),
        ("Complaints", {"stopped": {**ALL.stopped, "complaint": ""}}),
        ("Suppressed addresses", {"first": (SENT, BOUNCED, SENT, SENT)}),
    ],
)
def test_every_missing_event_is_a_problem(check: str, change: dict) -> None:
    findings = events(replace(ALL, **change))
    assert [finding.check for finding in findings if finding.status is Status.PROBLEM] == [check]


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"is_enabled": False}, "Enable the rule alumni-MailEvents"),
        ({"is_connected": False}, "doesn't reach FeedbackQueue"),
        ({"given_up": 3}, "redrive the queue FeedbackDeadLetters"),
        ({"waiting": 2}, "2 events wait in FeedbackQueue"),
        ({}, "FailedInvocations"),
    ],
)
def test_missing_all_events_is_one_problem_with_its_place(change: dict, remedy: str) -> None:
    (finding,) = events(NOTHING, replace(PIPE, **change))
    assert finding.status is Status.PROBLEM
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    ("status", "is_unsubscribed", "seen"),
    [(200, False, "unsubscribes nobody"), (303, True, "answered with 303"), (502, False, "502")],
)
def test_one_click_must_unsubscribe_without_a_redirect(status, is_unsubscribed, seen) -> None:
    good = newsletter_round.one_click_verdict(Answer(200), is_unsubscribed=True)
    assert good.status is Status.OK
    finding = newsletter_round.one_click_verdict(Answer(status), is_unsubscribed=is_unsubscribed)
    assert finding.status is Status.PROBLEM
    assert seen in finding.seen
