"""What stands on a person's own page, in their language: sign-ups, details, sessions."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from functions.account import own_consents
from functions.account.rules import Session, owner_of
from functions.core import dates
from functions.core.mail import suppression
from functions.core.translations import N_, translations
from functions.core.web.forms import Form, typed
from functions.door.rules import tickets
from functions.door.rules.tickets import Ticket
from functions.events import event_time, opinions, rsvp_links, rules
from functions.events.online import is_online
from functions.events.rules import Event, Rsvp, Status
from functions.events.store import online_links
from functions.invitations.invitation_links import invitation_link, never_link
from functions.invitations.invited_words import known_facts
from functions.invitations.rules import Invitation
from functions.people.form import MOST_STAYS, SEVERAL, STAY, form_of, own_offices
from functions.people.member import (
    EARLIER_ADDRESS,
    EVERY,
    QUARTERLY,
    THEMSELVES,
    Act,
    Correction,
    Member,
)
from functions.people.store import address_moves, corrections

Facts = dict[str, Any]

STATES = {
    Status.PENDING: N_("not confirmed yet"),
    Status.ACCEPTED: N_("signed up"),
    Status.REQUESTED: N_("waits for an answer"),
    Status.WAITING: N_("on the waiting list"),
    Status.OFFERED: N_("a place is held"),
    Status.CANCELLED: N_("no longer signed up"),
}
EVENT_CANCELLED = N_("This event is cancelled")
FIELDS = {
    "name": N_("Name"),
    "email": N_("Email address"),
    "sort_as": N_("Sorted in lists under"),
    "works_at": N_("Company or organisation"),
    "works_as": N_("Position"),
    "stays": N_("Offices and years"),
    "office": N_("Office where you last worked"),  # changes from before a person had several
    "from_year": N_("From (year)"),
    "to_year": N_("To (year)"),
    "kinds": N_("What describes you?"),
    "offices_of_interest": N_("Invitations from"),
    "interests": N_("What interests you?"),
    "language": N_("Language of our emails to you"),
    "frequency": N_("How often do you want the newsletter?"),
    "no_email": N_("Emails to you"),
    "why": N_("Reason"),
}
INVITED_FIELDS = FIELDS | {
    "role": N_("As what you worked there"),
    "first_day": N_("First day"),
    "last_day": N_("Last day"),
    "returns_from": N_("Open to coming back from"),
    "agreed_on": N_("Day on which you agreed to be written to"),
    "agreed_how": N_("How you agreed to that"),
    "ends_at": N_("Deleted"),
}
NO_EMAIL = {
    "": N_("sent as usual"),
    suppression.BOUNCE: N_("stopped, because one came back"),
    suppression.WISH: N_("stopped, as you asked the alumni team"),
    suppression.COMPLAINT: N_("stopped, because one was reported as spam"),
}
FREQUENCIES = {
    EVERY: N_("Every issue"),
    QUARTERLY: N_("Once a quarter, with the best of three months"),
}
HOWS = {  # as consents store it
    "join form, confirmed by mail": N_("form to join, confirmed by email"),
    "invitation by email": N_("form of our invitation"),
    "given elsewhere, entered by the team": N_("given elsewhere, entered by the alumni team"),
    "one click in the mail": N_("one click in the email"),
    "button on the page": N_("button on the page"),
    "form on the page": N_("form on the page"),
    "form on their own page": N_("form on your page"),
    own_consents.HOW: N_("button on your page"),
    "mail to the unsubscribe address": N_("your email app's unsubscribe button"),
    "the team, as the person asked": N_("the alumni team, as you asked"),
}
ACTS = {
    Act.JOINED: N_("joined"),
    Act.LEFT: N_("left"),
    Act.UNSUBSCRIBED: N_("unsubscribed"),
    Act.UNREACHABLE: N_("no email arrives"),
}
EMAILS = {  # kinds of which a line stays
    "confirm_join": N_("please confirm that you join"),
    "already_member": N_("you are a member already"),
    "welcome": N_("welcome"),
    "imported": N_("how your data came to us"),
    "join_by_invitation": N_("joining is by invitation"),
    "join_declined": N_("not let in"),
    "join_waiting": N_("the team decides who joins"),
    "address_changed": N_("the address is changed"),
    "address_undone": N_("the change of address is taken back"),
    "new_address": N_("please confirm the new address"),
    "subscribed_again": N_("subscribed to the newsletter again"),
    "still_there": N_("do you want to stay?"),
    "still_right": N_("is this still right?"),
    "sign_in": N_("link to sign in"),
    "invited": N_("invitation to join"),
    "invited_reminder": N_("reminder of the invitation"),
    "confirm_rsvp": N_("please confirm your sign-up"),
    "rsvp_not_open": N_("this event isn't open to everybody"),
    "invitation_message": N_("message about an invitation"),
    "invitation_changed": N_("change of an event to which you are invited"),
    "event_message": N_("message about an event"),
    "rsvp_requested": N_("your request is passed on"),
    "rsvp_declined": N_("no place for you this time"),
    "already_signed_up": N_("you are signed up already"),
    "rsvp_accepted": N_("you are signed up"),
    "rsvp_waiting": N_("you are on the waiting list"),
    "seat_offered": N_("there is a place for you"),
    "seat_given": N_("you have a place"),
    "offer_lapsed": N_("the offer has ended"),
    "rsvp_reminder": N_("reminder of the event"),
    "event_thanks": N_("thank you for coming"),
    "rsvp_link": N_("the newest link to the sign-up"),
    "rsvp_changed": N_("the sign-up is changed"),
    "rsvp_cancelled": N_("the sign-up is cancelled"),
    "event_changed": N_("the event has changed"),
    "event_cancelled": N_("the event is cancelled"),
}
WORDS: Mapping[str, Mapping[Any, str]] = {
    "mail": EMAILS,
    "frequency": FREQUENCIES,
    "no_email": NO_EMAIL,
    "status": STATES,
    "what": own_consents.WHAT,
    "how": HOWS,
    "act": ACTS,
    "reason": NO_EMAIL,
    **{question.value: words for question, words in opinions.CHOICES.items()},
}
CHOICES = {"office": "offices", "offices_of_interest": "offices", "stays": "offices"}
CHOICES |= {"earlier_stays": "offices", "kinds": "kinds", "interests": "topics"}
MORE_ROWS = 2  # empty ones, for offices that are to be added
WHO = {
    THEMSELVES: N_("changed by you"),
    EARLIER_ADDRESS: N_("taken back by the link in our email to the earlier address"),
}
BY_THE_TEAM = N_("changed by the alumni team")
UNKNOWN_DEVICE = N_("Unknown device")


def signups(known: list[tuple[Event, Rsvp]], site: Facts, now: int) -> Facts:
    """The sign-ups for events that are to `come`, the next one first; and those that are `past`."""
    coming = [_signup(*pair, site, now) for pair in reversed(known) if pair[0].ends_at > now]
    past = [_signup(*pair, site, now) for pair in known if pair[0].ends_at <= now]
    return {"coming": coming, "past": past}


def own_tickets(known: list[tuple[Event, Rsvp]], now: int) -> dict[str, Facts]:
    """The ticket of each event to which the person is coming, by its slug. Only their own page
    shows it: what signs tickets is loaded for nobody else."""
    coming = [
        rsvp
        for event, rsvp in known
        if rsvp.status is Status.ACCEPTED and rules.can_change(event, rsvp, now)
    ]
    if not coming:
        return {}
    from functions.door.ticket_signing import ticket_svg

    return {
        rsvp.slug: {
            "code": tickets.spaced(rsvp.ticket),
            "picture": ticket_svg(Ticket(rsvp.slug, rsvp.ticket, rsvp.party)),
        }
        for rsvp in coming
    }


def _signup(event: Event, rsvp: Rsvp, site: Facts, now: int) -> Facts:
    return {
        "slug": event.slug,
        "title": event.facts["title"],
        "url": "" if event.withdrawn else event.facts["url"],
        "when": event_time.when(event, site, site["language"]),
        "state": EVENT_CANCELLED if event.cancelled else STATES[rsvp.status],
        "places": rsvp.party,
        "dietary": rsvp.dietary,
        "guests": ", ".join(rsvp.guests),
        "online": _online(event, rsvp),
        "change_url": rsvp_links.change_url(rsvp) if rules.can_change(event, rsvp, now) else "",
        "again": rules.has_ended(rsvp) and rules.is_open(event, now),
    }


def _online(event: Event, rsvp: Rsvp) -> str:
    coming = rsvp.status is Status.ACCEPTED and is_online(event.facts)
    return online_links.get(event.slug) if coming else ""


def details(wanted: Form, member: Member, site: Facts) -> Facts:
    """The values that the form shows: what is `wanted`, or else what is saved now."""
    values = typed(wanted or form_of(member), (*SEVERAL, *STAY))
    rows = [
        dict(zip(STAY, row, strict=True)) | {"number": number, "is_empty": False}
        for number, row in enumerate(
            zip_longest(*(values.get(field) or [""] for field in STAY), fillvalue=""), 1
        )
    ]
    empty = dict.fromkeys(STAY, "") | {"is_empty": True}
    numbers = range(len(rows) + 1, min(len(rows) + MORE_ROWS, MOST_STAYS) + 1)
    more = [empty | {"number": number} for number in numbers]
    return {
        "values": values,
        "stays": {"rows": rows, "more": more},
        "offices": own_offices(member, site),
    }


def new_address(member: Member, site: Facts, now: int) -> Facts | None:
    """The address that waits to be confirmed, and until when."""
    new = address_moves.pending(owner_of(member.id), now)
    return {"email": new.email, "until": _moment(new.expires_at, site)} if new else None


def invitation(invited: Invitation | None, site: Facts) -> Facts | None:
    """What we know of somebody who is invited to join, and the link that joins."""
    if invited is None:
        return None
    leaver, language = invited.leaver, site["language"]
    known = known_facts(invited, language)
    fields = {
        "role": leaver.role,
        "office": in_words("office", leaver.office, site),
        "first_day": known["first_day"],
        "last_day": known["last_day"],
        "kinds": in_words("kinds", leaver.kinds, site),
        "interests": in_words("interests", leaver.interests, site),
        "returns_from": leaver.returns_from,
        "agreed_on": known["agreed_day"],
        "agreed_how": leaver.agreed.how if leaver.agreed else "",
        "ends_at": dates.date(
            dates.local(invited.ends_at, site["time_zone"]), translations(language)
        ),
    }
    return {
        "known": [(INVITED_FIELDS[name], value) for name, value in fields.items() if value],
        "join_url": invitation_link(invited, language, by_mail=True),
        "never_url": never_link(invited, language),
    }


def history(member_id: str, site: Facts) -> list[Facts]:
    """What was changed, when and by whom, the newest first."""
    return [_change(change, site) for change in reversed(corrections.of_member(member_id))]


def _change(change: Correction, site: Facts) -> Facts:
    fields = [
        {
            "name": FIELDS[field],
            "before": in_words(field, change.before.get(field, ""), site),
            "after": in_words(field, change.after[field], site),
        }
        for field in change.after
    ]
    who = WHO.get(change.by, BY_THE_TEAM)
    return {"when": _moment(change.at, site), "who": who, "fields": fields}


def in_words(field: str, value: Any, site: Facts) -> str:
    """A value in words: a choice that is offered no longer shows its slug."""
    words = WORDS.get(field)
    if words and not isinstance(value, list):  # one of several answers to a question of that name
        return translations(site["language"]).gettext(words.get(value, value))
    names = {choice["slug"]: choice["name"] for choice in site.get(CHOICES.get(field, ""), ())}
    parts = value if isinstance(value, list | tuple) else [value]
    return ", ".join(_choice(part, names) for part in parts)


def _choice(part: Any, names: Mapping[str, str]) -> str:
    if isinstance(part, dict):
        office = _choice(part["office"], names)
        years = f"{part['from_year']}\N{EN DASH}{part['to_year']}" if part["to_year"] else ""
        return f"{office} {years}".strip()
    return str(names.get(part, part))


def stopped(address_hash: str, site: Facts) -> Facts | None:
    """Why and since when the person gets no email; None if they do."""
    known = suppression.get(address_hash)
    return {"reason": known["reason"], "when": _moment(known["at"], site)} if known else None


def sessions(known: list[Session], current: Session, site: Facts) -> list[Facts]:
    return [
        {
            "device": session.device or UNKNOWN_DEVICE,
            "since": _moment(session.created_at, site),
            "seen": _moment(session.seen_at, site),
            "is_this": session.id == current.id,
        }
        for session in known
    ]


def _moment(at: int, site: Facts) -> str:
    return dates.short_moment(dates.local(at, site["time_zone"]), translations(site["language"]))
