"""The functions' real clients, with a world behind them, and a clock that the world sets."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from botocore.retries.quota import RetryQuota

from functions.core import clock
from functions.core.aws import retries, secrets
from functions.core.log import log
from functions.newsletter.rules import batches as paging
from infra.dev.fake_aws import dynamodb
from infra.dev.fake_aws.capacity import Meter
from tests.functions.conftest import _forget
from tests.functions.newsletter.crash.faults import Faults
from tests.functions.newsletter.crash.simulation import Simulation
from tests.functions.newsletter.crash.unreliable_cloud import UnreliableCloud
from tests.functions.newsletter.crash.verdict import Verdict, judge
from tests.functions.newsletter.crash.wire import Wire
from tests.functions.support import ENVIRONMENT

QUEUE = "https://sqs.eu-north-1.amazonaws.com/000000000000/send"
Spoil = Callable[[UnreliableCloud], None]
Play = Callable[..., tuple[Simulation, Verdict]]


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (ENVIRONMENT | {"SEND_QUEUE_URL": QUEUE}).items():
            patch.setenv(name, value)
        _forget()
        patch.setattr("botocore.endpoint.time", NoWaiting)
        # Nobody asks what a run would cost: weighing each item took a tenth of the time.
        patch.setattr(dynamodb, "size", lambda _item: 0)
        patch.setattr(Meter, "read", nothing)
        patch.setattr(Meter, "write", nothing)
        # A client has a budget of retries: no run may depend on those before it.
        patch.setattr(RetryQuota, "acquire", lambda *_: True)
        patch.setattr(retries, "wait", lambda _attempt: None)
        patch.setattr(clock, "ticking", count(step=100).__next__)  # nobody waits for their share
        patch.setattr(paging, "PAGE_SIZE", 45)  # so that planning takes several pages
        log.setLevel("CRITICAL")
        yield Wire()
        log.setLevel("INFO")
    _forget()


class NoWaiting:
    """For botocore between its tries."""

    @staticmethod
    def sleep(_seconds: float) -> None:
        pass


def nothing(*_: object, **__: object) -> None:
    pass


@pytest.fixture
def play(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Play:
    def run(
        seed: int, faults: Faults, *, rough: bool = True, spoil: Spoil = nothing
    ) -> tuple[Simulation, Verdict]:
        wire.behind = world = Simulation(seed, faults, rough=rough)
        spoil(world.cloud)
        secrets.forget()
        secrets.secrets()  # read before the run: none may depend on being the first
        monkeypatch.setattr(clock, "now", world.time)
        world.run()
        return world, judge(world.seen())

    return run
