"""`alumni members erase`: begins to erase a person; the minute tick does the rest."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from infra.alumni import console, options, terminal
from infra.alumni.console import Exit
from infra.alumni.members.lookup import PersonArgument, addresses_of, hash_of
from infra.cloud import ses_suppression

if TYPE_CHECKING:
    from functions.membership.erasing import Person


@dataclass(frozen=True)
class Plan:
    """What goes and what stays if the person is erased."""

    person: "Person"
    on_ses_list: bool
    stopped: str  # why the address gets no email; empty if it does

    def facts(self) -> dict[str, Any]:
        known = self.person.known
        return {
            "member_id": known.member_id,
            "signup": known.signup is not None,
            "invitation": known.is_invited,
            "events": [rsvp.slug for rsvp in self.person.rsvps],
            "ses_suppression": self.on_ses_list,
            "goodbye": self.person.confirmed is not None and not self.stopped,
            "stays": self.stays(),
        }

    def goes(self) -> list[str]:
        known = self.person.known
        parts = [f"member {known.member_id}"] if known.member_id else []
        parts += ["an unconfirmed request to join"] if known.signup else []
        parts += ["the invitation to join"] if known.is_invited else []
        parts += [f"the sign-up for {rsvp.slug}" for rsvp in self.person.rsvps]
        return parts + (["the address on SES's suppression list"] if self.on_ses_list else [])

    def stays(self) -> list[str]:
        parts = []
        if self.person.known.member_id:
            parts += ["the member's number with the date", "which issues that number was sent"]
            parts += ["hashes that prove the consents, for some years"]
        if self.person.known.is_invited:
            parts.append("the hash of the address, so that nobody invites it again")
        if self.stopped:
            parts.append(f"the hash of the address, which gets no email ({self.stopped})")
        return parts


def erase_member(person: PersonArgument, *, yes: options.Yes = False) -> None:
    """Erase a person: membership, consents and event sign-ups, whose places become free.

    At once no use finds the person any more; then an email tells them; the rest is
    deleted within the hour. This can't be undone, except from backups; running it again is
    harmless. If the address bounced or complained, its hash stays, so that it never gets
    an email again; SES's own suppression list, which holds the address itself,
    is cleared of it.
    """
    options.connect()
    hashed = hash_of(person)
    listed = ses_suppression.listed(options.shared().aws, addresses_of(person))
    plan = _plan(hashed, on_ses_list=bool(listed)) if hashed else None
    if hashed is None or plan is None:
        console.error(f"Nothing is stored about {person} that could be erased.")
        raise typer.Exit(Exit.PROBLEMS)
    if not yes and not _confirm(plan):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    # First, while the member's address is still known to the next run.
    ses_suppression.take_off(options.shared().aws, listed)
    _begin(hashed, plan)


def _plan(address_hash: str, *, on_ses_list: bool) -> Plan | None:
    """None if nothing is stored."""
    from functions.core.mail import suppression
    from functions.membership import erasing

    person = erasing.person_at(address_hash)
    stopped = suppression.get(address_hash) or {}
    plan = Plan(person, on_ses_list, stopped.get("reason", ""))
    return plan if plan.goes() else None


def _confirm(plan: Plan) -> bool:
    if stays := plan.stays():
        console.note(f"What stays: {', '.join(stays)}.")
    return console.confirm(f"Erase {', '.join(plan.goes())} for good?")


def _begin(address_hash: str, plan: Plan) -> None:
    from functions.core import clock
    from functions.membership import erasing, rules
    from functions.team.rules import Deed
    from functions.team.store import deeds

    now = clock.now()
    about = plan.person.known.member_id or address_hash
    line = deeds.line(terminal.actor(), Deed.PERSON_ERASED, about, now)
    person = erasing.begin(address_hash, now, line)
    ends_at = now + rules.GOODBYE_SECONDS
    if options.wants_json():
        console.print_json(plan.facts() | {"deleted_by": ends_at})
        return
    console.print_line(f"Erased: {', '.join(plan.goes())}.")
    if person.is_stored:
        goodbye = "An email tells them. " if plan.facts()["goodbye"] else ""
        console.print_line(f"{goodbye}The rest is deleted by {console.utc(ends_at)}.")
