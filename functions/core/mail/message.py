"""An email to one person, as a package describes it; `post` renders and sends it."""

from dataclasses import dataclass, field
from typing import Any

HTML_BYTES_MAX = 100_000  # Gmail cuts off what is over 102 KB, the unsubscribe link with it


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    content_type: str  # maintype/subtype; parameters such as `method=REQUEST` may follow


@dataclass(frozen=True)
class Picture:
    """A picture that travels in the email; its HTML shows it as `cid:<name>`."""

    name: str
    png: bytes


@dataclass(frozen=True)
class Writer:
    """In whose name an email is sent, and who gets the answers."""

    name: str
    address: str


@dataclass(frozen=True)
class Mail:
    """`template` names `newsletter_templates/<template>/{subject.txt,body.txt,body.html}`.

    With `unsubscribe_url`, email apps show a button that POSTs there (RFC 8058): an email that
    nobody asked for has one.
    """

    template: str
    language: str
    name: str
    address: str
    context: dict[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Picture, ...] = ()
    writer: Writer | None = None  # None: the sender
    unsubscribe_url: str = ""


@dataclass(frozen=True)
class Skip:
    """The reason why no email is sent: the fact has changed since, or the person is gone.

    `keep` leaves the item in the outbox, as if never tried: what is to take its place needs it.
    """

    reason: str
    keep: bool = False
