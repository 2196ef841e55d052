"""`alumni members`: who is in the network, for whoever answers a person's question."""

from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.people.member import Consent, Member


COLUMNS = ("member_id", "name", "email", "office", "newsletter", "frequency", "joined_at")


def _all() -> "Iterator[Member]":
    from functions.people import store

    return chain.from_iterable(store.members(shard) for shard in store.SHARDS)


def list_members() -> None:
    """List all members. This is personal data: mind where the output goes."""
    options.connect()
    with console.progress() as report:
        members = []
        for member in _all():
            members.append(_facts(member))
            report("reading members", len(members), 0)
    if options.wants_json():
        console.document(members)
        return
    members.sort(key=lambda each: str(each["name"]).casefold())
    console.table(COLUMNS, ([str(each.get(name, "")) for name in COLUMNS] for each in members))
    console.line(f"{len(members)} members")


def _facts(member: "Member") -> dict[str, Any]:
    """A member as `alumni` shows one."""
    facts = asdict(member)
    return {"member_id": facts.pop("id"), **facts}


def _consent_facts(consent: "Consent") -> dict[str, Any]:
    """A consent as `alumni` shows one: flat, without what it doesn't have."""
    facts = {"what": str(consent.what), "how": consent.how, "at": consent.at}
    parts = (consent.agreement, consent.preferences)
    return facts | {name: v for part in parts if part for name, v in asdict(part).items() if v}


def show_member(
    who: Annotated[str, typer.Argument(help="A member's id or e-mail address.")],
) -> None:
    """Show all that is kept of one member, with every consent."""
    options.connect()
    from functions.people import store

    member_id = _id_of(who)
    member = store.member(member_id) if member_id else None
    if member is None:
        console.complain(f"There is no member {who}.")
        raise typer.Exit(Exit.PROBLEMS)
    consents = [_consent_facts(each) for each in store.consents(member.id)]
    found = _facts(member) | {"consents": consents}
    if options.wants_json():
        console.document(found)
        return
    for name, value in found.items():
        console.line(f"{name}: {value}")


def erase_member(
    who: Annotated[str, typer.Argument(help="A member's id, or anybody's e-mail address.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Erase a person: member, consents, sign-up, and answers to events, whose seats become free.

    It can't be undone, but for backups, and it may be repeated. An address that bounced or
    complained still gets no mail: only its hash and that fact are kept.
    """
    options.connect()
    hashed = _hash_of(who)
    found = _found(hashed) if hashed else None
    if hashed is None or found is None:
        console.complain(f"Nothing is kept of {who}.")
        raise typer.Exit(Exit.PROBLEMS)
    if not yes and not _agreed(found):
        console.complain("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    _erase(hashed)
    if options.wants_json():
        console.document(found)
        return
    console.line("Erased: " + _in_words(found))


def _found(address_hash: str) -> dict[str, Any] | None:
    """What is kept of an address: the member's id, whether a sign-up waits, slugs of events."""
    from functions.events import retention
    from functions.membership import store
    from functions.people.store import member_id_at

    found = {
        "member_id": member_id_at(address_hash),
        "signup": store.signup(address_hash) is not None,
        "events": retention.answered(address_hash),
    }
    return found if any(found.values()) else None


def _agreed(found: dict[str, Any]) -> bool:
    return typer.confirm(f"Shall I erase {_in_words(found)}, for good?", err=True)


def _in_words(found: dict[str, Any]) -> str:
    what = [f"member {found['member_id']}"] if found["member_id"] else []
    what += ["an unconfirmed sign-up"] if found["signup"] else []
    what += [f"the answer to {slug}" for slug in found["events"]]
    return ", ".join(what)


def _erase(address_hash: str) -> None:
    """Answers first: a run that dies can be repeated as long as the member can be found."""
    from functions.core import clock
    from functions.events import retention
    from functions.membership import store

    retention.erase_person(address_hash)
    store.erase(address_hash, clock.now())


def _hash_of(who: str) -> str | None:
    """By id only a member is found; an address may belong to somebody who is none."""
    from functions.core.addresses import address_hash, normalise
    from functions.people import store

    if "@" in who:
        return address_hash(normalise(who) or who)
    member = store.member(who)
    return member.address_hash if member else None


def _id_of(who: str) -> str | None:
    if "@" not in who:
        return who
    from functions.people import store

    return store.member_id_at(_hash_of(who) or "")
