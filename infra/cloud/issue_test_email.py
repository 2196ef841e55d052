"""The test email: one variant of an issue, sent to one address for review."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from functions.core.addresses import normalise
from functions.core.mail.placeholders import marked, values_for
from functions.newsletter.bulk_email import sender
from infra.cloud.aws import Aws
from infra.cloud.errors import CloudError

T = TypeVar("T")
NAME = "Kim Sample"
MISSING = {"NoSuchKey", "AccessDenied"}  # the latter without permission to list the bucket


@dataclass(frozen=True)
class Email:
    """A variant as it is published, with placeholders for the person's own values."""

    subject: str
    html: str
    text: str


def send(aws: Aws, stack: Mapping[str, str], email: Email, to: str) -> str:
    """Send it with a sample name and a harmless unsubscribe link; return SES's message id.

    `stack` holds the stack's outputs and parameters.

    Raises:
        CloudError: `to` is not an address; the stack is an older one.
    """
    if "NewsletterSet" not in stack:
        raise CloudError("the stack is older than this command: run `alumni deploy` first")
    address = normalise(to)
    if address is None:
        raise CloudError(f"{to!r} is not an address: write it alone, such as name@example.com")
    values = values_for(NAME, stack["SiteUrl"], "sample")
    fields = {marked(name): value for name, value in values.items()}
    answer = aws.client("sesv2").send_email(
        FromEmailAddress=sender(stack["Sender"]),
        # Without it, a bounce would put the address on SES's list of the account.
        ConfigurationSetName=stack["NewsletterSet"],
        Destination={"ToAddresses": [address]},
        Content={"Simple": _simple(email, fields)},
    )
    return str(answer["MessageId"])


def published(aws: Aws, bucket: str, slug: str, variant: str) -> Email:
    """Raises CloudError if this variant is not published, or its readers get no email."""
    issue = _read(aws, bucket, "catalogue.json").get("issues", {}).get(slug)
    if issue is None:
        raise CloudError(f"{slug} is not published: run `alumni publish` first")
    keys = {name: entry["key"] or None for name, entry in issue["variants"].items()}
    parts = _read(aws, bucket, chosen(keys, slug, variant))
    return Email(parts["subject"], parts["html"], parts["text"])


def chosen(variants: Mapping[str, T | None], slug: str, name: str) -> T:
    """One of an issue's variants, of which None is for readers who get no email.

    Raises:
        CloudError: there is none of this name, or it is for such readers.
    """
    if name not in variants:
        known = ", ".join(sorted(variants)) or "none, because it has nothing to report"
        raise CloudError(f"{slug} has no variant {name}; its variants: {known}")
    variant = variants[name]
    if variant is None:
        raise CloudError(f"readers of {name} get no email: nothing for them in {slug}")
    return variant


def _read(aws: Aws, bucket: str, key: str) -> dict[str, Any]:
    try:
        answer = aws.client("s3").get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise
        raise CloudError(f"{key} is not published: run `alumni publish` first") from None
    content: dict[str, Any] = json.loads(answer["Body"].read())
    return content


def filled(text: str, fields: dict[str, str]) -> str:
    """`text` with its placeholders filled in, as SES would."""
    for placeholder, value in fields.items():
        text = text.replace(placeholder, value)
    return text


def _simple(email: Email, fields: dict[str, str]) -> dict[str, Any]:
    def part(text: str) -> dict[str, str]:
        return {"Data": filled(text, fields), "Charset": "UTF-8"}

    return {
        "Subject": part(f"[Test] {email.subject}"),
        "Body": {"Html": part(email.html), "Text": part(email.text)},
    }
