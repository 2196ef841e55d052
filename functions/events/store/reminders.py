"""Reminders of an event, and the thank-you after it: when they are due, how far they have come, and
that each is sent once."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Key
from functions.core.mail import outbox
from functions.events.rules import Rsvp, Status
from functions.events.store.rsvps import rsvp_key

DUE = "REMINDER"  # due_kind, and the beginning of the sort keys


class Which(StrEnum):
    FIRST = "first"
    LAST = "last"  # asks whether they are still coming
    THANKS = "thanks"


SETTINGS = {
    Which.FIRST: ("reminder_days", 7),
    Which.LAST: ("last_reminder_days", 1),
    Which.THANKS: ("thanks_days", 1),
}


@dataclass(frozen=True)
class Reminder:
    """Sign-ups up to the address hash `cursor` have been seen to."""

    slug: str
    which: Which
    cursor: str
    due_at: int


def _key(slug: str, which: Which) -> Key:
    return (f"EVENT#{slug}", f"{DUE}#{which}")


def schedule(slug: str, facts: dict[str, Any], site: dict[str, Any], now: int) -> None:
    """Have all sent in the mornings that the settings name, unless these have passed; after a move
    to another day only to whoever hasn't had them."""
    from functions.events import event_time  # a sign-up needs no time zones

    for which, (setting, usual) in SETTINGS.items():
        days, is_after = site.get(setting, usual), which is Which.THANKS
        morning = event_time.morning_after if is_after else event_time.morning_before
        due_at = morning(facts, days)
        if facts.get("cancelled") or not days:
            unschedule(slug, which)
        elif due_at > now:
            item = table.keyed(_key(slug, which)) | {"cursor": ""}
            table.write(table.put(item | {"due_kind": DUE, "due_at": due_at}))
        elif not _is_due(slug, which, due_at):
            unschedule(slug, which)


def _is_due(slug: str, which: Which, due_at: int) -> bool:
    """True if it is to be sent in this very minute, or is under way."""
    item = table.get(_key(slug, which))
    return item is not None and item["due_at"] == due_at


def unschedule(slug: str, *which: Which) -> None:
    for one in which or Which:
        table.write(table.delete(_key(slug, one)))


def due(now: int) -> Iterator[Reminder]:
    for key in table.due(DUE, now):
        if item := table.get(key):
            which = Which(item["sk"].removeprefix(f"{DUE}#"))
            slug = item["pk"].removeprefix("EVENT#")
            yield Reminder(slug, which, item["cursor"], item["due_at"])


def move_on(reminder: Reminder, cursor: str) -> None:
    """Note that people up to `cursor` have been seen to, or all of them if it is empty; nothing if
    the event has moved meanwhile."""
    key = _key(reminder.slug, reminder.which)
    same, values = "#due_at = :at", {":at": reminder.due_at}
    further = values | {":cursor": cursor}
    on = table.update(key, "SET #cursor = :cursor", further, condition=same)
    table.try_write(on if cursor else table.delete(key, condition=same, values=values))


def remind(rsvp: Rsvp, which: Which, now: int) -> bool:
    """Queue the email to whoever is still signed up and hasn't had it; returns whether it is."""
    mark = f"reminded_{which}"
    noted = table.update(
        rsvp_key(rsvp.slug, rsvp.address_hash),
        f"SET #{mark} = :now",
        {":now": now, ":coming": Status.ACCEPTED},
        condition=f"#status = :coming AND attribute_not_exists(#{mark})",
    )
    ref = {"slug": rsvp.slug, "which": which}
    mail = "event_thanks" if which is Which.THANKS else "rsvp_reminder"
    leave_mail = outbox.mail(mail, rsvp.address_hash, ref, rsvp.revision, now)
    return table.try_write(noted, leave_mail)
