"""The one call that mails a batch: SES's SendBulkEmail, its variant and its readers.

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
from functions.newsletter.rules.ledger import Batch, Variant
from functions.people.member import Member

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import BulkEmailEntryTypeDef, SendBulkEmailRequestTypeDef

# What would start a line, turn the direction of what follows, or not show at all.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
KEPT_VARIANTS = 60  # as many as an issue may have; a page of members names all of them

_contents: dict[str, dict[str, str]] = {}


def content(variant: Variant) -> dict[str, str]:
    """`subject html text` of a variant; read once per container, by its hash.

    Raises:
        ContentError: it is not what the hash promises.
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


def request(batch: Batch, readers: dict[int, Member]) -> "SendBulkEmailRequestTypeDef":
    """The call that mails the batch's variant to `readers`, members by position."""
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
                "TemplateData": "{}",  # nobody has a default: each value is the reader's own
                # SES adds these to each mail, beside the reader's own header.
                "Headers": [
                    {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
                    {"Name": "List-Id", "Value": list_id(settings().site_url)},
                ],
            }
        },
        "BulkEmailEntries": [_entry(batch, at, member) for at, member in readers.items()],
    }


def _entry(batch: Batch, position: int, member: Member) -> "BulkEmailEntryTypeDef":
    """One reader. No display name in To: it tells people their own name, and could break a header.

    `List-Unsubscribe` as in RFC 8058: an https address whose token names the reader; behind it, for
    programmes that know RFC 2369 only, an address to mail to.
    """
    token = tokens.make(Purpose.UNSUBSCRIBE, member.id)
    url = unsubscribe_url(token)
    return {
        "Destination": {"ToAddresses": [member.email]},
        "ReplacementEmailContent": {
            "ReplacementTemplate": {"ReplacementTemplateData": _data(member.name, url)}
        },
        "ReplacementHeaders": [{"Name": "List-Unsubscribe", "Value": f"<{url}>{mailto(token)}"}],
        "ReplacementTags": [
            {"Name": "issue", "Value": batch.issue},
            {"Name": "batch", "Value": str(batch.number)},
            {"Name": "position", "Value": str(position)},
            # Whose bounce it is, even if the member has moved to another address since.
            {"Name": "address", "Value": member.address_hash},
        ],
    }


def _data(name: str, url: str) -> str:
    plain = UNPRINTABLE.sub(" ", name).strip()
    return json.dumps(values_for(plain, url))


def unsubscribe_url(token: str) -> str:
    return f"{settings().site_url}/api/unsubscribe?token={token}"


def mailto(token: str) -> str:
    """What follows the https address where a mailbox takes such mails; RFC 6068."""
    mailbox = settings().unsubscribe_mailbox
    return f", <mailto:{_addr_spec(mailbox)}?subject=unsubscribe%20{token}>" if mailbox else ""


@cache
def _addr_spec(mailbox: str) -> str:
    return quote(mailbox, safe="@!$*'")  # a comma or a bracket would end the address


@cache
def sender(text: str) -> str:
    """`Name <address>` as a header carries it: RFC 2047 where the name is not ASCII."""
    return formataddr(parseaddr(text), charset="utf-8")


@cache
def list_id(site_url: str) -> str:
    """RFC 2919: the list's name is below a domain of ours."""
    return f"<newsletter.{urlsplit(site_url).hostname}>"
