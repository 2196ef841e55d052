"""The raw message that SES makes of a reader's part of a call (SES v2, SendBulkEmail)."""

import json
from collections.abc import Mapping
from email import message_from_bytes
from email.header import Header
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP, compat32
from email.utils import formatdate
from typing import Any

NOT_FOLDED = compat32.clone(max_line_length=0)
AS_IT_IS = SMTP.clone(refold_source="none")
DAY = formatdate(1_796_115_600)  # 2026-12-01


def letter(call: Mapping[str, Any], entry: Mapping[str, Any], name: str = "0") -> EmailMessage:
    """With the call's headers and the reader's own as they are; SES itself encodes the subject."""
    template = call["DefaultContent"]["Template"]
    parts = template["TemplateContent"]
    replacement = entry["ReplacementEmailContent"]["ReplacementTemplate"]
    fields = json.loads(replacement["ReplacementTemplateData"])
    message = MIMEMultipart("alternative")
    message["Date"] = DAY
    message["From"] = call["FromEmailAddress"]
    message["To"] = entry["Destination"]["ToAddresses"][0]
    message["Message-ID"] = f"<0110019a.{name}@eu-north-1.amazonses.com>"
    for header in [*template["Headers"], *entry["ReplacementHeaders"]]:
        message[header["Name"]] = header["Value"]
    message["Subject"] = Header(_filled(parts["Subject"], fields), header_name="Subject").encode()
    for part, subtype in (("Text", "plain"), ("Html", "html")):
        message.attach(MIMEText(_filled(parts[part], fields), subtype, "utf-8"))
    return message_from_bytes(message.as_bytes(policy=NOT_FOLDED), policy=AS_IT_IS)  # type: ignore[return-value]


def _filled(text: str, fields: Mapping[str, str]) -> str:
    for key, value in fields.items():
        text = text.replace("{{" + key + "}}", value)
    return text
