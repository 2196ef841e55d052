"""The pages of a door, in the language of whoever opened it."""

import json
from typing import Any

from functions.core.settings import settings
from functions.core.site import site
from functions.core.texts import listed, translated
from functions.core.translations import N_, translations
from functions.core.web.responses import Response, page, text
from functions.door.rules import opening
from functions.door.rules.opening import Session
from functions.events import event_time
from functions.events.guest_list import GuestList, Host
from functions.events.rules import Event

DOOR, CLOSED = N_("At the door"), N_("This door isn't open here")
WAITING = N_("Not sent yet from this phone: {taps}. Open the link again to send them.")
SIGNED_OUT = 401
# What the page's script writes; `{…}` is filled in there.
WORDS = {
    "checkIn": N_("Check in"),
    "checkInSome": N_("Check in {people}"),
    "here": N_("{came} of {places} here"),
    "undo": N_("Undo"),
    "places": N_("{places} places"),
    "onePlace": N_("1 place"),
    "with": N_("with {names}"),
    "walkIn": N_("without a sign-up"),
    "seats": N_("{came} of {places} are here"),
    "walkIns": N_("and {people} without a sign-up"),
    "food": N_("{came} of {all} here"),
    "saved": N_("All saved"),
    "offline": N_("No network: everything is kept on this phone"),
    "waiting": N_("Not sent yet: {taps}"),
    "noList": N_("There is no list on this phone. Connect it to the network once."),
    "nobody": N_("Nobody on the list is called that."),
    "more": N_("{parties} more: type a name"),
    "double": N_("{name}: checked in at two phones"),
    "doubleHint": N_("People: {sum}, places: {places}"),
    "leave": N_("That's right"),
    "checkedIn": N_("{name}: {came} of {places} here"),
    "undone": N_("{name}: not here yet"),
    "genuine": N_("Genuine, and on the list"),
    "unchecked": N_("Genuine, not checked against the list"),
    "unlisted": N_("Genuine, but not on this phone's list"),
    "cancelled": N_("This sign-up was cancelled"),
    "otherEvent": N_("This ticket is for another event"),
    "forged": N_("Not one of our tickets"),
    "ticketFor": N_("Ticket for {people}"),
    "noCheck": N_("The ticket can't be checked on this phone. Type its code instead."),
    "noCamera": N_("The camera can't be used. Type the name or the code instead."),
    "unsent": N_("Not sent yet: {taps}. This will be lost if you sign out. Sign out all the same?"),
    "noName": N_("Please enter a name."),
    "left": N_("Signed out"),
    "leftHint": N_("This phone has forgotten names and food. It tells us once it has a network."),
}


def link(event: Event, host: Host, token: str, *, is_open: bool) -> Response:
    """The page behind the link: one button that opens the door on this phone."""
    return _page(
        200 if is_open else 410, "link", event, host.language, token=token, is_open=is_open
    )


def door(event: Event, session: Session) -> Response:
    language = listed(session.language, site())
    words = {name: translations(language).gettext(text) for name, text in WORDS.items()}
    context = {"words": words, "public_key": settings().ticket_public_key}
    return _page(200, "door", event, language, opened=session.opened_at, **context)


def closed(language: str, slug: str = "", status: int = SIGNED_OUT) -> Response:
    """`slug`: of the door whose taps may still be on this phone."""
    waiting = translations(language).gettext(WAITING)
    context = {"slug": slug, "waiting": waiting}
    return page(status, "door/closed.html", CLOSED, language=language, **context)


def paper(guests: GuestList, session: Session, now: int) -> Response:
    """The list to print, for a door without a phone."""
    from functions.core import dates

    zone = guests.event.facts["time_zone"]
    words = translations(listed(session.language, site()))
    shown_at = dates.moment(dates.local(now, zone), words)
    return _page(200, "paper", guests.event, session.language, guests=guests, shown_at=shown_at)


def manifest(event: Event, language: str) -> Response:
    """What makes the page installable (W3C Web Application Manifest)."""
    home, name = opening.home(event.slug), translations(language).gettext(DOOR)
    content = {
        "id": home,
        "start_url": home,
        "scope": home,
        "name": f"{name}: {event.facts['title']}",
        "short_name": name,
        "lang": language,
        "display": "standalone",
        "icons": [{"src": "/assets/favicon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }
    return text(200, json.dumps(content), "application/manifest+json")


def _page(status: int, template: str, event: Event, language: str, **context: Any) -> Response:
    local_site = translated(site(), listed(language, site()))
    return page(
        status,
        f"door/{template}.html",
        DOOR,
        language=local_site["language"],
        event=event.facts | {"slug": event.slug},
        when=event_time.when(event, local_site, local_site["language"]),
        **context,
    )
