"""What template.yaml keeps: table, buckets, logs, and names that no other stack takes."""

import json
import re

import pytest

from tests.infra.cloud.template_resources import (
    FUNCTIONS,
    RESOURCES,
    TEMPLATE,
    of,
)

KEPT = ("Table", "PublicBucket", "PrivateBucket", "SenderDomainIdentity")


@pytest.mark.parametrize("kept", KEPT)
def test_data_outlives_the_stack_but_not_a_failed_first_deploy(kept):
    assert RESOURCES[kept]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[kept]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("kept", KEPT)
def test_what_exists_can_be_used_instead_of_created(kept):
    condition = TEMPLATE["Conditions"][RESOURCES[kept]["Condition"]]
    assert condition in (
        {"Fn::Equals": [{"Ref": "SenderIdentity"}, "create"]},
        {"Fn::Not": [{"Condition": f"Adopts{kept}"}]},
    )


def test_nothing_refers_to_what_may_not_be_created_except_beside_what_is_adopted():
    """CloudFormation refuses a reference to a resource whose condition is false."""

    def references(node):
        match node:
            case {"Fn::If": [_, _, _]}:
                return []
            case {"Ref": name} | {"Fn::GetAtt": name}:
                return [str(name).partition(".")[0]]
            case {"Fn::Sub": str(text)}:
                return [part.partition(".")[0] for part in re.findall(r"\$\{([\w.]+)", text)]
            case dict():
                return [name for value in node.values() for name in references(value)]
            case list():
                return [name for value in node for name in references(value)]
        return []

    everything = {name: TEMPLATE[name] for name in ("Globals", "Resources", "Outputs")}
    assert not set(KEPT) & set(references(everything))


def test_a_failed_first_deploy_can_be_undone_because_the_table_is_protected_only_afterwards():
    protection = of("AWS::DynamoDB::Table")["Table"]["DeletionProtectionEnabled"]
    assert protection == {"Fn::If": ["ProtectsTable", True, False]}
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "on"


def test_buckets_are_closed_and_their_etags_are_md5_sums():
    for bucket in of("AWS::S3::Bucket").values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        rules = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rules == [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]


def test_the_table_has_a_keys_only_stream_an_expiry_and_one_index():
    table = of("AWS::DynamoDB::Table")["Table"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    assert table["TimeToLiveSpecification"]["AttributeName"] == "expires_at"
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "due"
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_every_log_is_kept_for_a_month():
    groups = of("AWS::Logs::LogGroup")
    assert {group["RetentionInDays"] for group in groups.values()} == {30}
    assert {f"{function}Logs" for function in FUNCTIONS} | {"ApiLogs"} == groups.keys()


# ---- Names


GLOBAL = ("AWS::CloudFront::", "AWS::IAM::", "AWS::Budgets::", "AWS::CloudWatch::Dashboard")
NAMES = {"Name", "RoleName", "PolicyName", "ManagedPolicyName", "BudgetName", "DashboardName"}


def _names(value, key=""):
    """Every name that the template gives, however deep."""
    if isinstance(value, dict) and key not in NAMES:
        for inner, part in value.items():
            yield from _names(part, inner)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)
    elif key in NAMES:
        yield value


@pytest.mark.parametrize(
    "resource",
    [name for name, properties in RESOURCES.items() if properties["Type"].startswith(GLOBAL)],
)
def test_a_name_that_is_global_to_an_account_carries_the_region(resource):
    kind, properties = RESOURCES[resource]["Type"], RESOURCES[resource]["Properties"]
    inline = {"Policies"} if kind == "AWS::IAM::Role" else set()  # named within the role
    for name in _names({key: part for key, part in properties.items() if key not in inline}):
        assert "${AWS::StackName}-${AWS::Region}" in json.dumps(name)
