"""Secrets are made once and never overwritten; the code bucket is ours and closed."""

import re
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from infra.cloud.deploying import bytecode, code_bucket, ssm_secrets
from infra.cloud.deploying.artifact import Artifact
from infra.cloud.errors import CloudError
from infra.cloud.template import load

PREFIX = "/alumni/test"


def value(aws, name):
    answer = aws.client("ssm").get_parameter(Name=f"{PREFIX}/{name}", WithDecryption=True)
    return answer["Parameter"]["Value"]


def test_the_first_deploy_makes_every_secret(aws):
    assert len(ssm_secrets.ensure(aws, PREFIX)) == 4
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


def packed(*, compiled: bool) -> Artifact:
    python = Path(sys.executable) if compiled else None
    return Artifact({"a.py": b""}, "0" * 64, "cpython-313", python)


@pytest.fixture
def uploads(aws, monkeypatch) -> list[str]:
    keys = []
    put_object = aws.client("s3").put_object

    def put(**request):
        keys.append(request["Key"])
        return put_object(**request)

    monkeypatch.setattr(aws.client("s3"), "put_object", put)
    return keys


def test_code_is_compiled_and_uploaded_once(aws, uploads, monkeypatch):
    bucket, code = code_bucket.ensure_bucket(aws), packed(compiled=True)
    assert code_bucket.upload_artifact(aws, bucket, code) == code.key
    monkeypatch.setattr(bytecode, "compiled", None)
    assert code_bucket.upload_artifact(aws, bucket, packed(compiled=True)) == code.key
    assert uploads == [code.key]
    uploaded = aws.client("s3").get_object(Bucket=bucket, Key=code.key)["Body"].read()
    assert uploaded == code.zipped()


def test_a_machine_that_cannot_compile_deploys_what_another_has_compiled(aws, uploads):
    bucket = code_bucket.ensure_bucket(aws)
    there = code_bucket.upload_artifact(aws, bucket, packed(compiled=True))
    assert code_bucket.upload_artifact(aws, bucket, packed(compiled=False)) == there
    assert len(uploads) == 1


def test_compiled_code_replaces_what_was_uploaded_without_bytecode(aws, uploads):
    bucket = code_bucket.ensure_bucket(aws)
    keys = [code_bucket.upload_artifact(aws, bucket, packed(compiled=c)) for c in (False, True)]
    assert (
        uploads == keys == ["functions/" + "0" * 32 + end for end in (".zip", "-cpython-313.zip")]
    )


def test_the_template_is_uploaded_to_a_url_that_cloudformation_can_read(aws, root):
    bucket = code_bucket.ensure_bucket(aws)
    url = code_bucket.upload_template(aws, bucket, root / "template.yaml")
    assert url.startswith(f"https://s3.eu-north-1.amazonaws.com/{bucket}/templates/")
