"""Whom a command is about: a member's id, or anybody's email address."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra.alumni import console
from infra.alumni.console import Exit

if TYPE_CHECKING:
    from functions.people.member import Member

MemberArgument = Annotated[str, typer.Argument(help="A member's id or email address.")]
PersonArgument = Annotated[
    str, typer.Argument(help="A member's id, or any person's email address.")
]


def find_member(person: str) -> "Member":
    """The member; if there is none, prints an error and exits."""
    from functions.people.store import members as people

    member_id = id_of(person)
    member = people.member(member_id) if member_id else None
    if member is None:
        console.error(f"No member found: {person}")
        raise typer.Exit(Exit.PROBLEMS)
    return member


def hash_of(person: str) -> str | None:
    """The hash of an address, whether a member's or not; of an id, only if a member has it. An
    earlier address that is still reserved leads to its member's."""
    from functions.core.addresses import address_hash, normalise
    from functions.people.store import address_moves
    from functions.people.store import members as people

    hashed = address_hash(normalise(person) or person) if "@" in person else None
    reserved = address_moves.reservation(hashed) if hashed else None
    member = people.member(reserved.member_id if reserved else person)
    return member.address_hash if member else hashed


def addresses_of(person: str) -> set[str]:
    """The address as given and as the member gave it: SES's list may hold either writing."""
    from functions.core.addresses import normalise
    from functions.people.store import members as people

    member_id = id_of(person)
    member = people.member(member_id) if member_id else None
    given = normalise(person) if "@" in person else None
    return {address for address in (given, member and member.email) if address}


def id_of(person: str) -> str | None:
    if "@" not in person:
        return person
    from functions.people.store import members as people

    return people.member_id_at(hash_of(person) or "")
