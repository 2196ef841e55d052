"""What the catalogue's tests act with: files that are published, a moment between two steps."""

import json
from typing import Any

import boto3

from functions.catalogue import handler, store
from functions.core.aws import table
from functions.events.store import events
from tests.functions.support import EVENT, SITE, dump

ISSUE = {
    "subject": "News from the harbour",
    "url": "https://alumni.example.com/newsletters/december/",
    "send_at": "2026-12-01T08:00:00Z",
    "deadline": None,
    "audience": {},
    "variants": {"en": {"key": "newsletters/december/en.json", "hash": "0" * 64}},
}
TICK: dict[str, Any] = {"tick": True}


def upload(sequence: int = 1, **parts: Any) -> None:
    document = {"schema": 1, "sequence": sequence, "site": SITE} | {
        "events": {"autumn-talk": EVENT},
        "issues": {"december": ISSUE},
    }
    put(json.dumps(document | parts).encode())


def put(body: bytes) -> None:
    boto3.client("s3").put_object(Bucket="alumni-private", Key=store.FILE, Body=body)


def take_over() -> None:
    handler.apply(TICK, None)


def event() -> Any:
    return table.get(events.event_key("autumn-talk"))


def applied() -> int:
    return store.applied()[0]


def seat(number: int) -> None:
    """Somebody took seats."""
    table.write(table.update(events.event_key("autumn-talk"), "ADD #free :n", {":n": -number}))


def between(monkeypatch, module, name, do, when=None) -> None:
    """`do` happens once, just behind the next call of `module.name` (with `when` first)."""
    call, waiting = getattr(module, name), [do]

    def followed(*given, **more):
        answer = call(*given, **more)
        if waiting and (when is None or given[0] == when):
            waiting.pop()()
        return answer

    monkeypatch.setattr(module, name, followed)


def but_progress() -> list[dict[str, Any]]:
    return [item for item in dump() if item["sk"] != "PROGRESS"]
