"""`alumni events capacity|promote|link`: what the team does about an event, as at the desk.

Each has its line in the log, and holds until a commit changes the same."""

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from infra.alumni import console, options, terminal
from infra.alumni.console import Exit
from infra.alumni.events import Slug, known_event

if TYPE_CHECKING:
    from functions.events.rules import Rsvp

Seats = Annotated[int, typer.Argument(help="How many places there are.", min=0, max=100_000)]
Email = Annotated[str, typer.Argument(help="Address of somebody on the waiting list.")]
Why = Annotated[str, typer.Option("--why", help="Why before others; they can read it.")]
Url = Annotated[
    str, typer.Argument(help="Where to attend: https://... Without it, it is taken back.")
]


def set_capacity(slug: Slug, seats: Seats) -> None:
    """Raise or lower the number of places; nobody loses theirs. A commit changes it again."""
    options.connect()
    from functions.core import clock
    from functions.core.errors import RefusedError
    from functions.events.store import events
    from functions.team.rules import Deed
    from functions.team.store import deeds

    event = known_event(slug)
    facts = {"before": event.capacity, "after": seats}
    line = deeds.line(terminal.actor(), Deed.SEATS_CHANGED, slug, clock.now(), **facts)
    try:
        events.set_capacity(event, seats, line)
    except RefusedError:
        _stop("It has changed at the same moment: look with `alumni events list`, and try again.")
    console.print_line(f"{event.facts['title']}: {seats} places instead of {event.capacity}.")
    if source := event.facts.get("file"):
        published = event.facts["seats"]
        console.print_line(f"It holds until seats: changes in {source}; there it is {published}.")


def promote(slug: Slug, email: Email, *, why: Why) -> None:
    """Give somebody who waits a place, before others; they get the email of a place."""
    options.connect()
    from functions.core import clock
    from functions.core.addresses import address_hash
    from functions.core.errors import RefusedError
    from functions.events import waiting_list
    from functions.events.rules import Status
    from functions.events.store import rsvps
    from functions.team.rules import Deed
    from functions.team.store import deeds

    event, now = known_event(slug), clock.now()
    before = rsvps.get(slug, address_hash(email))
    if before is None or before.status not in {Status.WAITING, Status.OFFERED}:
        _stop(f"{email} doesn't wait for a place at {slug}.")
    if not why.strip():
        _stop('Write why they get a place before others: --why "..."')
    if before.status is Status.WAITING and before.party > event.free:
        free = max(event.free, 0)
        _stop(f"{_places(before)} needed, {free} free: `alumni events capacity` raises the number.")
    decision = waiting_list.promote(before, why.strip())
    assert decision.after
    line = deeds.line(terminal.actor(), Deed.PLACE_GIVEN, before.address_hash, now, event=slug)
    try:
        rsvps.save(before, decision.after, decision.mail, now, line)
    except RefusedError:
        _stop("Somebody was faster. Look with `alumni events guests`, and run it again.")
    console.print_line(f"{before.name} has a place now, and hears of it by email.")


def set_link(slug: Slug, url: Url = "") -> None:
    """Enter the link to an online event. It stands in emails and on people's own pages only."""
    options.connect()
    from functions.core import clock
    from functions.events import online
    from functions.events.store import online_links
    from functions.team.rules import Deed
    from functions.team.store import deeds

    event = known_event(slug)
    if not online.is_online(event.facts):
        _stop(f"{slug} isn't online: write attend: online, or both, in its file first.")
    if url and not online.is_link(url):
        _stop(f"Not a link: {url}. Write a web address that begins with https://")
    line = deeds.line(terminal.actor(), Deed.LINK_CHANGED, slug, clock.now())
    online_links.change(slug, url, line)
    shown = "The link is saved. Emails and people's own pages show it from now on."
    console.print_line(shown if url else "The link is taken back.")


def _places(rsvp: "Rsvp") -> str:
    return "1 place" if rsvp.party == 1 else f"{rsvp.party} places"


def _stop(message: str) -> NoReturn:
    console.error(message)
    raise typer.Exit(Exit.PROBLEMS)
