"""The bucket that holds code and template for CloudFormation."""

import hashlib
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.aws import Aws
from infra.cloud.deploying.artifact import Artifact
from infra.cloud.deploying.regional_template import for_region
from infra.cloud.errors import CloudError

US_EAST_1 = "us-east-1"  # the one region that CreateBucket rejects as a location


def ensure_bucket(aws: Aws) -> str:
    """Create this account's code bucket in this region if it is missing; return its name.

    Raises:
        CloudError: the name is taken by another account.
    """
    account = aws.account()
    name = f"alumni-code-{account}-{aws.region}"
    s3 = aws.client("s3")
    if not exists(s3, name, account):
        _create(aws, s3, name)
    return name


def exists(s3: Any, name: str, account: str) -> bool:
    """Whether the account has this bucket.

    Raises:
        CloudError: the name is taken by another account.
    """
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404:  # noqa: PLR2004
            return False
        if status == 403:  # noqa: PLR2004
            raise CloudError(f"bucket {name} belongs to others, or can't be read") from None
        raise
    return True


def _create(aws: Aws, s3: Any, name: str) -> None:
    where = {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    try:
        s3.create_bucket(Bucket=name, **({} if aws.region == US_EAST_1 else where))
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    blocked = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)


def upload_artifact(aws: Aws, bucket: str, artifact: Artifact) -> str:
    """Upload the functions' code if it isn't there; return the key to deploy.

    Without bytecode of its own that is the compiled code of the same sources, if another machine
    has uploaded it: so a laptop without the functions' Python undoes nothing.

    Raises:
        BuildError: it can't be compiled, or is too large for Lambda.
    """
    s3 = aws.client("s3")
    for key in (artifact.compiled_key, artifact.key):
        if _has(s3, bucket, key):
            return key
    s3.put_object(Bucket=bucket, Key=artifact.key, Body=artifact.zipped())
    return artifact.key


def upload_template(aws: Aws, bucket: str, template: Path) -> str:
    """Upload the template, which is too large for a request; return its URL for CloudFormation."""
    body = for_region(template.read_text(encoding="utf-8"), aws.region).encode()
    key = f"templates/{hashlib.sha256(body).hexdigest()[:32]}.yaml"
    if not _has(aws.client("s3"), bucket, key):
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    host = aws.endpoint_url or f"https://s3.{aws.region}.amazonaws.com"
    return f"{host.rstrip('/')}/{bucket}/{key}"


def _has(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:  # noqa: PLR2004
            raise
        return False
    return True
