"""`alumni members audit`, on a table and digests that the functions have written."""

import base64
import json

import boto3
import pytest
from typer.testing import CliRunner

from functions.core import settings
from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.evidence import digesting, handler, rules, store
from functions.people.store import consents
from functions.people.store import members as people
from infra.alumni import main
from infra.cloud import table_access as connecting
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.membership import actions
from tests.functions.sent_emails import Context
from tests.functions.support import NOW

TODAY, TOMORROW = "2026-11-18", "2026-11-19"


@pytest.fixture(autouse=True)
def asa(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    """Åsa and Bo have joined, and a digest vouches for it; Åsa has unsubscribed since."""
    monkeypatch.setattr(connecting, "connect", lambda *_: {})
    created = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    monkeypatch.setenv("EVIDENCE_KEY", created["KeyMetadata"]["Arn"])
    settings.settings.cache_clear()
    actions.become_member(email="bo@example.org", name="Bo Ek")
    member_id = actions.become_member()
    end_day(cloud, 1)
    people.stop_newsletter(member_id, "link", cloud.now)
    return member_id


def end_day(cloud, days):  # noqa: F811 - the fixture itself
    cloud.now = NOW - NOW % DAY + days * DAY + HOUR
    handler.tick({"tick": True}, Context())


def audit():
    result = CliRunner().invoke(main.app, ["members", "audit"])
    return result.exit_code, result.stdout + result.stderr


def put(file, content):
    boto3.client("s3").put_object(Bucket="alumni-private", Key=file, Body=content)


def remove(file):
    boto3.client("s3").delete_object(Bucket="alumni-private", Key=file)


def test_what_nobody_touched_is_as_it_was_given():
    code, output = audit()
    assert code == 0
    assert "Checked: consents 5, people 2, digests 1, problems 0." in output
    assert f"All consents are as they were given, until {TODAY}." in output
    assert "Newer than the last digest, which the next vouches for: 1." in output


def test_for_programs_it_is_json():
    result = CliRunner().invoke(main.app, ["members", "audit", "--json"])
    facts = json.loads(result.stdout)
    assert (facts["until"], facts["lines"], facts["newer"], facts["problems"]) == (TODAY, 5, 1, [])


def test_a_line_that_was_altered_is_named(asa):
    first = consents.lines_of(asa)[0]
    table.write(table.put(first | {"how": "import"}))
    code, output = audit()
    assert code == 1
    assert f"Member {asa}: line 1 was altered: its hash doesn't fit." in output


def test_a_person_who_was_removed_whole_is_named(asa):
    for item in table.query(f"MEMBER#{asa}"):
        table.write(table.delete((item["pk"], item["sk"])))
    code, output = audit()
    assert code == 1
    assert f"Member {asa}: line 2, which the digest of {TODAY} has, was removed." in output


def test_a_digest_that_was_altered_is_named():
    digest = store.digest(TODAY)
    put(store.digest_file(TODAY), json.dumps(digest | {"lines": 3}))
    code, output = audit()
    assert code == 1
    assert f"The digest of {TODAY} was altered: its signature doesn't fit." in output


def test_a_list_of_lines_that_was_altered_or_removed_is_named(asa):
    (part,) = store.parts(TODAY)
    kept = [leaf for leaf in rules.leaves_in(store.read(part)) if leaf.member_id != asa]
    put(part, rules.part_bytes(kept))
    assert f"{part} was altered or removed." in audit()[1]
    remove(part)
    assert f"{part} was altered or removed." in audit()[1]


@pytest.mark.parametrize("day", [TODAY, TOMORROW, "2026-11-20"])
def test_a_digest_that_was_removed_is_named(cloud, day):  # noqa: F811
    end_day(cloud, 3)
    assert audit()[0] == 0
    remove(store.digest_file(day))
    cloud.pass_(2 * HOUR)
    code, output = audit()
    assert code == 1
    following = {TODAY: TOMORROW, TOMORROW: "2026-11-20"}
    if day in following:
        assert f"The digest of {following[day]} doesn't follow the one before it" in output
    if day != TODAY:
        assert f"The digest of {day} is missing" in output


def test_without_any_digest_old_consents_are_a_problem(cloud):  # noqa: F811
    remove(store.digest_file(TODAY))
    cloud.pass_(2 * HOUR)
    code, output = audit()
    assert code == 1
    assert "There is no digest at all" in output


def test_a_digest_that_another_key_has_signed_is_caught():
    other = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    digest = store.digest(TODAY) | {"lines": 3}
    signature = boto3.client("kms").sign(
        KeyId=other["KeyMetadata"]["Arn"],
        Message=rules.digest_hash(digest).encode(),
        SigningAlgorithm=digesting.ALGORITHM,
    )["Signature"]
    forged = digest | {"signature": base64.b64encode(signature).decode()}
    put(store.digest_file(TODAY), json.dumps(forged))
    assert "its signature doesn't fit" in audit()[1]
