"""The digest of a day's consents, written and signed in the cloud, and out of CI's reach."""

import base64
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from functions.evidence import rules, store
from infra.dev.local.local_stack import ALUMNI, Stack
from infra.dev.local.processes import run
from tests.e2e.form_client import FormClient, person
from tests.e2e.stack_access import (
    Item,
    invoke,
    member_item,
    publisher_credentials,
    table_items,
)
from tests.e2e.test_retention import put_item

MEMBER = "f" * 32


def keys(stack: Stack, prefix: str) -> list[str]:
    answer = stack.client("s3").list_objects_v2(
        Bucket=stack.outputs["PrivateBucket"], Prefix=prefix
    )
    return [entry["Key"] for entry in answer.get("Contents", ())]


def read(stack: Stack, key: str) -> bytes:
    answer = stack.client("s3").get_object(Bucket=stack.outputs["PrivateBucket"], Key=key)
    content: bytes = answer["Body"].read()
    return content


def test_a_digest_of_the_day_is_written_and_signed_by_a_key_of_kms(stack: Stack) -> None:
    invoke(stack, "EvidenceTick", {"tick": True})
    (digest_key,) = keys(stack, store.DIGESTS)
    day = json.loads(read(stack, digest_key))["day"]
    line = {"pk": {"S": f"LINES#{day}#f"}, "sk": {"S": f"{MEMBER}#00000001"}}
    put_item(stack, line | {"hash": {"S": "0" * 64}})
    stack.client("s3").delete_object(Bucket=stack.outputs["PrivateBucket"], Key=digest_key)
    invoke(stack, "EvidenceTick", {"tick": True})
    digest = json.loads(read(stack, digest_key))
    (part,) = digest["parts"]
    assert read(stack, part["file"]).decode() == f"{MEMBER} 1 {'0' * 64}\n"
    answer = stack.client("kms").get_public_key(KeyId=stack.outputs["EvidenceKeyArn"])
    public = serialization.load_der_public_key(answer["PublicKey"])
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signature = base64.b64decode(digest["signature"])
    public.verify(signature, rules.digest_hash(digest).encode(), ec.ECDSA(hashes.SHA256()))


def test_the_next_tick_reads_the_last_digest_and_writes_none(stack: Stack) -> None:
    (digest_key,) = keys(stack, store.DIGESTS)
    before = read(stack, digest_key)
    invoke(stack, "EvidenceTick", {"tick": True})
    assert keys(stack, store.DIGESTS) == [digest_key]
    assert read(stack, digest_key) == before


def test_the_audit_reads_the_digests_and_finds_what_is_missing(stack: Stack) -> None:
    done = run([*ALUMNI, "members", "audit", "--json"], stack.environment, stack.root)
    assert done.returncode == 1
    missing = f"Member {MEMBER}: line 1, which the digest of"
    assert [problem for problem in json.loads(done.stdout)["problems"] if missing in problem]


@pytest.mark.parametrize("place", ["evidence", "erasures", "exports", ""])
def test_what_publishes_can_write_neither_evidence_nor_erasures(stack: Stack, place: str) -> None:
    credentials = publisher_credentials(stack)
    s3 = boto3.client(
        "s3",
        region_name=stack.aws().region,
        endpoint_url=stack.cloud_url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=stack.outputs["PrivateBucket"], Key=f"{place}/x", Body=b"")


def own_items(stack: Stack, member_id: str, address_hash: str) -> list[Item]:
    """All items of a member, as a backup would have them."""
    marks = (member_id, address_hash)
    return [
        item
        for item in table_items(stack)
        if any(mark in item["pk"]["S"] + item["sk"]["S"] for mark in marks)
        and not item["pk"]["S"].startswith(("LIMIT#", "LINES#", "ACTIVITY#"))
    ]


def alumni(stack: Stack, *arguments: str) -> Any:
    done = run([*ALUMNI, *arguments, "--json"], stack.environment, stack.root)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_whoever_is_back_after_a_restore_is_erased_again(
    stack: Stack, form_client: FormClient
) -> None:
    form_client.join(person("Runa Ek", "runa@example.com"))
    member = member_item(stack, "runa@example.com")
    member_id, hashed = member["sk"]["S"], member["address_hash"]["S"]
    backup = own_items(stack, member_id, hashed)
    alumni(stack, "members", "erase", "runa@example.com", "--yes")
    assert f"erasures/{hashed}.{member_id}.json" in keys(stack, "erasures/")
    for item in own_items(stack, member_id, hashed):
        stack.client("dynamodb").delete_item(
            TableName=stack.outputs["TableName"], Key={"pk": item["pk"], "sk": item["sk"]}
        )
    for item in backup:
        put_item(stack, item)
    assert member_item(stack, "runa@example.com")
    assert alumni(stack, "restore-check", "--yes") == {"erased_again": [member_id]}
    assert not any(
        item["pk"]["S"].startswith("MEMBERS#") and item["sk"]["S"] == member_id
        for item in table_items(stack)
    )
    assert alumni(stack, "restore-check", "--yes") == {"erased_again": []}
