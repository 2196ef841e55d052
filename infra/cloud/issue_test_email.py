"""The test email: one published variant of an issue, sent to one address for review."""

import json
from typing import Any

from botocore.exceptions import ClientError

from functions.core.addresses import normalise
from functions.core.mail.placeholders import marked, values_for
from functions.newsletter.bulk_email import sender
from infra.cloud.aws import Aws
from infra.cloud.errors import CloudError

NAME = "Kim Sample"
MISSING = {"NoSuchKey", "AccessDenied"}  # the latter without permission to list the bucket


def send(aws: Aws, stack: dict[str, str], slug: str, variant: str, to: str) -> str:
    """Send it with a sample name and a harmless unsubscribe link; return SES's message id.

    `stack` holds the stack's outputs and parameters.

    Raises:
        CloudError: this variant is not published, or is empty; `to` is not an address; the stack
            is an older one.
    """
    if "NewsletterSet" not in stack:
        raise CloudError("the stack is older than this command: run `alumni deploy` first")
    address = normalise(to)
    if address is None:
        raise CloudError(f"{to!r} is not an address: write it alone, such as name@example.com")
    mail = _published(aws, stack["PrivateBucket"], slug, variant)
    values = values_for(NAME, stack["SiteUrl"])
    fields = {marked(name): value for name, value in values.items()}
    answer = aws.client("sesv2").send_email(
        FromEmailAddress=sender(stack["Sender"]),
        # Without it, a bounce would put the address on SES's list of the account.
        ConfigurationSetName=stack["NewsletterSet"],
        Destination={"ToAddresses": [address]},
        Content={"Simple": _simple({part: filled(text, fields) for part, text in mail.items()})},
    )
    return str(answer["MessageId"])


def _published(aws: Aws, bucket: str, slug: str, variant: str) -> dict[str, str]:
    issues = _read(aws, bucket, "catalogue.json").get("issues", {})
    issue = issues.get(slug)
    if issue is None:
        raise CloudError(f"{slug} is not published: run `alumni publish` first")
    variants = issue["variants"]
    if variant not in variants:
        known = ", ".join(sorted(variants)) or "no variant, because it has nothing to report"
        raise CloudError(f"{slug} has no variant {variant}; published: {known}")
    entry = variants[variant]
    if not entry["key"]:
        raise CloudError(f"readers of {variant} get no email: nothing for them in {slug}")
    return _read(aws, bucket, entry["key"])


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


def _simple(mail: dict[str, str]) -> dict[str, Any]:
    def part(text: str) -> dict[str, str]:
        return {"Data": text, "Charset": "UTF-8"}

    return {
        "Subject": part(f"[Test] {mail['subject']}"),
        "Body": {"Html": part(mail["html"]), "Text": part(mail["text"])},
    }
