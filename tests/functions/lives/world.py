"""The real handlers on a cloud in memory, and what arrives in people's inboxes."""

import email
import json
import re
from dataclasses import dataclass
from email.policy import default
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from functions.account import new_address
from functions.core import clock, settings, site
from functions.core.addresses import address_hash
from functions.core.aws import clients, secrets, table
from functions.core.web import pages
from functions.events import handler as events_handler
from functions.feedback import handler as feedback
from functions.membership import handler as membership_handler
from functions.newsletter import bulk_email, sending_rate
from functions.newsletter import handler as newsletter_handler
from functions.post import handler as post_handler
from tests.functions.lives.memory_cloud import MemoryCloud
from tests.functions.sent_emails import Context, links
from tests.functions.support import ENVIRONMENT, NOW, SHELL, SITE, SITE_URL

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

# Limits have tests of their own; here they would only keep people from acting.
WITHOUT_LIMITS = {
    "MAILS_PER_ADDRESS_PER_DAY": "100000",
    "MAILS_PER_HOUR": "100000",
    "POSTS_PER_NETWORK_PER_HOUR": "100000",
    "SEND_QUEUE_URL": "https://sqs.test/send",
}
CODE = re.compile(r"^Or type this code.*: (\d{4}) (\d{4})\s*$", re.MULTILINE)
CONTACT_MONTHS = 3
TTL_LAG_SECONDS = 2 * clock.DAY


@dataclass(frozen=True)
class Letter:
    """An email that arrived; `mail` is the name of its template, or `newsletter`."""

    mail: str
    to: str
    links: tuple[str, ...]  # paths with their queries
    code: str
    at: int

    def link(self, path: str) -> str:
        """Its link to this path; empty if there is none."""
        return next((link for link in self.links if link.startswith(path)), "")


class World:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.cloud, self.now = MemoryCloud(), NOW
        self._read_mails = self._read_bulk = 0
        for name, value in (ENVIRONMENT | WITHOUT_LIMITS).items():
            patch.setenv(name, value)
        patch.setattr(clients, "_client", self.cloud.client)
        patch.setattr(boto3, "client", self.cloud.client)
        patch.setattr(clock, "now", lambda: self.now)
        patch.setattr(new_address, "NEW_ADDRESSES_PER_DAY", 100_000)
        _forget()
        self._publish()

    def _publish(self) -> None:
        company = SITE | {"keep": {"contact_months": CONTACT_MONTHS}}
        item = {"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 1, "site": company}
        table.write(table.put(item))
        for language in SITE["languages"]:
            body = SHELL.replace("'en'", f"'{language}'").encode()
            place = {"Bucket": "alumni-private", "Key": f"shell/{language}.html"}
            self.cloud.s3.put_object(**place, Body=body)

    @property
    def items(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Everything in the table, in DynamoDB's JSON."""
        return self.cloud.table.database.table.items

    # ---- What happens by itself

    def tick(self) -> None:
        """The minute's ticks; `post` has one of its own."""
        for handle in (membership_handler.tick, events_handler.tick, newsletter_handler.tick):
            handle({"tick": True}, Context())

    def post(self) -> list[Letter]:
        """Emails that are due are sent; those that arrive."""
        post_handler.deliver({"tick": True}, Context())
        sent = self.cloud.ses.sent[self._read_mails :]
        self._read_mails += len(sent)
        return [self._letter(request) for request in sent]

    def send_batches(self) -> list[Letter]:
        """Workers take what is in the queue; the newsletters that arrive."""
        records = self.cloud.sqs.take()
        failed = newsletter_handler.send({"Records": records}, Context())["batchItemFailures"]
        assert not failed
        sent = self.cloud.ses.bulk[self._read_bulk :]
        self._read_bulk += len(sent)
        return [self._newsletter(entry) for entry in sent]

    def bounce(self, address: str) -> None:
        tags = {"address": address_hash(address), "mail": "welcome"}
        event = {"event": "Bounce", "bounce_type": "Permanent", "message_id": "1", "tags": tags}
        feedback.settle({"Records": [{"messageId": "1", "body": json.dumps(event)}]}, Context())

    def expire(self) -> int:
        """DynamoDB deletes what its TTL names, days too late; returns until when."""
        until = self.now - TTL_LAG_SECONDS
        for key, item in list(self.items.items()):
            if "expires_at" in item and int(item["expires_at"]["N"]) < until:
                self.cloud.table.database.table.delete(key)
        return until

    def restore(self, items: dict[tuple[str, str], dict[str, Any]]) -> None:
        """The table as it was; what waits in the queue is lost."""
        table_now = self.cloud.table.database.table
        for key in list(self.items):
            table_now.delete(key)
        for item in items.values():
            table_now.put(item)
        self.cloud.sqs.take()

    # ---- Emails

    def _letter(self, request: dict[str, Any]) -> Letter:
        raw = request["RawMessage"]["Data"]
        message: EmailMessage = email.message_from_bytes(raw, policy=default)  # type: ignore[assignment]
        body = message.get_body(("plain",))
        assert body
        text = str(body.get_content())
        code = CODE.search(text)
        return Letter(
            mail=next(tag["Value"] for tag in request["Tags"] if tag["Name"] == "mail"),
            to=request["Destinations"][0],
            links=tuple(links(text)),
            code="".join(code.groups()) if code else "",
            at=self.now,
        )

    def _newsletter(self, entry: dict[str, Any]) -> Letter:
        (address,) = entry["Destination"]["ToAddresses"]
        header = next(
            header["Value"]
            for header in entry["ReplacementHeaders"]
            if header["Name"] == "List-Unsubscribe"
        )
        url = header.partition(">")[0].removeprefix("<").removeprefix(SITE_URL)
        return Letter("newsletter", address, (url,), "", self.now)


def _forget() -> None:
    """What a container keeps between calls."""
    forgetters: tuple[Callable[[], None], ...] = (
        settings.settings.cache_clear,
        secrets.forget,
        pages._shells.clear,
        site.forget,
        sending_rate.forget,
        bulk_email._contents.clear,
    )
    for forget in forgetters:
        forget()
