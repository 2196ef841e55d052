"""The team's pages: owners add, change and remove those who may use the desk."""

from types import SimpleNamespace
from typing import Any

from functions.core.errors import BadInputError, GoneError, RefusedError
from functions.core.translations import N_
from functions.core.web.forms import Errors, Form, typed
from functions.core.web.responses import Response, redirect
from functions.desk import form as forms
from functions.desk.layout import page
from functions.desk.request import CHANGED, Request
from functions.team.rules import ROLE_MEANINGS, ROLE_NAMES, Role, TeamMember
from functions.team.store import passkeys
from functions.team.store import team as store

TEAM = "/desk/team/"
ADD = N_("Add a team member")
SAVED, ADDED, REMOVED, RESET = "saved", "added", "removed", "reset"
SAYS = {
    SAVED: N_("The changes are saved."),
    ADDED: N_("They may use the desk now, and have been told so by email."),
    REMOVED: N_("They are removed and signed out everywhere."),
    RESET: N_("Their passkeys are deleted, and they are signed out everywhere."),
}
TAKEN = N_("Somebody of the team has this address already.")
NOT_OWN = N_("Your own passkeys can only be reset by another owner, or in a terminal.")
REFUSED = N_(
    "Somebody changed this at the same moment, or it is the last owner, who has to stay one. "
    "Please look again."
)


def show(request: Request) -> Response:
    return page(
        request,
        "desk/team.html",
        N_("The team"),
        team=store.team(),
        roles=_roles(),
        role_names=ROLE_NAMES,
        offices={office["slug"]: office["name"] for office in request.site["offices"]},
        says=SAYS.get(request.query("step"), ""),
    )


def show_new(request: Request) -> Response:
    values = {"language": request.site["language"], "role": Role.COORDINATOR, "offices": []}
    return _form(request, ADD, values)


def add(request: Request) -> Response:
    try:
        wanted = forms.read_details(request.form, request.site)
    except BadInputError as bad:
        return _form(request, ADD, _typed(request.form), bad.errors)
    if store.add(wanted, request.actor, request.now) is None:
        return _form(request, ADD, _typed(request.form), {"email": TAKEN})
    return redirect(f"{TEAM}?step={ADDED}")


def show_one(request: Request, team_id: str) -> Response:
    return _details(request, _member(team_id))


def _details(request: Request, member: TeamMember, errors: Errors | None = None) -> Response:
    values = {name: getattr(member, name) for name in ("name", "email", "language", "role")}
    values["offices"] = list(member.offices)
    return _form(request, N_("Team member"), values, errors, member)


def change(request: Request, team_id: str) -> Response:
    member = _member(team_id)
    try:
        wanted = forms.read_details(request.form, request.site)
        store.change(member, wanted, request.actor, request.now)
    except BadInputError as bad:
        return _form(request, N_("Team member"), _typed(request.form), bad.errors, member)
    except RefusedError as refused:
        message = TAKEN if store.is_taken(refused) else REFUSED
        errors = {"email" if store.is_taken(refused) else "role": message}
        return _form(request, N_("Team member"), _typed(request.form), errors, member)
    return redirect(f"{TEAM}?step={SAVED}")


def ask_to_remove(request: Request, team_id: str) -> Response:
    return _removal(request, _member(team_id))


def remove(request: Request, team_id: str) -> Response:
    member = store.team_member(team_id)
    if member is None:  # somebody else was first
        return redirect(f"{TEAM}?step={REMOVED}")
    try:
        store.remove(member, request.actor, request.now)
    except RefusedError:
        return _removal(request, member, REFUSED)
    return redirect(f"{TEAM}?step={REMOVED}")


def reset_passkeys(request: Request, team_id: str) -> Response:
    """For somebody who has lost theirs: they sign in by email alone until they set up another."""
    member = _member(team_id)
    if member.id == request.actor.id:
        return _details(request, member, {"passkeys": NOT_OWN})
    try:
        if member.passkeys:
            passkeys.reset(member, request.actor, request.now)
    except RefusedError:
        return _details(request, member, {"passkeys": CHANGED})
    return redirect(f"{TEAM}?step={RESET}")


def _removal(request: Request, member: TeamMember, error: str = "") -> Response:
    return page(
        request,
        "desk/team_remove.html",
        N_("Remove from the team?"),
        status=400 if error else 200,
        member=member,
        error=error,
    )


def _member(team_id: str) -> TeamMember:
    member = store.team_member(team_id)
    if member is None:
        raise GoneError("team member")
    return member


def _typed(form: Form) -> dict[str, Any]:
    return {"offices": []} | typed(form, {"offices"})


def _form(
    request: Request,
    title: str,
    values: dict[str, Any],
    errors: Errors | None = None,
    of: TeamMember | None = None,
) -> Response:
    """The form for a new team member, or for `of`."""
    form = SimpleNamespace(values=values, errors=errors or {})
    return page(
        request,
        "desk/team_form.html",
        title,
        status=400 if errors else 200,
        form=form,
        roles=_roles(),
        member=of,
        heading=title,
        may_reset=of is not None and bool(of.passkeys) and of.id != request.actor.id,
    )


def _roles() -> list[dict[str, str]]:
    return [
        {"slug": role, "name": ROLE_NAMES[role], "meaning": ROLE_MEANINGS[role]} for role in Role
    ]
