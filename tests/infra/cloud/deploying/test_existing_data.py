"""Existing tables, buckets and identities are adopted with their data, never created over."""

from typing import Any

import pytest

from infra.cloud.deploying import existing_data
from infra.cloud.deploying.existing_data import Existing, Situation
from infra.cloud.errors import CloudError, ParameterError
from tests.infra.cloud.template_resources import RESOURCES

NEW = Situation({}, {}, {})
TABLE = RESOURCES["Table"]["Properties"]
STANDING = {
    "TableName": "test-data",
    "PublicBucketName": "test-public-123456789012-eu-north-1",
    "PrivateBucketName": "test-private-123456789012-eu-north-1",
}
OWNED = {kind.logical: STANDING[kind.name] for kind in existing_data.KINDS}


def find(aws: Any, situation: Situation = NEW) -> Existing:
    return existing_data.find(aws, "test", situation, RESOURCES)


def adopted(existing: Existing) -> dict[str, str]:
    return {name: value for name, value in existing.values.items() if name.startswith("Adopt")}


def table(aws: Any, name: str, **changes: Any) -> None:
    """A table as a restore leaves it: without stream, expiry, recovery and protection."""
    same = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
    properties = {key: TABLE[key] for key in same} | changes
    aws.client("dynamodb").create_table(TableName=name, **properties)


def table_without_index(aws: Any, *keys: tuple[str, str]) -> None:
    aws.client("dynamodb").create_table(
        TableName="test-data",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )


def bucket(aws: Any, name: str) -> None:
    where: Any = {"LocationConstraint": "eu-north-1"}
    aws.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)


def test_in_an_empty_account_everything_is_created(aws):
    existing = find(aws)
    assert {existing.values[name] for name in STANDING} == set(STANDING.values())
    assert set(adopted(existing).values()) == {"no"}
    assert existing.notes == ()


def test_a_stack_keeps_its_own_resources(aws):
    for name in list(STANDING.values())[1:]:
        bucket(aws, name)
    table(aws, "test-data")
    existing = find(aws, Situation({}, STANDING, OWNED))
    assert set(adopted(existing).values()) == {"no"}


def test_a_new_stack_in_uppercase_would_get_the_buckets_of_another(aws):
    with pytest.raises(ParameterError, match="in lowercase: test"):
        existing_data.find(aws, "Test", NEW, RESOURCES)
    deployed_before = Situation({}, STANDING, OWNED)
    assert existing_data.find(aws, "Test", deployed_before, RESOURCES).notes == ()


def test_what_an_earlier_stack_left_is_adopted_and_named(aws):
    table(aws, "test-data")
    bucket(aws, STANDING["PrivateBucketName"])
    existing = find(aws)
    assert adopted(existing) == {
        "AdoptTable": "yes",
        "AdoptPublicBucket": "no",
        "AdoptPrivateBucket": "yes",
    }
    assert [note.split(" exists")[0] for note in existing.notes] == [
        "The table test-data",
        f"The bucket {STANDING['PrivateBucketName']}",
    ]


def test_a_restored_table_is_adopted_by_a_running_stack(aws):
    table(aws, "restored")
    existing = find(aws, Situation({"TableName": "restored"}, STANDING, OWNED))
    assert adopted(existing)["AdoptTable"] == "yes"
    assert existing.values["TableName"] == "restored"
    assert ":table/restored/stream/" in existing.values["TableStream"]


def test_an_adopted_resource_stays_adopted_and_is_named_once(aws):
    table(aws, "restored")
    current = STANDING | {"TableName": "restored", "AdoptTable": "yes"}
    existing = find(aws, Situation({}, current, OWNED))
    assert (adopted(existing)["AdoptTable"], existing.notes) == ("yes", ())


def test_an_unknown_table_name_is_refused(aws):
    with pytest.raises(ParameterError, match="there is no table restord in eu-north-1"):
        find(aws, Situation({"TableName": "restord"}, STANDING, OWNED))


def test_an_adopted_table_that_is_gone_is_not_replaced_by_an_empty_one(aws):
    with pytest.raises(ParameterError, match="there is no table restored"):
        find(aws, Situation({}, STANDING | {"TableName": "restored"}, {}))


def test_a_table_whose_name_cloudformation_chose_is_adopted_rather_than_renamed(aws):
    table(aws, "test-Table-1ABC")
    existing = find(aws, Situation({}, {"Sender": "x"}, {"Table": "test-Table-1ABC"}))
    assert existing.values["TableName"] == "test-Table-1ABC"
    assert adopted(existing)["AdoptTable"] == "yes"


def test_a_table_of_another_program_is_refused(aws):
    table_without_index(aws, ("id", "HASH"))
    with pytest.raises(ParameterError, match="test-data is not an alumni table"):
        find(aws)


def test_a_table_that_was_restored_without_its_index_is_refused(aws):
    table_without_index(aws, ("pk", "HASH"), ("sk", "RANGE"))
    with pytest.raises(ParameterError, match="has no index due"):
        find(aws)


def test_a_foreign_bucket_is_refused(aws, monkeypatch):
    def refuse(*_: Any) -> bool:
        raise CloudError("belongs to others")

    monkeypatch.setattr(existing_data.code_bucket, "exists", refuse)
    with pytest.raises(CloudError, match="belongs to others"):
        find(aws)


def test_an_adopted_table_gets_the_templates_settings(aws):
    table(aws, "test-data")
    find(aws)
    dynamodb = aws.client("dynamodb")
    restored = dynamodb.describe_table(TableName="test-data")["Table"]
    expiry = dynamodb.describe_time_to_live(TableName="test-data")["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName="test-data")
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert restored["DeletionProtectionEnabled"]
    assert restored["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    assert expiry == {"AttributeName": "expires_at", "TimeToLiveStatus": "ENABLED"}
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_table_with_all_settings_is_not_touched(aws, monkeypatch):
    table(aws, "test-data")
    before = find(aws).values
    for write in ("update_table", "update_time_to_live", "update_continuous_backups"):
        monkeypatch.delattr(type(aws.client("dynamodb")), write)
    assert find(aws).values == before


def test_a_stream_with_more_than_keys_is_refused(aws):
    images = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    table(aws, "test-data", StreamSpecification=images)
    with pytest.raises(ParameterError, match="holds NEW_AND_OLD_IMAGES: disable it"):
        find(aws)


def test_an_adopted_bucket_gets_the_templates_settings(aws):
    name = STANDING["PrivateBucketName"]
    bucket(aws, name)
    find(aws)
    s3 = aws.client("s3")
    blocked = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert set(blocked.values()) == {True}
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert {rule["ID"]: rule.get("Expiration") for rule in rules} == {
        "what was replaced or deleted stays for a month": None,
        "erasures end": {"Days": 1500},
        "previews end": {"Days": 8},
        "imports end": {"Days": 2},
        "exports end": {"Days": 2},
    }
    prefixes = [rule["Filter"]["Prefix"] for rule in rules]
    assert prefixes == ["", "erasures/", "previews/", "imports/", "exports/"]


# ---- SES's identity of the sender's domain


def identity(aws: Any, given: str = "", current: str = "", owned: str = "") -> Existing:
    situation = Situation(
        {"SenderIdentity": given} if given else {},
        {"SenderIdentity": current} if current else {},
        {existing_data.IDENTITY: owned} if owned else {},
    )
    return existing_data.find_identity(aws, "example.com", situation)


@pytest.fixture
def verified(aws) -> Any:
    aws.client("sesv2").create_email_identity(EmailIdentity="example.com")
    return aws


def test_an_unknown_domain_gets_an_identity(aws):
    assert identity(aws) == Existing({"SenderIdentity": "create"}, ())


def test_a_domain_that_ses_knows_is_used_as_it_is(verified):
    existing = identity(verified)
    assert existing.values == {"SenderIdentity": "existing"}
    assert "SES already knows example.com" in existing.notes[0]
    assert identity(verified, current="existing").notes == ()


def test_a_stack_keeps_its_own_identity(verified):
    assert identity(verified, owned="example.com").values == {"SenderIdentity": "create"}
    released = identity(verified, given="existing", owned="example.com")
    assert released.values == {"SenderIdentity": "existing"}


def test_an_identity_that_cannot_be_created_or_used_is_refused_before_the_deploy(verified, aws):
    with pytest.raises(ParameterError, match="say SenderIdentity=existing"):
        identity(verified, given="create")
    aws.client("sesv2").delete_email_identity(EmailIdentity="example.com")
    with pytest.raises(ParameterError, match=r"SES does not know example\.com"):
        identity(aws, given="existing")
