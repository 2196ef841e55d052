"""Who wants to join: the team approves or declines, and takes a decision back within minutes."""

from collections.abc import Callable
from typing import Any

from functions.approvals.rules import (
    REASON_MAX,
    UNDO_SECONDS,
    Application,
    Decision,
    State,
    may_decide,
    mode_of,
)
from functions.approvals.store import applications as store
from functions.core import clock, dates
from functions.core.errors import GoneError, RefusedError
from functions.core.translations import N_, translations
from functions.core.web.forms import is_unprintable
from functions.core.web.responses import Response, redirect
from functions.desk.layout import page
from functions.desk.request import Request
from functions.invitations import store as invitations
from functions.team.store import team

APPROVALS = "/desk/approvals/"
MOST = 100
CHANGED = N_("Somebody else was first. This is how it stands now.")
LONG_REASON = N_("Please keep the reason to 500 characters.")
TITLE = N_("Who wants to join")


def show(request: Request) -> Response:
    return _list(request)


def waiting(request: Request, most: int) -> list[dict[str, Any]]:
    """Those who wait, as the cards show them: at most so many, in the order of confirming."""
    return [_facts(one, request) for one in store.waiting(most, _test(request))]


def show_one(request: Request, address_hash: str) -> Response:
    """The form to decline somebody, with a reason if it is to be sent."""
    application = _application(request, address_hash)
    if not may_decide(application, Decision.DECLINE):
        return _list(request, CHANGED)
    return _decline(request, application)


def decide(request: Request, address_hash: str) -> Response:
    """Approve, decline or undo, if the application is still as the button's page showed it."""
    application = _application(request, address_hash)
    decision, step = request.field("decision"), request.field("step")
    if decision not in set(Decision) or step != str(application.step):
        return _list(request, CHANGED)
    reason = request.field("reason") if request.field("send_reason") else ""
    if len(reason) > REASON_MAX or is_unprintable(reason.replace("\r\n", " ")):
        return _decline(request, application, LONG_REASON)
    try:
        store.decide(application, Decision(decision), request.actor, request.now, reason)
    except RefusedError:
        return _list(request, CHANGED)
    return redirect(APPROVALS)


def _application(request: Request, address_hash: str) -> Application:
    application = store.get(address_hash)
    if application is None or not _test(request)(application):
        raise GoneError("application")
    return application


def _decline(request: Request, application: Application, error: str = "") -> Response:
    return page(
        request,
        "desk/approval_decline.html",
        N_("Decline?"),
        status=400 if error else 200,
        one=_facts(application, request),
        error=error,
        reason=request.field("reason"),
    )


def _list(request: Request, error: str = "") -> Response:
    return page(
        request,
        "desk/approvals.html",
        TITLE,
        status=400 if error else 200,
        error=error,
        mode=mode_of(request.site),
        waiting=waiting(request, MOST),
        declined=[_facts(one, request) for one in store.declined(MOST, _test(request))],
    )


def _test(request: Request) -> Callable[[Application], bool]:
    """Whether the reader may see somebody who waits."""
    return lambda application: request.actor.sees(application.signup.profile.office)


def _facts(application: Application, request: Request) -> dict[str, Any]:
    profile, site = application.signup.profile, request.site
    offices = {office["slug"]: office["name"] for office in site["offices"]}
    kinds = {kind["slug"]: kind["name"] for kind in site["kinds"]}
    decider = team.team_member(application.decided_by) if application.decided_by else None
    return {
        "url": f"{APPROVALS}{application.address_hash}/",
        "step": application.step,
        "state": application.state,
        "is_waiting": application.state is State.WAITING,
        "is_approved": application.state is State.APPROVED,
        "name": profile.name,
        "email": profile.email,
        "office": offices.get(profile.office, profile.office),
        "years": f"{profile.from_year}\N{EN DASH}{profile.to_year}",
        "kinds": [kinds.get(kind, kind) for kind in profile.kinds],
        "when": _moment(application.confirmed_at, site),
        "decided_by": decider.name if decider else "",
        "minutes": UNDO_SECONDS // clock.MINUTE,
        "known": _known(application.address_hash, offices, site),
    }


def _known(address_hash: str, offices: dict[str, str], site: dict[str, Any]) -> dict[str, str]:
    """What the list of leavers says: the office that they left, when, and when they were invited;
    empty if they aren't on it."""
    invitation = invitations.known_of(address_hash)
    if invitation is None:
        return {}
    leaver = invitation.leaver
    return {
        "office": offices.get(leaver.office, leaver.office),
        "last_day": leaver.last_day,
        "invited": _moment(invitation.invited_at, site),
    }


def _moment(at: int, site: dict[str, Any]) -> str:
    return dates.short_moment(dates.local(at, site["time_zone"]), translations(site["language"]))
