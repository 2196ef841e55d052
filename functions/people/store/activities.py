"""Who joined, left and unsubscribed: lines in the table that say when, and end by themselves."""

from collections.abc import Iterator

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY
from functions.core.lifetimes import ACTIVITY_DAYS
from functions.people.member import Act, Activity

ACTIVITY_KEPT_SECONDS = ACTIVITY_DAYS * DAY


def note(activity: Activity) -> Write:
    line = {"expires_at": activity.at + ACTIVITY_KEPT_SECONDS}
    return table.put(table.keyed(activity_key(activity)) | line)


def forget(activity: Activity) -> Write:
    return table.delete(activity_key(activity))


def between(since: int, until: int) -> Iterator[Activity]:
    """Activities from `since` (included) until `until` (excluded), oldest first."""
    for day in range(max(since, until - ACTIVITY_KEPT_SECONDS) // DAY, until // DAY + 1):
        for item in table.query(f"ACTIVITY#{day}", after=f"{since - 1:010d}~"):
            activity = _to_activity(item)
            if activity.at >= until:
                return
            yield activity


def activity_key(activity: Activity) -> Key:
    """In the order of time within a day (UTC); the id tells those of one second apart."""
    moment = f"{activity.at:010d}#{activity.act}#{activity.member_id}"
    return (f"ACTIVITY#{activity.at // DAY}", moment)


def _to_activity(item: Item) -> Activity:
    at, act, member_id = item["sk"].split("#")
    return Activity(int(at), Act(act), member_id)
