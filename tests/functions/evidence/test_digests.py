"""A digest vouches for the consent lines of each day; it is signed, and written once."""

import base64
import json
from hashlib import sha256

import boto3
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from functions.core import settings
from functions.core.aws import private_files, table
from functions.core.clock import DAY, HOUR
from functions.evidence import digesting, handler, rules, store
from functions.evidence.rules import Leaf
from functions.people.store import consents, subscriptions
from tests.functions.support import NOW

TODAY, TOMORROW = "2026-11-18", "2026-11-19"


class Context:
    """As Lambda's: the time that a run has left."""

    def __init__(self, *left):
        self.left = list(left)

    def get_remaining_time_in_millis(self):
        return self.left.pop(0) if self.left else 300_000


@pytest.fixture
def key(cloud, monkeypatch):
    """The ARN of a signing key."""
    created = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    monkeypatch.setenv("EVIDENCE_KEY", created["KeyMetadata"]["Arn"])
    settings.settings.cache_clear()
    return created["KeyMetadata"]["Arn"]


def list_line(member_id, number=1, day=TODAY):
    key = table.keyed(consents.day_key(day, member_id[0], f"{member_id}#{number:08d}"))
    table.write(table.put(key | {"hash": sha256(member_id.encode()).hexdigest()}))


def tick(cloud, days=0, *left):
    cloud.now = NOW - NOW % DAY + DAY * (1 + days) + HOUR
    handler.tick({"tick": True}, Context(*left))


def leaves_of(day):
    return [leaf for file in store.parts(day) for leaf in rules.leaves_in(private_files.read(file))]


def members(number):
    return [f"{n:x}{'0' * 30}{n % 16:x}" for n in range(1, number + 1)]


def test_the_first_digest_is_yesterdays_and_follows_none(cloud, key):
    tick(cloud)
    assert store.days() == [TODAY]
    digest = store.digest(TODAY)
    assert (digest["lines"], digest["parts"], digest["key"]) == (0, [], key)
    assert digest["before"] == rules.NONE_BEFORE


def test_it_lists_every_line_of_the_day_by_its_hash(cloud, key, asa):
    subscriptions.stop_newsletter(asa, "link", NOW)
    list_line("f" * 32, day=TOMORROW)
    tick(cloud)
    assert leaves_of(TODAY) == [
        Leaf(asa, line["number"], line["hash"]) for line in consents.lines_of(asa)
    ]
    (part,) = store.digest(TODAY)["parts"]
    assert part["sha256"] == sha256(private_files.read(part["file"])).hexdigest()
    assert part["lines"] == store.digest(TODAY)["lines"] == len(leaves_of(TODAY))


def test_it_is_signed_and_follows_the_one_of_the_day_before(cloud, key):
    tick(cloud)
    tick(cloud, 1)
    first, second = store.digest(TODAY), store.digest(TOMORROW)
    assert second["before"] == rules.digest_hash(first)
    public = serialization.load_der_public_key(
        boto3.client("kms").get_public_key(KeyId=key)["PublicKey"]
    )
    signature = base64.b64decode(second["signature"])
    public.verify(signature, rules.digest_hash(second).encode(), ec.ECDSA(hashes.SHA256()))


def test_days_that_were_missed_are_made_up_for_and_today_waits(cloud, key):
    tick(cloud)
    tick(cloud, 3)
    assert store.days() == [TODAY, TOMORROW, "2026-11-20", "2026-11-21"]


@pytest.mark.parametrize(
    ("last", "after_midnight", "due"),
    [
        ("", HOUR - 1, ["2026-11-17"]),
        ("", HOUR, [TODAY]),
        ("2026-11-17", HOUR - 1, []),
        ("2026-11-17", HOUR, [TODAY]),
        (TODAY, HOUR, []),
    ],
)
def test_a_day_is_due_an_hour_after_it_is_over(last, after_midnight, due):
    assert rules.days_due(last, NOW - NOW % DAY + DAY + after_midnight) == due


def test_a_digest_is_never_written_again(cloud, key, asa):
    tick(cloud)
    before = private_files.read(store.digest_file(TODAY))
    list_line("f" * 32)
    tick(cloud)
    assert private_files.read(store.digest_file(TODAY)) == before
    assert not private_files.write_once(store.digest_file(TODAY), b"{}")


def test_a_run_without_time_is_continued_by_the_next(cloud, key, monkeypatch):
    monkeypatch.setattr(rules, "PART_LINES", 3)
    everybody = members(40)
    for member_id in everybody:
        list_line(member_id)
    tick(cloud, 0, 300_000, 300_000, 1)
    assert (len(store.parts(TODAY)), store.days()) == (2, [])
    tick(cloud)
    assert [leaf.member_id for leaf in leaves_of(TODAY)] == sorted(everybody)
    assert store.digest(TODAY)["lines"] == 40


def test_two_runs_at_once_write_the_same_digest(cloud, key, asa, monkeypatch):
    tick(cloud, -1)
    write, waiting = private_files.write_once, [True]

    def overtaken(file, content):
        if waiting:
            waiting.pop()
            tick(cloud)
        return write(file, content)

    monkeypatch.setattr(private_files, "write_once", overtaken)
    tick(cloud)
    assert len(leaves_of(TODAY)) == len(consents.lines_of(asa))
    assert store.days() == ["2026-11-17", TODAY]


def test_a_file_of_the_digest_that_somebody_else_has_written_is_an_error(cloud, key, asa):
    private_files.write_once(
        store.digest_file(TODAY), json.dumps({"day": TODAY, "lines": 0}).encode()
    )
    with pytest.raises(RuntimeError, match="exists and differs"):
        digesting.digest(TODAY, rules.NONE_BEFORE, lambda: True)
