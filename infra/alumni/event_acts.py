"""`alumni events capacity|promote|link|door|export|mail`: what the team does about an event, as at
the desk. Each has its line in the log."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from infra.alumni import console, options, terminal
from infra.alumni.console import Exit
from infra.alumni.events import LANGUAGE, Slug, known_event

if TYPE_CHECKING:
    from functions.events.rules import Rsvp

Seats = Annotated[int, typer.Argument(help="How many places there are.", min=0, max=100_000)]
Email = Annotated[str, typer.Argument(help="Address of somebody on the waiting list.")]
Why = Annotated[str, typer.Option("--why", help="Why before others; they can read it.")]
File = Annotated[Path, typer.Argument(help="The file to write, such as guests.xlsx.")]
To = Annotated[str, typer.Option("--to", help="coming, waiting, or unanswered (an invitation).")]
Subject = Annotated[str, typer.Option("--subject", help="The event's title follows it.")]
Text = Annotated[
    Path, typer.Option("--text", help="A text file in UTF-8.", exists=True, dir_okay=False)
]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
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


def send_door(slug: Slug) -> None:
    """Mail the link to the event's door to its contact now; on its day it comes by itself."""
    options.connect()
    from functions.core import clock
    from functions.door.rules import opening
    from functions.events.store import guest_list_links
    from functions.team.rules import Deed
    from functions.team.store import deeds

    event, now = known_event(slug), clock.now()
    if not opening.is_open(event, now):
        _stop(f"The door of {slug} is closed: the event is over, cancelled or off the site.")
    line = deeds.line(terminal.actor(), Deed.DOOR_SENT, slug, now)
    guest_list_links.send_door(slug, now, line)
    console.print_line("The link is on its way to the event's contact, or else to the team.")


def export(slug: Slug, file: File) -> None:
    """Write who is coming into a file for Excel. It is personal data: keep it safe."""
    options.connect()
    from functions.core import clock
    from functions.core.aws import table
    from functions.events.guest_file import guest_file
    from functions.events.guest_list import guest_list
    from functions.events.store import rsvps
    from functions.team.rules import Deed
    from functions.team.store import deeds

    event, now = known_event(slug), clock.now()
    guests = guest_list(event, rsvps.of_event(slug), now, LANGUAGE)
    rows = len(guests.coming)
    console.write_file(file, guest_file(guests))
    table.write(deeds.line(terminal.actor(), Deed.GUESTS_DOWNLOADED, slug, now, rows=rows))
    console.print_line(f"{rows} sign-ups in {file}.")


def mail(slug: Slug, *, to: To, subject: Subject, text: Text, yes: Yes = False) -> None:
    """Write to an event's guests: one email each, with the link to change or cancel."""
    options.connect()
    from functions.core import clock
    from functions.events import message_words
    from functions.events.store import team_messages
    from functions.events.store.reached_guests import number_of_recipients
    from functions.team.rules import Deed
    from functions.team.store import deeds

    now, words = clock.now(), message_words.tidy(text.read_text(encoding="utf-8-sig"))
    known_event(slug)
    if to not in list(team_messages.To):
        _stop(f"Unknown: --to {to}. Write one of: {', '.join(team_messages.To)}")
    if not message_words.is_subject(subject) or not message_words.is_text(words):
        longest = f"{message_words.SUBJECT_MAX} and {message_words.TEXT_MAX}"
        _stop(f"Subject or text is empty, or longer than {longest} characters.")
    message = team_messages.Message(slug, now, team_messages.To(to), subject, words)
    number = number_of_recipients(message)
    if not number:
        _stop("Nobody is among them now.")
    if not (yes or console.confirm(f"Send {number} emails?")):
        _stop("Nothing is sent.")
    line = deeds.line(
        terminal.actor(), Deed.GUESTS_WRITTEN_TO, slug, now, to=str(to), recipients=number
    )
    if not team_messages.send(message, now, line):
        _stop("This message had been sent already.")
    console.print_line(f"{number} emails leave within minutes.")


def _places(rsvp: "Rsvp") -> str:
    return "1 place" if rsvp.party == 1 else f"{rsvp.party} places"


def _stop(message: str) -> NoReturn:
    console.error(message)
    raise typer.Exit(Exit.PROBLEMS)
