"""Passkeys at the desk: confirming a sign-in with one, setting one up, and one's own list.

What needs the library is imported where a passkey is used: it takes long to load.
"""

import secrets as randomness

from functions.account import rules as accounts_rules
from functions.account import store as accounts
from functions.core import dates
from functions.core.errors import BadRequestError, GoneError, RefusedError
from functions.core.log import log
from functions.core.translations import N_, translations
from functions.core.web import requests, responses
from functions.core.web.forms import Reader
from functions.core.web.responses import Response, redirect
from functions.desk.layout import page
from functions.desk.request import CHANGED, Request
from functions.team.rules import (
    CHALLENGE_SECONDS,
    PASSKEYS_MOST,
    Passkey,
    SecondFactor,
    Step,
    may_remove_passkey,
    second_factor_of,
)
from functions.team.store import passkeys as store

HOME, OWN = "/desk/", "/desk/passkeys/"
NAME_MAX = 60
ADDED, REMOVED = "added", "removed"
SAYS = {
    ADDED: N_("Your passkey is set up. From now on the desk asks for it when you sign in."),
    REMOVED: N_("The passkey is removed."),
}
NOT_CONFIRMED = N_("That didn't work. Please try again, with a passkey that you set up here.")
NOT_ADDED = N_("The passkey wasn't set up. Please try again.")
ONLY_ONE = N_("This is your only passkey, and you need one. Set up another one first.")
TOO_MANY = N_("You can't have more passkeys. Remove one that you no longer use first.")


def second_step(request: Request, error: str = "") -> Response:
    """The page of somebody whose session opens nothing else yet."""
    status, known = 400 if error else 200, {"error": error}
    if request.second_step is Step.CONFIRM:
        title = N_("Confirm with your passkey")
        return page(request, "desk/passkey_confirm.html", title, status=status, **known)
    known["name"] = _device(request)
    return page(request, "desk/passkey_first.html", N_("Set up a passkey"), status=status, **known)


def show(request: Request) -> Response:
    _require_on(request)
    return _own(request)


def _own(request: Request, error: str = "") -> Response:
    return page(
        request,
        "desk/passkeys.html",
        N_("Your passkeys"),
        status=400 if error else 200,
        passkeys=[_row(passkey, request) for passkey in store.passkeys(request.actor)],
        name=_device(request),
        is_full=len(request.actor.passkeys) >= PASSKEYS_MOST,
        says=SAYS.get(request.query("step"), ""),
        error=error,
    )


def _row(passkey: Passkey, request: Request) -> dict[str, str]:
    words = translations(request.site["language"])

    def day(seconds: int) -> str:
        return dates.date(dates.local(seconds, request.site["time_zone"]), words)

    created, used = day(passkey.created_at), day(passkey.used_at)
    return {"id": passkey.id, "name": passkey.name, "created": created, "used": used}


# ---- Confirming


def confirm_options(request: Request) -> Response:
    from functions.desk import ceremonies

    challenge = _new_challenge(request)
    return _json(ceremonies.request_options(store.passkeys(request.actor), challenge))


def confirm(request: Request) -> Response:
    from functions.desk import ceremonies

    if request.second_step is not Step.CONFIRM:
        return redirect(HOME)
    known, answer = store.passkeys(request.actor), request.field("credential")
    try:
        challenge = accounts.take_challenge(request.session, request.now)
        used, counter = ceremonies.read_confirmation(answer, challenge, known)
        confirmed = accounts.confirmed_by(request.session, used.id)
        store.use(request.actor, used, counter, request.now, confirmed)
    except (BadRequestError, RefusedError) as refused:
        _note(refused)
        return second_step(request, NOT_CONFIRMED)
    return redirect(HOME)


# ---- Setting up


def new_options(request: Request) -> Response:
    from functions.desk import ceremonies

    _require_on(request)
    known, challenge = store.passkeys(request.actor), _new_challenge(request)
    company = request.site["company"]
    return _json(ceremonies.creation_options(request.actor, known, challenge, company))


def add(request: Request) -> Response:
    """Whoever sets a passkey up has just used it: that confirms the session, too."""
    from functions.desk import ceremonies

    _require_on(request)
    if request.second_step is Step.CONFIRM:  # a link in an email must not bring its own passkey
        return second_step(request)
    if len(request.actor.passkeys) >= PASSKEYS_MOST:
        return _own(request, TOO_MANY)
    answer, name = request.field("credential"), _name(request)
    try:
        challenge = accounts.take_challenge(request.session, request.now)
        new = ceremonies.read_new(answer, challenge, name, request.now)
        store.add(request.actor, new, request.now, accounts.confirmed_by(request.session, new.id))
    except (BadRequestError, RefusedError) as refused:
        _note(refused)
        return (_own if request.second_step is Step.NONE else second_step)(request, NOT_ADDED)
    return redirect(f"{OWN}?step={ADDED}")


def remove(request: Request, passkey_id: str) -> Response:
    _require_on(request)
    if passkey_id not in request.actor.passkeys:  # another browser was first
        return redirect(f"{OWN}?step={REMOVED}")
    if not may_remove_passkey(second_factor_of(request.site), request.actor):
        return _own(request, ONLY_ONE)
    try:
        store.remove(request.actor, passkey_id, request.now)
    except RefusedError:
        return _own(request, CHANGED)
    return redirect(f"{OWN}?step={REMOVED}")


def _require_on(request: Request) -> None:
    """
    Raises:
        GoneError: the settings say that nobody uses passkeys.
    """
    if second_factor_of(request.site) is SecondFactor.OFF:
        raise GoneError("passkeys are off")


def _new_challenge(request: Request) -> str:
    challenge = randomness.token_urlsafe(32)
    accounts.put_challenge(request.session, challenge, request.now + CHALLENGE_SECONDS)
    return challenge


def _json(document: str) -> Response:
    return responses.text(200, document, "application/json")


def _name(request: Request) -> str:
    """As typed; else, the browser and system."""
    return Reader(request.form).text("name")[:NAME_MAX] or _device(request)


def _device(request: Request) -> str:
    return accounts_rules.device(requests.header(request.event, "user-agent"))


def _note(refused: Exception) -> None:
    log.warning("passkey refused", extra={"reason": str(refused)})
