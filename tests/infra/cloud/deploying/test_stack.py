"""Change sets: done, needless, refused, failed, in the way of each other, broken off."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cloud.deploying import stack, stack_events
from infra.cloud.deploying.stack import Change, ChangeSet
from infra.cloud.errors import CloudError, ParameterError, StackFailedError


def event(resource: str, status: str, reason: str = "", token: str = "now") -> dict[str, Any]:
    kind = stack_events.STACK if resource == "stack" else "AWS::SNS::Topic"
    fields = {"LogicalResourceId": resource, "ResourceStatus": status, "ResourceType": kind}
    return fields | {"ClientRequestToken": token, "ResourceStatusReason": reason}


class Cloud:
    """A CloudFormation whose executions go as `rounds` of events say, oldest first in each."""

    def __init__(self, *rounds: list[dict[str, Any]]) -> None:
        self.rounds = list(rounds)
        self.token = ""

    def execute_change_set(self, **request: Any) -> None:
        self.token = request["ClientRequestToken"]

    def get_paginator(self, _name: str) -> "Cloud":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        now = self.rounds.pop(0) if len(self.rounds) > 1 else self.rounds[0]
        ours = [{**e, "ClientRequestToken": self.token} if e else e for e in now]
        old = event("stack", "UPDATE_COMPLETE", token="before")
        return [{"StackEvents": [*reversed(ours), old]}]


class At:
    """An `Aws` with this CloudFormation."""

    region = "eu-north-1"

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud

    def client(self, _service: str) -> Any:
        return self.cloud


CHANGES = ChangeSet("set", "stack", (Change("Add", "T", "AWS::SNS::Topic", False),))


def execute(*rounds, report=lambda *_: None):
    stack.execute(At(Cloud(*rounds)), CHANGES, report)


class Stacks:
    """A CloudFormation with the template's parameters Name and Secret and at most one stack."""

    def __init__(self, status: str = "", **parameters: str) -> None:
        given = [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
        self.stack = {"StackStatus": status, "Parameters": given} if status else None
        self.requested: dict[str, Any] = {}

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        if self.stack is None:
            missing = {"Code": "ValidationError", "Message": "Stack with id x does not exist"}
            raise ClientError({"Error": missing}, "DescribeStacks")
        return {"Stacks": [self.stack]}

    def get_template_summary(self, **_: Any) -> dict[str, Any]:
        return {"Parameters": [{"ParameterKey": "Name"}, {"ParameterKey": "Secret"}]}

    def create_change_set(self, **request: Any) -> dict[str, Any]:
        self.requested = request
        return {"Id": "set"}

    def describe_change_set(self, **request: Any) -> dict[str, Any]:
        names = "bc" if "NextToken" in request else "a"
        kind = {"Action": "Add", "ResourceType": "AWS::SNS::Topic", "Replacement": "True"}
        changes = [{"ResourceChange": kind | {"LogicalResourceId": name}} for name in names]
        page = {"Status": "CREATE_COMPLETE", "Changes": changes, "ChangeSetId": "set"}
        return page if "NextToken" in request else page | {"NextToken": "2"}

    def get_paginator(self, _name: str) -> "Stacks":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"StackResourceSummaries": []}]

    def delete_stack(self, **_: Any) -> None:
        self.stack = None


@pytest.mark.parametrize(
    "status", ["", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"]
)
def test_a_stack_that_was_never_created_is_created(status):
    cloud = Stacks(status)
    stack.make_ready(At(cloud), "new")
    stack.prepare(At(cloud), "new", "url", {"Name": "b"})
    assert cloud.requested["ChangeSetType"] == "CREATE"


def test_an_existing_stack_is_updated():
    cloud = Stacks("UPDATE_ROLLBACK_COMPLETE")
    stack.prepare(At(cloud), "old", "url", {})
    assert cloud.requested["ChangeSetType"] == "UPDATE"


def test_changes_of_all_pages_are_listed():
    change_set = stack.prepare(At(Stacks()), "new", "url", {})
    assert [(change.resource, change.replaces) for change in change_set.changes] == [
        ("a", True),
        ("b", True),
        ("c", True),
    ]


def test_a_missing_stack_is_reported_with_the_command_to_run():
    with pytest.raises(CloudError, match="run `alumni deploy`"):
        stack.outputs(At(Stacks()), "none")


def test_an_unknown_parameter_is_named():
    with pytest.raises(ParameterError, match="no parameter Nmae: did you mean Name"):
        stack.prepare(At(Stacks()), "new", "url", {"Nmae": "b"})


def test_parameters_that_are_not_given_keep_their_values_and_removed_ones_are_dropped():
    cloud = Stacks("CREATE_COMPLETE", Name="b", Secret="****", Gone="x")
    stack.prepare(At(cloud), "old", "url", {"Name": "c"})
    assert cloud.requested["Parameters"] == [
        {"ParameterKey": "Name", "ParameterValue": "c"},
        {"ParameterKey": "Secret", "UsePreviousValue": True},
    ]


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_a_stack_that_is_being_changed_is_left_alone(status):
    with pytest.raises(CloudError, match="is being changed"):
        stack.make_ready(At(Stacks(status)), "stack")


def test_a_stack_that_is_stuck_is_left_alone():
    with pytest.raises(CloudError, match="is stuck in UPDATE_ROLLBACK_FAILED"):
        stack.make_ready(At(Stacks("UPDATE_ROLLBACK_FAILED")), "stack")


def test_an_execution_ends_with_the_last_of_its_own_events():
    reports = []
    begun = [event("stack", "UPDATE_IN_PROGRESS")]
    half = [*begun, event("T", "CREATE_COMPLETE")]
    end = [*half, event("stack", "UPDATE_COMPLETE")]
    execute([], begun, half, end, report=lambda _what, done, total: reports.append((done, total)))
    assert reports == [(0, 1), (0, 1), (1, 1), (1, 1)]


def test_a_failure_names_the_resources_that_caused_it():
    cancelled = event("U", "CREATE_FAILED", "Resource creation cancelled")
    refused = event("T", "CREATE_FAILED", "name taken")
    with pytest.raises(StackFailedError, match="UPDATE_ROLLBACK_COMPLETE") as failed:
        execute([refused, cancelled, event("stack", "UPDATE_ROLLBACK_COMPLETE")])
    assert failed.value.reasons == ["T (AWS::SNS::Topic): name taken"]


def test_a_failure_before_the_first_change_names_the_resources_too(monkeypatch):
    failures = [{"LogicalResourceId": "T", "ResourceType": "AWS::SNS::Topic", "OperationId": "2"}]
    failures = [failures[0] | {"ValidationStatusReason": "name taken"}]
    failures.append(failures[0] | {"OperationId": "1", "ValidationStatusReason": "of last week"})
    cloud = Cloud([event("stack", "UPDATE_FAILED", "Call DescribeEvents"), event("stack", "x")])
    cloud.describe_events = lambda **_: {"OperationEvents": failures}
    reasons = stack_events.reasons(
        cloud, "stack", [event("stack", "UPDATE_FAILED", "Call DescribeEvents")]
    )
    assert reasons == ["T (AWS::SNS::Topic): name taken"]


def test_a_change_set_without_changes_is_none_and_leaves_nothing(monkeypatch):
    class Needless:
        deleted = 0

        def describe_change_set(self, **_):
            return {
                "Status": "FAILED",
                "StatusReason": "The submitted information didn't contain changes.",
            }

        def delete_change_set(self, **_):
            self.deleted += 1

    cloud = Needless()
    assert stack._finished(At(cloud), "stack", "set") is None
    assert cloud.deleted == 1
