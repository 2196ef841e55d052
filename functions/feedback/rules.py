"""What an event of SES means, and whether its address may still get email. No I/O here."""

from dataclasses import dataclass
from typing import Any

from functions.core.errors import BadRequestError
from functions.newsletter.rules.ses_results import Event

# SES's event types in EventBridge; deliveries, opens and clicks are not subscribed to.
KINDS = {
    "SEND": Event.SEND,
    "COMPLAINT": Event.COMPLAINT,
    "REJECT": Event.REJECT,
    "RENDERING_FAILURE": Event.RENDERING_FAILURE,
}
NOT_SPAM = "not-spam"  # a reader took the email out of the spam folder
STOPS = {Event.HARD_BOUNCE: "bounce", Event.COMPLAINT: "complaint"}


@dataclass(frozen=True)
class Notice:
    """One event, without any address. `batch` and `position` are None if it is no newsletter's."""

    event: Event | None
    message_id: str
    issue: str
    batch: int | None
    position: int | None
    address_hash: str

    @property
    def stops(self) -> str:
        """Why this address gets no more email (`bounce`, `complaint`); empty if it still may."""
        return STOPS.get(self.event, "") if self.event else ""


def read(message: Any) -> Notice:
    """Reads a message that the rule in template.yaml put into the queue.

    Raises:
        BadRequestError: it has another shape.
    """
    if not isinstance(message, dict) or not isinstance(message.get("event"), str):
        raise BadRequestError("event")
    tags = message.get("tags") or {}
    if not isinstance(tags, dict):
        raise BadRequestError("tags")
    return Notice(
        event=_event(message),
        message_id=_text(message.get("message_id")),
        issue=_text(tags.get("issue")),
        batch=_number(tags.get("batch")),
        position=_number(tags.get("position")),
        address_hash=_text(tags.get("address")),
    )


def _event(message: dict[str, Any]) -> Event | None:
    kind = message["event"].upper().replace(" ", "_")
    if kind == "BOUNCE":
        permanent = _text(message.get("bounce_type")).casefold() == "permanent"
        return Event.HARD_BOUNCE if permanent else Event.SOFT_BOUNCE
    if kind == "COMPLAINT" and _text(message.get("complaint_type")).casefold() == NOT_SPAM:
        return Event.SEND  # like a soft bounce, it only proves that SES sent the email
    return KINDS.get(kind)


def _text(value: Any) -> str:
    """A tag is a string, or a list of one. What an event lacks is an empty string."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else "" if value is None else str(value)


def _number(value: Any) -> int | None:
    text = _text(value)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise BadRequestError("number")
    return int(text)
