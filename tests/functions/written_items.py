"""Notes which attributes the functions write to which items, to hold the data map to them.

A test's own writes don't count: they may be of items that no function writes (any more).
"""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from functions.privacy import data_map
from functions.privacy.data_map import RECORDS

Pair = tuple[str, str]  # a kind of item and an attribute
written: set[Pair] = set()
unnamed: set[str] = set()
BY_AWS = ("boto", "functions.core.aws")  # modules between a store and the wire


def check(params: dict[str, Any], model: Any, **_: Any) -> None:
    """Hook for botocore's event `provide-client-params.dynamodb`."""
    writes = list(_writes(model.name, params))
    if writes and not _is_tests_own():
        for pk, sk, attributes in writes:
            note(pk, sk, attributes)


def note(pk: str, sk: str, attributes: set[str]) -> None:
    """Remember what was written, and what of it the data map doesn't name."""
    record = data_map.record_of(pk, sk)
    if record is None:
        kind = f"{re.sub(r'[0-9a-f]{16,}', '…', pk)} / {re.sub(r'[0-9a-f]{16,}', '…', sk)}"
        unnamed.add(f"an item {kind}: add a Record to RECORDS")
        return
    written.update((record.name, name) for name in attributes)
    unnamed.update(
        f'an attribute of "{record.name}": add `"{name}": "what it holds"` to its row in RECORDS'
        for name in record.unnamed(attributes)
    )


def problems() -> str:
    """What a test fails with; empty if the map names everything."""
    if not unnamed:
        return ""
    head = "functions/privacy/*_records.py don't name"
    again = "Then run `python -m infra.dev.reference`, which renews the documents."
    return "\n".join([head, *(f"- {line}" for line in sorted(unnamed)), again])


def never_written(seen: set[Pair]) -> set[Pair]:
    """What the map names and no test of the functions has written."""
    named = {(record.name, name) for record in RECORDS for name in record.attributes}
    return named - seen


def _writes(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, str, set[str]]]:
    """Partition key, sort key and attributes of each item that a request writes."""
    match operation:
        case "TransactWriteItems":
            for request in params["TransactItems"]:
                for part in ("Put", "Update"):
                    if part in request:
                        yield from _writes(f"{part}Item", request[part])
        case "PutItem":
            yield (*_key(params["Item"]), set(params["Item"]) - {"pk", "sk"})
        case "UpdateItem":
            yield (*_key(params["Key"]), _set(params["UpdateExpression"]))


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _set(expression: str) -> set[str]:
    """The attributes that an update sets: `#outcomes.#p3` is one of `outcomes`."""
    kept = re.sub(r"REMOVE [^A-Z]*", "", expression)
    return set(re.findall(r"(?<!\.)#(\w+)", kept))


def _is_tests_own() -> bool:
    """Whether a test made the write itself, and no store did."""
    frame = sys._getframe(2)
    while frame := frame.f_back:  # type: ignore[assignment]
        module = str(frame.f_globals.get("__name__"))
        if not module.startswith(BY_AWS):
            return not module.startswith("functions.")
    return True
