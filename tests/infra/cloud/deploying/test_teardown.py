"""A stack that receives mail can be deleted, and what people told us outlives it."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cloud.aws import Aws
from infra.cloud.deploying import stack, teardown
from infra.cloud.deploying.stack import Change, ChangeSet
from infra.cloud.errors import StackFailedError
from tests.infra.cloud.template_resources import RESOURCES

OURS = "alumni-unsubscribe"


class Deleting:
    """A CloudFormation with one stack that has a receipt rule set. Like SES it deletes no set that
    is active."""

    def __init__(self, ses: Any) -> None:
        self.ses = ses
        self.status = "CREATE_COMPLETE"
        self.rules = "CREATE_COMPLETE"
        self.token = ""

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        if self.status == "DELETE_COMPLETE":
            missing = {"Code": "ValidationError", "Message": "Stack with id x does not exist"}
            raise ClientError({"Error": missing}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": self.status}]}

    def get_paginator(self, name: str) -> Any:
        return {"list_stack_resources": _Rows(self), "describe_stack_events": _Events(self)}[name]

    def delete_stack(self, ClientRequestToken: str, **_: Any) -> None:  # noqa: N803 - AWS's name
        self.token = ClientRequestToken
        self.status = "DELETE_FAILED" if active(self.ses) == OURS else "DELETE_COMPLETE"
        self.rules = self.status

    def execute_change_set(self, ClientRequestToken: str, **_: Any) -> None:  # noqa: N803
        self.token, self.status = ClientRequestToken, "UPDATE_COMPLETE"
        self.active_at_update = active(self.ses)


class _Rows:
    def __init__(self, cloud: Deleting) -> None:
        self.cloud = cloud

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        row = {"LogicalResourceId": "UnsubscribeRules", "PhysicalResourceId": OURS}
        return [{"StackResourceSummaries": [row | {"ResourceStatus": self.cloud.rules}]}]


class _Events:
    def __init__(self, cloud: Deleting) -> None:
        self.cloud = cloud

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        common = {"ClientRequestToken": self.cloud.token, "ResourceStatus": self.cloud.status}
        why = {"ResourceStatusReason": "Cannot delete active rule set"}
        rules = {
            "LogicalResourceId": "UnsubscribeRules",
            "ResourceType": "AWS::SES::ReceiptRuleSet",
        }
        whole = {"LogicalResourceId": "alumni", "ResourceType": "AWS::CloudFormation::Stack"}
        return [{"StackEvents": [common | whole | why, common | rules | why]}]


def active(ses: Any) -> str:
    return str(ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name", ""))


@pytest.fixture
def ses(aws: Aws) -> Any:
    client = aws.client("ses")
    for name in (OURS, "theirs"):
        client.create_receipt_rule_set(RuleSetName=name)
    return client


@pytest.fixture
def cloud(aws: Aws, ses: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deleting]:
    deleting = Deleting(ses)
    clients = {"ses": ses, "cloudformation": deleting}
    monkeypatch.setattr(Aws, "client", lambda _, service: clients[service])
    return deleting


def test_our_active_rule_set_is_deactivated_before_the_stack_is_deleted(aws, ses, cloud):
    ses.set_active_receipt_rule_set(RuleSetName=OURS)
    stack.remove(aws, "alumni")
    assert cloud.status == "DELETE_COMPLETE"
    assert active(ses) == ""


def test_a_foreign_active_rule_set_stays_active(aws, ses, cloud):
    ses.set_active_receipt_rule_set(RuleSetName="theirs")
    stack.remove(aws, "alumni")
    assert active(ses) == "theirs"


def test_a_stack_whose_deletion_failed_for_it_can_be_deleted_again(aws, ses, cloud):
    ses.set_active_receipt_rule_set(RuleSetName=OURS)
    cloud.delete_stack("by hand, in the console")
    assert cloud.status == "DELETE_FAILED"
    stack.make_ready(aws, "alumni")
    assert cloud.status == "DELETE_COMPLETE"


def test_a_deletion_that_ends_between_two_checks_is_no_failure(aws, ses, cloud, monkeypatch):
    statuses = iter(["DELETE_IN_PROGRESS", None])
    monkeypatch.setattr(stack, "status", lambda *_: next(statuses))
    missing = {"Code": "ValidationError", "Message": "Stack [alumni] does not exist"}

    def of_execution(*_: Any) -> None:
        raise ClientError({"Error": missing}, "DescribeStackEvents")

    monkeypatch.setattr(stack.stack_events, "of_execution", of_execution)
    stack.remove(aws, "alumni")
    assert list(statuses) == [], "it looked again, and found no stack"


def test_a_failed_deletion_is_reported_with_its_reason(aws, ses, cloud, monkeypatch):
    monkeypatch.setattr(stack.receiving, "deactivate", lambda *_: None)
    ses.set_active_receipt_rule_set(RuleSetName=OURS)
    with pytest.raises(StackFailedError, match="DELETE_FAILED") as failed:
        stack.remove(aws, "alumni")
    assert failed.value.reasons[0].startswith("UnsubscribeRules (AWS::SES::ReceiptRuleSet): Cannot")


@pytest.mark.parametrize(("action", "left"), [("Remove", ""), ("Modify", OURS)])
def test_a_deploy_deactivates_the_rule_set_that_it_removes(aws, ses, cloud, action, left):
    ses.set_active_receipt_rule_set(RuleSetName=OURS)
    change = Change(action, "UnsubscribeRules", "AWS::SES::ReceiptRuleSet", replaces=False)
    stack.execute(aws, ChangeSet("set", "alumni", (change,)))
    assert cloud.active_at_update == left


PARAMETERS = {
    "SenderDomain": "example.com",
    "ParameterPrefix": "/alumni/alumni",
    "CodeBucket": "alumni-code-1-eu-north-1",
}
OUTPUTS = {
    "TableName": "table",
    "PublicBucket": "public",
    "PrivateBucket": "private",
    "EvidenceKeyArn": "key",
}
RETAINED = {"EvidenceKey", "PrivateBucket", "PublicBucket", "SenderDomainIdentity", "Table"}


def test_everything_that_the_template_retains_is_named():
    kept = teardown.kept(PARAMETERS, OUTPUTS)
    assert [resource.name for resource in kept] == [
        *("table", "public", "private", "key", "example.com", "/alumni/alumni/"),
        "alumni-code-1-eu-north-1",
    ]
    retained = {name for name, r in RESOURCES.items() if "Retain" in r.get("DeletionPolicy", "")}
    assert retained == RETAINED
