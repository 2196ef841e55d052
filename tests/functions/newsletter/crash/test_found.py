"""What the harness found, each as the shortest way to it."""

from functions.newsletter.rules.ledger import Batch, Outcome, State
from functions.newsletter.store import claims
from tests.functions.newsletter import press


def halved_behind_its_back() -> Batch:
    """A batch as one worker read it, before another claimed and halved it."""
    press.join(4)
    press.publish()
    press.tick()
    read = press.the_batch()
    assert claims.claim(read, "other", {}, press.clock.now())
    assert claims.halve(read, "other", press.clock.now())
    return read


def test_a_batch_that_was_halved_since_it_was_read_is_not_claimed(cloud) -> None:
    read = halved_behind_its_back()
    assert not claims.claim(read, "mine", {}, press.clock.now())
    assert press.the_batch().state is State.PLANNED


def test_a_batch_that_was_halved_since_it_was_read_is_not_closed(cloud) -> None:
    read = halved_behind_its_back()
    assert not claims.close(read, dict.fromkeys(range(4), Outcome(State.WITHDRAWN)))
    assert press.counts() == {"planned": 4}
