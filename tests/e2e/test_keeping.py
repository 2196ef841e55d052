"""What is kept for a while only: the answers to an event, in the running stack."""

import time
from typing import Any

from infra.dev.local.local_stack import Stack
from tests.e2e import press
from tests.e2e.stage import EVENT, dump, eventually

BYGONE = {"S": "EVENT#bygone-talk"}


def put(stack: Stack, item: dict[str, Any]) -> None:
    stack.client("dynamodb").put_item(TableName=stack.outputs["TableName"], Item=item)


def items_of(stack: Stack) -> list[dict[str, Any]]:
    return [each for each in dump(stack) if each["pk"] == BYGONE]


def test_sixty_days_after_an_event_the_tick_forgets_who_came(stack: Stack) -> None:
    (event,) = [e for e in dump(stack) if e["pk"] == {"S": f"EVENT#{EVENT}"} and "facts" in e]
    due = {"due_at": {"N": str(int(time.time()) - 10)}, "free": {"N": "11"}}
    answer = {"sk": {"S": "RSVP#" + "0" * 32}, "status": {"S": "accepted"}}
    put(stack, {"pk": BYGONE, **answer, "email": {"S": "olle@example.com"}})
    put(stack, event | {"pk": BYGONE} | due)
    press.call(stack, "EventsTick", {"tick": True})
    eventually(lambda: len(items_of(stack)) == 1, "an event without answers")
    (left,) = items_of(stack)
    assert left["free"] == left["capacity"]
    assert not {"due_kind", "due_at"} & left.keys()
