"""`alumni members`: shows what is stored about a person, and erases it."""

import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.cloud import ses_suppression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.people.member import Consent, Member


COLUMNS = ("member_id", "name", "email", "office", "newsletter", "frequency", "joined_at")


def _all() -> "Iterator[Member]":
    from functions.people import store

    return chain.from_iterable(store.members(shard) for shard in store.SHARDS)


def list_members() -> None:
    """List all members. The output is personal data: keep it safe."""
    options.connect()
    with console.progress() as report:
        members = []
        for member in _all():
            members.append(_facts(member))
            report("reading members", len(members), 0)
    if options.wants_json():
        console.print_json(members)
        return
    members.sort(key=lambda member: str(member["name"]).casefold())
    rows = ([str(member.get(name, "")) for name in COLUMNS] for member in members)
    console.print_table(COLUMNS, rows)
    console.print_line(f"{len(members)} members")


def _facts(member: "Member") -> dict[str, Any]:
    """A member as `alumni` shows it."""
    facts = asdict(member)
    return {"member_id": facts.pop("id"), **facts}


def _consent_facts(consent: "Consent") -> dict[str, Any]:
    """A consent as `alumni` shows it: flat, without empty values."""
    facts = {"what": str(consent.what), "how": consent.how, "at": consent.at}
    parts = (consent.agreement, consent.preferences)
    values = {name: value for part in parts if part for name, value in asdict(part).items()}
    return facts | {name: value for name, value in values.items() if value is not None}


def _find_member(person: str) -> "Member":
    """The member; if there is none, prints an error and exits."""
    from functions.people import store

    member_id = _id_of(person)
    member = store.member(member_id) if member_id else None
    if member is None:
        console.error(f"No member found: {person}")
        raise typer.Exit(Exit.PROBLEMS)
    return member


def find_members(
    text: Annotated[str, typer.Argument(help="A part of a name or an email address.")],
) -> None:
    """Find members by a part of their name or address; accents and capitals don't matter."""
    options.connect()
    wanted = _folded(text)
    with console.progress() as report:
        report("reading members", 0, 0)
        matching = [
            member for member in _all() if wanted in _folded(f"{member.name} {member.email}")
        ]
    matching.sort(key=lambda member: _folded(member.name))
    if options.wants_json():
        console.print_json([_facts(member) for member in matching])
    elif matching:
        rows = ((member.id, member.name, member.email, member.office) for member in matching)
        console.print_table(("member_id", "name", "email", "office"), rows)
    if not matching:
        console.error(f"No member's name or address contains: {text}")
        raise typer.Exit(Exit.PROBLEMS)


def _folded(text: str) -> str:
    """Without accents and capitals: "nystrom" finds Nyström, and "strasse" Straße."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def show_person(
    person: Annotated[str, typer.Argument(help="A member's id, or any person's email address.")],
) -> None:
    """Show everything stored about a person, a member or not (Art. 15 GDPR).

    Membership, consents, sign-ups for events with food, a request to join that is not confirmed,
    and why the address gets no email.
    """
    options.connect()
    hashed = _hash_of(person)
    shown = _everything_about(hashed) if hashed else {}
    if not shown:
        console.error(f"Nothing is stored about {person}. A part of a name? `alumni members find`")
        raise typer.Exit(Exit.PROBLEMS)
    if options.wants_json():
        console.print_json(shown)
        return
    for name, value in shown.items():
        _print_fact(name, value)


def _everything_about(address_hash: str) -> dict[str, Any]:
    """Empty if nothing is stored."""
    from functions.core.mail import suppression
    from functions.events import store as events
    from functions.membership import store as membership
    from functions.people import store

    shown: dict[str, Any] = {}
    member_id = store.member_id_at(address_hash)
    if member_id and (member := store.member(member_id)):
        consents = [_consent_facts(consent) for consent in store.consents(member.id)]
        shown |= _facts(member) | {"consents": consents}
    if signup := membership.signup(address_hash):
        facts = asdict(signup)
        shown["request_to_join"] = facts.pop("profile") | facts
    if rsvps := [events.rsvp(slug, address_hash) for slug in events.events_of(address_hash)]:
        shown["events"] = [asdict(rsvp) for rsvp in rsvps if rsvp]
    if stopped := suppression.get(address_hash):
        shown["no_email_since"] = stopped
    return shown


def _print_fact(name: str, value: Any) -> None:
    """A fact as a line, a list of facts as a line for each."""
    parts = [value] if isinstance(value, dict) else value
    if isinstance(parts, list) and parts and isinstance(parts[0], dict):
        console.print_line(f"{name}:")
        for facts in parts:
            console.print_line("  - " + ", ".join(_fact(*fact) for fact in facts.items()))
    else:
        console.print_line(_fact(name, value))


def _fact(name: str, value: Any) -> str:
    """With times as people read them; the document for programs has epoch seconds."""
    if isinstance(value, tuple | list):
        return f"{name}: {', '.join(map(str, value)) or 'none'}"
    is_time = name == "at" or name.endswith("_at")
    if is_time and isinstance(value, int) and value:
        return f"{name}: {datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC"
    return f"{name}: {value}"


def unsubscribe_member(
    person: Annotated[str, typer.Argument(help="A member's id or email address.")],
) -> None:
    """Stop the newsletter for a member who asked you to, as their own link would.

    They stay a member; the withdrawal is recorded. The link in any newsletter starts it again.
    """
    options.connect()
    from functions.core import clock
    from functions.people import store

    member = _find_member(person)
    store.stop_newsletter(member.id, "the team, as the person asked", clock.now())
    if options.wants_json():
        console.print_json({"id": member.id, "newsletter": False, "changed": member.newsletter})
        return
    state = "stopped" if member.newsletter else "already stopped"
    console.print_line(f"The newsletter is {state} for {member.id}.")


def erase_member(
    person: Annotated[str, typer.Argument(help="A member's id, or any person's email address.")],
    *,
    yes: options.Yes = False,
) -> None:
    """Erase a person: membership, consents and event sign-ups, whose places become free.

    This can't be undone, except from backups; running it again is harmless.
    If the address bounced or complained, its hash stays, so that it never gets
    an email again; SES's own suppression list, which holds the address itself,
    is cleared of it.
    """
    options.connect()
    hashed = _hash_of(person)
    listed = ses_suppression.listed(options.shared().aws, _addresses_of(person))
    stored = _stored_about(hashed, on_ses_list=bool(listed)) if hashed else None
    if hashed is None or stored is None:
        console.error(f"Nothing is stored about {person}.")
        raise typer.Exit(Exit.PROBLEMS)
    if not yes and not _confirm(stored):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    # First, while the member's address is still known to the next run.
    ses_suppression.take_off(options.shared().aws, listed)
    _erase(hashed)
    if options.wants_json():
        console.print_json(stored)
        return
    console.print_line(f"Erased: {_in_words(stored)}")


def _stored_about(address_hash: str, *, on_ses_list: bool) -> dict[str, Any] | None:
    """The member's id, whether joining waits for confirmation, the slugs of events, and whether
    SES's suppression list has the address."""
    from functions.events import store as events
    from functions.membership import store
    from functions.people.store import member_id_at

    stored = {
        "member_id": member_id_at(address_hash),
        "signup": store.signup(address_hash) is not None,
        "events": events.events_of(address_hash),
        "ses_suppression": on_ses_list,
    }
    return stored if any(stored.values()) else None


def _confirm(stored: dict[str, Any]) -> bool:
    return console.confirm(f"Erase {_in_words(stored)} for good?")


def _in_words(stored: dict[str, Any]) -> str:
    parts = [f"member {stored['member_id']}"] if stored["member_id"] else []
    parts += ["an unconfirmed request to join"] if stored["signup"] else []
    parts += [f"the sign-up for {slug}" for slug in stored["events"]]
    parts += ["the address on SES's suppression list"] if stored["ses_suppression"] else []
    return ", ".join(parts)


def _erase(address_hash: str) -> None:
    """Erase sign-ups first: if this is interrupted, the next run finds the person by the member."""
    from functions.core import clock
    from functions.events import store as events
    from functions.membership import store

    events.erase_person(address_hash)
    store.erase(address_hash, clock.now())


def _hash_of(person: str) -> str | None:
    """The hash of an address, whether a member's or not; of an id, only if a member has it."""
    from functions.core.addresses import address_hash, normalise
    from functions.people import store

    if "@" in person:
        return address_hash(normalise(person) or person)
    member = store.member(person)
    return member.address_hash if member else None


def _addresses_of(person: str) -> set[str]:
    """The address as given and as the member gave it: SES's list may hold either writing."""
    from functions.core.addresses import normalise
    from functions.people import store

    member_id = _id_of(person)
    member = store.member(member_id) if member_id else None
    given = normalise(person) if "@" in person else None
    return {address for address in (given, member and member.email) if address}


def _id_of(person: str) -> str | None:
    if "@" not in person:
        return person
    from functions.people import store

    return store.member_id_at(_hash_of(person) or "")
