"""Secrets are made once and never overwritten; the code bucket is ours and closed."""

import re

import pytest
from botocore.exceptions import ClientError

from infra.cloud.deploying import code_bucket, ssm_secrets
from infra.cloud.deploying.artifact import Artifact
from infra.cloud.errors import CloudError
from infra.cloud.template import load

PREFIX = "/alumni/test"


def value(aws, name):
    answer = aws.client("ssm").get_parameter(Name=f"{PREFIX}/{name}", WithDecryption=True)
    return answer["Parameter"]["Value"]


def test_the_first_deploy_makes_every_secret(aws):
    assert len(ssm_secrets.ensure(aws, PREFIX)) == 3
    assert bytes.fromhex(value(aws, "address-key"))
    assert len(value(aws, "token-keys")) >= 32


def test_the_template_accepts_a_generated_origin_secret(aws, root):
    ssm_secrets.ensure(aws, PREFIX)
    pattern = load(root / "template.yaml")["Parameters"]["OriginSecrets"]["AllowedPattern"]
    assert re.fullmatch(pattern, ssm_secrets.origin_secrets(aws, PREFIX))


def test_an_existing_secret_is_kept(aws):
    ssm_secrets.ensure(aws, PREFIX)
    before = value(aws, "address-key")
    aws.client("ssm").delete_parameter(Name=f"{PREFIX}/token-keys")
    assert ssm_secrets.ensure(aws, PREFIX) == [f"{PREFIX}/token-keys"]
    assert value(aws, "address-key") == before


def test_two_concurrent_deploys_use_the_key_of_the_first(aws, monkeypatch):
    ssm = aws.client("ssm")
    get = ssm.get_parameters

    def slow(**request):
        answer = get(**request)
        monkeypatch.setattr(ssm, "get_parameters", get)
        ssm_secrets.ensure(aws, PREFIX)
        return answer

    monkeypatch.setattr(ssm, "get_parameters", slow)
    assert ssm_secrets.ensure(aws, PREFIX) == []


def test_secrets_are_encrypted(aws):
    ssm_secrets.ensure(aws, PREFIX)
    parameters = aws.client("ssm").describe_parameters()["Parameters"]
    assert {parameter["Type"] for parameter in parameters} == {"SecureString"}


def test_the_code_bucket_is_created_once_and_private(aws):
    name = code_bucket.ensure_bucket(aws)
    assert code_bucket.ensure_bucket(aws) == name
    blocked = aws.client("s3").get_public_access_block(Bucket=name)
    assert set(blocked["PublicAccessBlockConfiguration"].values()) == {True}


def test_a_bucket_of_another_account_is_not_used(aws, monkeypatch):
    s3 = aws.client("s3")

    def forbid(**request):
        assert request["ExpectedBucketOwner"] == aws.account()
        raise ClientError({"ResponseMetadata": {"HTTPStatusCode": 403}}, "HeadBucket")

    monkeypatch.setattr(s3, "head_bucket", forbid)
    with pytest.raises(CloudError, match="belongs to others"):
        code_bucket.ensure_bucket(aws)


def test_code_is_uploaded_once(aws):
    bucket = code_bucket.ensure_bucket(aws)
    packed = Artifact({"a.py": b""}, "0" * 64)
    assert code_bucket.upload_artifact(aws, bucket, packed)
    assert not code_bucket.upload_artifact(aws, bucket, packed)
    uploaded = aws.client("s3").get_object(Bucket=bucket, Key=packed.key)["Body"].read()
    assert uploaded == packed.zipped()


def test_the_template_is_uploaded_to_a_url_that_cloudformation_can_read(aws, root):
    bucket = code_bucket.ensure_bucket(aws)
    url = code_bucket.upload_template(aws, bucket, root / "template.yaml")
    assert url.startswith(f"https://s3.eu-north-1.amazonaws.com/{bucket}/templates/")
