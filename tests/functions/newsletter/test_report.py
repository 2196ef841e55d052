"""The account of an issue, and what a person decides about those of whom no event told."""

from dataclasses import replace

import pytest
from hypothesis import given

from functions.core import clock
from functions.core.clock import DAY, MINUTE
from functions.newsletter.rules import report as reporting
from functions.newsletter.rules.ledger import (
    FINAL,
    Cause,
    IssueState,
    Outcome,
    Pause,
    State,
)
from functions.newsletter.rules.report import tally
from functions.newsletter.rules.ses_results import SETTLED, Event, Record, outcome_after
from functions.newsletter.store import batches, claims, issues
from functions.newsletter.store.claims import release
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes
from tests.functions.newsletter.test_newsletter_rules import BATCH, BATCHES, ISSUE, SV

NOW = 10 * DAY
LOST = replace(BATCH, state=State.UNCERTAIN, claimed_at=NOW - DAY - 1)


@given(BATCHES, BATCHES)
def test_the_report_counts_every_recipient_once(one, other) -> None:
    report = reporting.report([one, replace(other, variant=SV)], NOW)
    assert report.states == tally([one, other])
    assert sum(report.outcomes.values()) == report.total
    assert report.variants["en"] + report.variants["sv"] == report.states
    assert reporting.is_conserved(replace(ISSUE, state="sent", planned=report.total), report)
    assert not reporting.is_conserved(
        replace(ISSUE, state="sent", planned=report.total + 1), report
    )


@given(BATCHES)
def test_the_timeline_counts_emails_accepted_by_ses(batch) -> None:
    report = reporting.report([replace(batch, claimed_at=NOW)], NOW)
    assert report.timeline.total() == report.states[State.SENT] + report.bounced
    assert report.cents == -(-report.timeline.total() // 100)


def test_only_the_uncertain_recipients_shown_are_kept() -> None:
    report = reporting.report([LOST, replace(LOST, number=1)], NOW, most_doubtful=9)
    assert (len(report.doubtful), report.doubtful_count) == (9, 14)


def test_variants_are_grouped_by_language() -> None:
    retired = replace(BATCH, variant=replace(SV, name="sv-retired"))
    report = reporting.report([replace(BATCH, variant=SV), retired], NOW)
    assert set(report.variants) == {"sv", "sv-retired"}
    assert report.languages == {"sv": {"planned": 14}}


@pytest.mark.parametrize(
    ("batch", "positions"),
    [
        (LOST, [0, 1, 2, 3, 4, 5, 6]),
        (replace(LOST, claimed_at=NOW - DAY), []),
        (replace(LOST, outcomes={2: Outcome(State.SENT)}), [0, 1, 3, 4, 5, 6]),
        (replace(LOST, state=State.SENT, outcomes={2: Outcome(State.UNCERTAIN)}), [2]),
        (replace(LOST, state=State.CLAIMED, outcomes={2: Outcome(State.UNCERTAIN)}), []),
        (replace(LOST, state=State.SENT), []),
    ],
)
def test_a_recipient_counts_as_unknown_after_a_day_of_uncertainty(batch, positions) -> None:
    assert reporting.doubtful(batch, NOW) == positions


@given(BATCHES)
def test_sending_again_reaches_only_released_recipients(batch) -> None:
    places = range(len(batch.recipients))
    doubtful = [at for at in places if batch.outcome(at).state is State.UNCERTAIN]
    again = reporting.released(batch, doubtful, State.PLANNED)
    were_open = [at for at in places if batch.outcome(at).state not in FINAL]
    assert again.open_positions() == sorted([*doubtful, *were_open])


@pytest.mark.parametrize("event", [Event.SEND, Event.HARD_BOUNCE])
def test_an_event_overrides_a_persons_decision(event: Event) -> None:
    thought = Outcome(State.FAILED, SETTLED)
    assert outcome_after(thought, event) == outcome_after(Outcome(State.UNCERTAIN), event)


@pytest.fixture
def lost(fake_ses: FakeSes, cloud) -> FakeSes:
    """An issue that is over; of three readers no answer came, and no event for a day."""
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    claims.claim(issue_runs.stored_batch(), "lost", {}, cloud.now)
    claims.record(issue_runs.stored_batch(), "lost", Record(State.UNCERTAIN, {}), cloud.now)
    issue_runs.take()
    issue_runs.tick()
    cloud.pass_(DAY + 1)
    assert issue_runs.stored_issue().state is IssueState.SENT
    return fake_ses


def let_go(state: State, before=None, issue=None) -> bool:
    before = before or issue_runs.stored_batch()
    after = reporting.released(before, reporting.doubtful(before, clock.now()), state)
    return release(issue or issue_runs.stored_issue(), before, after, clock.now())


@pytest.mark.parametrize("state", [State.SENT, State.FAILED])
def test_settling_stores_the_decision_and_sends_no_email(lost: FakeSes, state: State) -> None:
    assert let_go(state)
    assert issue_runs.stored_batch().outcome(1) == Outcome(state, "settled")
    issue_runs.tick()
    issue_runs.deliver()
    assert (lost.calls, issue_runs.counts()) == ([], {state: 3})


def test_sending_again_reopens_the_issue_and_mails_each_recipient_once(lost: FakeSes) -> None:
    claims.settle(issue_runs.stored_batch(), 0, Outcome(State.SENT))
    assert let_go(State.PLANNED)
    for _ in range(3):
        issue_runs.tick()
        issue_runs.deliver()
    assert issue_runs.address_of(issue_runs.stored_batch().recipients[0]) not in lost.mails()
    assert sorted(lost.mails().values()) == [1, 1]
    assert (issue_runs.stored_issue().state, issue_runs.stored_issue().counts) == (
        IssueState.SENT,
        {"sent": 3},
    )


def test_a_late_event_removes_recipients_from_resending(lost: FakeSes) -> None:
    let_go(State.PLANNED)
    claims.settle(issue_runs.stored_batch(), 1, Outcome(State.SENT))
    issue_runs.tick()
    issue_runs.deliver()
    assert (len(lost.accepted), issue_runs.counts()) == (2, {"sent": 3})


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.PLANNED])
def test_a_decision_about_a_changed_batch_is_not_stored(lost, state: State) -> None:
    read = issue_runs.stored_batch()
    claims.settle(read, 0, Outcome(State.SENT))
    assert not let_go(state, read)
    assert issue_runs.counts() == {"sent": 1, "uncertain": 2}


def test_a_decision_never_overwrites_a_later_attempt(lost: FakeSes, cloud) -> None:
    read = issue_runs.stored_batch()
    let_go(State.PLANNED)
    claims.claim(issue_runs.stored_batch(), "second", {}, cloud.now)
    claims.mark_uncertain(issue_runs.stored_batch())
    assert not let_go(State.PLANNED, read)
    assert issue_runs.counts() == {"uncertain": 3}


def test_nothing_of_a_cancelled_issue_is_sent_again(lost: FakeSes) -> None:
    cancelled = replace(issue_runs.stored_issue(), state=IssueState.CANCELLED)
    late = replace(issue_runs.stored_issue(), deadline=1)
    assert not let_go(State.PLANNED, issue=cancelled)
    assert not let_go(State.PLANNED, issue=late)
    assert let_go(State.FAILED, issue=cancelled)


def test_resending_waits_while_the_issue_is_paused(fake_ses: FakeSes, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish()
    issue_runs.tick()
    claims.claim(issue_runs.stored_batch(), "lost", {}, cloud.now)
    claims.mark_uncertain(issue_runs.stored_batch())
    issues.pause(issue_runs.SLUG, Pause(Cause.PERSON, words="by hand"), cloud.now)
    cloud.pass_(DAY + MINUTE)
    assert let_go(State.PLANNED)
    issue_runs.tick()
    issue_runs.deliver()
    assert (fake_ses.calls, batches.due(State.PLANNED, issue_runs.SLUG, cloud.now)) == ([], [0])
