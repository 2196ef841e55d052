"""The table and its index with DynamoDB's responses, and their cost in its units."""

import bisect
from collections import defaultdict

from infra.dev.fake_aws.capacity import KEYS_ONLY, Meter, size
from infra.dev.fake_aws.expressions import Expressions, Raw

Key = tuple[str, str]
INDEXED = {"due_kind", "due_at"}  # an item without one of them is not in the index
MOST_OF_A_PAGE = 1000  # items; DynamoDB's page ends at 1 MB
NEVER, FOREVER = {"N": "-1"}, {"N": str(2**53)}


class ConditionError(Exception):
    """A write's condition doesn't hold; `stored` is in the response if the request wants it."""

    def __init__(self, request: Raw, item: Raw) -> None:
        super().__init__()
        wants_item = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        self.stored: Raw = {"Item": item} if item and wants_item else {}


class CancelledError(Exception):
    """A transaction that wrote nothing, with a reason for each of its writes."""

    def __init__(self, reasons: list[Raw]) -> None:
        super().__init__()
        self.reasons = reasons


class Table:
    """Items by key, in key order, and the sparse index `due`."""

    def __init__(self) -> None:
        self.items: dict[Key, Raw] = {}
        self.order: dict[str, list[str]] = defaultdict(list)
        self.due: dict[str, set[Key]] = defaultdict(set)

    def put(self, item: Raw) -> None:
        key = key_of(item)
        if key not in self.items:
            bisect.insort(self.order[key[0]], key[1])
        self._index(key, self.items.get(key, {}), item)
        self.items[key] = item

    def delete(self, key: Key) -> None:
        if key in self.items:
            self._index(key, self.items.pop(key), {})
            self.order[key[0]].remove(key[1])

    def _index(self, key: Key, old: Raw, new: Raw) -> None:
        if old.keys() >= INDEXED:
            self.due[old["due_kind"]["S"]].discard(key)
        if new.keys() >= INDEXED:
            self.due[new["due_kind"]["S"]].add(key)


def key_of(item: Raw) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


class DynamoDb:
    """DynamoDB's operations by its own names, `on_` before each."""

    def __init__(self) -> None:
        self.table = Table()
        self.meter = Meter()

    def on_GetItem(self, request: Raw) -> Raw:  # noqa: N802 - AWS's names
        item = self.table.items.get(key_of(request["Key"]), {})
        self.meter.read(size(item), consistent=_is_consistent(request))
        return {"Item": item} if item else {}

    def on_BatchGetItem(self, request: Raw) -> Raw:  # noqa: N802
        ((name, wanted),) = request["RequestItems"].items()
        items = [self.table.items.get(key_of(key), {}) for key in wanted["Keys"]]
        for item in items:
            self.meter.read(size(item), consistent=_is_consistent(wanted))
        return {"Responses": {name: [_project(wanted, item) for item in items if item]}}

    def on_Query(self, request: Raw) -> Raw:  # noqa: N802
        of_index = "IndexName" in request
        matches = self._due(request) if of_index else self._partition(request)
        read = matches[: request.get("Limit", MOST_OF_A_PAGE)]
        self.meter.read(sum(map(size, read)), consistent=_is_consistent(request))
        page = [_project(request, item) for item in read]
        answer: Raw = {"Count": len(page)}
        if request.get("Select") != "COUNT":
            answer["Items"] = page
        if len(matches) == len(read):
            return answer
        keys = KEYS_ONLY if of_index else ("pk", "sk")
        return answer | {"LastEvaluatedKey": {name: read[-1][name] for name in keys}}

    def _due(self, request: Raw) -> list[Raw]:
        values = request["ExpressionAttributeValues"]
        since = int(values.get(":since", NEVER)["N"])
        until = int(values.get(":now", FOREVER)["N"])
        start, items = request.get("ExclusiveStartKey"), self.table.items
        is_backwards = not request.get("ScanIndexForward", True)
        keys = self.table.due[values[":kind"]["S"]]
        places = ((int(items[key]["due_at"]["N"]), key) for key in keys)
        within = (place for place in places if since <= place[0] <= until)
        if start:
            after = _place(start)
            within = (p for p in within if (p < after if is_backwards else p > after))
        # Sorted last: of half a million, few are due.
        wanted = (key for _, key in sorted(within, reverse=is_backwards))
        return [{name: items[key][name] for name in KEYS_ONLY} for key in wanted]

    def _partition(self, request: Raw) -> list[Raw]:
        values = request["ExpressionAttributeValues"]
        pk, prefix = values[":pk"]["S"], values.get(":prefix", {"S": ""})["S"]
        order = self.table.order[pk]
        after = request["ExclusiveStartKey"]["sk"]["S"] if "ExclusiveStartKey" in request else None
        if request.get("ScanIndexForward", True):
            rest = order[bisect.bisect_right(order, after or "") :]
        else:
            rest = order[: bisect.bisect_left(order, after) if after else None][::-1]
        most = request.get("Limit", MOST_OF_A_PAGE) + 1
        names = [sk for sk in rest if sk.startswith(prefix)][:most]
        return [self.table.items[pk, sk] for sk in names]

    def on_PutItem(self, request: Raw) -> Raw:  # noqa: N802
        return self._do("Put", request)

    def on_UpdateItem(self, request: Raw) -> Raw:  # noqa: N802
        return self._do("Update", request)

    def on_DeleteItem(self, request: Raw) -> Raw:  # noqa: N802
        return self._do("Delete", request)

    def _do(self, kind: str, request: Raw) -> Raw:
        self._check(request)
        self._write(_key(request), self._new_item(kind, request))
        return {}

    def on_TransactWriteItems(self, request: Raw) -> Raw:  # noqa: N802
        writes = [pair for write in request["TransactItems"] for pair in write.items()]
        if len({_key(write) for _kind, write in writes}) < len(writes):
            raise ValueError("a transaction has several operations on one item")
        changes: dict[Key, Raw] = {}
        with self.meter.transaction():
            reasons = [self._reason(kind, write, changes) for kind, write in writes]
            if any(reason["Code"] != "None" for reason in reasons):
                raise CancelledError(reasons)
            for key, item in changes.items():
                self._write(key, item)
        return {}

    def _new_item(self, kind: str, request: Raw) -> Raw:
        """The item after the write; {} if it is deleted."""
        if kind != "Update":
            return dict(request.get("Item", {}))
        stored: Raw = self.table.items.get(_key(request)) or request["Key"]
        maps = {name: {"M": dict(value["M"])} for name, value in stored.items() if "M" in value}
        item = {**stored, **maps}  # so that the old one stays as it was, for the index
        Expressions(request).update(request["UpdateExpression"], item)
        return item

    def _reason(self, kind: str, write: Raw, changes: dict[Key, Raw]) -> Raw:
        """Why a transaction with this write is cancelled. If it isn't, the code is "None", and
        `changes` gets the item after the write."""
        try:
            self._check(write)
        except ConditionError as error:
            return {"Code": "ConditionalCheckFailed", **error.stored}
        if kind != "ConditionCheck":
            try:
                changes[_key(write)] = self._new_item(kind, write)
            except (KeyError, ValueError) as error:
                return {"Code": "ValidationError", "Message": str(error)}
        return {"Code": "None"}

    def _check(self, request: Raw) -> None:
        item = self.table.items.get(_key(request), {})
        if not self._holds(request, item):
            self.meter.write(item, item)
            raise ConditionError(request, item)

    def _holds(self, request: Raw, item: Raw) -> bool:
        condition = request.get("ConditionExpression")
        return not condition or Expressions(request).holds(condition, item)

    def _write(self, key: Key, item: Raw) -> None:
        old = self.table.items.get(key, {})
        self.meter.write(old, item)
        self.table.put(item) if item else self.table.delete(key)


def _key(request: Raw) -> Key:
    return key_of(request.get("Item") or request["Key"])


def _place(item: Raw) -> tuple[int, Key]:
    """Where the item stands in the index."""
    return int(item["due_at"]["N"]), key_of(item)


def _is_consistent(request: Raw) -> bool:
    return bool(request.get("ConsistentRead"))


def _project(request: Raw, item: Raw) -> Raw:
    wanted = request.get("ProjectionExpression")
    if not wanted:
        return item
    names = [request["ExpressionAttributeNames"][name] for name in wanted.split(", ")]
    return {name: item[name] for name in names if name in item}
