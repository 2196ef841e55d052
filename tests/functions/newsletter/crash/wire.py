"""Puts a world behind the functions' real clients: each request is serialised by botocore, and each
answer parsed by it; only the network between is ours."""

import io
import json
import re
from typing import Any, Protocol
from urllib.parse import urlsplit

import botocore
from botocore.awsrequest import AWSResponse

from functions.core.aws import clients
from functions.newsletter import sender
from infra.dev.fake_aws.expressions import Raw
from tests.functions.newsletter.fake_ses import BULK, FakeSes

SETS_STATE = re.compile(r"SET #state = (:\w+)")


class Behind(Protocol):
    """What answers: gives status and body, or raises what a network may."""

    def call(self, label: str, request: "Request") -> tuple[int, bytes]: ...


class Request:
    """One call as it left botocore."""

    def __init__(self, sent: Any, operation: str) -> None:
        self.operation, self.url = operation, str(sent.url)
        self.method, self.path = sent.method, urlsplit(sent.url).path
        self.target = _text(sent.headers.get("X-Amz-Target", ""))
        self.body = _bytes(sent.body)
        self.document: Raw = json.loads(self.body) if self.body[:1] == b"{" else {}

    def new_state(self) -> str:
        """The state that it gives to an issue or a batch; empty where it gives none."""
        match = SETS_STATE.search(self.document.get("UpdateExpression", ""))
        values = self.document.get("ExpressionAttributeValues", {})
        return str(values[match[1]]["S"]) if match else ""

    def item(self) -> str:
        """`issue` or `batch`, where it changes one of these alone."""
        sk = self.document.get("Key", {}).get("sk", {}).get("S", "")
        kind = str(sk).partition("#")[0].lower()
        return kind if kind in {"issue", "batch"} else ""

    def batch_state(self) -> str:
        return self.new_state() if self.item() == "batch" else ""

    def batch_number(self) -> int:
        return int(self.document["Key"]["sk"]["S"].partition("#")[2])

    def label(self) -> str:
        kind = self.item() if self.operation == "UpdateItem" else ""
        return " ".join(filter(None, [self.operation, kind, self.new_state()]))


class Wire:
    def __init__(self) -> None:
        self.behind: Behind | None = None
        ses = clients.client("sesv2", attempts=1, read_seconds=sender.READ_SECONDS)
        ses.meta.events.register_first(f"provide-client-params.{BULK}", _hold_to_model)
        for client in (ses, *map(clients.client, ("dynamodb", "sqs", "s3", "sesv2", "ssm"))):  # type: ignore[call-overload]
            client.meta.events.register_first("before-send", self._send)
            # Signing took a third of the time, and nobody here looks at signatures.
            client.meta.events.register_first("choose-signer", lambda **_: botocore.UNSIGNED)

    def _send(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        assert self.behind is not None
        call = Request(request, event_name.rpartition(".")[2])
        status, body = self.behind.call(call.label(), call)
        return AWSResponse(request.url, status, {}, Content(body))  # type: ignore[arg-type]


def _hold_to_model(params: Raw, model: Any, **_: Any) -> None:
    FakeSes._check(None, params, model)  # type: ignore[arg-type]


class Content(io.BytesIO):
    """What urllib3 hands over."""

    def stream(self, **_: Any) -> Any:
        yield self.read()


def _bytes(body: Any) -> bytes:
    """A file's content is read as it is sent."""
    return bytes(body.read() if hasattr(body, "read") else body or b"")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
