"""DynamoDB, SES, SQS, SSM and S3 as far as a newsletter needs them: in memory, over HTTP.

It answers at once, so that what a benchmark measures is its caller. Run as a script it prints its
port and serves until its standard input closes.
"""

import asyncio
import bisect
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from infra.bench.expressions import Expressions, Raw

Key = tuple[str, str]


class ConditionError(Exception):
    pass


class Table:
    """Items by key, in key order, and the sparse index `due`."""

    def __init__(self) -> None:
        self.items: dict[Key, Raw] = {}
        self.order: dict[str, list[str]] = defaultdict(list)
        self.due: dict[str, set[Key]] = defaultdict(set)

    def put(self, item: Raw) -> None:
        key = _key(item)
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


def _key(item: Raw) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


class Cloud:
    def __init__(self) -> None:
        self.table = Table()
        self.objects: dict[str, bytes] = {}
        self.queue: list[Raw] = []
        self.accepted: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def answer(self, method: str, path: str, target: str, body: bytes) -> tuple[int, bytes]:
        if target:
            name = target.partition(".")[2]
            self.calls[name] += 1
            return self._operation(getattr(self, f"on_{name}"), json.loads(body))
        if path.startswith("/v2/email/outbound"):
            return 200, json.dumps(self._send(path, json.loads(body))).encode()
        if path.startswith("/ask/"):
            return 200, json.dumps(getattr(self, f"ask_{path[5:]}")(body)).encode()
        if method == "PUT":
            self.objects[path] = body
        return 200, self.objects.get(path, b"")

    def _operation(self, operation: Callable[[Raw], Raw], request: Raw) -> tuple[int, bytes]:
        try:
            return 200, json.dumps(operation(request)).encode()
        except ConditionError:
            return 400, b'{"__type":"com.amazonaws#ConditionalCheckFailedException"}'

    # ---- SES

    def _send(self, path: str, request: Raw) -> Raw:
        if path.endswith("bulk-emails"):
            self.calls["SendBulkEmail"] += 1
            entries = request["BulkEmailEntries"]
            return {"BulkEmailEntryResults": [self._accept(entry) for entry in entries]}
        self.calls["SendEmail"] += 1
        return self._accept(request)

    def _accept(self, entry: Raw) -> Raw:
        (address,) = entry["Destination"]["ToAddresses"]
        self.accepted[address] += 1
        return {"Status": "SUCCESS", "MessageId": f"{self.accepted.total():060d}"}

    # ---- DynamoDB

    def on_GetItem(self, request: Raw) -> Raw:  # noqa: N802 - AWS's names
        item = self.table.items.get(_key(request["Key"]))
        return {"Item": item} if item else {}

    def on_BatchGetItem(self, request: Raw) -> Raw:  # noqa: N802
        ((name, wanted),) = request["RequestItems"].items()
        found = [self.table.items.get(_key(key)) for key in wanted["Keys"]]
        return {"Responses": {name: [_project(wanted, item) for item in found if item]}}

    def on_Query(self, request: Raw) -> Raw:  # noqa: N802
        values = request["ExpressionAttributeValues"]
        of_index = "IndexName" in request
        found = self._due(values) if of_index else self._partition(request, values)
        limit = request.get("Limit", 1000)
        page = [_project(request, item) for item in found[:limit]]
        more = len(found) > len(page)
        last = {name: page[-1][name] for name in ("pk", "sk")} if more else None
        return {"Items": page, "Count": len(page)} | ({"LastEvaluatedKey": last} if last else {})

    def _due(self, values: Raw) -> list[Raw]:
        keys = self.table.due[values[":kind"]["S"]]
        now = int(values[":now"]["N"])
        found = [self.table.items[key] for key in keys]
        due = [item for item in found if int(item["due_at"]["N"]) <= now]
        due.sort(key=lambda item: int(item["due_at"]["N"]))
        return [{"pk": item["pk"], "sk": item["sk"]} for item in due]

    def _partition(self, request: Raw, values: Raw) -> list[Raw]:
        pk, prefix = values[":pk"]["S"], values.get(":prefix", {"S": ""})["S"]
        order = self.table.order[pk]
        after = request.get("ExclusiveStartKey", {"sk": {"S": ""}})["sk"]["S"]
        start = bisect.bisect_right(order, after)
        most = request.get("Limit", 1000) + 1
        names = [sk for sk in order[start:] if sk.startswith(prefix)][:most]
        return [self.table.items[pk, sk] for sk in names]

    def on_PutItem(self, request: Raw) -> Raw:  # noqa: N802
        self._check(request, _key(request["Item"]))
        self.table.put(request["Item"])
        return {}

    def on_UpdateItem(self, request: Raw) -> Raw:  # noqa: N802
        key = _key(request["Key"])
        self._check(request, key)
        stored: Raw = self.table.items.get(key) or request["Key"]
        maps = {name: {"M": dict(value["M"])} for name, value in stored.items() if "M" in value}
        item = {**stored, **maps}  # so that the old one stays as it was, for the index
        Expressions(request).update(request["UpdateExpression"], item)
        self.table.put(item)
        return {}

    def on_TransactWriteItems(self, request: Raw) -> Raw:  # noqa: N802
        writes = [pair for each in request["TransactItems"] for pair in each.items()]
        for _kind, write in writes:
            self._check(write, _key(write.get("Item") or write["Key"]))
        for kind, write in writes:
            getattr(self, f"on_{kind}Item")({**write, "ConditionExpression": ""})
        return {}

    def _check(self, request: Raw, key: Key) -> None:
        condition = request.get("ConditionExpression")
        item = self.table.items.get(key, {})
        if condition and not Expressions(request).holds(condition, item):
            raise ConditionError

    # ---- SQS and SSM

    def on_SendMessageBatch(self, request: Raw) -> Raw:  # noqa: N802
        done = []
        for entry in request["Entries"]:
            body = entry["MessageBody"]
            self.queue.append({"messageId": f"{len(self.queue)}", "body": body})
            digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
            done.append({"Id": entry["Id"], "MessageId": "1", "MD5OfMessageBody": digest})
        return {"Successful": done, "Failed": []}

    def on_GetQueueAttributes(self, _request: Raw) -> Raw:  # noqa: N802
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.queue))}}

    def on_GetParameters(self, request: Raw) -> Raw:  # noqa: N802
        value = "00" * 32
        found = [{"Name": name, "Value": value} for name in request["Names"]]
        return {"Parameters": found, "InvalidParameters": []}

    # ---- What a benchmark asks beside

    def ask_fill(self, body: bytes) -> None:
        for item in json.loads(body):
            self.table.put(item)

    def ask_queue(self, _body: bytes) -> list[Raw]:
        taken, self.queue = self.queue, []
        return taken

    def ask_ledger(self, _body: bytes) -> Raw:
        """What was accepted, how often at most by one address, and the calls it took."""
        twice = sum(1 for count in self.accepted.values() if count > 1)
        return {
            "accepted": self.accepted.total(),
            "addresses": len(self.accepted),
            "twice": twice,
            "calls": dict(self.calls),
        }


def _project(request: Raw, item: Raw) -> Raw:
    wanted = request.get("ProjectionExpression")
    if not wanted:
        return item
    names = [request["ExpressionAttributeNames"][name] for name in wanted.split(", ")]
    return {name: item[name] for name in names if name in item}


class Http(asyncio.Protocol):
    """HTTP/1.1 with kept connections, as much of it as botocore speaks."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.buffer = b""
        self.greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, rest = self.buffer.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(": ") for line in lines)
            headers = {name.lower(): value for name, _, value in pairs}
            if headers.get("expect") and not self.greeted:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                self.greeted = True
            length = int(headers.get("content-length", "0"))
            if len(rest) < length:
                return
            self.buffer, self.greeted = rest[length:], False
            method, path, _ = first.split(" ")
            target = headers.get("x-amz-target", "")
            self._reply(*self.cloud.answer(method, path, target, rest[:length]))

    def _reply(self, status: int, body: bytes) -> None:
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
        self.transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    cloud = Cloud()
    server = await loop.create_server(lambda: Http(cloud), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the caller reads it
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
