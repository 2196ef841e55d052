"""The link by which people attend an event online: kept here, as nothing public may hold it."""

from functions.core.aws import table
from functions.core.aws.table import Key, Write

LINK = "LINK"  # the sort key


def _key(slug: str) -> Key:
    return (f"EVENT#{slug}", LINK)


def get(slug: str) -> str:
    """Empty if none is entered."""
    item = table.get(_key(slug))
    return str(item["url"]) if item else ""


def change(slug: str, url: str, *also: Write) -> None:
    """Enter the link, or take it back if it is empty."""
    item = table.keyed(_key(slug)) | {"url": url}
    table.transact(table.put(item) if url else table.delete(_key(slug)), *also)
