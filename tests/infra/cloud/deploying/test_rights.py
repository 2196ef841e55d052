"""The policy that `alumni deploy --rights` prints covers the template and the command."""

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.alumni import main
from infra.cloud.deploying import rights
from infra.dev.lint import deployer_calls
from tests.infra.cloud.template_resources import TEMPLATE

LARGEST_POLICY = 6_144  # characters of a managed policy; white space doesn't count
KINDS = deployer_calls.kinds(TEMPLATE)
ACTIONS = [action for right in rights.RIGHTS for action in right.actions]


def is_granted(action: str) -> bool:
    return any(fnmatchcase(action.lower(), granted.lower()) for granted in ACTIONS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_resource_of_the_template_can_be_created_changed_and_deleted(kind):
    calls = deployer_calls.actions(kind)
    assert calls, f"nothing is known of {kind}"
    assert [call for call in calls if not is_granted(call)] == []


def test_no_right_is_for_a_kind_of_resource_that_the_template_lacks():
    calls = {call.partition(":")[0] for kind in KINDS for call in deployer_calls.actions(kind)}
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
