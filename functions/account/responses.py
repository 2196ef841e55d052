"""The pages of /me/, one function for each. Only `home` shows anything of a person."""

from types import SimpleNamespace
from typing import Any

from functions.account import store
from functions.account.form import draft
from functions.account.rules import Session
from functions.account.visitors import Visitor, signups_of
from functions.core import clock
from functions.core.lifetimes import SIGN_IN_SECONDS
from functions.core.site import site
from functions.core.texts import listed, translated
from functions.core.translations import N_
from functions.core.web.forms import Errors, Form, first
from functions.core.web.responses import Response, page
from functions.membership.member_links import unsubscribe_url

LEAVE, DELETE = N_("Leave the network?"), N_("Delete what we know about you?")
SIGN_IN, SENT = N_("Sign in"), N_("Check your email")
WRONG_CODE = N_("This isn't the code in our newest email to you. Please check it and try again.")
NO_LONGER = N_("This code no longer works. Please open the link in the email, or start again.")
SUSPENDED = N_("Codes are switched off for the moment. Please open the link in the email instead.")
MINUTES = SIGN_IN_SECONDS // 60


def sign_in(language: str, *, signed_out: bool = False, draft: Form | None = None) -> Response:
    """With a `draft`, which was sent after the session had ended, the form carries it along."""
    return _sign_in(200, language, {}, {}, signed_out=signed_out, draft=draft or {})


def sign_in_again(form: Form, errors: Errors, language: str) -> Response:
    values = {"email": first(form, "email")}
    return _sign_in(400, language, values, errors, draft=draft(form))


def _sign_in(
    status: int, language: str, values: dict[str, str], errors: Errors, **context: Any
) -> Response:
    form = SimpleNamespace(values=values, errors=errors)
    context = {"signed_out": False, "draft": {}} | context
    return page(status, "account/sign_in.html", SIGN_IN, language=language, form=form, **context)


def sent(language: str) -> Response:
    return _enter_code(200, language, {}, {})


def wrong_code(form: Form, language: str) -> Response:
    return _enter_code(400, language, {"code": first(form, "code")}, {"code": WRONG_CODE})


def code_ended(language: str) -> Response:
    return _enter_code(400, language, {}, {"code": NO_LONGER})


def codes_suspended(language: str) -> Response:
    return _enter_code(400, language, {}, {"code": SUSPENDED})


def _enter_code(status: int, language: str, values: dict[str, str], errors: Errors) -> Response:
    form = SimpleNamespace(values=values, errors=errors)
    template = "account/sent.html"
    return page(status, template, SENT, language=language, form=form, minutes=MINUTES)


def link(token: str, language: str) -> Response:
    return page(200, "account/link.html", SIGN_IN, language=language, token=token)


def ended(language: str) -> Response:
    form = SimpleNamespace(values={}, errors={})
    title = N_("This link no longer works")
    return page(
        410, "account/ended.html", title, language=language, form=form, minutes=MINUTES, draft={}
    )


def home(  # noqa: PLR0913 - the page, and what has just happened on it
    visitor: Visitor,
    current: Session,
    sessions: list[Session],
    refused: tuple[Form, Errors] | None = None,
    *,
    saved: bool = False,
    consent_error: str = "",
) -> Response:
    """The person's own page; `refused` is what they wanted to save, with what is wrong with it."""
    from functions.account import contents, own_consents

    known = signups_of(visitor.address_hash)
    local_site = translated(site(), listed(visitor.language, site()))
    member = visitor.member
    wanted, errors = refused or (current.draft, {})
    details = contents.details(wanted, member, local_site) if member else {"values": {}}
    return page(
        400 if errors or consent_error else 200,
        "account/home.html",
        N_("Your page"),
        language=local_site["language"],
        visitor=visitor,
        stopped=contents.stopped(visitor.address_hash, local_site),
        saved=saved,
        is_draft=bool(current.draft) and refused is None and not saved,
        form=SimpleNamespace(values=details.pop("values"), errors=errors),
        **details,
        history=contents.history(member.id, local_site) if member else [],
        signups=contents.signups(known, local_site, clock.now()),
        consents=own_consents.of_member(member, local_site) if member else [],
        food_consents=own_consents.of_food(known, local_site),
        consent_error=consent_error,
        sessions=contents.sessions(sessions, current, local_site),
        newsletter_url=unsubscribe_url(member) if member else "",
    )


def download(visitor: Visitor, now: int) -> Response:
    """The file with all that is kept about a person, or a page that says how else they get it."""
    from functions.account import download as downloads

    local_site = translated(site(), listed(visitor.language, site()))
    if archive := downloads.archive(visitor, local_site, now):
        store.note_download(visitor.owner, now)
        return archive
    language = local_site["language"]
    return page(200, "account/too_large.html", N_("Please write to us"), language=language)


def leave(visitor: Visitor) -> Response:
    """What goes and what stays, with one button."""
    from functions.account import contents

    known = signups_of(visitor.address_hash)
    local_site = translated(site(), listed(visitor.language, site()))
    return page(
        200,
        "account/leave.html",
        LEAVE if visitor.member else DELETE,
        language=local_site["language"],
        is_member=visitor.member is not None,
        coming=contents.signups(known, local_site, clock.now())["coming"],
    )


def left(language: str) -> Response:
    return page(200, "account/left.html", N_("You have left"), language=language)
