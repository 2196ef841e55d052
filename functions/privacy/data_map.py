"""The data map: every kind of item in the table, every attribute of it, and what it is used for.

Whoever stores something new names it in the records of its subject. A test holds these to what the
functions write, and docs/privacy/data-map.md, docs/table.md and what a person downloads are made
from them.
"""

from functions.privacy import (
    desk_records,
    event_records,
    mail_records,
    member_records,
    upkeep_records,
)
from functions.privacy.records import Record

RECORDS = (
    *member_records.RECORDS,
    *event_records.RECORDS,
    *mail_records.RECORDS,
    *desk_records.RECORDS,
    *upkeep_records.RECORDS,
)


def record_of(pk: str, sk: str) -> Record | None:
    """Which kind of item has this key; None if the map names none."""
    kinds = (record for record in RECORDS if record.parts_of(pk, sk) is not None)
    return next(kinds, None)
