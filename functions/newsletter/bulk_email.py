"""The request that sends a batch: SES's SendBulkEmail with a variant and its readers.

SES fills in the placeholders of each reader and escapes nothing: their values are made safe here.
"""

import hashlib
import json
import re
from email.utils import formataddr, parseaddr
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from functions.core import tokens
from functions.core.aws.clients import client
from functions.core.errors import ContentError
from functions.core.mail.placeholders import values_for
from functions.core.settings import settings
from functions.core.tokens import Purpose
from functions.newsletter.rules.ledger import Batch, IssueKind, Variant
from functions.people.member import Member

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import BulkEmailEntryTypeDef, SendBulkEmailRequestTypeDef

# Characters that start a new line, change the text's direction, or are invisible.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
KEPT_VARIANTS = 60  # as many as an issue may have: one page of members may need all of them

# What the one click of List-Unsubscribe ends, and by what token its reader can answer.
STOPS = {
    IssueKind.NEWSLETTER: Purpose.UNSUBSCRIBE,
    IssueKind.INVITATION: Purpose.NO_INVITATIONS,
}
ANSWERED = {IssueKind.NEWSLETTER: None, IssueKind.INVITATION: Purpose.EVENT_INVITATION}
LISTS = {IssueKind.NEWSLETTER: "newsletter", IssueKind.INVITATION: "invitations"}

_contents: dict[str, dict[str, str]] = {}


def content(variant: Variant) -> dict[str, str]:
    """`subject`, `html` and `text` of a variant; read once per container, by its hash.

    Raises:
        ContentError: the stored bytes don't have the hash that was published.
    """
    if variant.hash not in _contents:
        answer = client("s3").get_object(Bucket=settings().private_bucket, Key=variant.key)
        raw = answer["Body"].read()
        if hashlib.sha256(raw).hexdigest() != variant.hash:
            raise ContentError(variant.key)
        if len(_contents) >= KEPT_VARIANTS:
            _contents.clear()
        _contents[variant.hash] = json.loads(raw)
    return _contents[variant.hash]


def request(
    batch: Batch, readers: dict[int, Member], kind: IssueKind = IssueKind.NEWSLETTER
) -> "SendBulkEmailRequestTypeDef":
    """The request that sends the batch's variant to `readers`, members by position."""
    variant = content(batch.variant)
    return {
        "FromEmailAddress": sender(settings().sender),
        "ConfigurationSetName": settings().newsletter_set,
        "DefaultContent": {
            "Template": {
                "TemplateContent": {
                    "Subject": variant["subject"],
                    "Text": variant["text"],
                    "Html": variant["html"],
                },
                "TemplateData": "{}",  # no defaults: each reader has their own values
                # SES adds these to each email, in addition to the reader's own header.
                "Headers": [
                    {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
                    {"Name": "List-Id", "Value": list_id(settings().site_url, LISTS[kind])},
                ],
            }
        },
        "BulkEmailEntries": [_entry(batch, at, member, kind) for at, member in readers.items()],
    }


def _entry(batch: Batch, position: int, member: Member, kind: IssueKind) -> "BulkEmailEntryTypeDef":
    """One reader. To has no display name: it would be of no use, and could break the header.

    `List-Unsubscribe` as in RFC 8058: an https address whose token names the reader, followed by
    an address to email to for apps that only know RFC 2369.
    """
    token = tokens.make(STOPS[kind], member.id)
    url = unsubscribe_url(token)
    answer = ANSWERED[kind]
    answer_token = tokens.make(answer, batch.issue, member.id) if answer else ""
    return {
        "Destination": {"ToAddresses": [member.email]},
        "ReplacementEmailContent": {
            "ReplacementTemplate": {
                "ReplacementTemplateData": _data(member.name, url, answer_token)
            }
        },
        "ReplacementHeaders": [{"Name": "List-Unsubscribe", "Value": f"<{url}>{mailto(token)}"}],
        "ReplacementTags": [
            {"Name": "issue", "Value": batch.issue},
            {"Name": "batch", "Value": str(batch.number)},
            {"Name": "position", "Value": str(position)},
            # Identifies the address that bounced, even if the member has changed it since.
            {"Name": "address", "Value": member.address_hash},
        ],
    }


def _data(name: str, url: str, answer_token: str = "") -> str:
    plain = UNPRINTABLE.sub(" ", name).strip()
    return json.dumps(values_for(plain, url, answer_token))


def unsubscribe_url(token: str) -> str:
    return f"{settings().site_url}/api/unsubscribe?token={token}"


def mailto(token: str) -> str:
    """The second address of the header, if a mailbox for unsubscribing is set up (RFC 6068)."""
    mailbox = settings().unsubscribe_mailbox
    return f", <mailto:{_addr_spec(mailbox)}?subject=unsubscribe%20{token}>" if mailbox else ""


@cache
def _addr_spec(mailbox: str) -> str:
    return quote(mailbox, safe="@!$*'")  # unquoted, a comma or a bracket would end the address


@cache
def sender(text: str) -> str:
    """`Name <address>` for a header; RFC 2047 encodes a name that isn't ASCII."""
    return formataddr(parseaddr(text), charset="utf-8")


@cache
def list_id(site_url: str, name: str = LISTS[IssueKind.NEWSLETTER]) -> str:
    """The list's name in a domain of ours, as RFC 2919 requires."""
    return f"<{name}.{urlsplit(site_url).hostname}>"
