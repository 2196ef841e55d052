"""What the harness found, each as the shortest way to it."""

from functions.newsletter.rules.ledger import Batch, Outcome, State
from functions.newsletter.store import claims
from tests.functions.newsletter import issue_runs


def halved_behind_its_back() -> Batch:
    """A batch as one worker read it, before another claimed and halved it."""
    issue_runs.join(4)
    issue_runs.publish()
    issue_runs.tick()
    read = issue_runs.stored_batch()
    assert claims.claim(read, "other", {}, issue_runs.clock.now())
    assert claims.halve(read, "other", issue_runs.clock.now())
    return read


def test_a_batch_halved_since_it_was_read_is_not_claimed(cloud) -> None:
    read = halved_behind_its_back()
    assert not claims.claim(read, "mine", {}, issue_runs.clock.now())
    assert issue_runs.stored_batch().state is State.PLANNED


def test_a_batch_halved_since_it_was_read_is_not_closed(cloud) -> None:
    read = halved_behind_its_back()
    assert not claims.close(read, dict.fromkeys(range(4), Outcome(State.WITHDRAWN)))
    assert issue_runs.counts() == {"planned": 4}
