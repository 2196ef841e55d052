"""The mails that SES took, as their readers get them; and post, called as the tick calls it."""

import email
import re
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from functions.post import handler


class Context:
    """What Lambda tells a handler about its time."""

    def __init__(self, left_ms: int = 50_000) -> None:
        self.left_ms = left_ms

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


def deliver(event: dict[str, Any] | None = None) -> list[EmailMessage]:
    """Have post send what is due; all mails that were ever sent, oldest first."""
    handler.deliver(event or {"tick": True}, Context())
    return sent()


def sent() -> list[EmailMessage]:
    mails = ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages
    return [email.message_from_string(mail.raw_data, policy=default) for mail in mails]  # type: ignore[misc]


def message_ids() -> list[str]:
    """SES's ids of all mails that were ever sent, oldest first."""
    return [mail.id for mail in ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages]


def text(mail: EmailMessage) -> str:
    return str(mail.get_body(("plain",)).get_content())


def html(mail: EmailMessage) -> str:
    return str(mail.get_body(("html",)).get_content())


def decoded(mail: EmailMessage) -> str:
    """All that a mail holds, as its reader can see it: headers, both bodies, attachments."""
    headers = [str(value) for value in mail.values()]
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    return "\n".join(headers + [str(part.get_content()) for part in leaves])


def links(text: str) -> list[str]:
    """Paths and queries of the links with a token in an email's text."""
    return re.findall(r"https://alumni\.example\.com(/(?:api|desk|door|me)/\S+\?token=\S+)", text)


def newest_link() -> str:
    """The first link of the email that came last."""
    return links(text(deliver()[-1]))[0]


def newest_link_to(path: str, address: str = "") -> str:
    """The newest link to this path in an email, or in one to this address."""
    mails = [mail for mail in deliver() if address in {"", mail["To"]}]
    every = [link for mail in mails for link in links(text(mail))]
    return [link for link in every if link.startswith(path)][-1]


def query_of(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query))


def token_of(link: str) -> str:
    return query_of(link)["token"]
