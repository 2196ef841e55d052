"""Reads the form of somebody who was invited: mostly what we know already, for them to correct."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from functions.core.web.forms import Form, Reader, language
from functions.core.web.languages import PAGE_LANGUAGE
from functions.invitations import rules
from functions.invitations.rules import Invitation
from functions.membership.form import read_agreements
from functions.membership.rules import Joining
from functions.people.form import read_profile
from functions.people.member import Circumstances

PAGE = "/api/invitation"


def known_details(invitation: Invitation, site: Mapping[str, Any]) -> Form:
    """The form to join with what is known; a choice that is no longer offered counts as unknown."""
    leaver = invitation.leaver
    choices = {name: {choice["slug"] for choice in site[name]} for name in ("offices", "kinds")}
    topics = {choice["slug"] for choice in site["topics"]}
    values = {
        "name": [leaver.name],
        "email": [leaver.email],
        "office": [leaver.office] if leaver.office in choices["offices"] else [],
        "from_year": [rules.year(leaver.first_day)],
        "to_year": [rules.year(leaver.last_day)],
        "kinds": [kind for kind in leaver.kinds if kind in choices["kinds"]],
        "interests": [topic for topic in leaver.interests if topic in topics],
        "language": [leaver.language] if leaver.language in site["languages"] else [],
    }
    return {name: typed for name, typed in values.items() if typed and typed[0]}


def read_joining(
    form: Form, invitation: Invitation, site: Mapping[str, Any], now: int, *, by_mail: bool
) -> Joining:
    """The person's details and what they consent to. Whoever comes by our email keeps its address:
    the link proves that it is theirs.

    Raises:
        BadInputError: a field is wrong.
    """
    typed = form | {"email": [invitation.leaver.email]} if by_mail else form
    reader = Reader(typed)
    profile = read_profile(reader, site, now)
    agreements = read_agreements(reader, site, language(form, PAGE_LANGUAGE, site), now)
    reader.raise_errors()
    came = Circumstances(page=PAGE)
    if by_mail:
        message_id = invitation.message_id or None
        came = replace(came, mailed_at=invitation.mailed_at, message_id=message_id)
    return Joining(profile, agreements, came, "" if by_mail else invitation.id)
