"""`alumni events`: what is on, and who is coming."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit

if TYPE_CHECKING:
    from functions.events.guest_list import GuestList
    from functions.events.rules import Event

LANGUAGE = "en"  # of the command, and of what it writes
Slug = Annotated[str, typer.Argument(help="Slug of the event: the name of its file.")]
Xlsx = Annotated[
    Path | None,
    typer.Option("--xlsx", help="Write a file for Excel, with email addresses: keep it safe."),
]
Html = Annotated[
    Path | None, typer.Option("--html", help="Write a page to print for the door, and for food.")
]


def list_events() -> None:
    """List the events whose sign-ups are kept, in the order of their start."""
    options.connect()
    from functions.events.store import events

    kept = events.by_start()
    if options.wants_json():
        console.print_json([asdict(event) for event in kept])
        return
    columns = ("slug", "start", "places taken", "left", "title")
    console.print_table(columns, map(_cells, kept))


def _cells(event: "Event") -> tuple[str, str, str, str, str]:
    taken = f"{event.capacity - event.free} of {event.capacity}"
    title = event.facts["title"] + _state(event)
    return event.slug, _start(event), taken, str(max(event.free, 0)), title


def _state(event: "Event") -> str:
    if event.withdrawn:
        return " (taken off the site)"
    return " (cancelled)" if event.cancelled else ""


def _start(event: "Event") -> str:
    """On the clock of the event's own zone, as HR wrote it."""
    from functions.core import dates

    start = dates.local(event.starts_at, event.facts["time_zone"])
    return f"{start:%Y-%m-%d}" if event.all_day else f"{start:%Y-%m-%d %H:%M}"


def show_guests(
    slug: Slug,
    *,
    xlsx: Xlsx = None,
    html: Html = None,
) -> None:
    """Show who is coming to an event, with places and food. It is personal data: keep it safe."""
    options.connect()
    from functions.core import clock
    from functions.core.site import site
    from functions.events.guest_file import guest_file
    from functions.events.guest_list import guest_list
    from functions.events.store import rsvps
    from infra.guest_list import page

    event = known_event(slug)
    guests = guest_list(event, rsvps.of_event(slug), clock.now(), LANGUAGE)
    if xlsx:
        console.write_file(xlsx, guest_file(guests))
    if html:
        console.write_file(html, page.page(guests, site(), clock.now()).encode())
    if options.wants_json():
        console.print_json(_document(guests))
    elif not (xlsx or html):
        _print_guests(guests)


def known_event(slug: str) -> "Event":
    from functions.events.store import events

    event = events.get(slug)
    if event is None:
        console.error(f"No event found: {slug}. `alumni events list` lists them.")
        raise typer.Exit(Exit.PROBLEMS)
    return event


def _document(guests: "GuestList") -> dict[str, Any]:
    shown = ("name", "email", "party", "guests", "answers", "dietary", "language")
    return {
        "slug": guests.event.slug,
        "places": guests.places,
        "free": guests.event.free,
        "pending": guests.pending,
        "cancelled": guests.cancelled,
        "food": dict(guests.food),
        "guests": [{name: getattr(rsvp, name) for name in shown} for rsvp in guests.coming],
    }


def _print_guests(guests: "GuestList") -> None:
    event = guests.event
    console.print_line(f"{event.facts['title']}, {_start(event)}")
    sign_ups = "1 sign-up" if len(guests.coming) == 1 else f"{len(guests.coming)} sign-ups"
    console.print_line(
        f"{guests.places} of {event.capacity} places taken by {sign_ups}; "
        f"{guests.pending} not confirmed, {guests.cancelled} cancelled."
    )
    if guests.coming:
        rows = ((rsvp.name, str(rsvp.party), rsvp.dietary) for rsvp in guests.coming)
        console.print_line("")
        console.print_table(("name", "places", "food"), rows)
    if guests.food:
        console.print_line("")
        console.print_table(("food", "sign-ups"), ((text, str(n)) for text, n in guests.food))
