"""One CloudFormation stack, changed by change sets only, which can be reviewed first."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.aws import Aws
from infra.cloud.deploying import receiving, stack_events
from infra.cloud.errors import CloudError, ParameterError, StackFailedError
from infra.cloud.progress import Report, silent

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]  # roles; the SAM transform
LONGEST_SECONDS = 3600
LONGEST_WAIT_SECONDS = 3.0
FAILED_FIRST = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}  # a failed first deploy
GONE = {"DELETE_COMPLETE", "DELETE_SKIPPED"}  # of a resource: the stack no longer has it
RULE_SET = "UnsubscribeRules"  # SES deletes none that is active
NEVER_CREATED = {"REVIEW_IN_PROGRESS"}  # a change set that was never executed
MISSING = "does not exist"  # in the message about a stack; AWS has no code for it
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    action: str  # Add, Modify, Remove, Import
    resource: str
    kind: str  # AWS::DynamoDB::Table
    replaces: bool


@dataclass(frozen=True)
class ChangeSet:
    name: str  # its ARN
    stack: str
    changes: tuple[Change, ...]


def status(aws: Aws, stack: str) -> str | None:
    described = _describe(aws, stack)
    return str(described["StackStatus"]) if described else None


def outputs(aws: Aws, stack: str) -> dict[str, str]:
    """The stack's outputs by name.

    Raises:
        CloudError: there is no such stack.
    """
    described = _describe(aws, stack)
    if described is None:
        raise CloudError(f"no stack {stack} in {aws.region}: run `alumni deploy` first")
    outputs = described.get("Outputs", ())
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def parameters(aws: Aws, stack: str) -> dict[str, str]:
    """The parameter values of the stack (secret ones as asterisks); empty without a stack."""
    described = _describe(aws, stack) or {}
    values = described.get("Parameters", ())
    return {value["ParameterKey"]: value["ParameterValue"] for value in values}


def resources(aws: Aws, stack: str) -> dict[str, str]:
    """The stack's resources: their names in the account, by logical name."""
    pages = aws.client("cloudformation").get_paginator("list_stack_resources")
    rows = (
        row for page in pages.paginate(StackName=stack) for row in page["StackResourceSummaries"]
    )
    return {
        row["LogicalResourceId"]: row.get("PhysicalResourceId", "")
        for row in rows
        if row["ResourceStatus"] not in GONE
    }


def _describe(aws: Aws, stack: str) -> dict[str, Any] | None:
    try:
        answer = aws.client("cloudformation").describe_stacks(StackName=stack)
    except ClientError as error:
        if MISSING in str(error):
            return None
        raise
    described: dict[str, Any] = answer["Stacks"][0]
    is_gone = described["StackStatus"] in NEVER_CREATED | {"DELETE_COMPLETE"}
    return None if is_gone else described


def prepare(aws: Aws, stack: str, template_url: str, values: dict[str, str]) -> ChangeSet | None:
    """A change set that would bring the stack up to date, or None if it is.

    `values` are parameters; those not named keep what the stack has.

    Raises:
        CloudError: the template is refused.
    """
    cloudformation = aws.client("cloudformation")
    created = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=f"deploy-{uuid.uuid4().hex}",
        ChangeSetType="UPDATE" if status(aws, stack) else "CREATE",
        TemplateURL=template_url,
        Parameters=_parameter_list(aws, stack, template_url, values),
        Capabilities=CAPABILITIES,
    )
    return _finished(aws, stack, created["Id"])


def make_ready(aws: Aws, stack: str) -> None:
    """Remove a stack whose first deploy failed, so that it can be created again.

    Raises:
        CloudError: the stack is being changed right now, or is stuck.
    """
    now = status(aws, stack)
    if now is None or now in stack_events.SETTLED:
        return
    if now in FAILED_FIRST:
        remove(aws, stack)
        return
    if now.endswith("_IN_PROGRESS"):
        raise CloudError(f"stack {stack} is being changed ({now}): try again later")
    raise CloudError(f"stack {stack} is stuck in {now}: see its events in the console")


def remove(aws: Aws, stack: str, report: Report = silent) -> None:
    """Delete the stack, but nothing that its template retains.

    Raises:
        StackFailedError: with the resources that can't be deleted and why.
    """
    token = uuid.uuid4().hex
    cloudformation = aws.client("cloudformation")
    owned = resources(aws, stack)
    receiving.deactivate(aws, owned.get(RULE_SET, ""))
    cloudformation.delete_stack(StackName=stack, ClientRequestToken=token)
    for _ in _checks():
        if status(aws, stack) is None:
            return
        events = _events_of_deletion(cloudformation, stack, token)
        report("deleting the stack", min(stack_events.done(events), len(owned)), len(owned))
        # Its events decide: the failed status of an earlier try stays for a moment.
        if (now := stack_events.end(events)) == "DELETE_FAILED":
            why = stack_events.reasons(cloudformation, stack, events)
            raise StackFailedError(stack, now, why)


def _events_of_deletion(cloudformation: Any, stack: str, token: str) -> list[stack_events.Event]:
    try:
        return stack_events.of_execution(cloudformation, stack, token)
    except ClientError as error:
        if MISSING not in str(error):
            raise
        return []  # the deletion has ended since the status was read


def _parameter_list(
    aws: Aws, stack: str, template_url: str, values: dict[str, str]
) -> list[dict[str, Any]]:
    summary = aws.client("cloudformation").get_template_summary(TemplateURL=template_url)
    known = {parameter["ParameterKey"] for parameter in summary["Parameters"]}
    if unknown := values.keys() - known:
        near = [match for name in sorted(unknown) for match in get_close_matches(name, known, n=1)]
        hint = f"did you mean {', '.join(near)}?" if near else "template.yaml lists them all"
        raise ParameterError(f"the template has no parameter {', '.join(sorted(unknown))}: {hint}")
    kept = (parameters(aws, stack).keys() & known) - values.keys()
    return [
        *({"ParameterKey": name, "ParameterValue": value} for name, value in values.items()),
        *({"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)),
    ]


def _finished(aws: Aws, stack: str, name: str) -> ChangeSet | None:
    cloudformation = aws.client("cloudformation")
    for _ in _checks():
        described = cloudformation.describe_change_set(ChangeSetName=name, StackName=stack)
        if described["Status"] == "CREATE_COMPLETE":
            return ChangeSet(name, stack, tuple(_changes(cloudformation, described)))
        if described["Status"] == "FAILED":
            break
    reason = str(described.get("StatusReason", ""))
    elsewhere = stack_events.ELSEWHERE in reason
    invalid = stack_events.invalid(cloudformation, ChangeSetName=name) if elsewhere else []
    discard(aws, ChangeSet(name, stack, ()))
    if any(words in reason for words in NO_CHANGES):
        return None
    if invalid:
        raise StackFailedError(stack, "not started", invalid)
    raise CloudError(f"CloudFormation refused the change: {reason}")


def _changes(cloudformation: Any, described: dict[str, Any]) -> Iterator[Change]:
    while True:
        for change in described["Changes"]:
            resource = change["ResourceChange"]
            yield Change(
                resource["Action"],
                resource["LogicalResourceId"],
                resource["ResourceType"],
                resource.get("Replacement") == "True",
            )
        if not (token := described.get("NextToken")):
            return
        described = cloudformation.describe_change_set(
            ChangeSetName=described["ChangeSetId"], NextToken=token
        )


def discard(aws: Aws, change_set: ChangeSet) -> None:
    aws.client("cloudformation").delete_change_set(
        ChangeSetName=change_set.name, StackName=change_set.stack
    )


def execute(aws: Aws, change_set: ChangeSet, report: Report = silent) -> None:
    """Execute a change set and wait until it is done.

    Raises:
        StackFailedError: with the resources that failed and why; the stack is as it was before.
    """
    token = uuid.uuid4().hex
    cloudformation = aws.client("cloudformation")
    if any(
        change.resource == RULE_SET and change.action == "Remove" for change in change_set.changes
    ):
        receiving.deactivate(aws, resources(aws, change_set.stack)[RULE_SET])
    cloudformation.execute_change_set(
        ChangeSetName=change_set.name, StackName=change_set.stack, ClientRequestToken=token
    )
    total = len(change_set.changes)
    for _ in _checks():
        events = stack_events.of_execution(cloudformation, change_set.stack, token)
        report("changing the stack", min(stack_events.done(events), total), total)
        # Its events decide: the stack's own status stays the old one for a moment.
        if now := stack_events.end(events):
            break
    if now not in stack_events.GOOD:
        why = stack_events.reasons(cloudformation, change_set.stack, events)
        raise StackFailedError(change_set.stack, str(now), why)


def _checks() -> Iterator[None]:
    """Wait between checks, briefly at first: a laptop takes a second, AWS minutes."""
    until = time.monotonic() + LONGEST_SECONDS
    wait = 0.05
    while time.monotonic() < until:
        yield
        time.sleep(wait)
        wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)
    raise CloudError("CloudFormation has taken more than an hour: see the stack in its console")
