"""Secrets are made once and never overwritten; the code bucket is ours and closed."""

import re

import pytest
from botocore.exceptions import ClientError

from infra.cloud.deploying import code_bucket, ssm_secrets
from infra.cloud.deploying.artifact import Artifact
from infra.cloud.errors import CloudError
from infra.cloud.template import load

PREFIX = "/alumni/test"


def value(place, name):
    answer = place.client("ssm").get_parameter(Name=f"{PREFIX}/{name}", WithDecryption=True)
    return answer["Parameter"]["Value"]


def test_the_first_deploy_makes_every_secret(place):
    assert len(ssm_secrets.ensure(place, PREFIX)) == 3
    assert bytes.fromhex(value(place, "address-key"))
    assert len(value(place, "token-keys")) >= 32


def test_the_template_takes_the_origin_secret_that_is_made(place, root):
    ssm_secrets.ensure(place, PREFIX)
    pattern = load(root / "template.yaml")["Parameters"]["OriginSecrets"]["AllowedPattern"]
    assert re.fullmatch(pattern, ssm_secrets.origin_secrets(place, PREFIX))


def test_a_secret_that_is_there_stays(place):
    ssm_secrets.ensure(place, PREFIX)
    before = value(place, "address-key")
    place.client("ssm").delete_parameter(Name=f"{PREFIX}/token-keys")
    assert ssm_secrets.ensure(place, PREFIX) == [f"{PREFIX}/token-keys"]
    assert value(place, "address-key") == before


def test_of_two_deploys_at_once_the_first_ones_key_is_the_key(place, monkeypatch):
    ssm = place.client("ssm")
    get = ssm.get_parameters

    def slow(**asked):
        answer = get(**asked)
        monkeypatch.setattr(ssm, "get_parameters", get)
        ssm_secrets.ensure(place, PREFIX)
        return answer

    monkeypatch.setattr(ssm, "get_parameters", slow)
    assert ssm_secrets.ensure(place, PREFIX) == []


def test_secrets_are_encrypted(place):
    ssm_secrets.ensure(place, PREFIX)
    found = place.client("ssm").describe_parameters()["Parameters"]
    assert {each["Type"] for each in found} == {"SecureString"}


def test_the_code_bucket_is_made_once_and_closed(place):
    name = code_bucket.ensure_bucket(place)
    assert code_bucket.ensure_bucket(place) == name
    blocked = place.client("s3").get_public_access_block(Bucket=name)
    assert set(blocked["PublicAccessBlockConfiguration"].values()) == {True}


def test_a_bucket_of_somebody_else_is_not_used(place, monkeypatch):
    s3 = place.client("s3")

    def forbid(**asked):
        assert asked["ExpectedBucketOwner"] == place.account()
        raise ClientError({"ResponseMetadata": {"HTTPStatusCode": 403}}, "HeadBucket")

    monkeypatch.setattr(s3, "head_bucket", forbid)
    with pytest.raises(CloudError, match="belongs to others"):
        code_bucket.ensure_bucket(place)


def test_code_is_uploaded_once(place):
    bucket = code_bucket.ensure_bucket(place)
    packed = Artifact({"a.py": b""}, "0" * 64)
    assert code_bucket.upload_artifact(place, bucket, packed)
    assert not code_bucket.upload_artifact(place, bucket, packed)
    uploaded = place.client("s3").get_object(Bucket=bucket, Key=packed.key)["Body"].read()
    assert uploaded == packed.zipped()


def test_the_template_has_an_address_that_cloudformation_reads(place, root):
    bucket = code_bucket.ensure_bucket(place)
    url = code_bucket.upload_template(place, bucket, root / "template.yaml")
    assert url.startswith(f"https://s3.eu-north-1.amazonaws.com/{bucket}/templates/")
