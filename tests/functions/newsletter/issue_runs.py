"""An issue and its readers, the clockwork of Lambda around the two doors, and a look at the end."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import boto3

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.settings import settings
from functions.core.texts import JOINING
from functions.newsletter import handler
from functions.newsletter.rules.ledger import Batch, Issue
from functions.newsletter.rules.report import tally
from functions.newsletter.store import batches, issues
from functions.people.member import SHARDS, Agreement, Member, Profile, joined, new_member
from functions.people.store import members as people

SLUG = "autumn"
PROFILE = {
    "name": "Asa Ek",
    "office": "malmo",
    "from_year": 1998,
    "to_year": 2014,
    "kinds": ["engineer"],
    "interests": ["energy"],
    "language": "en",
}
AGREED = Agreement("membership", "2026-11")


class Context:
    """Lambda's context; its time is up when a test says so."""

    def __init__(self, milliseconds: int = 50_000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def join(count: int = 1, **profile: Any) -> list[str]:
    """New members `reader.N@example.com`; gives their ids."""
    start = len(all_members())
    return [_join(f"reader.{start + n}@example.com", profile) for n in range(count)]


def _join(email: str, profile: dict[str, Any]) -> str:
    given = PROFILE | {"email": email} | profile
    several = {name: tuple(given[name]) for name in ("kinds", "interests")}
    person = Profile(**given | several)
    member = new_member(person, address_hash(person.email), clock.now())
    people.add(member, joined(member, dict.fromkeys(JOINING, AGREED), "taken over"))
    return member.id


def all_members() -> list[Member]:
    return [member for shard in SHARDS for member in people.members(shard)]


def address_of(member_id: str) -> str:
    person = people.member(member_id)
    return person.email if person else ""


def publish(
    *languages: str,
    slug: str = SLUG,
    at: int = 0,
    deadline: int | None = None,
    readers: dict[str, list[dict[str, list[str]]]] | None = None,
    silent: Sequence[str] = (),
    contents: dict[str, dict[str, str]] | None = None,
    **more: Any,
) -> bool:
    """Put the variants into the bucket and schedule the issue, due `at` seconds from now."""
    names = readers or {key: [{}] for key in contents or languages or ("en",)}
    variants = {name: _variant(slug, name, contents) | {"readers": r} for name, r in names.items()}
    variants |= {name: variants[name] | {"key": "", "hash": ""} for name in silent}
    facts = {
        "subject": "News",
        "url": f"https://alumni.example.com/newsletters/{slug}/",
        "send_at": _moment(clock.now() + at),
        "deadline": _moment(clock.now() + deadline) if deadline is not None else None,
        "variants": {} if more.get("nothing") else variants,
    }
    return issues.schedule(slug, facts | more, clock.now())


def _variant(slug: str, name: str, contents: dict[str, dict[str, str]] | None) -> dict[str, Any]:
    values = "{{name_html}} {{unsubscribe_url}}"
    usual = {"subject": f"News {name}", "html": f"<p>{values}</p>", "text": values}
    content = (contents or {}).get(name, usual)
    raw, key = json.dumps(content).encode(), f"newsletters/{slug}/{name}.json"
    boto3.client("s3").put_object(Bucket="alumni-private", Key=key, Body=raw)
    return {"key": key, "hash": hashlib.sha256(raw).hexdigest(), "language": name[:2]}


def change_member(member_id: str, **wish: Any) -> None:
    """The member changes something about themselves."""
    for name, value in wish.items():
        key = people.member_key(member_id)
        change = table.update(key, f"SET #{name} = :new", {":new": value}, condition=table.EXISTS)
        table.write(change)


def _moment(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tick(milliseconds: int = 50_000) -> None:
    handler.tick({"tick": True}, Context(milliseconds))


def take() -> list[dict[str, Any]]:
    """Take the waiting messages out of the queue, in the form that Lambda passes on."""
    sqs, url = boto3.client("sqs"), settings().send_queue_url
    taken: list[dict[str, Any]] = []
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for entry in received:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=entry["ReceiptHandle"])
            taken.append({"messageId": entry["MessageId"], "body": entry["Body"]})
    return taken


def deliver(milliseconds: int = 50_000) -> list[dict[str, Any]]:
    """Hand all waiting messages to the worker; return those that it failed to process."""
    messages = take()
    failed = handler.send({"Records": messages}, Context(milliseconds))["batchItemFailures"]
    names = {failure["itemIdentifier"] for failure in failed}
    return [message for message in messages if message["messageId"] in names]


def deliver_some(count: int) -> None:
    """Hand only some of the waiting messages to the worker; the others are lost."""
    handler.send({"Records": take()[:count]}, Context())


def outcomes(slug: str = SLUG) -> dict[str, int]:
    """Recipients by state and reason."""
    counted = (batch.outcome(at) for batch in batches.of_issue(slug) for at in batch.positions)
    return dict(Counter(map(str, counted)))


def message(number: int = 0, slug: str = SLUG) -> dict[str, Any]:
    body = json.dumps({"issue": slug, "number": number})
    return {"Records": [{"messageId": f"m{number}", "body": body}]}


def stored_issue(slug: str = SLUG) -> Issue:
    issue = issues.get(slug)
    assert issue is not None
    return issue


def stored_batch(number: int = 0) -> Batch:
    batch = batches.get(SLUG, number)
    assert batch is not None
    return batch


def counts(slug: str = SLUG) -> Counter[str]:
    return tally(batches.of_issue(slug))
