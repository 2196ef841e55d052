"""`alumni members list|find|show`: who is a member, and everything stored about a person."""

import unicodedata
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.alumni.members.lookup import PersonArgument, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.membership.rules import Erasure
    from functions.people.member import Consent, Member


Segment = Annotated[
    str,
    typer.Argument(
        metavar="SEGMENT",
        help="Such as 'office: malmo; kind: retired; joined: 2026-Q3; active'. Empty: everybody.",
    ),
]
COLUMNS = ("member_id", "name", "email", "office", "newsletter", "frequency", "joined_at")


def read_segment(line: str) -> "dict[str, tuple[str, ...]]":
    """The segment that was typed; if it is wrong, prints what to write and exits."""
    from functions.core import segments
    from functions.core.site import site

    try:
        return segments.parse(line, segments.choices_of(site()))
    except segments.SegmentError as error:
        console.error(str(error))
        raise typer.Exit(Exit.USAGE) from None


def count_members(segment: Segment = "") -> None:
    """Count the members of a segment, and those of them who get the newsletter."""
    options.connect()
    from functions.people.store import segment_pages

    number = readers = 0
    with console.progress() as report:
        wanted = read_segment(segment)
        for member in segment_pages.members_of(wanted, only=("newsletter",)):
            number, readers = number + 1, readers + member.newsletter
            report("reading members", number, 0)
    if options.wants_json():
        console.print_json({"members": number, "newsletter": readers})
        return
    console.print_line(f"{number} members, of whom {readers} get the newsletter")


def _all() -> "Iterator[Member]":
    from functions.people.member import SHARDS
    from functions.people.store import members as people

    return chain.from_iterable(people.members(shard) for shard in SHARDS)


def list_members(segment: Segment = "") -> None:
    """List members, all or those of a segment. The output is personal data: keep it safe."""
    options.connect()
    from functions.people.member import name_order
    from functions.people.store import segment_pages

    with console.progress() as report:
        members = []
        for member in segment_pages.members_of(read_segment(segment)):
            members.append(_facts(member))
            report("reading members", len(members), 0)
    if options.wants_json():
        console.print_json(members)
        return
    members.sort(key=lambda member: name_order(member["name"], member["sort_as"]))
    rows = ([_shown(name, member[name]) for name in COLUMNS] for member in members)
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


def find_members(
    text: Annotated[str, typer.Argument(help="A part of a name or an email address.")],
) -> None:
    """Find members by a part of their name or address; accents and capitals don't matter."""
    options.connect()
    from functions.people.member import name_order

    wanted = _folded(text)
    with console.progress() as report:
        report("reading members", 0, 0)
        matching = [
            member for member in _all() if wanted in _folded(f"{member.name} {member.email}")
        ]
    matching.sort(key=lambda member: name_order(_folded(member.name), _folded(member.sort_as)))
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


def show_person(person: PersonArgument) -> None:
    """Show everything stored about a person, a member or not (Art. 15 GDPR).

    Membership, consents, sign-ups for events with food, a request to join that is not confirmed,
    an invitation, the wish to be left alone, why the address gets no email, and what is left of
    somebody who is being erased.
    """
    options.connect()
    hashed = hash_of(person)
    shown = _everything_about(hashed) if hashed else _tombstone(person)
    if not shown:
        console.error(f"Nothing is stored about {person}. A part of a name? `alumni members find`")
        raise typer.Exit(Exit.PROBLEMS)
    if options.wants_json():
        console.print_json(shown)
        return
    for name, value in shown.items():
        _print_fact(name, value)


def _tombstone(member_id: str) -> dict[str, Any]:
    """All that is left of an erased member; empty if there never was one."""
    from functions.people.store import erased

    erased_at = erased.erased_at(member_id)
    return {"member_id": member_id, "erased_at": erased_at} if erased_at else {}


def _everything_about(address_hash: str) -> dict[str, Any]:
    """Empty if nothing is stored."""
    from functions.core.mail import suppression
    from functions.events.store import rsvps as rsvp_store
    from functions.invitations import store as invitations
    from functions.membership import store as membership
    from functions.people.store import consents as consent_store
    from functions.people.store import corrections, invited
    from functions.people.store import members as people

    shown: dict[str, Any] = {}
    member_id = people.member_id_at(address_hash)
    if member_id and (member := people.member(member_id)):
        consents = [_consent_facts(consent) for consent in consent_store.of_member(member.id)]
        shown |= _facts(member) | {"consents": consents} | _addresses(member)
        if changes := corrections.of_member(member.id):
            shown["corrections"] = [asdict(change) for change in changes]
    if signup := membership.signup(address_hash):
        facts = asdict(signup)
        shown["request_to_join"] = facts.pop("profile") | facts
    if invitation := invitations.get(address_hash):
        facts = asdict(invitation)
        shown["invitation"] = facts.pop("leaver") | facts
    if since := invited.left_alone_since(address_hash):
        shown["left_alone_since"] = since
    if rsvps := rsvp_store.of_address(address_hash):
        shown["events"] = [asdict(rsvp) for rsvp in rsvps]
    if erasures := membership.erasures_at(address_hash):
        shown["being_erased"] = [_erasure_facts(erasure) for erasure in erasures]
    if stopped := suppression.get(address_hash):
        shown["no_email_since"] = stopped
    return shown


def _addresses(member: "Member") -> dict[str, Any]:
    """The address that the member wants to change to, and the earlier ones that are theirs yet."""
    from functions.account.rules import owner_of
    from functions.core import clock
    from functions.people.store import address_moves

    shown: dict[str, Any] = {}
    owner = owner_of(member.id)
    if new := address_moves.pending(owner, clock.now()):
        shown["new_address"] = {"email": new.email, "expires_at": new.expires_at}
    moves = address_moves.of_owner(owner)
    if moves:
        shown["earlier_addresses"] = [
            {"email": move.from_email, "changed_at": move.at, "reserved_until_at": move.ends_at}
            for move in moves
        ]
    return shown


def _erasure_facts(erasure: "Erasure") -> dict[str, Any]:
    facts = asdict(erasure)
    del facts["address_hash"]
    return {**facts, "deleted_at": erasure.ends_at}


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
    if isinstance(value, dict):
        return f"{name} ({', '.join(_fact(*fact) for fact in value.items())})"
    return f"{name}: {_shown(name, value)}"


def _in_a_list(part: Any) -> str:
    """A stay as `alumni members correct --stays` takes it, any other value as it is."""
    return (
        "{office} {from_year}-{to_year}".format_map(part) if isinstance(part, dict) else str(part)
    )


def _shown(name: str, value: Any) -> str:
    """A value as people read it; the document for programs has epoch seconds and true or false."""
    if isinstance(value, tuple | list):
        return ", ".join(_in_a_list(part) for part in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    is_time = name == "at" or name.endswith("_at")
    if is_time and isinstance(value, int):
        return console.utc(value) if value else "none"
    return str(value)
