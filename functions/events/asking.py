"""Events whose contact decides who comes (`approval: true`): a yes or no for whoever asks. Pure."""

from functions.core.translations import N_
from functions.events import letting_in, rules
from functions.events.rules import Decision, Event, Rsvp, Status, Verdict

SAYS = {
    Verdict.GO: N_("Your answer is on its way to them by email."),
    Verdict.ALREADY: N_("They have had an answer, or don't want to come any more."),
    Verdict.STALE: N_("They have changed their sign-up. Please look again."),
    Verdict.FULL: N_("Too few places are free, or others wait for them and come first."),
    Verdict.CLOSED: N_("This event has begun, or is cancelled: nothing is left to answer."),
}


def approve(event: Event, before: Rsvp | None, revision: int, now: int) -> Decision:
    """The event's contact, or the team, says yes: a seat, or else a place in the queue while
    that is served."""
    if verdict := _decided(event, before, revision, now):
        return Decision(verdict)
    assert before
    return letting_in.let_in(event, before, now)


def decline(event: Event, before: Rsvp | None, revision: int, now: int) -> Decision:
    if verdict := _decided(event, before, revision, now):
        return Decision(verdict)
    assert before
    after = rules.follow(before, status=Status.CANCELLED, declined=True)
    return Decision(Verdict.GO, after, "rsvp_declined")


def _decided(event: Event, before: Rsvp | None, revision: int, now: int) -> Verdict | None:
    """Why nothing is to be decided about them, as they were shown at `revision`."""
    if event.cancelled or event.withdrawn or now >= event.starts_at:
        return Verdict.CLOSED
    if before is None or before.status is not Status.REQUESTED:
        return Verdict.ALREADY
    return None if before.revision == revision else Verdict.STALE
