"""Links of invitations: in our emails, and in letters on paper."""

from functions.core import tokens
from functions.core.tokens import Purpose
from functions.core.web.links import link
from functions.invitations.rules import Invitation, Link

JOIN, NEVER = "/api/invitation", "/api/invitation/never"


def invitation_link(
    invitation: Invitation, language: str, *, by_mail: bool, path: str = JOIN
) -> str:
    """To the page with the form to join, or with the button to be left alone."""
    return link(path, tokens.make(Purpose.INVITED, invitation.id, int(by_mail)), language)


def read_link(token: str) -> Link:
    """
    Raises:
        GoneError: the link is forged, or too old to be read.
    """
    invitation_id, by_mail = tokens.read(Purpose.INVITED, token, 2)
    return Link(token, str(invitation_id), bool(by_mail))
