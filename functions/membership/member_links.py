"""Links in emails and pages to a member's own pages."""

from functions.core import tokens
from functions.core.tokens import Purpose
from functions.core.web.links import link
from functions.people.member import Member


def unsubscribe_url(member: Member) -> str:
    """To the page that unsubscribes from the newsletter, and holds its settings."""
    return link("/api/unsubscribe", tokens.make(Purpose.UNSUBSCRIBE, member.id), member.language)
