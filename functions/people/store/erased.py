"""What stays of an erased person for as long as proof is kept: hashes and times, neither a word of
theirs nor an address.

See docs/evidence.md.
"""

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.people import chain
from functions.people.chain import Head
from functions.people.store import consents

# Of a line.
HASHES = ("pk", "sk", "number", "before", "hash", "day", "at")
DUE = "PROOF"  # of a tombstone: when the last of the proof goes


def tombstone_key(member_id: str) -> Key:
    return (consents.partition(member_id), "ERASED")


def mark_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "ERASED")


def put_tombstone(member_id: str, address_hash: str, now: int, until: int) -> Write:
    facts = {"at": now, "address_hash": address_hash, "due_kind": DUE, "due_at": until}
    return table.put(table.keyed(tombstone_key(member_id)) | facts)


def mark(address_hash: str, until: int) -> Write:
    """Until then neither an import nor an invitation brings the person back."""
    return table.put(table.keyed(mark_key(address_hash)) | {"expires_at": until})


def refuse(address_hash: str, now: int) -> Write:
    """Refuses a transaction if somebody with this address was erased, and proof of that is kept."""
    ended = f"{table.NEW} OR #expires_at <= :now"
    return table.check(mark_key(address_hash), ended, {":now": now})


def unmark(address_hash: str) -> Write:
    return table.delete(mark_key(address_hash))


def erased_at(member_id: str) -> int | None:
    """When the member was erased; None if there is no such erased member."""
    tombstone = table.get(tombstone_key(member_id))
    return tombstone["at"] if tombstone else None


def reduce_to_hashes(member_id: str) -> None:
    """Delete all that is kept about a removed member, but for the tombstone and the hashes of their
    consents. Repeating it changes nothing."""
    items = list(table.query(consents.partition(member_id)))
    kept = {tombstone_key(member_id)[1], consents.END}
    lines = [item for item in items if consents.is_line(item)]
    rest = [item for item in items if not consents.is_line(item) and item["sk"] not in kept]
    _do([*_hashes_only(lines), *map(_delete, rest)])


def _hashes_only(lines: list[Item]) -> list[Write]:
    writes, head = [], chain.BEFORE_ALL
    for line in lines:
        counted = line if "number" in line else chain.linked(line, head)
        head = Head(counted["number"], counted["hash"])
        if "what" in line and line["what"] != consents.ERASED:
            writes.append(table.put(hashes_of(counted)))
    return writes


def hashes_of(line: Item) -> Item:
    """What stays of a line in its chain."""
    return {name: line[name] for name in HASHES if name in line}


def due(now: int, limit: int) -> list[Item]:
    """Tombstones whose time is over."""
    items, _ = table.get_many(table.due(DUE, now, limit))
    return [item for item in items.values() if item["due_at"] <= now]


def member_id_of(tombstone: Item) -> str:
    return str(tombstone["pk"]).removeprefix(consents.partition(""))


def delete_proof(tombstone: Item, now: int) -> None:
    """Delete the last of an erased member. The tombstone goes last, so that a run that dies is
    taken over by the next."""
    own = tombstone["pk"], tombstone["sk"]
    items = [i for i in table.query(own[0], only=("at",)) if (i["pk"], i["sk"]) != own]
    _do([_delete(item) for item in items])
    key = mark_key(tombstone["address_hash"])
    table.try_write(table.delete(key, condition="#expires_at <= :now", values={":now": now}))
    table.write(table.delete(own))


def _delete(item: Item) -> Write:
    return table.delete((item["pk"], item["sk"]))


def _do(writes: list[Write]) -> None:
    for start in range(0, len(writes), table.MOST_WRITES):
        table.transact(*writes[start : start + table.MOST_WRITES])
