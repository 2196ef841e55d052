"""`alumni members`: who is in the network, for whoever answers a person's question."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any

import typer

from infra.commands import options, show, table
from infra.commands.show import Exit

app = typer.Typer(no_args_is_help=True, help="Look members up.")

COLUMNS = ("member_id", "name", "email", "office", "newsletter", "joined_at")


def _all() -> Iterator[dict[str, Any]]:
    from functions.membership import store

    return chain.from_iterable(store.members(shard) for shard in store.SHARDS)


@app.command("list")
def list_members(
    *,
    stack: options.Stack = options.STACK,
    region: options.Region = options.REGION,
    endpoint_url: options.Endpoint = None,
    profile: options.Profile = None,
    json: options.Json = False,
) -> None:
    """List all members. This is personal data: mind where the output goes."""
    table.connect(options.place(region, endpoint_url, profile), stack)
    with show.progress() as report:
        members = []
        for item in _all():
            members.append(_told(item))
            report("reading members", len(members), 0)
    if json:
        show.document(members)
        return
    members.sort(key=lambda each: str(each["name"]).casefold())
    show.table(COLUMNS, ([str(each.get(name, "")) for name in COLUMNS] for each in members))
    show.line(f"{len(members)} members")


def _told(item: dict[str, Any]) -> dict[str, Any]:
    return {"member_id": item["sk"], **_facts(item)}


def _facts(item: dict[str, Any]) -> dict[str, Any]:
    """An item without the table's own attributes."""
    return {name: value for name, value in item.items() if name not in {"pk", "sk"}}


@app.command("show")
def show_member(  # noqa: PLR0913 - a command's options
    who: Annotated[str, typer.Argument(help="A member's id or e-mail address.")],
    *,
    stack: options.Stack = options.STACK,
    region: options.Region = options.REGION,
    endpoint_url: options.Endpoint = None,
    profile: options.Profile = None,
    json: options.Json = False,
) -> None:
    """Show all that is kept of one member, with every consent."""
    table.connect(options.place(region, endpoint_url, profile), stack)
    from functions.membership import store

    member_id = _id_of(who)
    item = store.member(member_id) if member_id else None
    if item is None:
        show.complain(f"There is no member {who}.")
        raise typer.Exit(Exit.PROBLEMS)
    found = _told(item) | {"consents": [_facts(each) for each in store.consents(item["sk"])]}
    if json:
        show.document(found)
        return
    for name, value in found.items():
        show.line(f"{name}: {value}")


def _id_of(who: str) -> str | None:
    if "@" not in who:
        return who
    from functions.core.addresses import address_hash
    from functions.membership import store

    return store.member_id_of(address_hash(who))
