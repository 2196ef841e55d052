"""The pages of people who are invited."""

from types import SimpleNamespace

from functions.core.keep import keep_of
from functions.core.site import site
from functions.core.translations import N_
from functions.core.web.forms import Errors, Form, typed
from functions.core.web.responses import Response, page
from functions.invitations.rules import Invitation, Link
from functions.membership.invitation_form import known_details
from functions.people.form import SEVERAL

JOIN, NEVER, GONE = (
    N_("Join the network"),
    N_("Never write to me again"),
    N_("This invitation no longer exists"),
)
ALONE, MEMBER = N_("We won't write to you again"), N_("You are a member already")
# The fields of the form, in its order; those that are known are shown folded up.
FIELDS = ("name", "email", "office", "years", "kinds", "interests", "language")
YEARS = ("from_year", "to_year")


def join(
    invitation: Invitation,
    link: Link,
    language: str,
    form: Form | None = None,
    errors: Errors | None = None,
) -> Response:
    """The form; with `errors`, what was typed into it."""
    known, wrong = known_details(invitation, site()), errors or {}
    shown = SimpleNamespace(values=typed(form or known, SEVERAL), errors=wrong)
    return page(
        400 if wrong else 200,
        "membership/invited.html",
        JOIN,
        language=language,
        token=link.token,
        form=shown,
        by_mail=link.by_mail,
        name=invitation.leaver.name,
        email=invitation.leaver.email,
        missing=[name for name in FIELDS if not _is_known(name, known)],
        is_open=any(_is_wrong(name, wrong) for name in FIELDS if _is_known(name, known)),
    )


def _is_known(name: str, known: Form) -> bool:
    """Interests may be none; a language is always chosen."""
    parts = YEARS if name == "years" else (name,)
    return name in {"interests", "language"} or all(part in known for part in parts)


def _is_wrong(name: str, errors: Errors) -> bool:
    return any(part in errors for part in (YEARS if name == "years" else (name,)))


def never(token: str, language: str) -> Response:
    return page(200, "membership/never.html", NEVER, language=language, token=token)


def left_alone(language: str) -> Response:
    return page(200, "membership/left_alone.html", ALONE, language=language)


def member(status: int, language: str) -> Response:
    return page(status, "membership/invited_member.html", MEMBER, language=language)


def gone(language: str) -> Response:
    months = keep_of(site()).invitation_months
    return page(410, "membership/invitation_gone.html", GONE, language=language, months=months)
