"""Whatever happens in whatever order: everybody is in one state, and no end is taken back."""

import itertools
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.core.aws import table
from functions.newsletter.rules.ledger import Batch, Outcome, State, Variant
from functions.newsletter.rules.report import tally
from functions.newsletter.rules.ses_results import (
    RESULTS,
    Event,
    Record,
    outcome_after,
    read_results,
)
from functions.newsletter.store import batches, claims, issues
from functions.newsletter.store.batches import new_batch
from tests.functions.newsletter import issue_runs

AUDIENCE = [f"{n:032x}" for n in range(7)]
VARIANT = Variant("en", "en.json", "0" * 64)
slugs = (f"issue-{n}" for n in itertools.count())

BATCH = st.integers(0, 4)
ATTEMPT = st.sampled_from(["a", "b"])
STEPS = st.one_of(
    st.tuples(st.just("claim"), BATCH, ATTEMPT, st.booleans()),
    st.tuples(st.just("record"), BATCH, ATTEMPT, st.lists(st.sampled_from(list(RESULTS)))),
    st.tuples(st.just("lose"), BATCH, ATTEMPT),
    st.tuples(st.just("halve"), BATCH, ATTEMPT),
    st.tuples(st.just("mark_uncertain"), BATCH),
    st.tuples(st.just("expire"), BATCH),
    st.tuples(st.just("cancel"), BATCH),
    st.tuples(st.just("requeue"), BATCH),
    st.tuples(st.just("event"), BATCH, st.integers(0, 6), st.sampled_from(list(Event))),
)
FAST_EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FAST_EXAMPLES
@given(steps=st.lists(STEPS, max_size=12), stale=st.lists(st.booleans(), min_size=12, max_size=12))
def test_the_audience_equals_the_sum_of_all_states(cloud, steps, stale) -> None:
    slug = _planned(next(slugs))
    before = _states(slug)
    remembered: dict[int, Batch] = {}
    for step, is_stale in zip(steps, stale, strict=False):
        number = step[1]
        current = batches.get(slug, number)
        batch = remembered.get(number) if is_stale else current
        if current:
            remembered[number] = current
        if batch:
            _do(step, batch, cloud.now)
        after = _states(slug)
        _assert_conserved(before, after, slug)
        before = after


def _planned(slug: str) -> str:
    issue_runs.publish(slug=slug)
    issue = issue_runs.stored_issue(slug)
    assert issues.begin(issue)
    parts = [AUDIENCE[:4], AUDIENCE[4:]]
    for number, part in enumerate(parts):
        table.write(new_batch(Batch(slug, number, VARIANT, tuple(part))))
        assert table.try_write(issues.count_batch(issue_runs.stored_issue(slug)))
    return slug


def _do(step: tuple[Any, ...], batch: Batch, now: int) -> None:
    match step:
        case ("claim", _, attempt, withdrawn):
            outcomes = {0: Outcome(State.WITHDRAWN, "unsubscribed")} if withdrawn else {}
            claims.claim(batch, attempt, outcomes, now)
        case ("record", _, attempt, results):
            claims.record(batch, attempt, read_results(batch.open_positions(), results), now)
        case ("lose", _, attempt):
            claims.record(batch, attempt, Record(State.UNCERTAIN, {}), now)
        case ("halve", _, attempt) if len(batch.recipients) > 1:
            claims.halve(batch, attempt, now)
        case ("event", _, position, event) if position < len(batch.recipients):
            outcome = outcome_after(batch.outcome(position), event)
            if outcome:
                claims.settle(batch, position, outcome)
        case ("requeue", _):
            claims.requeue(batch, now)
        case (("mark_uncertain" | "expire" | "cancel") as name, _):
            getattr(claims, name)(batch)


def _states(slug: str) -> dict[str, State]:
    states = [
        (member, batch.outcome(at).state)
        for batch in batches.of_issue(slug)
        for at, member in enumerate(batch.recipients)
    ]
    assert Counter(member for member, _ in states) == Counter(AUDIENCE)
    return dict(states)


def _assert_conserved(before: dict[str, State], after: dict[str, State], slug: str) -> None:
    assert tally(batches.of_issue(slug)) == Counter(after.values())
    for member, state in before.items():
        if state in ENDS:
            assert after[member] in ENDS
        if state is State.FAILED:
            assert after[member] is State.FAILED


ENDS = set(State) - {State.PLANNED, State.CLAIMED}
