"""The team's daily email: how many joined, left and unsubscribed, without any name.

See docs/members.md.
"""

from collections import Counter

from functions.core.log import log
from functions.core.site import site
from functions.membership import rules, store
from functions.people.store import activities


def send(now: int) -> None:
    """Queue the digest if its hour has come and anything has happened since the last one.

    A day that was missed is in the next one. Without a team nothing is counted.
    """
    if not site().get("team"):
        return
    until, since = rules.last_digest_hour(now, site()["time_zone"]), store.digest_until()
    if since is None:
        store.begin_digests(until)
    elif since < until:
        counts = Counter(str(line.act) for line in activities.between(since, until))
        if store.save_digest(since, until, dict(counts), now):
            log.info("digest", extra={"counts": dict(counts)})
