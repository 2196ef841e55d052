"""A SES that keeps every accepted mail, behind the real client: what it gets was serialised and
signed by botocore, and is held against botocore's model."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.validate import ParamValidator
from moto.core.models import botocore_stubber

from functions.core.aws.clients import client
from functions.newsletter import sender

Raw = dict[str, Any]
Answer = tuple[int, Raw]
BULK = "sesv2.SendBulkEmail"


class FakeSes:
    def __init__(self) -> None:
        self.calls: list[Raw] = []
        self.accepted: list[Raw] = []  # entries, in SES's shape
        self.plans: list[Callable[[Raw], Answer]] = []  # for the next calls, instead of accept
        ses = client("sesv2", attempts=1, read_seconds=sender.READ_SECONDS)
        ses.meta.events.unregister("before-send", botocore_stubber)  # moto's
        ses.meta.events.register_first(f"provide-client-params.{BULK}", self._check)
        ses.meta.events.register_first(f"before-send.{BULK}", self._answer)

    def _check(self, params: Raw, model: Any, **_: Any) -> None:
        report = ParamValidator().validate(params, model.input_shape)
        assert not report.has_errors(), report.generate_report()
        assert len(params["BulkEmailEntries"]) <= 50
        entries = params["BulkEmailEntries"]
        own = [header for entry in entries for header in entry["ReplacementHeaders"]]
        for header in own + params["DefaultContent"]["Template"]["Headers"]:
            assert re.fullmatch(r"[!-9;-@A-~]{1,126}", header["Name"])
            assert re.fullmatch(r"[ -~]{1,995}", header["Value"])
        for tag in (tag for entry in entries for tag in entry["ReplacementTags"]):
            assert re.fullmatch(r"[A-Za-z0-9_.@-]{1,256}", tag["Value"])

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        call = json.loads(request.body)
        self.calls.append(call)
        status, body = (self.plans.pop(0) if self.plans else self.accept)(call)
        headers = {"x-amzn-ErrorType": body.get("code", "")} if status >= 400 else {}
        return AWSResponse(request.url, status, headers, Body(json.dumps(body).encode()))  # type: ignore[arg-type]

    def accept(self, call: Raw) -> Answer:
        return self.results(*["SUCCESS"] * len(call["BulkEmailEntries"]))(call)

    def results(self, *statuses: str) -> Callable[[Raw], Answer]:
        """A plan: these results, one for each recipient."""

        def plan(call: Raw) -> Answer:
            pairs = list(zip(call["BulkEmailEntries"], statuses, strict=False))
            self.accepted += [entry for entry, status in pairs if status == "SUCCESS"]
            return 200, {"BulkEmailEntryResults": [{"Status": status} for status in statuses]}

        return plan

    def error(self, status: int, code: str) -> Callable[[Raw], Answer]:
        return lambda _call: (status, {"code": code, "message": "asa.ek@example.com is bad"})

    def lose(self, error: BaseException, *, accepted: bool) -> Callable[[Raw], Answer]:
        """A plan: the answer never comes."""

        def plan(call: Raw) -> Answer:
            if accepted:
                self.accept(call)
            raise error

        return plan

    def refuse_calls_with(self, address: str) -> None:
        """As SES may do when one address is malformed: the call as a whole is a bad request."""

        def plan(call: Raw) -> Answer:
            self.plans.append(plan)
            refused = address in [to(entry) for entry in call["BulkEmailEntries"]]
            return self.error(400, "BadRequestException")(call) if refused else self.accept(call)

        self.plans.append(plan)

    def mails(self) -> Counter[str]:
        """How many each address got."""
        return Counter(map(to, self.accepted))


class Body:
    """What urllib3 hands over."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, **_: Any) -> Any:
        yield self.content


def to(entry: Raw) -> str:
    (address,) = entry["Destination"]["ToAddresses"]
    return str(address)


def data(entry: Raw) -> dict[str, str]:
    template = entry["ReplacementEmailContent"]["ReplacementTemplate"]
    values: dict[str, str] = json.loads(template["ReplacementTemplateData"])
    return values


def tags(entry: Raw) -> dict[str, str]:
    return {tag["Name"]: tag["Value"] for tag in entry["ReplacementTags"]}
