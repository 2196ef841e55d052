"""Addresses that get no more email, after a permanent bounce or a complaint, or as somebody wished.

After a bounce, one email a day still goes out if somebody asks for it who can prove that they read
it, and that proof lets the address get email again. See docs/mail.md.
"""

from collections.abc import Iterable
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY

BOUNCE, COMPLAINT = "bounce", "complaint"
WISH = "wish"  # somebody asked the team to be written to no more
RANKS = (BOUNCE, WISH, COMPLAINT)  # each outweighs those before it
STOPPED = "STOPPED"  # the mark in the index
TRIES = 5  # if feedback and a sign-in collide


def key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "SUPPRESSED")


def stop(address_hash: str, reason: str, now: int, *also: Write) -> bool:
    """Stop all email to an address, with the writes in `also`; returns False if it is stopped
    already.

    The first reason stays, but a person's wish outweighs a bounce and a complaint both; and a
    bounce after an email that `let_through` sent shows that nobody reads that one either.

    Raises:
        RuntimeError: the item changes faster than this can be saved.
    """
    for _ in range(TRIES):
        before = table.get(key(address_hash))
        if before is None:
            item = table.keyed(key(address_hash)) | {"reason": reason, "at": now}
            item |= {"due_kind": STOPPED, "due_at": now}
            if table.try_write(table.put(item, condition=table.NEW), *also):
                return True
        elif not _is_news(before, reason) or table.try_write(_renew(before, reason, now), *also):
            return False
    raise RuntimeError("the suppression keeps changing")


def _is_news(before: Item, reason: str) -> bool:
    if before["reason"] != reason:
        return RANKS.index(reason) > RANKS.index(before["reason"])
    return reason == BOUNCE and bool(before.get("asked_at", 0) > before["at"])


def _renew(before: Item, reason: str, now: int) -> Write:
    values = {":reason": reason, ":now": now, ":seen": before["reason"], ":at": before["at"]}
    return table.update(
        (before["pk"], before["sk"]),
        "SET #reason = :reason, #at = :now, #due_kind = :mark, #due_at = :now",
        values | {":mark": STOPPED},
        condition="#reason = :seen AND #at = :at",
    )


def lift(address_hash: str, reason: str) -> Write:
    """A write that lets the address get email again; refused unless it is stopped for `reason`."""
    values = {":reason": reason}
    return table.delete(key(address_hash), condition="#reason = :reason", values=values)


def get(address_hash: str) -> dict[str, Any] | None:
    """Why and since when an address gets no email; None if it does."""
    item = table.get(key(address_hash))
    return {"reason": item["reason"], "at": item["at"]} if item else None


def newest(since: int, most: int) -> dict[str, str]:
    """Address hash → why it gets no email, for those stopped since then, the newest first."""
    items, _unread = table.get_many(table.due_since(STOPPED, since, most))
    newest_first = sorted(items.items(), key=lambda one: -one[1]["at"])
    return {pk.partition("#")[2]: item["reason"] for (pk, _), item in newest_first}


def is_stopped(address_hash: str) -> bool:
    return table.get(key(address_hash)) is not None


def stopped_among(address_hashes: Iterable[str]) -> tuple[set[str], bool]:
    """Those of the addresses that get no more email, and whether all of them could be read."""
    hashes = {key(address_hash): address_hash for address_hash in address_hashes}
    items, unread = table.get_many(hashes, only=("pk",))
    return {hashes[item_key] for item_key in items}, not unread


# ---- Signing in after a bounce


def let_through(address_hash: str, proof: str, now: int) -> bool:
    """Whether an email that somebody asked for may go out to an address that bounced: one a day,
    and its retries. `proof` is what only its reader can show."""
    write = table.update(
        key(address_hash),
        "SET #asked_at = :now, #proof = :proof",
        {":now": now, ":proof": proof, ":bounce": BOUNCE, ":day_ago": now - DAY},
        condition="#reason = :bounce AND"
        " (attribute_not_exists(#asked_at) OR #asked_at <= :day_ago OR #proof = :proof)",
    )
    return table.try_write(write)


def is_disproved_by(address_hash: str, proof: str) -> bool:
    """Whether a bounce stops the address, but the reader of the email that was let through has
    shown its `proof`, and nothing has come back since."""
    item = table.get(key(address_hash)) or {}
    proven = item.get("reason") == BOUNCE and item.get("proof") == proof
    return proven and bool(item["at"] < item["asked_at"])


def lift_disproved(address_hash: str, proof: str) -> Write:
    """A write that lets the address get email again; refused unless `is_disproved_by`."""
    return table.delete(
        key(address_hash),
        condition="#reason = :bounce AND #proof = :proof AND #at < #asked_at",
        values={":bounce": BOUNCE, ":proof": proof},
    )
