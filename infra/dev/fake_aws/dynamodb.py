"""The table and its index with DynamoDB's responses, and their cost in its units."""

import bisect
from collections import defaultdict

from infra.dev.fake_aws.capacity import KEYS_ONLY, Meter, size
from infra.dev.fake_aws.expressions import Expressions, Raw

Key = tuple[str, str]
MOST_OF_A_PAGE = 1000  # items; DynamoDB's page ends at 1 MB


class ConditionError(Exception):
    pass


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
        if "due_kind" in old:
            self.due[old["due_kind"]["S"]].discard(key)
        if "due_kind" in new:
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
        values = request["ExpressionAttributeValues"]
        of_index = "IndexName" in request
        matches = self._due(values) if of_index else self._partition(request, values)
        read = matches[: request.get("Limit", MOST_OF_A_PAGE)]
        self.meter.read(sum(map(size, read)), consistent=_is_consistent(request))
        page = [_project(request, item) for item in read]
        more = len(matches) > len(page)
        last = {name: page[-1][name] for name in ("pk", "sk")} if more else None
        return {"Items": page, "Count": len(page)} | ({"LastEvaluatedKey": last} if last else {})

    def _due(self, values: Raw) -> list[Raw]:
        keys = self.table.due[values[":kind"]["S"]]
        now = int(values[":now"]["N"])
        items = [self.table.items[key] for key in keys]
        due = [item for item in items if int(item["due_at"]["N"]) <= now]
        due.sort(key=lambda item: int(item["due_at"]["N"]))
        return [{name: item[name] for name in KEYS_ONLY} for item in due]

    def _partition(self, request: Raw, values: Raw) -> list[Raw]:
        pk, prefix = values[":pk"]["S"], values.get(":prefix", {"S": ""})["S"]
        order = self.table.order[pk]
        after = request.get("ExclusiveStartKey", {"sk": {"S": ""}})["sk"]["S"]
        start = bisect.bisect_right(order, after)
        most = request.get("Limit", MOST_OF_A_PAGE) + 1
        names = [sk for sk in order[start:] if sk.startswith(prefix)][:most]
        return [self.table.items[pk, sk] for sk in names]

    def on_PutItem(self, request: Raw) -> Raw:  # noqa: N802
        key = key_of(request["Item"])
        self._check(request, key)
        self._write(key, request["Item"])
        return {}

    def on_UpdateItem(self, request: Raw) -> Raw:  # noqa: N802
        key = key_of(request["Key"])
        self._check(request, key)
        stored: Raw = self.table.items.get(key) or request["Key"]
        maps = {name: {"M": dict(value["M"])} for name, value in stored.items() if "M" in value}
        item = {**stored, **maps}  # so that the old one stays as it was, for the index
        Expressions(request).update(request["UpdateExpression"], item)
        self._write(key, item)
        return {}

    def on_TransactWriteItems(self, request: Raw) -> Raw:  # noqa: N802
        writes = [pair for write in request["TransactItems"] for pair in write.items()]
        with self.meter.transaction():
            for _kind, write in writes:
                self._check(write, key_of(write.get("Item") or write["Key"]))
            for kind, write in writes:
                getattr(self, f"on_{kind}Item")({**write, "ConditionExpression": ""})
        return {}

    def _check(self, request: Raw, key: Key) -> None:
        condition = request.get("ConditionExpression")
        item = self.table.items.get(key, {})
        if condition and not Expressions(request).holds(condition, item):
            self.meter.write(item, item)
            raise ConditionError

    def _write(self, key: Key, item: Raw) -> None:
        old = self.table.items.get(key, {})
        self.meter.write(old, item)
        self.table.put(item)


def _is_consistent(request: Raw) -> bool:
    return bool(request.get("ConsistentRead"))


def _project(request: Raw, item: Raw) -> Raw:
    wanted = request.get("ProjectionExpression")
    if not wanted:
        return item
    names = [request["ExpressionAttributeNames"][name] for name in wanted.split(", ")]
    return {name: item[name] for name in names if name in item}
