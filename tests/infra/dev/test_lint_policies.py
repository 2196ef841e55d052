"""Parliament reads the policies as AWS will hold them, and finds what is wrong."""

from typing import Any

import pytest

from infra.cloud.deploying import rights
from infra.dev.lint import policies
from infra.dev.lint.policies import Policies
from tests.infra.cloud.template_resources import ROLES, TEMPLATE

TABLE = {"Type": "AWS::DynamoDB::Table"}
QUEUE = {"Type": "AWS::SQS::Queue"}


def document(action: str, resource: Any, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def expanded(resource: Any) -> Any:
    policy = {"PolicyName": "it", "PolicyDocument": document("sqs:SendMessage", resource)}
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}
    template = {
        "Parameters": {"Prefix": {"Default": "/a"}},
        "Resources": {"Role": role, "Table": TABLE, "Queue": QUEUE},
    }
    return Policies(template).of_roles()["Role-it"]["Statement"][0]["Resource"]


@pytest.mark.parametrize(
    ("resource", "value"),
    [
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:aws:sqs:eu-north-1:123456789012:queue"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:aws:dynamodb:eu-north-1:123456789012:table/table"),
        ({"Fn::Sub": "${Queue}/index/*"}, "queue/index/*"),
        ({"Fn::Sub": "${AWS::Partition}${Prefix}"}, "aws/a"),
        ({"Fn::If": ["Exact", ["a", "b"], "*"]}, ["a", "b"]),
        ([{"Fn::If": ["Exact", ["a", "b"], "*"]}, "c"], ["a", "b", "c"]),
        ({"Fn::Select": [1, {"Fn::Split": ["<", "a<b"]}]}, "b"),
    ],
)  # fmt: skip
def test_functions_of_cloudformation_become_the_values_that_aws_would_see(resource, value):
    assert expanded(resource) == value


def test_an_unknown_function_is_named_rather_than_passed_over():
    with pytest.raises(ValueError, match="Fn::ImportValue"):
        expanded({"Fn::ImportValue": "x"})


def test_every_inline_policy_of_every_role_is_read():
    inline = sum(len(role.get("Policies", [])) for role in ROLES.values())
    assert len(Policies(TEMPLATE).of_roles()) == inline


@pytest.mark.parametrize(
    ("wrong", "finding"),
    [
        (document("s3:GetObjekt", "*"), "Unknown action"),
        (document("sqs:SendMessage", "arn:aws:s3:::a"), "No resources match"),
        (
            document("sqs:SendMessage", "*", Condition={"StringEquals": {"ses:FromAddress": "a"}}),
            "Unknown condition",
        ),
    ],
)
def test_a_fault_of_a_policy_is_reported(wrong, finding):
    lines = policies.findings({"wrong": wrong})
    assert any(line.startswith(f"wrong: {finding}") for line in lines)


def test_a_sound_policy_has_no_problem():
    sound = document("sqs:SendMessage", "arn:aws:sqs:eu-north-1:123456789012:queue")
    assert policies.findings({"sound": sound}) == []


def test_an_exception_holds_for_its_policy_only_and_is_needed():
    ((name, exceptions),) = policies.EXCEPTIONS.items()
    policy = Policies(TEMPLATE).of_roles()[name]
    assert policies.findings({name: policy}) == []
    (line,) = policies.findings({"other": policy})
    assert line.endswith(next(iter(exceptions)))


def test_a_right_of_the_deployers_that_names_too_narrow_a_resource_is_refused(monkeypatch):
    narrow = tuple(right for right in rights.RIGHTS if right.name != "Subscriptions")
    monkeypatch.setattr(rights, "RIGHTS", narrow)
    (line,) = policies.findings({policies.DEPLOYER: policies.of_deployer(TEMPLATE)})
    assert "sns:Unsubscribe" in line
