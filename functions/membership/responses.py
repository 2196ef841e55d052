"""Membership's pages, one function for each.

The pages behind an unsubscribe link show no name and no address, because mails get forwarded.
"""

from types import SimpleNamespace
from typing import Any

from functions.core.settings import settings
from functions.core.site import site
from functions.core.texts import JOINING, PURPOSES, listed, translated, words_of
from functions.core.translations import N_
from functions.core.web.forms import Errors, Form, first, typed
from functions.core.web.languages import PAGE_LANGUAGE
from functions.core.web.responses import Response, page
from functions.membership.form import with_kinds
from functions.membership.rules import Signup
from functions.people.form import SEVERAL
from functions.people.member import Agreement, Member

STILL_HERE, STILL_RIGHT = N_("Do you still want to be here?"), N_("Is this still right?")
YOU_STAY, THANK_YOU = N_("You stay with us"), N_("Thank you")
SUBSCRIBED, AGAIN = N_("You get the newsletter"), N_("Subscribe to the newsletter?")
NO_INVITATIONS = N_("Stop invitations to events?")
NO_MORE_INVITATIONS = N_("You get no more invitations")


def join_again(form: Form, errors: Errors) -> Response:
    again = SimpleNamespace(values=typed(with_kinds(form), SEVERAL), errors=errors)
    language = first(form, PAGE_LANGUAGE)
    return page(400, "membership/join.html", "Join the network", language=language, form=again)


def confirm(signup: Signup, token: str) -> Response:
    """Shows all that will be stored: somebody else may have filled in the form."""
    profile, language = signup.profile, listed(signup.profile.language, site())
    shown = translated(site(), language)
    return page(
        200,
        "membership/confirm.html",
        "Confirm your sign-up",
        language=language,
        token=token,
        signup=profile,
        office=_name(profile.office, shown["offices"]),
        kinds=[_name(kind, shown["kinds"]) for kind in profile.kinds],
        interests=[_name(interest, shown["topics"]) for interest in profile.interests],
        consents=[
            (PURPOSES[purpose], _consent_text(agreement))
            for purpose, agreement in signup.agreements.items()
        ],
        left_out=[PURPOSES[purpose] for purpose in JOINING if purpose not in signup.agreements],
    )


def _name(slug: str, choices: list[dict[str, Any]]) -> str:
    """A choice as the reader knows it; its slug if the settings have dropped it since."""
    return next((choice["name"] for choice in choices if choice["slug"] == slug), slug)


def _consent_text(agreement: Agreement) -> str:
    """The words that were ticked; where they were not recorded and the site no longer has them,
    their version."""
    known = words_of(site(), agreement.text_id, agreement.text_sha256 or "")
    return agreement.words or known or agreement.version


def welcome(language: str) -> Response:
    return page(200, "membership/welcome.html", "Welcome back", language=language)


def waits(language: str) -> Response:
    """Who has confirmed the address waits for the team's decision."""
    title = N_("Thank you, we will be in touch")
    return page(200, "membership/waits.html", title, language=language)


def lapsed(language: str) -> Response:
    title, days = "This sign-up no longer exists", settings().signup_days
    return page(410, "membership/lapsed.html", title, language=language, days=days)


def unsubscribe(member: Member, token: str, *, saved: bool) -> Response:
    """The page to unsubscribe and to choose preferences; `saved` if they were saved just now."""
    context = _context(member, token, _values(member), {})
    if saved:
        return page(200, "membership/saved.html", "Your changes are saved", **context)
    if not member.newsletter:
        return page(200, "membership/stopped.html", "You're unsubscribed", **context)
    return page(200, "membership/unsubscribe.html", "Unsubscribe from the newsletter?", **context)


def no_invitations(member: Member, token: str) -> Response:
    """The page to get no more invitations to events; the newsletter is another matter."""
    title = NO_INVITATIONS if member.invitations else NO_MORE_INVITATIONS
    return page(
        200,
        "membership/no_invitations.html",
        title,
        language=member.language,
        heading=title,
        member=member,
        token=token,
    )


def subscribe_again(member: Member, token: str) -> Response:
    """The page with one button to get the newsletter again."""
    title = SUBSCRIBED if member.newsletter else AGAIN
    context = _context(member, token, _values(member), {})
    return page(200, "membership/subscribe_again.html", title, **context)


def preferences_again(member: Member, token: str, form: Form, errors: Errors) -> Response:
    values = {
        "frequency": first(form, "frequency"),
        "interests": form.get("interests", []),
        "again": bool(first(form, "again")) and "again" not in errors,
    }
    context = _context(member, token, values, errors)
    return page(400, "membership/preferences.html", "Newsletter settings", **context)


def still_here(member: Member, token: str, *, is_right: bool) -> Response:
    """One button; which email led here decides what it says."""
    title = STILL_RIGHT if is_right else STILL_HERE
    context = {
        "language": member.language,
        "token": token,
        "is_right": is_right,
        "is_reader": member.newsletter,
    }
    return page(200, "membership/still_here.html", title, **context)


def stays(member: Member, *, is_right: bool) -> Response:
    title = THANK_YOU if is_right else YOU_STAY
    return page(200, "membership/stays.html", title, language=member.language, is_right=is_right)


def erased(status: int, language: str) -> Response:
    title = "This membership has been erased"
    return page(status, "membership/erased.html", title, language=language)


def _values(member: Member) -> dict[str, Any]:
    return {"frequency": member.frequency, "interests": member.interests, "again": False}


def _context(member: Member, token: str, values: dict[str, Any], errors: Errors) -> dict[str, Any]:
    return {
        "language": member.language,
        "is_reader": member.newsletter,
        "is_invited": member.invitations,
        "token": token,
        "form": SimpleNamespace(values=values, errors=errors),
    }
