"""What the doctor leaves in a stack while it works, and how every bit of it is deleted again.

A run's test recipients are written first and deleted last, so the next run finds by them whatever
a killed one has left. Only the counters of limits stay; they expire by themselves.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Item
from functions.core.mail import sent_lines, suppression
from functions.core.settings import settings
from functions.membership import store as sign_ups
from functions.newsletter.rules.ledger import Batch, IssueState, Variant
from functions.newsletter.store import batches, issues
from functions.people.member import Member
from functions.people.store import members as people

NAME = "Alumni Doctor"  # of whoever the doctor signs up, so that it deletes no other sign-up
# Members' ids are hexadecimal. With this first letter they are in no shard that a newsletter, a
# list or an export reads.
RECIPIENT = "simulator"
SLUG = "alumni-doctor"
ALL = 2**53  # later than everything that is due
SIGN_UPS_AT_ONCE = 1000


@dataclass(frozen=True)
class Recipient:
    """A test recipient of one run; its part of the run is `kind`."""

    run: str
    kind: str
    address: str
    address_hash: str

    @property
    def id(self) -> str:
        return f"{RECIPIENT}-{self.run}-{self.kind}"

    @property
    def as_member(self) -> Member:
        return Member(
            id=self.id,
            name=NAME,
            email=self.address,
            address_hash=self.address_hash,
            office="",
            from_year=0,
            to_year=0,
            kinds=(),
            interests=(),
            language="en",
            newsletter=True,
            invitations=False,
            frequency="every",
            revision=1,
            joined_at=clock.now(),
        )


def slug(run: str) -> str:
    """Of the run's test newsletter."""
    return f"{SLUG}-{run}"


def content_key(run: str) -> str:
    return f"newsletters/{slug(run)}/en.json"


# ---- Writing


def add_recipient(recipient: Recipient) -> None:
    """Store a recipient without the pointer from its address: nobody can join or leave as it.

    Its address gets email again if an event that came after the end of an earlier run stopped it.
    """
    table.write(table.delete(suppression.key(recipient.address_hash)))
    member = asdict(recipient.as_member)
    item = table.keyed(people.member_key(recipient.id)) | _passing(member)
    table.write(table.put(item, condition=table.NEW))


def add_issue(run: str, subject: str, variant: Variant, deadline: int) -> None:
    """Store an issue that workers may send. It is in no index, so no tick, list or report sees
    it."""
    item = table.keyed(issues.issue_key(slug(run))) | {
        "state": IssueState.SENDING,
        "subject": subject,
        "send_at": clock.now(),
        "deadline": deadline,
        "variants": [{"name": variant.name, "key": variant.key, "hash": variant.hash}],
    }
    table.write(table.put(_passing(item), condition=table.NEW))


def add_batch(batch: Batch) -> None:
    table.write(batches.new_batch(batch))


def _passing(item: Item) -> Item:
    """An item that DynamoDB deletes in a day, if nobody does before."""
    return item | {"expires_at": clock.now() + clock.DAY}


# ---- Reading


def waiting_emails(address_hash: str) -> list[Item]:
    """Emails to this address that are not sent yet."""
    items, _unread = table.get_many(table.due("OUTBOX", ALL, limit=0))
    return [item for item in items.values() if item.get("address_hash") == address_hash]


def why_stopped(recipient: Recipient) -> str:
    """Why the recipient gets no more email (`bounce`, `complaint`); empty if it still may."""
    return str((table.get(suppression.key(recipient.address_hash)) or {}).get("reason", ""))


def _recipients() -> Iterator[Recipient]:
    """The test recipients of all runs."""
    partition = people.member_key(RECIPIENT)[0]
    for item in table.query(partition, f"{RECIPIENT}-"):
        _, run, kind = item["sk"].split("-", 2)
        yield Recipient(run, kind, item["email"], item["address_hash"])


# ---- Deleting


def sweep(s3: Any) -> int:
    """Delete what runs that were killed have left; returns how many there were."""
    left = list(_recipients())
    for run in {recipient.run for recipient in left}:
        forget_run(s3, run)
    return len({recipient.run for recipient in left}) + sum(map(forget_sign_up, _own_sign_ups()))


def forget_run(s3: Any, run: str) -> None:
    """Delete a run's test newsletter, what came of it, and its recipients."""
    s3.delete_object(Bucket=settings().private_bucket, Key=content_key(run))
    _delete_all(issues.issue_key(slug(run))[0])
    recipients = [recipient for recipient in _recipients() if recipient.run == run]
    for recipient in recipients:
        table.write(table.delete(suppression.key(recipient.address_hash)))
        _delete_all(f"MEMBER#{recipient.id}")  # records of its consent
    for recipient in recipients:
        table.write(table.delete(people.member_key(recipient.id)))


def _delete_all(partition: str) -> None:
    for item in list(table.query(partition, only=("pk",))):
        table.write(table.delete((item["pk"], item["sk"])))


def _own_sign_ups() -> list[str]:
    """Hashes of the addresses that a run signed up."""
    hashes = sign_ups.due_signups(ALL, SIGN_UPS_AT_ONCE)
    return [hashed for hashed in hashes if _is_own(hashed)]


def _is_own(address_hash: str) -> bool:
    sign_up = sign_ups.signup(address_hash)
    return sign_up is not None and sign_up.profile.name == NAME


def forget_sign_up(address_hash: str) -> bool:
    """Delete the doctor's sign-up of this address and its waiting emails; returns whether there was
    one. Somebody's own sign-up stays."""
    if not _is_own(address_hash):
        return False
    for item in waiting_emails(address_hash):
        table.write(table.delete((item["pk"], item["sk"])))
    sent_lines.forget(sent_lines.owner_of_line(None, address_hash), ALL, mail="confirm_join")
    values = {":name": NAME}
    key = sign_ups.signup_key(address_hash)
    return table.try_write(table.delete(key, condition="#name = :name", values=values))
