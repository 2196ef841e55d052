"""What the template lets each role do in the table, decided as IAM would: by the leading keys.

The local cloud ignores that condition or always refuses, so the template drops it there, and tests
hold every call that they see against it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from tests.infra.cloud.template_resources import as_list, policies

LEADING_KEYS = "dynamodb:LeadingKeys"
# The actions whose requests carry leading keys, by AWS's service authorization reference. A Scan
# carries none: it returns every item.
READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}
# IAM has no TransactWriteItems: each of its parts needs its own action.
TRANSACTION_PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
WRITES = set(TRANSACTION_PARTS.values())
ARN = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"
TABLE, INDEX = {"Fn::Sub": ARN}, {"Fn::Sub": f"{ARN}/index/due"}
PARTITION = re.compile(r"#\w+ = (:\w+)")  # of a KeyConditionExpression of ours


@dataclass(frozen=True)
class Call:
    """What IAM decides at once: an action on the table or its index, and its leading keys."""

    action: str
    index: str
    keys: frozenset[str]


@dataclass(frozen=True)
class Grant:
    actions: frozenset[str]
    index: str
    patterns: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.index or ("write" if self.actions <= WRITES else "read")

    def covers(self, call: Call) -> bool:
        return self._names(call) and bool(call.keys) and all(map(self._matches, call.keys))

    def uses(self, pattern: str, call: Call) -> bool:
        return self._names(call) and any(fnmatchcase(key, pattern) for key in call.keys)

    def _names(self, call: Call) -> bool:
        return call.action in self.actions and call.index == self.index

    def _matches(self, key: str) -> bool:
        return any(fnmatchcase(key, pattern) for pattern in self.patterns)


def statements(function: str) -> list[dict[str, Any]]:
    """Those about items. A stream has no leading keys."""
    of_role = policies(f"{function}Role")
    return [statement for statement in of_role if statement["Resource"] in (TABLE, INDEX)]


def condition(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement's condition under Permissions=exact."""
    return statement["Condition"]["Fn::If"][1]  # type: ignore[no-any-return]


@cache
def grants(function: str) -> tuple[Grant, ...]:
    return tuple(
        Grant(
            frozenset(as_list(statement["Action"])),
            "due" if statement["Resource"] == INDEX else "",
            tuple(condition(statement)["ForAllValues:StringLike"][LEADING_KEYS]),
        )
        for statement in statements(function)
    )


def is_allowed(function: str, call: Call) -> bool:
    return any(grant.covers(call) for grant in grants(function))


def calls(operation: str, request: dict[str, Any]) -> Iterator[Call]:
    """What IAM decides about one request to DynamoDB."""
    match operation:
        case "TransactWriteItems":
            for item in request["TransactItems"]:
                for part, parameters in item.items():
                    yield Call(TRANSACTION_PARTS[part], "", frozenset({_key(parameters)}))
        case "BatchGetItem":
            for parameters in request["RequestItems"].values():
                keys = {key["pk"]["S"] for key in parameters["Keys"]}
                yield Call("dynamodb:BatchGetItem", "", frozenset(keys))
        case "Query":
            yield Call(
                "dynamodb:Query", request.get("IndexName", ""), frozenset({_queried(request)})
            )
        case "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem":
            yield Call(f"dynamodb:{operation}", "", frozenset({_key(request)}))
        case _:
            yield Call(f"dynamodb:{operation}", "", frozenset())


def _key(parameters: dict[str, Any]) -> str:
    return str((parameters.get("Key") or parameters["Item"])["pk"]["S"])


def _queried(request: dict[str, Any]) -> str:
    (value,) = PARTITION.findall(request["KeyConditionExpression"])
    return str(request["ExpressionAttributeValues"][value]["S"])
