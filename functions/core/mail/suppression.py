"""Addresses that get no more email, after a permanent bounce or a complaint."""

from collections.abc import Iterable
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.errors import RefusedError


def key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "SUPPRESSED")


def stop(address_hash: str, reason: str, now: int) -> None:
    """Stop all email to an address; if it is stopped already, the first reason stays."""
    item = table.keyed(key(address_hash)) | {"reason": reason, "at": now}
    try:
        table.write(table.put(item, condition=table.NEW))
    except RefusedError:
        return


def lift(address_hash: str, reason: str) -> Write:
    """A write that lets the address get email again; refused unless it is stopped for `reason`."""
    values = {":reason": reason}
    return table.delete(key(address_hash), condition="#reason = :reason", values=values)


def get(address_hash: str) -> dict[str, Any] | None:
    """Why and since when an address gets no email; None if it does."""
    item = table.get(key(address_hash))
    return {"reason": item["reason"], "at": item["at"]} if item else None


def is_stopped(address_hash: str) -> bool:
    return table.get(key(address_hash)) is not None


def stopped_among(address_hashes: Iterable[str]) -> tuple[set[str], bool]:
    """Those of the addresses that get no more email, and whether all of them could be read."""
    hashes = {key(address_hash): address_hash for address_hash in address_hashes}
    items, unread = table.get_many(hashes, only=("pk",))
    return {hashes[item_key] for item_key in items}, not unread
