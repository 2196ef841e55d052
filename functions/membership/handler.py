"""The doors of membership: join, confirm, unsubscribe by page, click and mail, preferences, and the
sweep of what was not confirmed."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from functions.core import clock
from functions.core.addresses import address_hash, normalise
from functions.core.errors import GoneError, RefusedError, StaleError, TooManyError
from functions.core.log import log
from functions.core.site import site
from functions.core.web import http as door
from functions.core.web.http import Form
from functions.core.web.routes import Answer, Application
from functions.membership import responses, rules, store
from functions.membership.rules import Click, Next, preferences
from functions.membership.rules import mailed as mails_in
from functions.people import store as people
from functions.people.member import Agreement, Preferences, Profile

CHECK_YOUR_MAIL = "/join/check-your-mail/"
WELCOME = "/join/welcome/"
UNSUBSCRIBED = "/unsubscribed/"
TRIES = 5  # when two forms or clicks of one person meet
SWEPT_AT_ONCE = 1000
SWEEP_RESERVE_MS = 5_000

app = Application()


def web(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return door.serve(app, event)


def tick(_event: dict[str, Any], context: Any) -> None:
    """Delete sign-ups that nobody confirmed in time; what is left over is the next minute's."""
    now = clock.now()
    deleted = 0
    for each in store.due_signups(now, SWEPT_AT_ONCE):
        if context.get_remaining_time_in_millis() < SWEEP_RESERVE_MS:
            break
        deleted += store.delete_expired(each, now)
    log.info("sign-ups swept", extra={"deleted": deleted})


def mailed(event: dict[str, Any], _context: Any) -> None:
    """Mails to the unsubscribe address, as SES hands them over; ours alone stop anything.

    Only the signature in the subject is believed; who sent the mail is neither used nor logged.
    """
    stopped = 0
    for record in event["Records"]:
        try:
            member_id = _member_of(mails_in.token_in(record))
        except GoneError:
            continue
        people.stop_newsletter(member_id, "mail to the unsubscribe address", clock.now())
        stopped += 1
    ignored = len(event["Records"]) - stopped
    log.info("unsubscribe mails", extra={"stopped": stopped, "ignored": ignored})


@app.post("/api/join")
def join() -> Answer:
    door.require_own_origin(app.current_event)
    form = door.form(app.current_event)
    door.count_network(app.current_event)
    if rules.is_robot(form):
        return door.redirect(CHECK_YOUR_MAIL)
    now = clock.now()
    profile = rules.read(form, site(), normalise(door.field(form, "email")), now)
    if not isinstance(profile, Profile):
        return _form_again(form, profile)
    _sign_up(profile, now)
    return door.redirect(CHECK_YOUR_MAIL)


@app.get("/api/join/confirm")
def ask_to_confirm() -> Answer:
    token = door.query(app.current_event, "token")
    click, _hash, waiting = _clicked(token)
    if click is Click.ALREADY_MEMBER:
        return door.redirect(WELCOME)
    return door.page(
        200, "membership/confirm.html", "Confirm your sign-up", token=token, signup=waiting
    )


@app.post("/api/join/confirm")
def confirm() -> Answer:
    token = door.field(door.form(app.current_event), "token")
    for _ in range(TRIES):
        click, hashed, waiting = _clicked(token)
        if click is Click.ALREADY_MEMBER:
            break
        try:
            store.save_member(hashed, waiting, clock.now())
        except RefusedError:
            continue  # another click or form came between: look again
        break
    else:
        raise TooManyError("confirm")
    return door.redirect(WELCOME)


@app.get("/api/unsubscribe")
def ask_to_unsubscribe() -> Answer:
    token = door.query(app.current_event, "token")
    saved = bool(door.query(app.current_event, "saved"))
    member = people.member(_member_of(token))
    return responses.ask(member, token, saved=saved) if member else responses.erased(200)


@app.post("/api/unsubscribe")
def unsubscribe() -> Answer:
    """RFC 8058: a mail provider POSTs to the link itself, with whatever body; our page's form
    carries the token in a field."""
    one_click = door.query(app.current_event, "token")
    if one_click:
        people.stop_newsletter(_member_of(one_click), "one click in the mail", clock.now())
        return door.text(200, "")
    token = door.field(door.form(app.current_event), "token")
    people.stop_newsletter(_member_of(token), "button on the page", clock.now())
    return door.redirect(UNSUBSCRIBED)


@app.post("/api/preferences")
def save_preferences() -> Answer:
    """How often and about what: a path of its own, so that no one-click request ever saves any."""
    token = door.query(app.current_event, "token")
    member_id = _member_of(token)
    form = door.form(app.current_event)
    door.count_network(app.current_event)
    wanted = preferences.read(form, site())
    if not isinstance(wanted, Preferences):
        member = people.member(member_id)
        return responses.again(member, token, form, wanted) if member else responses.erased(410)
    agreement = _agreement(clock.now()) if preferences.asks_again(form) else None
    if not people.save_preferences(member_id, wanted, agreement, "form on the page", clock.now()):
        return responses.erased(410)
    return door.redirect(f"/api/unsubscribe?token={quote(token)}&saved=yes")


def _form_again(form: Form, errors: rules.Errors) -> Answer:
    values = {name: each[0] for name, each in form.items()}
    again = SimpleNamespace(values=values | {"interests": form.get("interests", [])}, errors=errors)
    return door.page(400, "membership/join.html", "Join the network", form=again)


def _sign_up(profile: Profile, now: int) -> None:
    hashed = address_hash(profile.email)
    for _ in range(TRIES):
        known, _waiting = store.at_address(hashed)
        try:
            match rules.on_signup(known):
                case Next.CONFIRM:
                    store.save_signup(hashed, profile, known, _agreement(now), now)
                case Next.ALREADY_MEMBER:
                    store.save_already_member(hashed, known, now)
        except RefusedError as refused:
            if store.BREAKER in refused.failed:
                log.error("mail breaker")
                raise TooManyError("mails") from None
            if store.BUDGET not in refused.failed:
                continue  # another form of this person came between: look again
        return


def _agreement(now: int) -> Agreement:
    consent = site()["consent"]
    return Agreement(consent["id"], consent["version"], ticked_at=now)


def _clicked(token: str) -> tuple[Click, str, dict[str, Any]]:
    """What this confirmation link meets, the address's hash, and the sign-up as stored.

    Raises:
        GoneError: forged, expired or swept.
        StaleError: a newer form has been sent since.
    """
    from functions.core import tokens

    hashed, revision = tokens.read(tokens.Purpose.CONFIRM_JOIN, token, 2)
    known, waiting = store.at_address(hashed)
    click = rules.on_click(known, revision, clock.now())
    if click is Click.GONE:
        raise GoneError("sign-up")
    if click is Click.STALE:
        raise StaleError("sign-up")
    return click, hashed, waiting


def _member_of(token: str) -> str:
    from functions.core import tokens

    (member_id,) = tokens.read(tokens.Purpose.UNSUBSCRIBE, token, 1)
    return str(member_id)
