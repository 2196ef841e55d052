"""CloudFormation's events: the progress of a change, and why it failed."""

import itertools
from collections.abc import Iterator
from typing import Any

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")
STACK = "AWS::CloudFormation::Stack"
GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
SETTLED = GOOD | {"UPDATE_ROLLBACK_COMPLETE"}  # it runs, and nothing is changing it
ENDS = GOOD | {
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "DELETE_FAILED",
}
ELSEWHERE = "DescribeEvents"  # in a reason that only refers to that API

Event = dict[str, Any]


def of_execution(cloudformation: Any, stack: str, token: str) -> list[Event]:
    """The stack's events since a change set was executed with this request token, newest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    events = (event for page in pages for event in page["StackEvents"])
    # The events of earlier executions follow.
    return list(itertools.takewhile(lambda event: event.get("ClientRequestToken") == token, events))


def end(events: list[Event]) -> str | None:
    """The final status of the execution, or None before its end."""
    ends = (e["ResourceStatus"] for e in events if e["ResourceType"] == STACK)
    return next((status for status in ends if status in ENDS), None)


def done(events: list[Event]) -> int:
    """The number of resources that are ready."""
    return len({e["LogicalResourceId"] for e in events if e["ResourceStatus"] in COMPLETE})


def reasons(cloudformation: Any, stack: str, events: list[Event]) -> list[str]:
    """Why an execution failed: a line for each failed resource, the first failure first."""
    lines = [
        _line(event, reason)
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
        and (reason := event.get("ResourceStatusReason", "no reason given"))
        and "cancelled" not in reason  # only because another resource failed
    ]
    if any(ELSEWHERE in line for line in lines):
        return invalid(cloudformation, StackName=stack) or lines
    return lines


def invalid(cloudformation: Any, **where: str) -> list[str]:
    """The failed validations of the newest operation of a stack or change set."""
    answer = cloudformation.describe_events(**where, Filters={"FailedEvents": True})
    events = answer["OperationEvents"]
    return list(_validations(events, events[0].get("OperationId"))) if events else []


def _validations(events: list[Event], operation: str | None) -> Iterator[str]:
    for event in events:
        reason = event.get("ValidationStatusReason")
        if reason and event.get("OperationId") == operation:
            yield _line(event, reason)


def _line(event: Event, reason: str) -> str:
    return f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}"
