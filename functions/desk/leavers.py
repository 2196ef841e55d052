"""People who leave the company: one form, the list of who is invited, and letters on paper.

See docs/leavers.md.
"""

import uuid
from itertools import islice
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from functions.core import dates
from functions.core.errors import BadInputError, GoneError
from functions.core.mail import suppression
from functions.core.site import site
from functions.core.texts import listed, translated
from functions.core.translations import N_, translations
from functions.core.web import pages
from functions.core.web.forms import Errors, typed
from functions.core.web.responses import Response, redirect
from functions.desk import leaver_form as forms
from functions.desk.layout import page
from functions.desk.request import Request
from functions.invitations import rules, store
from functions.invitations.invitation_links import invitation_link
from functions.invitations.invited_words import known_facts
from functions.invitations.rules import Invitation, Outcome, State
from functions.team.rules import Deed
from functions.team.store import deeds

LEAVERS = "/desk/leavers/"
PAGE = 50
TITLE, ONE = N_("People who left"), N_("Somebody is leaving")
SAYS = {
    "mailed": N_("They are invited: the email is on its way."),
    "letter": N_(
        "They are on the list. Nobody emails them without their agreement: print a letter."
    ),
    "deleted": N_("The invitation is deleted."),
}
REFUSED = {
    Outcome.MEMBER: N_("This address belongs to a member already."),
    Outcome.INVITED_BEFORE: N_("Somebody with this address is invited already."),
    Outcome.LEFT_ALONE: N_("Whoever has this address asked us never to write again."),
    Outcome.ERASED: N_(
        "The data of whoever has this address was erased. They can only come back by themselves."
    ),
    Outcome.WAITING: N_(
        "Somebody with this address wants to join already: please decide under Who wants to join."
    ),
}
STATES = {
    State.LETTER: N_("letter to print"),
    State.QUEUED: N_("email on its way"),
    State.MAILED: N_("email sent"),
}
STOPPED = N_("no email arrives: print a letter")


def show(request: Request) -> Response:
    """Who is invited and hasn't joined yet, the newest first."""
    newest = store.newest_first(request.query("after"))
    visible = (one for one in newest if request.actor.sees(one.leaver.office))
    invitations = list(islice(visible, PAGE + 1))
    shown = invitations[:PAGE]
    stopped, _ = suppression.stopped_among(one.id for one in shown)
    return page(
        request,
        "desk/leavers.html",
        TITLE,
        says=SAYS.get(request.query("step"), ""),
        people=[_row(one, stopped, request.site) for one in shown],
        older=store.cursor(shown[-1]) if len(invitations) > PAGE else "",
    )


def _row(invitation: Invitation, stopped: set[str], site: dict[str, Any]) -> dict[str, Any]:
    leaver, words = invitation.leaver, translations(site["language"])
    offices = {office["slug"]: office["name"] for office in site["offices"]}
    state = STATES[rules.state_of(invitation)]
    return {
        "id": invitation.id,
        "name": leaver.name,
        "office": offices.get(leaver.office, leaver.office),
        "year": rules.year(leaver.last_day),
        "state": STOPPED if invitation.id in stopped and leaver.email else state,
        "invited": dates.date(dates.local(invitation.invited_at, site["time_zone"]), words),
        "ends": dates.date(dates.local(invitation.ends_at, site["time_zone"]), words),
    }


def show_new(request: Request) -> Response:
    offices = _offices(request)
    values = {
        "number": uuid.uuid4().hex,
        "language": request.site["languages"][0],
        "office": offices[0]["slug"] if len(offices) == 1 else "",
    }
    return _form(request, values)


def add(request: Request) -> Response:
    values = typed(request.form, forms.SEVERAL)
    offices = [office["slug"] for office in _offices(request)]
    try:
        leaver = forms.read_leaver(request.form, request.site, offices, request.now)
    except BadInputError as bad:
        return _form(request, values, bad.errors)
    number = "" if leaver.email else forms.read_number(request.form)
    invitation_id = number or store.new_id(leaver)
    line = deeds.line(request.actor, Deed.INVITED, invitation_id, request.now)
    outcome = store.invite(leaver, request.now, line, invitation_id=invitation_id)
    is_again = outcome is Outcome.INVITED_BEFORE and bool(number)  # the same form, sent twice
    if outcome in REFUSED and not is_again:
        return _form(request, values, {"email": REFUSED[outcome]})
    if leaver.agreed:
        return redirect(f"{LEAVERS}?step=mailed")
    return redirect(f"{LEAVERS}{invitation_id}/?step=letter")


def show_one(request: Request, invitation_id: str) -> Response:
    invitation = _visible(request, invitation_id)
    stopped = {invitation_id} if suppression.is_stopped(invitation_id) else set[str]()
    language = request.site["language"]
    return page(
        request,
        "desk/leaver.html",
        TITLE,
        says=SAYS.get(request.query("step"), ""),
        row=_row(invitation, stopped, request.site),
        leaver=invitation.leaver,
        known=known_facts(invitation, language),
        kinds=_names(request.site["kinds"], invitation.leaver.kinds),
        interests=_names(request.site["topics"], invitation.leaver.interests),
    )


def letter(request: Request, invitation_id: str) -> Response:
    """A page to print, in the person's language, whose code leads to joining."""
    invitation = _visible(request, invitation_id)
    language = listed(invitation.leaver.language, site())
    url = invitation_link(invitation, language, by_mail=False)
    content = pages.alone(
        "desk/letter_text.html",
        language,
        site=translated(site(), language),
        name=invitation.leaver.name,
        code=_code(url),
        today=dates.date(dates.local(request.now, site()["time_zone"]), translations(language)),
        join_url=f"{site()['url']}/join/",
        **known_facts(invitation, language),
    )
    return page(
        request,
        "desk/letter.html",
        N_("Letter"),
        letter=Markup(content),  # noqa: S704 - escaped by its own template
        spoken=language,
        invitation_id=invitation_id,
    )


def delete(request: Request, invitation_id: str) -> Response:
    """The team takes an invitation back; an email that still waits is dropped."""
    _visible(request, invitation_id)
    line = deeds.line(request.actor, Deed.INVITATION_DELETED, invitation_id, request.now)
    store.withdraw(invitation_id, line)
    return redirect(f"{LEAVERS}?step=deleted")


def _visible(request: Request, invitation_id: str) -> Invitation:
    invitation = store.get(invitation_id)
    if invitation is None or not request.actor.sees(invitation.leaver.office):
        raise GoneError("invitation")
    return invitation


def _code(url: str) -> str:
    """The QR code as the address of a picture."""
    import segno  # only letters need it

    return segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=2)


def _offices(request: Request) -> list[dict[str, Any]]:
    return [office for office in request.site["offices"] if request.actor.sees(office["slug"])]


def _names(choices: list[dict[str, Any]], chosen: tuple[str, ...]) -> list[str]:
    names = {choice["slug"]: choice["name"] for choice in choices}
    return [names.get(slug, slug) for slug in chosen]


def _form(request: Request, values: dict[str, Any], errors: Errors | None = None) -> Response:
    contacts = [
        {"slug": slug, "name": one["name"]} for slug, one in request.site["contacts"].items()
    ]
    return page(
        request,
        "desk/leaver_form.html",
        ONE,
        status=400 if errors else 200,
        form=SimpleNamespace(values=values, errors=errors or {}),
        offices=_offices(request),
        contacts=sorted(contacts, key=lambda one: str(one["name"])),
    )
