"""Links of invitations: in our emails, and in letters on paper."""

from functions.core import tokens
from functions.core.errors import GoneError
from functions.core.tokens import Purpose
from functions.core.web.links import link
from functions.invitations.rules import Invitation, Link

JOIN, NEVER = "/api/invitation", "/api/invitation/never"


def invitation_link(invitation: Invitation, language: str, *, by_mail: bool) -> str:
    """To the page with the form to join."""
    return link(JOIN, tokens.make(Purpose.INVITED, invitation.id, int(by_mail)), language)


def never_link(invitation: Invitation, language: str) -> str:
    """To the page with the button to be left alone. It works for ever, in our emails only."""
    return link(NEVER, tokens.make(Purpose.LEAVE_ALONE, invitation.id), language)


def read_link(token: str) -> Link:
    """
    Raises:
        GoneError: the link is forged, or too old to be read.
    """
    invitation_id, by_mail = tokens.read(Purpose.INVITED, token, 2)
    return Link(token, str(invitation_id), bool(by_mail))


def read_never(token: str) -> Link:
    """That of `never_link`, or of the form to join, whose page leads to that button, too (raises as
    `read_link`)."""
    try:
        (invitation_id,) = tokens.read(Purpose.LEAVE_ALONE, token, 1)
    except GoneError:
        return read_link(token)
    return Link(token, str(invitation_id), by_mail=True)
