"""Notes each email that a handler queues without counting it as the table of kinds wants."""

from collections.abc import Iterator
from typing import Any

from functions.core.mail_kinds import KINDS

BUDGET = "LIMIT#mail-"  # begins the key of what counts a door's emails
BY_ITSELF = {"address_changed", "guest_list"}  # sent when they happen, too, without a form
wrong: set[tuple[str, frozenset[str]]] = set()


def check(params: dict[str, Any], model: Any, **_: Any) -> None:
    """Hook for botocore's event `provide-client-params.dynamodb`."""
    if model.name not in {"TransactWriteItems", "PutItem"}:
        return
    parts = [
        part for item in params.get("TransactItems", [{"Put": params}]) for part in item.items()
    ]
    doors = frozenset(_doors(parts))
    for kind, parameters in parts:
        if kind == "Put" and parameters["Item"].get("sk") == {"S": "OUTBOX"}:
            name = parameters["Item"].get("mail", {}).get("S")
            if name and not _is_right(name, doors):
                wrong.add((name, doors))


def _doors(parts: list[tuple[str, Any]]) -> Iterator[str]:
    keys = (parameters["Key"]["pk"]["S"] for kind, parameters in parts if kind == "Update")
    return (key.removeprefix(BUDGET).partition("#")[0] for key in keys if key.startswith(BUDGET))


def _is_right(name: str, doors: frozenset[str]) -> bool:
    counted = len(doors & set(KINDS[name].doors))
    uncounted_is_right = not KINDS[name].doors or name in BY_ITSELF
    return len(doors) == counted and (counted == 1 or (uncounted_is_right and not counted))
