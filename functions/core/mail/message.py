"""What a room says about one mail to one person; `post` renders and sends it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    content_type: str  # maintype/subtype; parameters such as `method=REQUEST` may follow


@dataclass(frozen=True)
class Mail:
    """`template` names `newsletter_templates/<template>/{subject.txt,body.txt,body.html}`."""

    template: str
    language: str
    name: str
    address: str
    context: dict[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Skip:
    """No mail, and why: the fact has changed since, or the person is gone."""

    reason: str
