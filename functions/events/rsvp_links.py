"""Links in emails and pages to somebody's own sign-up for an event."""

from functions.core import tokens
from functions.core.tokens import Purpose
from functions.core.web.links import link
from functions.events.rules import Rsvp


def confirm_url(rsvp: Rsvp) -> str:
    return _url("confirm", Purpose.CONFIRM_RSVP, rsvp)


def change_url(rsvp: Rsvp) -> str:
    return _url("change", Purpose.CHANGE_RSVP, rsvp)


def _url(page: str, purpose: Purpose, rsvp: Rsvp) -> str:
    token = tokens.make(purpose, rsvp.slug, rsvp.address_hash, rsvp.revision)
    return link(f"/api/rsvp/{page}", token, rsvp.language)
