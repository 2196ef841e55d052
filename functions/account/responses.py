"""The pages of /me/, one function for each. Only `home` shows anything of a person."""

from types import SimpleNamespace
from typing import Any

from functions.account import store
from functions.account.form import NEW_EMAIL
from functions.account.rules import Offer, Session, Stage
from functions.account.visitors import Visitor, signups_of
from functions.core import clock
from functions.core.keep import keep_of
from functions.core.lifetimes import NEW_ADDRESS_HOURS, UNDO_DAYS
from functions.core.site import site
from functions.core.texts import listed, translated
from functions.core.translations import N_
from functions.core.web.forms import Errors, Form, first
from functions.core.web.responses import Response, page
from functions.membership.member_links import unsubscribe_url

Facts = dict[str, Any]

LEAVE, DELETE = N_("Leave the network?"), N_("Delete what we know about you?")
CONFIRM_ADDRESS = N_("Confirm your new address")
ADDRESS_CHANGED = N_("Your address has changed")
UNDO, UNDONE = N_("Take the change of address back?"), N_("The change is taken back")
ENDED = N_("This link no longer works")


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
    details, addresses = _split(wanted, errors)
    contents_of_form = (
        contents.details(details.values, member, local_site) if member else {"values": {}}
    )
    shows_draft = refused is None and not saved
    return page(
        400 if errors or consent_error else 200,
        "account/home.html",
        N_("Your page"),
        language=local_site["language"],
        visitor=visitor,
        stopped=contents.stopped(visitor.address_hash, local_site),
        saved=saved,
        is_draft={
            "details": shows_draft and bool(details.values),
            "address": shows_draft and bool(addresses.values),
        },
        form=SimpleNamespace(values=contents_of_form.pop("values"), errors=details.errors),
        address_form=addresses,
        new_address=contents.new_address(member, local_site, clock.now()) if member else None,
        undo_days=UNDO_DAYS,
        **contents_of_form,
        history=contents.history(member.id, local_site) if member else [],
        signups=contents.signups(known, local_site, clock.now()),
        tickets=contents.own_tickets(known, clock.now()),
        consents=own_consents.of_member(member, local_site, clock.now()) if member else [],
        invitation=contents.invitation(visitor.invitation, local_site),
        food_consents=own_consents.of_food(known, local_site, clock.now()),
        consent_error=consent_error,
        sessions=contents.sessions(sessions, current, local_site),
        newsletter_url=unsubscribe_url(member) if member else "",
    )


def _split(wanted: Form, errors: Errors) -> tuple[SimpleNamespace, SimpleNamespace]:
    """What was typed into the page's two forms, and what is wrong with it: details, address."""
    of_address = {NEW_EMAIL}
    details = SimpleNamespace(
        values={field: wanted[field] for field in wanted.keys() - of_address},
        errors={field: text for field, text in errors.items() if field not in of_address},
    )
    address = SimpleNamespace(
        values={field: first(wanted, field) for field in wanted.keys() & of_address},
        errors={field: text for field, text in errors.items() if field in of_address},
    )
    return details, address


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
        proof_years=keep_of(local_site).proof_years,
        coming=contents.signups(known, local_site, clock.now())["coming"],
    )


def left(language: str) -> Response:
    return page(200, "account/left.html", N_("You have left"), language=language)


def new_address(offer: Offer, token: str, language: str) -> Response:
    """The page behind the link in the email to a new address."""
    context: Facts = {"language": language, "undo_days": UNDO_DAYS}
    match offer.stage:
        case Stage.OPEN:
            context |= {"email": offer.email, "token": token}
            return page(200, "account/new_address.html", CONFIRM_ADDRESS, **context)
        case Stage.DONE:
            return page(200, "account/address_changed.html", ADDRESS_CHANGED, **context)
    context |= {"is_taken": offer.stage is Stage.TAKEN, "hours": NEW_ADDRESS_HOURS}
    return page(410, "account/new_address_ended.html", ENDED, **context)


def undo_address(offer: Offer, token: str, language: str) -> Response:
    """The page behind the link in the email to an earlier address."""
    context: Facts = {"language": language, "undo_days": UNDO_DAYS}
    match offer.stage:
        case Stage.OPEN:
            context |= {"email": offer.email, "token": token}
            return page(200, "account/undo_address.html", UNDO, **context)
        case Stage.DONE:
            return page(200, "account/address_undone.html", UNDONE, **context)
    return page(410, "account/undo_ended.html", ENDED, **context)
