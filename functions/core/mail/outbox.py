"""Emails to be sent, written in one transaction with the fact behind them. No address, no token.

See docs/mail.md.
"""

import uuid
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.mail_kinds import KINDS


def mail(  # noqa: PLR0913 - the item's parts
    name: str, address_hash: str, ref: dict[str, Any], revision: int, now: int, *, pk: str = ""
) -> Write:
    """A write that queues email `name` for `post`: due at once, dropped if `revision` is stale.

    `pk`, if the email must not be queued twice, is the same each time.

    Raises:
        ValueError: no outbox sends this kind, because nobody may get it without consent.
    """
    if KINDS[name].needs:
        raise ValueError(f"{name} needs a consent")
    return table.put(
        {
            "pk": pk or f"OUTBOX#{uuid.uuid4().hex}",
            "sk": "OUTBOX",
            "mail": name,
            "address_hash": address_hash,
            "ref": ref,
            "revision": revision,
            "tries": 0,
            "created_at": now,
            "due_kind": "OUTBOX",
            "due_at": now,
        },
        condition=table.NEW,
    )
