"""What an onlooker notes of a run: the ledger itself cannot be asked whether it is right."""

from infra.dev.fake_aws.expressions import Raw
from tests.functions.newsletter.crash.actors import Actor
from tests.functions.newsletter.crash.unreliable_cloud import address_of
from tests.functions.newsletter.crash.wire import Request


class Observer:
    def __init__(self) -> None:
        self.troubled: set[int] = set()  # batches whose worker or answer was lost while claimed
        self.left: dict[str, int] = {}  # address → the call after which they want no more mail
        self.after_leaving = 0  # mails to who had left before their batch was read
        self.in_flight = 0  # mails to who left after that
        self.before_page = 0  # mails whose link led nowhere yet

    def trouble(self, actor: Actor) -> None:
        """Something ended or was lost: what it had claimed may become uncertain."""
        if actor.holds is not None:
            self.troubled.add(actor.holds)

    def note(self, actor: Actor, request: Request, call: int) -> None:
        """A call that was done: between which of them a batch is held, and when it was read."""
        state = request.batch_state()
        if state and actor.role == "worker":
            actor.holds = request.batch_number() if state == "claimed" else None
        elif request.operation == "TransactWriteItems" and actor.role == "worker":
            actor.holds = None  # halved
        elif request.operation == "BatchGetItem" and b"BATCH#" in request.body:
            actor.read_at = 0  # another batch
        elif request.operation == "BatchGetItem" and b"MEMBERS#" in request.body:
            actor.read_at = actor.read_at or call

    def note_mails(self, actor: Actor, mails: list[Raw], *, is_online: bool) -> None:
        self.before_page += 0 if is_online else len(mails)
        for address in map(address_of, mails):
            if address in self.left and self.left[address] < actor.read_at:
                self.after_leaving += 1
            elif address in self.left:
                self.in_flight += 1
