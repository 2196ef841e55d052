"""The page of one person, a member or a guest, and what the team does there as they asked.

Whoever the reader doesn't work with isn't there for them. Every deed has its line in the log.
"""

from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace

from functions.account import download as downloads
from functions.account import store as accounts
from functions.core.aws.table import Write
from functions.core.errors import BadInputError, RefusedError
from functions.core.mail import suppression
from functions.core.site import site
from functions.core.texts import listed, translated
from functions.core.translations import N_
from functions.core.web.forms import Errors, Form
from functions.core.web.responses import Response, redirect
from functions.desk import person_contents, person_form
from functions.desk.layout import page
from functions.desk.person_contents import Subject
from functions.desk.request import Request
from functions.events import rules
from functions.events.store import events, rsvps
from functions.membership import correcting, erasing
from functions.people.form import read_correction
from functions.people.member import changed_details
from functions.people.store import subscriptions
from functions.team.rules import Deed
from functions.team.store import deeds

EMAIL = "sign_in"  # the kind of email with the link to their own page
SAVED, STOPPED, CANCELLED, SENT = "saved", "unsubscribed", "cancelled", "sent"
SILENT, RESUMED, ERASED = "stopped", "resumed", "erased"
SAYS = {
    SAVED: N_("The changes are saved."),
    STOPPED: N_("They get no more newsletters. All else stays as it was."),
    CANCELLED: N_("The sign-up is cancelled, and the place is free. They hear of it by email."),
    SENT: N_("The link is on its way to them."),
    SILENT: N_("They get no more emails from us, of whatever kind."),
    RESUMED: N_("They get email again."),
}
CHANGED = N_(
    "They or somebody of the team changed this since you opened the page. Please check how it is "
    "now, and try again."
)
CLASH = N_("This was changed since you opened the page: see the history. Save again to replace it.")
NOT_OPEN = N_("This sign-up can't be cancelled any more.")
NO_REASON = N_("Please write why they may get email again.")
NOT_ASKED = N_("They reported us as spam. Please confirm that they have asked for email since.")
NOT_THE_NAME = N_("That isn't what stands above. Nothing was erased.")
TOO_MANY = N_("They have been sent as many emails today as one address gets. Try again tomorrow.")
TOO_LARGE = N_("It is too much for one file. Please ask whoever runs the site to export it.")
ELSEWHERE = N_(
    "They have signed up for events of other offices, too. Please ask a colleague there."
)

Act = Callable[[Request, Subject], Response]
Answer = Callable[..., Response]


def about_somebody(act: Act) -> Answer:
    """A route about `member_id` or `address_hash`; who isn't there any more gets a page that says
    so."""

    @wraps(act)
    def answer(request: Request, **who: str) -> Response:
        subject = person_contents.find(request, **who)
        return act(request, subject) if subject else _nobody(request)

    return answer


def about_all_of_somebody(act: Act) -> Answer:
    """As `about_somebody`, for what concerns all that is known about them, as it is now."""

    def check(request: Request, subject: Subject) -> Response:
        if not subject.is_whole:
            return _page(request, subject, ELSEWHERE)
        if request.field("seen") != subject.seen:
            return _page(request, subject, CHANGED)
        return act(request, subject)

    return about_somebody(check)


@about_somebody
def show(request: Request, subject: Subject) -> Response:
    return _page(request, subject)


@about_somebody
def correct(request: Request, subject: Subject) -> Response:
    """Save the fields that the reader has changed, unless they were changed meanwhile."""
    before = subject.member
    if before is None:
        return _page(request, subject)
    wanted, clashing = person_form.changes(request.form, before)
    if clashing:
        return _page(request, subject, refused=(wanted, dict.fromkeys(clashing, CLASH)))
    try:
        after = read_correction(before, wanted, request.site, request.now)
    except BadInputError as bad:
        return _page(request, subject, refused=(wanted, bad.errors))
    names = ", ".join(changed_details(before, after))
    line = _line(request, subject, Deed.PERSON_CORRECTED, fields=names)
    if names and (
        problem := correcting.correct(before, after, request.actor.id, request.now, line)
    ):
        field = "email" if "email" in wanted else next(iter(wanted))
        return _page(request, subject, refused=(wanted, {field: problem}))
    return _done(subject, SAVED)


@about_somebody
def unsubscribe(request: Request, subject: Subject) -> Response:
    if subject.member:
        line = _line(request, subject, Deed.NEWSLETTER_STOPPED)
        subscriptions.stop_newsletter(subject.member.id, correcting.HOW, request.now, line)
    return _done(subject, STOPPED)


@about_somebody
def cancel_sign_up(request: Request, subject: Subject) -> Response:
    """As their own link does it: their seats become free, and they get an email."""
    slug = request.field("event")
    if slug not in {event.slug for event, _rsvp in subject.signups}:
        return _page(request, subject, NOT_OPEN)
    for _ in range(events.TRIES):
        before = rsvps.get(slug, subject.address_hash)
        if before and before.status is rules.Status.CANCELLED:
            break
        revision = before.revision if before else 0
        decision = rules.cancel(events.get(slug), before, revision, request.now)
        if before is None or decision.after is None:
            return _page(request, subject, NOT_OPEN)
        line = _line(request, subject, Deed.SIGN_UP_CANCELLED, event=slug)
        try:
            rsvps.save(before, decision.after, decision.mail, request.now, line)
        except RefusedError:
            continue  # they changed it at this moment: read again
        break
    else:
        return _page(request, subject, CHANGED)
    return _done(subject, CANCELLED)


@about_all_of_somebody
def send_link(request: Request, subject: Subject) -> Response:
    language = listed(subject.visitor.language, request.site)
    sign_in = accounts.new_sign_in(subject.address_hash, language, {}, request.now)
    line = _line(request, subject, Deed.SIGN_IN_SENT)
    try:
        accounts.ask(sign_in, subject.visitor.email, EMAIL, request.now, line)
    except RefusedError:
        return _page(request, subject, TOO_MANY)
    return _done(subject, SENT)


@about_all_of_somebody
def stop_all(request: Request, subject: Subject) -> Response:
    line = _line(request, subject, Deed.EMAIL_STOPPED)
    correcting.stop_all_email(subject.address_hash, request.actor.id, request.now, line)
    return _done(subject, SILENT)


@about_all_of_somebody
def resume(request: Request, subject: Subject) -> Response:
    """Let them get email again, for a reason; after a complaint only if they asked for it."""
    stopped = (suppression.get(subject.address_hash) or {}).get("reason", "")
    why = request.field("why")
    if not why:
        return _page(request, subject, NO_REASON)
    if stopped == suppression.COMPLAINT and not request.field("wanted"):
        return _page(request, subject, NOT_ASKED)
    line = _line(request, subject, Deed.EMAIL_RESUMED, was=stopped)
    by, now = request.actor.id, request.now
    if stopped and not correcting.lift_suppression(
        subject.address_hash, stopped, by, why, now, line
    ):
        return _page(request, subject, CHANGED)
    return _done(subject, RESUMED)


@about_all_of_somebody
def download(request: Request, subject: Subject) -> Response:
    """All that is kept about them, in their language, to be sent to them; the log says who has it
    from us."""
    local_site = translated(site(), listed(subject.visitor.language, site()))
    archive = downloads.archive(subject.visitor, local_site, request.now)
    if archive is None:
        return _page(request, subject, TOO_LARGE)
    line = _line(request, subject, Deed.PERSON_DOWNLOADED)
    accounts.note_download(subject.visitor.owner, request.now, line)
    return archive


@about_somebody
def ask_to_erase(request: Request, subject: Subject) -> Response:
    return _erasing(request, subject) if subject.is_whole else _page(request, subject, ELSEWHERE)


@about_all_of_somebody
def erase(request: Request, subject: Subject) -> Response:
    """Erase them, if the reader has typed their name: it can't be undone."""
    if not person_form.is_same(request.field("name"), subject.title):
        return _erasing(request, subject, NOT_THE_NAME)
    line = _line(request, subject, Deed.PERSON_ERASED)
    erasing.begin(subject.address_hash, request.now, line)
    return _done(subject, ERASED)


def _nobody(request: Request) -> Response:
    if request.query("step") == ERASED:
        return page(request, "desk/person_erased.html", N_("Erased"))
    return page(request, "desk/person_gone.html", N_("Nobody here"), status=410)


def _line(request: Request, subject: Subject, deed: Deed, **facts: str) -> Write:
    return deeds.line(request.actor, deed, subject.id, request.now, **facts)


def _done(subject: Subject, step: str) -> Response:
    return redirect(f"{subject.path}?step={step}")


def _erasing(request: Request, subject: Subject, error: str = "") -> Response:
    return page(
        request,
        "desk/person_erase.html",
        N_("Erase for good?"),
        status=400 if error else 200,
        error=error,
        **person_contents.erasing(subject, request),
    )


def _page(
    request: Request,
    subject: Subject,
    error: str = "",
    *,
    refused: tuple[Form, Errors] | None = None,
) -> Response:
    """`refused` is what the reader wanted to change, and what is wrong with it."""
    wanted, errors = refused or ({}, {})
    contents = person_contents.everything(subject, request, wanted)
    return page(
        request,
        "desk/person.html",
        N_("Member") if subject.member else N_("Guest"),
        status=400 if error or errors else 200,
        error=error,
        says=SAYS.get(request.query("step"), ""),
        form=SimpleNamespace(values=contents.pop("values"), errors=errors),
        **contents,
    )
