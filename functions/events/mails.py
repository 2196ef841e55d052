"""The emails about events: each reads its RSVP again, and is skipped if that has changed since."""

from dataclasses import replace
from typing import Any

from functions.core import calendar_entry, clock, dates, tokens
from functions.core.addresses import address_hash
from functions.core.aws.table import Item, Write
from functions.core.lifetimes import RSVP_DAYS
from functions.core.mail.message import Mail, Picture, Skip
from functions.core.sign_up_facts import OpenTo
from functions.core.site import site
from functions.core.texts import translated
from functions.core.tokens import Purpose
from functions.core.translations import translations
from functions.core.web.links import link
from functions.door.rules import tickets
from functions.door.rules.tickets import Ticket
from functions.events import calendar_file, changed_facts, event_time, opinions, rsvp_links, rules
from functions.events.admission import is_let_in, open_to
from functions.events.comparison import differences
from functions.events.guest_list import has_ended, host_of
from functions.events.invitation_mails import no_invitations_url
from functions.events.online import is_online
from functions.events.questions import answered
from functions.events.rules import Event, Rsvp, Status
from functions.events.store import event_facts, events, online_links, places, rsvps, team_messages
from functions.events.store.reminders import Which
from functions.events.store.team_messages import STATES
from functions.people.store import members as people
from functions.people.store import signs_of_life

NO_CONTACT = {"name": "", "role": "", "email": ""}
STALE = Skip("a newer answer was given")


def confirm_rsvp(waiting: Item) -> Mail | Skip:
    event, rsvp = _read(waiting)
    if event is None or rsvp is None or rsvp.status is not Status.PENDING:
        return STALE
    if rsvp.expires_at <= clock.now():
        return Skip("expired")
    if not _is_let_in(event, rsvp):
        return rsvp_not_open(waiting)
    url = rsvp_links.confirm_url(rsvp)
    is_full = not rules.has_seats(event, rsvp.party)
    return _to("confirm_rsvp", event, _unknown(rsvp), url=url, days=RSVP_DAYS, is_full=is_full)


def rsvp_not_open(waiting: Item) -> Mail | Skip:
    """Instead of the link, to an address that isn't a member's, or of nobody invited."""
    event, rsvp = _read(waiting)
    if event is None or rsvp is None:
        return STALE
    return _to("rsvp_not_open", event, _unknown(rsvp), open_to=open_to(event.facts))


def _unknown(rsvp: Rsvp) -> Rsvp:
    """Without all that was typed into the form, even the name: the address may be a stranger's."""
    return replace(rsvp, name="", party=1, dietary="", guests=(), answers={})


def _is_let_in(event: Event, rsvp: Rsvp) -> bool:
    """Decided here, where nobody but the address's reader sees it."""
    if open_to(event.facts) is OpenTo.ANYONE:
        return True
    member_id = people.member_id_at(rsvp.address_hash)
    member = people.member(member_id) if member_id else None
    return is_let_in(event.facts, member, clock.now())


def already_signed_up(waiting: Item) -> Mail | Skip:
    return _with_newest_link("already_signed_up", waiting)


def rsvp_taken(waiting: Item, now: int, *, reached: bool) -> tuple[Write, ...]:  # noqa: ARG001 - they acted, whether or not an email reaches them
    """A member who signs up, changes or cancels gives a sign of life. It is noted here, because the
    forms of events know no member; by itself, because a transaction costs twice as much, and noting
    it again changes nothing."""
    if member_id := people.member_id_at(waiting["address_hash"]):
        signs_of_life.sign_of_life(member_id, now)
    return ()


def rsvp_accepted(waiting: Item) -> Mail | Skip:
    return _with_change_link("rsvp_accepted", waiting)


def rsvp_requested(waiting: Item) -> Mail | Skip:
    return _with_change_link("rsvp_requested", waiting, Status.REQUESTED)


def rsvp_declined(waiting: Item) -> Mail | Skip:
    event, rsvp = _read(waiting)
    if event is None or rsvp is None or not rsvp.declined:
        return STALE
    return _to("rsvp_declined", event, rsvp)


def sign_up_requests(waiting: Item) -> Mail | Skip:
    """To the host: sign-ups wait for a yes or no."""
    return _to_host("sign_up_requests", waiting, Purpose.GUEST_LIST, "/api/guest-list")


def rsvp_waiting(waiting: Item) -> Mail | Skip:
    return _with_change_link("rsvp_waiting", waiting)


def rsvp_reminder(waiting: Item) -> Mail | Skip:
    """The last one asks whether they are still coming."""
    is_last = waiting["ref"]["which"] == Which.LAST
    mail = _with_change_link("rsvp_reminder", waiting, Status.ACCEPTED)
    return mail if isinstance(mail, Skip) else _with(mail, is_last=is_last)


def event_thanks(waiting: Item) -> Mail | Skip:
    """To members who came; each of its links marks an answer on the page that it opens."""
    slug, hashed = waiting["ref"]["slug"], waiting["address_hash"]
    (event, rsvp), member_id = rsvps.with_event(slug, hashed), people.member_id_at(hashed)
    if event is None or event.cancelled or clock.now() < event.ends_at:
        return Skip("the event is off, or not over")
    if rsvp is None or rsvp.status is not Status.ACCEPTED:
        return STALE
    member = people.member(member_id) if member_id else None
    if member is None or not member.invitations:
        return Skip("no consent")
    token = tokens.make(Purpose.EVENT_THANKS, slug, hashed, member.id)
    context = {
        "event": event.facts,
        "questions": opinions.CHOICES,
        "texts": opinions.TEXTS,
        "fewest": opinions.FEWEST,
        "url": link("/api/events/thanks", token, rsvp.language),
        "unsubscribe_url": (stop := no_invitations_url(member)),
    }
    return Mail("event_thanks", rsvp.language, rsvp.name, rsvp.email, context, unsubscribe_url=stop)


def event_message(waiting: Item) -> Mail | Skip:
    """What the team writes to the guests of an event. They may have changed their sign-up since."""
    slug = waiting["ref"]["slug"]
    event, rsvp = rsvps.with_event(slug, waiting["address_hash"])
    message = team_messages.get(slug, waiting["ref"]["message"])
    if event is None or rsvp is None or message is None or rsvp.status not in STATES[message.to]:
        return STALE
    return _to("event_message", event, rsvp, subject=message.subject, text=message.text)


def seat_given(waiting: Item) -> Mail | Skip:
    return _with_change_link("seat_given", waiting)


def seat_offered(waiting: Item) -> Mail | Skip:
    _, rsvp = _read(waiting)
    if rsvp and rsvp.held_until <= clock.now():
        return Skip("the offer has ended")
    return _with_change_link("seat_offered", waiting, Status.OFFERED)


def offer_lapsed(waiting: Item) -> Mail | Skip:
    """What has become of the place is said as it is now."""
    event, rsvp = _read(waiting)
    mail = _with_change_link("offer_lapsed", waiting, Status.CANCELLED)
    if isinstance(mail, Skip) or event is None or rsvp is None:
        return mail
    return _with(mail, is_free=rules.has_seats(event, rsvp.party))


def rsvp_link(waiting: Item) -> Mail | Skip:
    return _with_newest_link("rsvp_link", waiting)


def _with_newest_link(template: str, waiting: Item) -> Mail | Skip:
    """The offer again to somebody who has one."""
    _, rsvp = _read(waiting)
    is_offered = rsvp is not None and rsvp.status is Status.OFFERED
    return seat_offered(waiting) if is_offered else _with_change_link(template, waiting)


def rsvp_changed(waiting: Item) -> Mail | Skip:
    """The news of a cancelled event instead: it may have missed an address that was corrected."""
    event, rsvp = _read(waiting)
    if event and rsvp and event.cancelled and event.ends_at > clock.now():
        return _cancelled(event, event, rsvp)
    return _with_change_link("rsvp_changed", waiting)


def rsvp_cancelled(waiting: Item) -> Mail | Skip:
    return _with_change_link("rsvp_cancelled", waiting, Status.CANCELLED)


def guest_list(waiting: Item) -> Mail | Skip:
    return _to_host("guest_list", waiting, Purpose.GUEST_LIST, "/api/guest-list")


def door(waiting: Item) -> Mail | Skip:
    """The link that opens the event's door on the host's phone."""
    return _to_host("door", waiting, Purpose.DOOR, "/door/open")


def _to_host(template: str, waiting: Item, purpose: Purpose, path: str) -> Mail | Skip:
    """A link for the event's contact; no name and no address of a guest is in the email."""
    event = events.get(waiting["ref"]["slug"])
    to = host_of(event, site()) if event else None
    if event is None or event.withdrawn or event.cancelled or has_ended(event.ends_at, clock.now()):
        return Skip("the event is over or off")
    if to is None:
        return Skip("neither a contact nor a team is set")
    token = tokens.make(purpose, event.slug, address_hash(to.email))
    context = {
        "event": event.facts,
        "when": event_time.when(event, translated(site(), to.language), to.language),
        "taken": event.capacity - event.free,
        "seats": event.capacity,
        "url": link(path, token, to.language),
    }
    return Mail(template, to.language, to.name, to.email, context)


def event_changed(waiting: Item) -> Mail | Skip:
    """A new time or place, or title if it is announced; or that it takes place after all."""
    news = _read_change(waiting)
    if isinstance(news, Skip):
        return news
    known, event, rsvp = news
    rows = differences(known, event, translated(site(), rsvp.language), rsvp.language)
    mail = _to("event_changed", event, rsvp, changes=rows, again=bool(known.cancelled))
    return _with_ticket(mail, rsvp)


def event_cancelled(waiting: Item) -> Mail | Skip:
    """With the time that the reader knows."""
    news = _read_change(waiting)
    if isinstance(news, Skip):
        return news
    return _cancelled(*news)


def _cancelled(known: Event, event: Event, rsvp: Rsvp) -> Mail | Skip:
    if rsvp.status not in rules.WANTED:
        return STALE
    when = event_time.when(known, translated(site(), rsvp.language), rsvp.language)
    return _to("event_cancelled", event, rsvp, when=when, reason=event.cancelled)


def _read_change(waiting: Item) -> tuple[Event, Event, Rsvp] | Skip:
    """The event as the person knows it, the event now, and the sign-up; or why there is no news."""
    slug, number = waiting["ref"]["slug"], waiting["revision"]
    event, rsvp = rsvps.with_event(slug, waiting["address_hash"])
    if event is None or rsvp is None or rsvp.status not in rules.WANTED:
        return STALE
    reported = event.facts if event.sequence == number else event_facts.get(slug, number)
    if rsvp.sequence != number or reported is None:
        return Skip("a newer email reports it")
    if changed_facts.must_hear(reported, event.facts):
        return Skip("changed again: a newer email will report both", keep=True)
    for since in waiting["ref"]["since"]:
        known = event_facts.get(slug, since)
        if known and changed_facts.is_to_hear(rsvp, event, known, clock.now()):
            return rules.with_facts(event, known), event, rsvp
    return Skip("nothing to report any more")


def _with_change_link(template: str, waiting: Item, *of: Status) -> Mail | Skip:
    """To somebody whose sign-up is still in a state `of`, by default one that the link changes.

    With that link, and with the calendar file, because this email may arrive before an earlier one.
    """
    event, rsvp = _read(waiting)
    if event is None or rsvp is None or rsvp.status not in (of or rules.STANDING):
        return STALE
    if event.cancelled:
        return Skip("the event is cancelled: another email says so")
    return _with_ticket(_to(template, event, rsvp), rsvp)


def _with(mail: Mail, **context: Any) -> Mail:
    return replace(mail, context=mail.context | context)


def _with_ticket(mail: Mail, rsvp: Rsvp) -> Mail:
    """The ticket of whoever has a seat, as a picture, and as a code for whoever sees none."""
    if rsvp.status is not Status.ACCEPTED:
        return mail
    from functions.door.ticket_signing import ticket_png

    picture = Picture("ticket", ticket_png(Ticket(rsvp.slug, rsvp.ticket, rsvp.party)))
    code = {"ticket": tickets.spaced(rsvp.ticket)}
    return replace(_with(mail, **code), pictures=(picture,))


def _read(waiting: Item) -> tuple[Event | None, Rsvp | None]:
    """The event and the RSVP, unless that has been changed since."""
    slug = waiting["ref"]["slug"]
    event, rsvp = rsvps.with_event(slug, waiting["address_hash"])
    return event, rsvp if rsvp and rsvp.revision == waiting["revision"] else None


def _to(template: str, event: Event, rsvp: Rsvp, **context: Any) -> Mail:
    local_site = translated(site(), rsvp.language)
    coming, is_open = rsvp.status is Status.ACCEPTED, rules.is_open(event, clock.now())
    entry = calendar_file.entry(event, local_site, rsvp.language)
    url = rsvp_links.change_url(rsvp)
    return Mail(
        template=template,
        language=rsvp.language,
        name=rsvp.name,
        address=rsvp.email,
        context={
            "event": event.facts,
            "when": event_time.when(event, local_site, rsvp.language),
            "coming": coming,
            "status": rsvp.status,
            "is_open": is_open,
            "can_pass_on": is_open and rules.seats(rsvp) > 0,  # a place that others get then
            "ticket": "",  # of whoever has none
            "calendar": calendar_entry.ways(entry, event.facts["url"]),
            "queue": _queue(event, rsvp),
            "until": _until(event, rsvp),
            "url": url,
            "yes_url": f"{url}&answer=yes",
            "no_url": f"{url}&answer=no",
            "places": rsvp.party,
            "guests": _guests(rsvp),
            "answers": answered(rsvp.answers, event.facts, rsvp.language),
            "dietary": rsvp.dietary,
            "online": _online(event, rsvp),
            "contact": NO_CONTACT | local_site["contacts"].get(event.facts["contact"], {}),
            **context,
        },
        attachments=(calendar_file.attachment(entry, local_site["company"]),) if coming else (),
    )


def _guests(rsvp: Rsvp) -> str:
    """Their names, and how many they are if not all names are known."""
    names, number = ", ".join(rsvp.guests), rsvp.party - 1
    if len(rsvp.guests) == number:
        return names
    return f"{number} ({names})" if names else str(number)


def _online(event: Event, rsvp: Rsvp) -> str:
    """The link to attend online, for whoever has a place."""
    coming = rsvp.status is Status.ACCEPTED and is_online(event.facts)
    return online_links.get(event.slug) if coming else ""


def _queue(event: Event, rsvp: Rsvp) -> dict[str, int] | None:
    """Which place they have in the queue, if they wait."""
    place = places.position(event, rsvp)
    return {"place": place, "length": max(event.waiting, place)} if place else None


def _until(event: Event, rsvp: Rsvp) -> str:
    """Until when a seat is held for them; empty if none is."""
    if rsvp.status is not Status.OFFERED:
        return ""
    until = dates.local(rsvp.held_until, event.facts["time_zone"])
    return dates.moment(until, translations(rsvp.language))
