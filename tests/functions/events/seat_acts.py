"""What the models of seats can do with a sign-up, and how the rules decide it."""

from collections.abc import Callable

from functions.events import asking, rules, waiting_list
from functions.events.rules import Decision, Event, Rsvp, Status, Verdict, Wish

REQUESTED, ACCEPTED, WAITING, OFFERED, CANCELLED = (
    *(Status.REQUESTED, Status.ACCEPTED, Status.WAITING, Status.OFFERED, Status.CANCELLED),
)
ACTS = {  # what can be done with a sign-up
    REQUESTED: ("change", "cancel", "approve", "decline", "erase"),
    ACCEPTED: ("change", "cancel", "erase", "check in"),
    WAITING: ("change", "cancel", "promote", "erase"),
    OFFERED: ("accept", "cancel", "promote", "erase"),
    CANCELLED: ("come back", "sign up", "enter", "erase"),
}


def change(event: Event, before: Rsvp, party: int, now: int) -> Decision:
    wish = Wish(before.name, before.email, party, "No nuts", "en")
    return rules.change(event, before, before.revision, wish, now)


def promote(event: Event, before: Rsvp, _party: int, now: int) -> Decision:
    may = before.status in {WAITING, OFFERED} and now < event.starts_at
    return waiting_list.promote(before, "Speaker") if may else Decision(Verdict.CLOSED)


DECIDE: dict[str, Callable[[Event, Rsvp, int, int], Decision]] = {
    "change": change,
    "promote": promote,
    "cancel": lambda event, rsvp, _, now: rules.cancel(event, rsvp, rsvp.revision, now),
    "come back": lambda event, rsvp, _, now: waiting_list.come_back(
        event, rsvp, rsvp.revision, now
    ),
    "accept": lambda event, rsvp, _, now: waiting_list.accept(event, rsvp, rsvp.revision, now),
    "approve": lambda event, rsvp, _, now: asking.approve(event, rsvp, rsvp.revision, now),
    "decline": lambda event, rsvp, _, now: asking.decline(event, rsvp, rsvp.revision, now),
    "lapse": lambda _event, rsvp, _, now: waiting_list.lapse(rsvp, now),
}
