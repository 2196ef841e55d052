"""The ledger's decisions."""

import re
from dataclasses import replace

import botocore.session
import pytest
from botocore.model import OperationModel
from hypothesis import given
from hypothesis import strategies as st

from functions.newsletter.rules.batches import (
    BATCH_SIZE,
    CLAIM_SECONDS,
    SEND_TIMEOUT_SECONDS,
    Subscriber,
    halves,
    is_abandoned,
    plan,
    variant_for,
)
from functions.newsletter.rules.issues import has_outlasted_its_pause
from functions.newsletter.rules.ledger import (
    BATCH_MOVES,
    FINAL,
    Batch,
    Issue,
    IssueState,
    Outcome,
    State,
    Variant,
    moves_to,
)
from functions.newsletter.rules.recipients import decide
from functions.newsletter.rules.report import tally
from functions.newsletter.rules.ses_results import (
    ERRORS,
    RESULTS,
    WAIT_SECONDS,
    Answer,
    Event,
    Record,
    first_stop,
    meaning_of_error,
    outcome_after,
    read_results,
)
from functions.people.member import Profile, new_member
from tests.functions.newsletter import issue_runs

PROFILE = issue_runs.PROFILE | {"interests": ("energy",)}
ASA = new_member(Profile(email="asa@example.com", **PROFILE), "a", 0)


EN, SV, DE = (Variant(name, f"{name}.json", "0" * 64, name) for name in ("en", "sv", "de"))
ISSUE = Issue("autumn", IssueState.PLANNING, "News", 0, None, (DE, EN, SV))
BATCH = Batch("autumn", 0, EN, tuple("abcdefg"))
OUTCOMES = st.sampled_from([Outcome(state) for state in FINAL])
BATCHES = st.builds(
    lambda size, state, outcomes: replace(
        BATCH,
        recipients=BATCH.recipients[:size],
        state=state,
        outcomes={at: outcome for at, outcome in outcomes.items() if at < size},
    ),
    st.integers(1, 7),
    st.sampled_from(list(BATCH_MOVES)),
    st.dictionaries(st.integers(0, 6), OUTCOMES),
)


@pytest.mark.parametrize(
    ("language", "variants", "chosen"),
    [("sv", (DE, EN, SV), SV), ("fr", (DE, EN, SV), EN), ("fr", (DE, SV), SV), ("fr", (DE,), DE)],
)
def test_a_member_gets_their_own_language_or_the_sites(language, variants, chosen) -> None:
    assert variant_for(Subscriber("", language), variants, ["en", "sv"]) == chosen


@given(st.lists(st.sampled_from(["en", "sv", "de", "fr"]), max_size=200), st.integers(0, 99))
def test_planning_puts_every_member_into_exactly_one_batch(
    languages: list[str], start: int
) -> None:
    page = [Subscriber(str(n), language) for n, language in enumerate(languages)]
    batches = plan(replace(ISSUE, batches=start), page, ["en"], now=7).batches
    assert sorted(member_id for b in batches for member_id in b.recipients) == sorted(
        m.id for m in page
    )
    assert [b.number for b in batches] == list(range(start, start + len(batches)))
    assert all(0 < len(b.recipients) <= BATCH_SIZE for b in batches)


@given(BATCHES)
def test_the_tally_of_a_batch_counts_all_its_recipients(batch: Batch) -> None:
    counted = tally([batch])
    assert counted.total() == len(batch.recipients)
    states = [batch.outcome(at).state for at in range(len(batch.recipients))]
    assert counted == {state: states.count(state) for state in set(states)}


@given(BATCHES)
def test_halving_loses_no_recipient_and_no_outcome(batch: Batch) -> None:
    first, rest = halves(batch, 9)
    assert first.recipients + rest.recipients == batch.recipients
    moved = [half.outcomes.get(at) for half in (first, rest) for at in range(len(half.recipients))]
    assert moved == [batch.outcomes.get(at) for at in range(len(batch.recipients))]


RESULT = st.sampled_from([*RESULTS, "SOMETHING_NEW"])


@given(st.sets(st.integers(0, 49), min_size=1), st.lists(RESULT, max_size=50))
def test_every_result_has_one_meaning_for_its_recipient(places, results) -> None:
    positions = sorted(places)
    came_back = read_results(positions, results)
    for at, result in zip(positions, [*results, *["?"] * 50], strict=False):
        outcome = came_back.outcomes.get(at, Outcome(came_back.state))
        answer = RESULTS.get(result, Answer.UNCERTAIN)
        assert outcome.state == ("planned" if answer in WAIT_SECONDS else answer)


@pytest.fixture(scope="module")
def bulk() -> OperationModel:
    """SendBulkEmail, as botocore knows it."""
    model = botocore.session.get_session().get_service_model("sesv2")
    return model.operation_model("SendBulkEmail")


def test_every_error_of_the_call_has_its_meaning(bulk) -> None:
    assert {shape.name for shape in bulk.error_shapes} <= ERRORS.keys()


def test_every_result_has_its_meaning_by_model_and_documentation(bulk) -> None:
    entry = bulk.output_shape.members["BulkEmailEntryResults"].member
    status = entry.members["Status"]
    documented = re.findall(r">([A-Z_]{4,}):", status.documentation)
    assert len(documented) == len(status.enum)
    assert {*status.enum, *documented} <= RESULTS.keys()


def test_a_batch_whose_emails_were_all_sent_needs_no_outcome_per_recipient() -> None:
    assert read_results([0, 1], ["SUCCESS", "SUCCESS"]) == Record(State.SENT, {})


@pytest.mark.parametrize(
    ("code", "status", "answer"),
    [
        ("TooManyRequestsException", 429, Answer.LATER),
        ("ThrottlingException", 400, Answer.LATER),
        ("LimitExceededException", 400, Answer.STOP),
        ("SendingPausedException", 400, Answer.STOP),
        ("MailFromDomainNotVerifiedException", 400, Answer.STOP),
        ("SomethingNewException", 429, Answer.LATER),
        ("SomethingNewException", 400, Answer.STOP),
        ("BadRequestException", 400, Answer.HALVE),
        ("MessageRejected", 400, Answer.STOP),
        ("AccountSuspendedException", 400, Answer.STOP),
        ("NotFoundException", 404, Answer.STOP),
        ("", 403, Answer.STOP),
        ("InternalFailure", 500, Answer.UNCERTAIN),
        ("ServiceUnavailable", 503, Answer.UNCERTAIN),
        ("", 200, Answer.UNCERTAIN),
    ],
)
def test_only_a_4xx_proves_that_nothing_was_sent(code, status, answer) -> None:
    assert meaning_of_error(code, status) is answer


@pytest.mark.parametrize(
    ("results", "stop"),
    [
        ([], ""),
        (["SUCCESS", "FAILED", "ACCOUNT_THROTTLED", "SOMETHING_NEW"], ""),
        (["SUCCESS", "ACCOUNT_SUSPENDED", "ACCOUNT_SENDING_PAUSED"], "ACCOUNT_SUSPENDED"),
        (["SUCCESS", "ACCOUNT_DAILY_QUOTA_EXCEEDED"], "ACCOUNT_DAILY_QUOTA_EXCEEDED"),
        (["MESSAGE_REJECTED"] * 4, ""),  # perhaps their addresses
        (["MESSAGE_REJECTED"] * 5, "MESSAGE_REJECTED"),  # as in SES's sandbox
        (["INVALID_PARAMETER", "FAILED"] * 3, "INVALID_PARAMETER"),
        (["FAILED"] * 49 + ["SUCCESS"], ""),
    ],
)
def test_some_results_stop_the_whole_issue(results: list[str], stop: str) -> None:
    assert first_stop(results) == stop


@pytest.mark.parametrize(
    ("state", "deadline", "now", "outlasted"),
    [
        (IssueState.PAUSED, 1000, 1061, True),
        (IssueState.PAUSED, 1000, 1060, False),
        (IssueState.PAUSED, None, 9**9, False),
        (IssueState.SENDING, 1000, 2000, False),
    ],
)
def test_a_pause_ends_with_the_deadline_and_a_minute(state, deadline, now, outlasted) -> None:
    issue = replace(ISSUE, state=state, deadline=deadline)
    assert has_outlasted_its_pause(issue, now) is outlasted


@pytest.mark.parametrize(
    ("member", "outcome"),
    [
        (replace(ASA, address_hash="a"), None),
        (replace(ASA, address_hash="b"), Outcome(State.SUPPRESSED, "stopped")),
        (
            replace(ASA, newsletter=False, address_hash="b"),
            Outcome(State.WITHDRAWN, "unsubscribed"),
        ),
        (
            replace(ASA, newsletter=False, address_hash="a"),
            Outcome(State.WITHDRAWN, "unsubscribed"),
        ),
        (None, Outcome(State.WITHDRAWN, "erased")),
    ],
)
def test_only_subscribed_and_unsuppressed_members_are_mailed(member, outcome) -> None:
    assert decide(member, {"b"}, ISSUE) == outcome


EVENTS = st.lists(st.sampled_from(list(Event)), max_size=6)


@given(st.sampled_from(list(State)), EVENTS, st.randoms())
def test_the_order_of_events_does_not_matter(start: State, events, random) -> None:
    shuffled = random.sample(events, len(events))
    assert _after(start, events).state is _after(start, shuffled).state


def _after(start: State, events: list[Event]) -> Outcome:
    outcome = Outcome(start)
    for event in events:
        outcome = outcome_after(outcome, event) or outcome
    return outcome


@given(st.sampled_from(list(State)), EVENTS)
def test_a_repeated_event_changes_nothing(start: State, events: list[Event]) -> None:
    settled = _after(start, events)
    assert all(outcome_after(settled, event) is None for event in events)


@given(OUTCOMES, st.text("abc-", max_size=8))
def test_an_outcome_is_read_as_it_was_written(outcome: Outcome, reason: str) -> None:
    with_reason = outcome._replace(reason=reason)
    assert Outcome.read(str(with_reason)) == with_reason


def test_uncertain_is_the_only_final_state_that_can_change() -> None:
    assert {state for state in FINAL if BATCH_MOVES.get(state)} == {State.UNCERTAIN}
    assert moves_to(State.PLANNED) == (State.CLAIMED,)


def test_a_claim_is_abandoned_only_when_its_worker_cannot_still_run() -> None:
    claimed = replace(BATCH, state=State.CLAIMED, claimed_at=1000)
    assert not is_abandoned(claimed, 1000 + SEND_TIMEOUT_SECONDS)
    assert is_abandoned(claimed, 1001 + CLAIM_SECONDS)
