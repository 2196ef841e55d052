"""An issue and its members as the functions store them, and the events that start its sending.

Imports little: `dispatch_memory` measures a process that has all of it.
"""

import hashlib
import json
import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

from infra.dev.bench.support import endpoint

MESSAGES_AT_ONCE = 5  # BatchSize of NewsletterSend in template.yaml
SLUG = "autumn"
KEY = f"newsletters/{SLUG}/en.json"
INVITATION_KEY = f"newsletters/{SLUG}/invitation.json"
SENDER = "Example Alumni <alumni@example.com>"
OFFICES = ("stockholm", "goteborg", "malmo", "helsingborg", "brussels", "hong-kong", "shanghai")
KINDS = ("engineer", "consultant", "partner", "business-support", "student-intern", "retired")
FILLED_AT_ONCE = 5000

Raw = dict[str, Any]
Handler = Callable[[Raw, Any], Any]
Call = Callable[[str, Handler, Raw], None]  # the function's name, its handler, the event


class Context:
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 50_000


def environment(address: str) -> dict[str, str]:
    settings = {
        "SENDER": SENDER,
        "NEWSLETTER_SET": "newsletter",
        "SEND_QUEUE_URL": f"{address}/1/send",
    }
    return endpoint.environment(address) | settings


def query(address: str, name: str) -> Any:
    """The result of one of the fake AWS's own queries, such as `ledger`."""
    with urllib.request.urlopen(f"{address}/control/{name}", b"null") as answer:  # noqa: S310
        return json.loads(answer.read())


def fill(address: str, members: int) -> None:
    """The catalogue, the members, the published issue's file, and an event of the same name."""
    from functions.core.aws.table import to_item

    site = {"languages": ["en"], "offices": [], "kinds": [], "topics": []}
    endpoint.fill(address, [to_item({"pk": "CATALOGUE", "sk": "CATALOGUE", "site": site})])
    endpoint.fill(address, [to_item(event())])
    for start in range(0, members, FILLED_AT_ONCE):
        numbers = range(start, min(start + FILLED_AT_ONCE, members))
        endpoint.fill(address, [to_item(member(number)) for number in numbers])
    for key, content in ((KEY, variant()), (INVITATION_KEY, invitation())):
        request = urllib.request.Request(f"{address}/private/{key}", content, method="PUT")  # noqa: S310
        urllib.request.urlopen(request).close()  # noqa: S310 - our own process on 127.0.0.1


def member(number: int) -> Raw:
    member_id = uuid.uuid4().hex
    return {
        "pk": f"MEMBERS#{member_id[0]}",
        "sk": member_id,
        "name": f"Åsa Ek {number}",
        "email": f"asa.ek.{number}@example.com",
        "address_hash": uuid.uuid4().hex,
        "office": OFFICES[number % len(OFFICES)],
        "from_year": 1998,
        "to_year": 2014,
        "kinds": [KINDS[number // len(OFFICES) % len(KINDS)]],
        "interests": ["energy", "law"],
        "language": "en",
        "newsletter": True,
        "invitations": True,
        "frequency": "every",
        "revision": 1,
        "joined_at": int(time.time()),
    }


def event() -> Raw:
    """Of a year ahead."""
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 365 * 86_400))
    facts = {"starts_at": f"{day}T16:00:00Z", "ends_at": f"{day}T19:00:00Z"}
    facts |= {"closes_at": facts["starts_at"]}
    seats = {"capacity": 40, "free": 40, "waiting": 0, "sequence": 1}
    return {"pk": f"EVENT#{SLUG}", "sk": "EVENT", "facts": facts, **seats}


def variant() -> bytes:
    """A rendered issue of 30 KB HTML and 6 KB text."""
    cell = (
        '<tr><td style="padding:12px 24px;font-family:Georgia,serif;color:#1d2b33">{}</td></tr>\n'
    )
    words = "The harbour office opened its doors to forty former colleagues. "
    rows = "".join(cell.format(words * 4) for _ in range(200))
    html = f"<html><body>Hej {{{{name_html}}}}<table>{rows}"[:29_800]
    text = "Hej {{name_text}}\n\n" + (words + "\n") * 100
    content = {
        "subject": "News from Example",
        "preheader": "A new office, and a talk in December",
        "html": html + '</table><a href="{{unsubscribe_url}}">Unsubscribe</a></body></html>',
        "text": text[:5_900] + "\n{{unsubscribe_url}}\n",
    }
    return json.dumps(content, ensure_ascii=False).encode()


def invitation() -> bytes:
    """As large, with the links to answer."""
    content = json.loads(variant())
    for part in ("html", "text"):
        content[part] += "{{answer_token}} {{answer_token}}"
    return json.dumps(content, ensure_ascii=False).encode()


def schedule(kind: str = "issue") -> None:
    """Publish the issue, or the invitation to the event, for this moment, to everybody."""
    from functions.newsletter.store import issues

    now, is_invitation = int(time.time()), kind == "event_invitation"
    everybody = {
        "key": INVITATION_KEY if is_invitation else KEY,
        "hash": hashlib.sha256(invitation() if is_invitation else variant()).hexdigest(),
        "language": "en",
        "readers": [{}],
    }
    facts: dict[str, Any] = {
        "subject": "News",
        "send_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "deadline": None,
        "kind": kind,
        "frequency": "every",
        "corrects": None,
        "nothing": [],
        "variants": {"en": everybody},
    }
    issues.schedule(SLUG, facts, now)


class JumpingClock:
    """The functions' clock: it jumps to the next thing to happen, so that nobody really waits."""

    def __init__(self) -> None:
        from functions.core import clock

        self.jumped = 0.0
        clock.now, clock.sleep = self.now, self.jump
        clock.ticking = lambda: time.monotonic() + self.jumped

    def now(self) -> int:
        return int(time.time() + self.jumped)

    def jump(self, seconds: float) -> None:
        self.jumped += max(0.0, seconds)


def dispatch(address: str, call: Call, clock: JumpingClock) -> None:
    """Call planner and workers, from the tick that finds the issue to the one that ends it. A
    worker gets the messages that are no longer delayed."""
    from functions.core.clock import MINUTE
    from functions.newsletter import handler
    from functions.newsletter.store import issues

    waiting: list[tuple[int, Raw]] = []
    next_tick = clock.now()
    while (issue := issues.get(SLUG)) and issue.state != "sent":
        if clock.now() >= next_tick:
            next_tick += MINUTE
            call("NewsletterTick", handler.tick, {"tick": True})
            queued = query(address, "queue")
            waiting += [(clock.now() + message["delay"], message) for message in queued]
            waiting.sort(key=lambda message: message[0])
        while records := [m for at, m in waiting[:MESSAGES_AT_ONCE] if at <= clock.now()]:
            del waiting[: len(records)]
            call("NewsletterSend", handler.send, {"Records": records})
        clock.jump(min([next_tick, *(at for at, _ in waiting[:1])]) - clock.now())
