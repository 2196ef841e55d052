"""Links in emails and pages to a member's own pages."""

from functions.core import tokens
from functions.core.tokens import Purpose
from functions.core.web.links import link
from functions.people.member import Member


def unsubscribe_url(member: Member) -> str:
    """To the page that unsubscribes from the newsletter, and holds its settings."""
    return link("/api/unsubscribe", tokens.make(Purpose.UNSUBSCRIBE, member.id), member.language)


def still_here_url(member: Member, *, is_right: bool = False) -> str:
    """To the page with one button by which a member stays, or says that all `is_right`."""
    token = tokens.make(Purpose.STILL_HERE, member.id, int(is_right))
    return link("/api/still-here", token, member.language)
