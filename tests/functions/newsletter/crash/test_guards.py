"""Each guard is needed: the harness without it finds what the guard prevents."""

from collections.abc import Callable
from typing import Any

from functions.newsletter import planner, sender
from functions.newsletter.rules import batches
from functions.newsletter.rules.ledger import State
from functions.newsletter.rules.ses_results import Record
from functions.newsletter.store import claims, sending_reads
from infra.dev.fake_aws.expressions import Raw
from tests.functions.newsletter.crash.conftest import Play, Spoil
from tests.functions.newsletter.crash.faults import AtRandom
from tests.functions.newsletter.crash.unreliable_cloud import UnreliableCloud

SEEDS = range(30)
VALUES = "ExpressionAttributeValues"


def shows(play: Play, what: str, spoil: Spoil) -> bool:
    """Return True if the verdict of one of thirty rough runs counts `what`."""
    return any(getattr(play(seed, AtRandom(seed), spoil=spoil)[1], what) for seed in SEEDS)


def ignoring_conditions(is_it: Callable[[Raw], Any]) -> Spoil:
    def spoil(cloud: UnreliableCloud) -> None:
        cloud.ignores = lambda request: bool(is_it(request))

    return spoil


def _claims(request: Raw) -> bool:
    return bool(request.get(VALUES, {}).get(":state") == {"S": "claimed"})


def _plans(request: Raw) -> bool:
    moves_cursor = "#cursor = :new" in request.get("UpdateExpression", "")
    return moves_cursor or request.get("Item", {}).get("state") == {"S": "planned"}


def test_a_seed_reproduces_the_same_run(play: Play) -> None:
    (first, _), (again, _) = play(5, AtRandom(5)), play(5, AtRandom(5))
    assert first.steps == again.steps
    assert first.faults_done == again.faults_done
    assert first.cloud.accepted == again.cloud.accepted


def test_without_the_claims_condition_some_recipients_are_mailed_twice(play: Play) -> None:
    assert shows(play, "twice", ignoring_conditions(_claims))


def test_without_the_planners_conditions_some_recipients_are_mailed_twice(
    play: Play, monkeypatch
) -> None:
    monkeypatch.setattr(batches, "PAGE_SIZE", 10)  # many pages on which two planners can meet
    assert shows(play, "twice", ignoring_conditions(_plans))


def test_without_a_claim_some_recipients_are_mailed_twice(play: Play, monkeypatch) -> None:
    monkeypatch.setattr(claims, "claim", lambda *_: True)
    assert shows(play, "twice", ignoring_conditions(lambda _: False))


def test_recording_before_the_call_loses_some_recipients(play: Play, monkeypatch) -> None:
    claim = claims.claim

    def claim_and_record(batch, attempt, outcomes, now):
        record = Record(State.SENT, {})
        return claim(batch, attempt, outcomes, now) and claims.record(batch, attempt, record, now)

    monkeypatch.setattr(claims, "claim", claim_and_record)
    assert shows(play, "lost", ignoring_conditions(lambda _: False))


def test_resending_uncertain_batches_mails_some_recipients_twice(play: Play, monkeypatch) -> None:
    def guess(batch):
        record = Record(State.PLANNED, {})
        return claims.record(batch, batch.attempt, record, batch.claimed_at)

    monkeypatch.setattr(claims, "mark_uncertain", guess)
    assert shows(play, "twice", ignoring_conditions(lambda _: False))


def test_planning_before_the_page_is_public_mails_dead_links(play: Play, monkeypatch) -> None:
    put_online = planner._put_online
    monkeypatch.setattr(planner, "_put_online", lambda issue: issue.cursor and put_online(issue))
    assert shows(play, "before_page", ignoring_conditions(lambda _: False))


def test_without_the_consent_check_when_sending_unsubscribed_readers_get_email(
    play, monkeypatch
) -> None:
    monkeypatch.setattr(sender, "decide", lambda *_: None)
    people = sending_reads.people
    monkeypatch.setattr(
        sending_reads, "people", lambda *of: (read := people(*of)) and read._replace(stopped=set())
    )
    assert shows(play, "after_leaving", ignoring_conditions(lambda _: False))
