"""Gives an adopted table or bucket the settings that the template has for a new one."""

from collections.abc import Mapping
from typing import Any

from infra.cloud.aws import Aws
from infra.cloud.errors import ParameterError


def bring(aws: Aws, logical: str, name: str, resource: Mapping[str, Any]) -> dict[str, str]:
    """Set what differs; returns the parameters that only the adopted resource knows.

    Raises:
        ParameterError: it is no table of ours.
    """
    properties = resource["Properties"]
    if logical == "Table":
        return {"TableStream": _table(aws.client("dynamodb"), name, properties)}
    _bucket(aws.client("s3"), name, properties)
    return {}


def _table(dynamodb: Any, name: str, wanted: Mapping[str, Any]) -> str:
    """A restored table lacks stream, expiry, recovery and protection. Returns its stream's ARN."""
    table = dynamodb.describe_table(TableName=name)["Table"]
    _require_ours(name, table, wanted)
    if not table.get("DeletionProtectionEnabled"):
        _update(dynamodb, name, DeletionProtectionEnabled=True)
    _set_stream(dynamodb, name, table, wanted["StreamSpecification"])
    _set_expiry(dynamodb, name, wanted["TimeToLiveSpecification"])
    _set_recovery(dynamodb, name, wanted["PointInTimeRecoverySpecification"])
    return str(dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"])


def _require_ours(name: str, table: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    indexes = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes") or ()}
    missing = {index["IndexName"] for index in wanted["GlobalSecondaryIndexes"]} - indexes
    if table["KeySchema"] != wanted["KeySchema"]:
        raise ParameterError(f"the table {name} is not an alumni table: choose another --stack")
    if missing:
        raise ParameterError(
            f"the table {name} has no index {min(missing)}: restore it with its indexes"
        )


def _set_stream(
    dynamodb: Any, name: str, table: Mapping[str, Any], wanted: Mapping[str, Any]
) -> None:
    stream = table.get("StreamSpecification") or {}
    if not stream.get("StreamEnabled"):
        _update(dynamodb, name, StreamSpecification={"StreamEnabled": True, **wanted})
    elif stream["StreamViewType"] != wanted["StreamViewType"]:
        kind = stream["StreamViewType"]
        raise ParameterError(f"the stream of {name} holds {kind}: disable it, then deploy again")


def _update(dynamodb: Any, name: str, **change: Any) -> None:
    dynamodb.update_table(TableName=name, **change)
    dynamodb.get_waiter("table_exists").wait(TableName=name)  # until it is active again


def _set_expiry(dynamodb: Any, name: str, wanted: Mapping[str, Any]) -> None:
    answer = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if answer["TimeToLiveStatus"] not in {"ENABLED", "ENABLING"}:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=dict(wanted))


def _set_recovery(dynamodb: Any, name: str, wanted: Mapping[str, Any]) -> None:
    answer = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = answer.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=dict(wanted)
        )


def _bucket(s3: Any, name: str, wanted: Mapping[str, Any]) -> None:
    """Setting them again changes nothing, so they are set without looking."""
    encryption = [
        {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
        for rule in wanted["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    ]
    s3.put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=wanted["PublicAccessBlockConfiguration"]
    )
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=wanted["OwnershipControls"])
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": encryption})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=wanted["VersioningConfiguration"])
    rules = [_lifecycle_rule(rule) for rule in wanted["LifecycleConfiguration"]["Rules"]]
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    if "NotificationConfiguration" in wanted:
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation's form of a rule, as S3's API has it."""
    renamed = {"Id", "Prefix", "ExpirationInDays"}
    same = {name: value for name, value in rule.items() if name not in renamed}
    days = rule.get("ExpirationInDays")
    expiration = {"Expiration": {"Days": days}} if days else {}
    return {**same, **expiration, "ID": rule["Id"], "Filter": {"Prefix": rule.get("Prefix", "")}}
