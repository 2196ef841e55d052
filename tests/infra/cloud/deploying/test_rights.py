"""The policy that `alumni deploy --rights` prints covers the template and the command."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import cfnlint
import pytest
from typer.testing import CliRunner

from infra.alumni import main
from infra.cloud.deploying import rights
from tests.infra.cloud.template_resources import RESOURCES

SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
LARGEST_POLICY = 6_144  # characters of a managed policy; white space doesn't count
# What AWS::Serverless::Function becomes here.
SERVERLESS = ("Function", "EventInvokeConfig", "EventSourceMapping")
# What CloudFormation's handlers may call for properties that the template doesn't have.
UNUSED = {
    "s3:getObject": "an API from a file",
    "s3:REST.PUT.OBJECT": "no action of IAM's",
    "s3:GetObjectMetadata": "no action of IAM's",
    "dynamodb:*Item": "items are for functions only",
    "dynamodb:Query": "items are for functions only",
    "dynamodb:Scan": "items are for functions only",
    "dynamodb:*Replica": "replicas in other regions",
    "dynamodb:*KinesisStreamingDestination": "Kinesis",
    "dynamodb:*ContributorInsights": "contributor insights",
    "dynamodb:*ResourcePolicy": "a policy of the table's own",
    "kinesis:*": "Kinesis",
    "firehose:*": "Firehose",
    "kms:*": "keys of the customer's own",
    "ec2:*": "a VPC",
    "elasticfilesystem:*": "a file system",
    "s3files:*": "a file system",
    "s3tables:*": "tables in buckets",
    "lambda:GetLayerVersion": "layers",
    "lambda:GetCodeSigningConfig": "signed code",
    "lambda:PassCapacityProvider": "capacity providers",
    "iam:CreateServiceLinkedRole": "replicas in other regions",
    "iam:*RolePermissionsBoundary": "boundaries of roles",
    "cloudfront:*ConnectionGroup": "tenants of a distribution",
    "cloudfront:GetVpcOrigin": "a VPC",
    "cloudfront:UpdateDistributionWithStagingConfig": "staging distributions",
    "logs:*KmsKey": "keys of the customer's own",
    "logs:*DataProtectionPolicy": "masking of logs",
    "logs:*IndexPolicy": "indexes of logs",
    "logs:PutBearerTokenAuthentication": "logs from outside AWS",
    "logs:PutLogGroupDeletionProtection": "protection of logs",
    "logs:*LogStream": "a table's import",
    "logs:PutLogEvents": "a table's import",
}
BUDGETS = {"AWS::Budgets::Budget": ["budgets:ModifyBudget", "budgets:ViewBudget"]}  # no handlers


def kinds() -> Iterator[str]:
    for resource in RESOURCES.values():
        if resource["Type"] == "AWS::Serverless::Function":
            yield from (f"AWS::Lambda::{name}" for name in SERVERLESS)
        else:
            yield str(resource["Type"])


def calls_of_cloudformation(kind: str) -> list[str]:
    """The actions that its handlers call for such a resource, by CloudFormation's own schema."""
    if kind in BUDGETS:
        return BUDGETS[kind]
    files = json.loads((SCHEMAS / "providers" / "eu-north-1.json").read_text())
    schema = json.loads((SCHEMAS / "resources" / f"{files[kind]}.json").read_text())
    handlers = schema["handlers"]
    return [
        action
        for name in ("create", "read", "update", "delete")
        for action in handlers.get(name, {}).get("permissions", ())
    ]


ACTIONS = [action for right in rights.RIGHTS for action in right.actions]


def is_granted(action: str) -> bool:
    return any(fnmatchcase(action.lower(), granted.lower()) for granted in ACTIONS)


@pytest.mark.parametrize("kind", sorted(set(kinds())))
def test_every_resource_of_the_template_can_be_created_changed_and_deleted(kind):
    calls = calls_of_cloudformation(kind)
    assert calls, f"nothing is known of {kind}"
    needed = [call for call in calls if not any(fnmatchcase(call, unused) for unused in UNUSED)]
    assert [call for call in needed if not is_granted(call)] == []


def test_no_right_is_for_a_kind_of_resource_that_the_template_lacks():
    calls = {call.partition(":")[0] for kind in kinds() for call in calls_of_cloudformation(kind)}
    of_the_command = {"acm", "cloudformation", "ssm"}
    assert {action.partition(":")[0] for action in ACTIONS} <= calls | of_the_command


@pytest.mark.parametrize(
    "action", ["dynamodb:GetItem", "dynamodb:Scan", "ses:SendEmail", "ses:SendRawEmail", "s3:*"]
)
def test_a_deployer_reads_no_member_and_sends_no_email(action):
    anywhere = [right for right in rights.RIGHTS if "*" in right.resources]
    assert not any(fnmatchcase(action, granted) for right in anywhere for granted in right.actions)
    assert action == "s3:*" or not is_granted(action)


def test_what_has_the_stacks_name_is_restricted_to_it():
    policy = rights.policy("friends", "eu-west-1", {"TableName": "restored"})
    assert not re.search(r"\{\w", json.dumps(policy))
    by_sid: dict[str, Any] = {one["Sid"]: one["Resource"] for one in policy["Statement"]}
    assert by_sid["Table"][0] == "arn:aws:dynamodb:eu-west-1:*:table/restored"
    assert by_sid["Buckets"][2] == "arn:aws:s3:::friends-public-*"
    assert by_sid["Roles"] == ["arn:aws:iam::*:role/friends-*"]


def test_it_fits_into_one_managed_policy_and_needs_no_account(monkeypatch):
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    done = CliRunner().invoke(
        main.app, ["deploy", "--rights", "--stack", "a-rather-long-stack-name"]
    )
    assert done.exit_code == 0
    assert json.loads(done.stdout)["Version"] == "2012-10-17"
    assert len(re.sub(r"\s", "", done.stdout)) <= LARGEST_POLICY
