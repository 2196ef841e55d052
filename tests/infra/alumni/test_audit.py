"""`alumni members audit`, on a table and digests that the functions have written."""

import base64
import html
import json

import boto3
import pytest
from typer.testing import CliRunner

from functions.core import settings
from functions.core.addresses import address_hash
from functions.core.aws import private_files, table
from functions.core.clock import DAY, HOUR
from functions.evidence import digesting, handler, rules, store
from functions.membership import erasing
from functions.membership import handler as membership
from functions.membership.rules import GOODBYE_SECONDS
from functions.people.store import consents, erased, subscriptions
from functions.people.store import members as people
from infra.alumni import main
from infra.alumni.members import evidence as evidence_command
from infra.cloud import table_access as connecting
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.membership import actions
from tests.functions.sent_emails import Context
from tests.functions.support import NOW, dump

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
    subscriptions.stop_newsletter(member_id, "link", cloud.now)
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
    assert "Checked: consents 7, people 2, digests 1, problems 0." in output
    assert f"All consents are as they were given, until {TODAY}." in output
    assert "Newer than the last digest, which the next vouches for: 1." in output


def test_for_programs_it_is_json():
    result = CliRunner().invoke(main.app, ["members", "audit", "--json"])
    facts = json.loads(result.stdout)
    assert (facts["until"], facts["lines"], facts["newer"], facts["problems"]) == (TODAY, 7, 1, [])


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
    kept = [leaf for leaf in rules.leaves_in(private_files.read(part)) if leaf.member_id != asa]
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


def erase(cloud):  # noqa: F811 - the fixture itself
    erasing.begin(address_hash("asa@example.com"), cloud.now)
    cloud.pass_(GOODBYE_SECONDS)
    membership.tick({"tick": True}, Context())


def restore(items):
    for item in dump():
        table.write(table.delete((item["pk"], item["sk"])))
    for item in items:
        table.write(table.put(item))


def test_an_erasure_leaves_the_rest_whole(cloud):  # noqa: F811
    erase(cloud)
    assert audit()[0] == 0
    end_day(cloud, 2)
    assert audit()[0] == 0


def test_years_after_an_erasure_nothing_of_it_is_missed(cloud):  # noqa: F811
    erase(cloud)
    end_day(cloud, 2)
    cloud.pass_(3 * 366 * DAY)
    membership.tick({"tick": True}, Context())
    assert "removed." not in audit()[1]


def test_somebody_who_only_looks_erased_is_named(asa):
    for line in consents.lines_of(asa)[:-1]:
        table.write(table.put(erased.hashes_of(line)))
    assert (
        f"Member {asa}: the words of line 1 were removed, although nobody was erased"
        in (audit()[1])
    )
    table.transact(*consents.closing(asa, NOW, "2029-11-18"))
    last = consents.lines_of(asa)[-2]
    table.write(table.put(erased.hashes_of(last)))
    assert f"Member {asa}: the consents look as if the person had been erased" in audit()[1]


def test_restore_check_erases_again_who_is_back(asa, cloud):  # noqa: F811
    backup = dump()
    erase(cloud)
    restore(backup)
    result = CliRunner().invoke(main.app, ["restore-check", "--yes", "--json"])
    assert json.loads(result.stdout) == {"erased_again": [asa]}
    assert people.member(asa) is None
    result = CliRunner().invoke(main.app, ["restore-check", "--yes"])
    assert "Nobody who was erased is back." in result.stdout


def test_restore_check_asks_first(asa, cloud):  # noqa: F811
    backup = dump()
    erase(cloud)
    restore(backup)
    result = CliRunner().invoke(main.app, ["restore-check"], input="n\n")
    assert result.exit_code == 1
    assert people.member(asa)


def evidence(person, path):
    result = CliRunner().invoke(main.app, ["members", "evidence", person, "--html", str(path)])
    return result.exit_code, path.read_text() if path.exists() else result.stderr


def test_the_evidence_of_a_person_is_a_page_with_the_words_the_chain_and_the_digests(asa, tmp_path):
    code, page = evidence("asa@example.com", tmp_path / "evidence.html")
    assert code == 0
    first, *_, last = consents.lines_of(asa)
    digest = store.digest(TODAY)
    wanted = ("Åsa Ek", asa, html.escape(first["words"]), first["text_sha256"], first["hash"])
    wanted += (last["before"], "Newsletter withdrawn", "none yet: the next one")
    wanted += (rules.digest_hash(digest), html.escape(digest["signature"]), digest["key"])
    assert [text for text in wanted if text not in page] == []
    assert "2026-11-18 11:06:40 UTC" in page
    assert "Nothing was changed" in page


def test_the_page_lies_where_git_ignores_it(asa, tmp_path, monkeypatch):
    monkeypatch.setattr(evidence_command, "BUILD", tmp_path)
    assert CliRunner().invoke(main.app, ["members", "evidence", asa]).exit_code == 0
    assert "Åsa Ek" in (tmp_path / "evidence" / f"{asa}.html").read_text()


def test_the_evidence_shows_what_a_line_holds_that_it_has_no_words_for(asa, tmp_path):
    table.transact(*consents.closing(asa, NOW, "2029-11-18"))
    last = consents.lines_of(asa)[-1]
    table.write(table.put(last | {"network": "192.0.2.1"}))
    page = evidence(asa, tmp_path / "evidence.html")[1]
    assert "<dt>network</dt><dd>192.0.2.1</dd>" in page
    assert "Something was changed" in page


def test_of_an_erased_person_the_evidence_has_hashes(asa, cloud, tmp_path):  # noqa: F811
    erase(cloud)
    code, page = evidence(asa, tmp_path / "evidence.html")
    assert (code, "Åsa" in page) == (0, False)
    assert "Words deleted when the person was erased" in page


def test_of_somebody_without_consents_there_is_no_evidence(tmp_path):
    code, message = evidence("nobody@example.com", tmp_path / "evidence.html")
    assert code == 1
    assert "There are no consents of nobody@example.com." in message
