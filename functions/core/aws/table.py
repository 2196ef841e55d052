"""The one table: reads and conditional writes. Keys and expressions belong to the stores.

In expressions an attribute is written `#name` and a value `:name`; the names are collected here, so
that even DynamoDB's reserved words can be names.

See docs/table.md.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from functions.core.aws import retries
from functions.core.aws.clients import client
from functions.core.aws.values import from_value, to_value
from functions.core.errors import RefusedError, TooManyError
from functions.core.settings import settings

Item = dict[str, Any]
Key = tuple[str, str]
Write = dict[str, dict[str, Any]]  # {"Put" | "Update" | "Delete" | "ConditionCheck": parameters}

PAGE = 100  # keys in one BatchGetItem
MOST_WRITES = 100  # in one transaction
OPERATIONS = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}
NEW = "attribute_not_exists(#pk)"
EXISTS = "attribute_exists(#pk)"


def to_item(item: Item) -> dict[str, Any]:
    return {name: to_value(value) for name, value in item.items()}


def from_item(item: dict[str, Any]) -> Item:
    return {name: from_value(value) for name, value in item.items()}


def to_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def keyed(key: Key) -> Item:
    """The key as attributes of the item that it names."""
    return {"pk": key[0], "sk": key[1]}


def get(key: Key) -> Item | None:
    answer = client("dynamodb").get_item(
        TableName=settings().table_name, Key=to_key(key), ConsistentRead=True
    )
    return from_item(answer["Item"]) if "Item" in answer else None


def get_many(
    keys: Iterable[Key], *, only: tuple[str, ...] = ()
) -> tuple[dict[Key, Item], set[Key]]:
    """The items that exist, and the keys that could not be read now: their items may exist.

    `only` names the attributes to read besides the key; without it, all of them.
    """
    wanted = list(dict.fromkeys(keys))
    items: dict[Key, Item] = {}
    unread: set[Key] = set()
    for start in range(0, len(wanted), PAGE):
        _get_page(wanted[start : start + PAGE], only, items, unread)
    return items, unread


def _get_page(
    keys: list[Key], only: tuple[str, ...], items: dict[Key, Item], unread: set[Key]
) -> None:
    name = settings().table_name
    wanted = {"Keys": [to_key(key) for key in keys], "ConsistentRead": True} | _only(only)
    request: Any = {name: _expressions(wanted, None)}
    for attempt in range(3):
        answer = client("dynamodb").batch_get_item(RequestItems=request)
        for raw in answer["Responses"].get(name, ()):
            items[raw["pk"]["S"], raw["sk"]["S"]] = from_item(raw)
        request = answer.get("UnprocessedKeys")
        if not request:
            return
        retries.wait(attempt)
    unread.update((key["pk"]["S"], key["sk"]["S"]) for key in request[name]["Keys"])


def query(  # noqa: PLR0913 - DynamoDB's own options
    pk: str,
    prefix: str = "",
    *,
    after: str | None = None,
    limit: int = 0,
    only: tuple[str, ...] = (),
    backwards: bool = False,
    consistent: bool = True,
) -> Iterator[Item]:
    """Items of one partition in key order, behind sort key `after`; all, or `limit` of them.

    `only` names the attributes to read besides the key; without it, all of them. What isn't read
    consistently costs half, and may lack what was written within a second.
    """
    request = _of_partition(pk, prefix, only)
    if after is not None:
        request["ExclusiveStartKey"] = to_key((pk, after))
    if backwards:
        request["ScanIndexForward"] = False
    yield from _pages(request | {"ConsistentRead": consistent}, limit)


def count(pk: str, prefix: str, *, before: str) -> int:
    """How many items of one partition stand before the sort key `before`, read as cheaply as can
    be: it may lack what was written within a second."""
    request = _of_partition(pk, prefix) | {"ScanIndexForward": False, "Select": "COUNT"}
    request["ExclusiveStartKey"] = to_key((pk, before))
    return sum(answer["Count"] for answer in _answers(request))


def _of_partition(pk: str, prefix: str, only: tuple[str, ...] = ()) -> dict[str, Any]:
    condition = "#pk = :pk" + (" AND begins_with(#sk, :prefix)" if prefix else "")
    values = {":pk": pk} | ({":prefix": prefix} if prefix else {})
    return _expressions({"KeyConditionExpression": condition} | _only(only), values)


def due(kind: str, now: int, limit: int = 100) -> list[Key]:
    """Keys of items of `kind` that are due, oldest first. The index may be stale: only a
    conditional write decides."""
    return [(item["pk"], item["sk"]) for item in due_after(kind, now, limit)]


def due_after(
    kind: str, now: int, limit: int, after: Item | None = None, *, backwards: bool = False
) -> list[Item]:
    """As `due`, behind the entry `after`, which may be gone by now: whole entries of the index,
    so that the last one can be the next page's `after`. `backwards`: the newest first."""
    request = _expressions(
        {"KeyConditionExpression": "#due_kind = :kind AND #due_at <= :now"},
        {":kind": kind, ":now": now},
    )
    if after:
        request["ExclusiveStartKey"] = to_item(after)
    if backwards:
        request["ScanIndexForward"] = False
    return list(_pages(request | {"IndexName": "due"}, limit))


def due_since(kind: str, since: int, limit: int) -> list[Key]:
    """Keys of items of `kind` whose time is `since` or later, the newest first (as `due`)."""
    request = _expressions(
        {"KeyConditionExpression": "#due_kind = :kind AND #due_at >= :since"},
        {":kind": kind, ":since": since},
    )
    newest_first = {"IndexName": "due", "ScanIndexForward": False}
    return [(item["pk"], item["sk"]) for item in _pages(request | newest_first, limit)]


def _pages(request: dict[str, Any], limit: int) -> Iterator[Item]:
    for answer in _answers(request, limit):
        yield from map(from_item, answer["Items"])


def _answers(request: dict[str, Any], limit: int = 0) -> Iterator[Mapping[str, Any]]:
    request["TableName"] = settings().table_name
    left = limit
    while True:
        if left:
            request["Limit"] = left
        answer = client("dynamodb").query(**request)
        yield answer
        left -= answer["Count"] if limit else 0
        if "LastEvaluatedKey" not in answer or (limit and left <= 0):
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def put(item: Item, *, condition: str = "", values: Item | None = None) -> Write:
    parameters = {"Item": to_item(item)} | _condition(condition)
    return {"Put": _expressions(parameters, values)}


def update(key: Key, expression: str, values: Item, *, condition: str = "") -> Write:
    parameters = {"Key": to_key(key), "UpdateExpression": expression} | _condition(condition)
    return {"Update": _expressions(parameters, values)}


def delete(key: Key, *, condition: str = "", values: Item | None = None) -> Write:
    return {"Delete": _expressions({"Key": to_key(key)} | _condition(condition), values)}


def check(key: Key, condition: str, values: Item | None = None) -> Write:
    return {"ConditionCheck": _expressions({"Key": to_key(key)} | _condition(condition), values)}


def write(request: Write) -> None:
    """Do one write; if a transaction holds the item, try again.

    Raises:
        RefusedError: its condition does not hold; `items[0]` is the item as stored.
        TooManyError: transactions held the item all that time.
    """
    ((kind, parameters),) = request.items()
    operation = getattr(client("dynamodb"), OPERATIONS[kind])
    for _ in retries.attempts():
        try:
            operation(TableName=settings().table_name, **parameters)
        except ClientError as error:
            _raise_unless_held(error)
        else:
            return
    raise TooManyError("conflicts")


def _raise_unless_held(error: ClientError) -> None:
    code = error.response["Error"]["Code"]
    if code == "TransactionConflictException":
        return
    if code != "ConditionalCheckFailedException":
        raise error
    stored: Any = error.response.get("Item")
    raise RefusedError(frozenset({0}), {0: from_item(stored)} if stored else {}) from None


def transact(*writes: Write) -> None:
    """Do all writes or none; repeat them after a conflict, which botocore doesn't do.

    Raises:
        RefusedError: with the positions whose conditions do not hold.
        TooManyError: there were conflicts all that time; nothing is written. Later it works.
    """
    items: Any = [
        {kind: parameters | {"TableName": settings().table_name}}
        for request in writes
        for kind, parameters in request.items()
    ]
    for _ in retries.attempts():
        try:
            client("dynamodb").transact_write_items(TransactItems=items)
        except ClientError as error:
            _raise_unless_conflict(error)
        else:
            return
    raise TooManyError("conflicts")


def try_write(*writes: Write) -> bool:
    """Do all writes or none; returns False where a condition does not hold.

    Raises:
        TooManyError: as `write` and `transact`.
    """
    try:
        write(*writes) if len(writes) == 1 else transact(*writes)
    except RefusedError:
        return False
    return True


def _raise_unless_conflict(error: ClientError) -> None:
    response: Any = error.response
    reasons = response.get("CancellationReasons", [])
    codes = [reason.get("Code") for reason in reasons]
    failed = {i for i, code in enumerate(codes) if code == "ConditionalCheckFailed"}
    if failed:
        items = {i: from_item(reasons[i]["Item"]) for i in failed if reasons[i].get("Item")}
        raise RefusedError(frozenset(failed), items) from None
    if "TransactionConflict" not in codes:
        raise error


def _only(names: tuple[str, ...]) -> dict[str, Any]:
    wanted = dict.fromkeys(("pk", "sk", *names))
    return {"ProjectionExpression": ", ".join(f"#{name}" for name in wanted)} if names else {}


def _condition(condition: str) -> dict[str, Any]:
    if not condition:
        return {}
    return {
        "ConditionExpression": condition,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _expressions(parameters: dict[str, Any], values: Item | None) -> dict[str, Any]:
    text = " ".join(v for k, v in parameters.items() if k.endswith("Expression"))
    names = {f"#{name}": name for name in re.findall(r"#(\w+)", text)}
    if names:
        parameters["ExpressionAttributeNames"] = names
    if values:
        parameters["ExpressionAttributeValues"] = to_item(values)
    return parameters
