"""The write units of a sign-up that is accepted, from the form until its last email is recorded."""

import base64
import email.policy
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

from infra import costs
from infra.cloud.deploying.mail_layout import compile_layout
from infra.dev.bench.cold_start import EVENT, PERSON, RSVP, SITE, SLUG
from infra.dev.bench.support import endpoint, newsletter_scene, own_page, page_form, web_request
from infra.dev.bench.support.rows import Row, limit

MOST_UNITS, AIM = 30, 24
# A viewer's address and port: IPv6 is counted for two networks, IPv4 for one.
IPV6, IPV4 = "2001:db8::1:4711", "192.0.2.1:4711"
FACTS = {
    "url": f"{endpoint.SITE_URL}/events/{SLUG}/",
    "place": "The library",
    "address": "Kajen 1, Malmö",
}
ADDRESS = "asa.ek@example.com"
CONFIRM = "/api/rsvp/confirm"
WHAT = {
    "LIMIT": "limits of networks and emails",
    "EVENT RSVP": "the sign-up",
    "EVENT": "the event's free seats",
    "OUTBOX": "the outbox",
    "MAILED": "the line about the email",
    "LIFE": "the member's sign of life",
}

Raw = dict[str, Any]
Step = Callable[[], object]


def run() -> list[Row]:
    """`rsvp_write_units`: units a sign-up, of the index too; `details` says where each goes. The
    most that it can be: a member's first sign of life in a day, over IPv6."""
    member, guest = (_measure(who, IPV6) for who in ("member", "guest"))
    short = _measure("guest", IPV4)
    units = _units(member)
    note = f"a guest's: {_units(guest):g}, over IPv4 {_units(short):g}; aim: {AIM}"
    return [limit("rsvp_write_units", units, MOST_UNITS, note) | {"details": _details(member)}]


def _units(steps: Raw) -> float:
    return float(sum(sum(written.values()) for written in steps.values()))


def _details(steps: Raw) -> list[Raw]:
    """As the report shows them; the percentage is of all units."""
    in_all = _units(steps)
    return [
        {
            "part": f"{step}: {WHAT[item]}",
            "number": units,
            "unit": "write units",
            "cents": units * costs.WRITE_UNIT * 100,
            "percent": round(units / in_all * 100, 1),
        }
        for step, written in steps.items()
        for item, units in written.items()
    ]


def _measure(who: str, viewer: str) -> Raw:
    with endpoint.running() as address:
        command = [sys.executable, "-m", "infra.dev.bench.rsvp_writes", who, viewer]
        settings = newsletter_scene.environment(address)
        done = subprocess.run(command, env=settings, stdout=-1, check=True)  # noqa: S603
    steps: Raw = json.loads(done.stdout.splitlines()[-1])
    return steps


# ---- In a process of its own, with the environment of a function


def measure(address: str, who: str, viewer: str) -> Raw:
    """Step → kind of item → units.

    Raises:
        RuntimeError: somebody was not accepted, or an email is still waiting.
    """
    fill(address, is_member=who == "member")
    steps = {}
    with _mail_layout():
        for name, act in _steps(address, viewer):
            newsletter_scene.query(address, "used")
            act()
            steps[name] = newsletter_scene.query(address, "used")["written"]
    _require_done(address)
    return {name: written for name, written in steps.items() if written}


@contextmanager
def _mail_layout() -> Iterator[None]:
    """What the artifact holds beside the templates."""
    from functions.post import render

    with TemporaryDirectory() as folder:
        (Path(folder) / "layout.html").write_text(compile_layout(), encoding="utf-8")
        render.FOLDERS.append(Path(folder))
        yield


def fill(address: str, *, is_member: bool) -> None:
    from functions.core.aws.table import to_item

    seats = {"capacity": 40, "free": 40, "waiting": 0, "sequence": 1}
    event = {"pk": f"EVENT#{SLUG}", "sk": "EVENT", **seats, "facts": EVENT | FACTS}
    site = {"pk": "CATALOGUE", "sk": "CATALOGUE", "site": SITE | {"imprint": "Example, Malmö"}}
    endpoint.fill(address, [to_item(site), to_item(event)])
    endpoint.store(address, own_page.SHELL_PATH, own_page.SHELL)
    if is_member:
        endpoint.fill(address, [to_item(item) for item in _member()])


def _member() -> list[Raw]:
    """Who gave no sign of life for long."""
    from functions.core.addresses import address_hash
    from functions.core.aws import table
    from functions.people.silence import Stage
    from functions.people.store.members import pointer_key
    from functions.people.store.signs_of_life import life_key

    member = newsletter_scene.member(0) | {"address_hash": address_hash(ADDRESS), "email": ADDRESS}
    pointer = table.keyed(pointer_key(member["address_hash"])) | {"member_id": member["sk"]}
    life = table.keyed(life_key(member["sk"])) | {"seen_at": 1}
    return [member, pointer, life | {"due_kind": Stage.QUIET, "due_at": 1}]


def _steps(address: str, viewer: str) -> Iterator[tuple[str, Step]]:
    yield "the form", lambda: _send_form(viewer)
    yield "the email with the link", lambda: _deliver(address)
    yield "the click", lambda: _click(_newest_link(address), viewer)
    yield "the email with the ticket", lambda: _deliver(address)
    yield "SES's events", lambda: _settle(address)


def _send_form(viewer: str) -> None:
    form = PERSON | RSVP | {"email": ADDRESS, "language": "en"}
    _web("POST", f"/api/events/{SLUG}/rsvp", form, viewer=viewer, wanted=303)


def _click(link: str, viewer: str) -> None:
    """As a browser does: show the page, then press its button."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    page = _web("GET", CONFIRM, query=query, viewer=viewer)
    _web("POST", CONFIRM, page_form.fields(page["body"], CONFIRM), viewer=viewer)


def _web(method: str, path: str, form: Raw | None = None, *, wanted: int = 200, **of: Any) -> Raw:
    from functions.events.handler import web

    answer = web(web_request.event(method, path, form, **of), None)
    if answer["statusCode"] != wanted:
        raise RuntimeError(f"{path}: {answer}")
    return answer


def _deliver(address: str) -> None:
    """Wake `post` as the table's stream does."""
    from functions.post.handler import deliver

    waiting = newsletter_scene.query(address, "outbox")
    keys = [{"pk": {"S": pk}, "sk": {"S": "OUTBOX"}} for pk in waiting]
    deliver({"Records": [{"dynamodb": {"Keys": key}} for key in keys]}, newsletter_scene.Context)


def _newest_link(address: str) -> str:
    raw = base64.b64decode(newsletter_scene.query(address, "mails")[-1])
    mail = message_from_bytes(raw, EmailMessage, policy=email.policy.default)
    text = mail.get_body(("plain",))
    link = re.search(rf"\S+{CONFIRM}\?\S+", text.get_content() if text else "")
    if link is None:
        raise RuntimeError("no link in the email")
    return link[0]


def _settle(address: str) -> None:
    """SES's events of both emails."""
    from functions.feedback.handler import settle

    facts = dict.fromkeys(("bounce_type", "complaint_type"), "")
    facts |= {"event": "Send", "at": "2026-11-18T11:06:40Z"}
    tags = dict.fromkeys(("issue", "batch", "position"), "") | {"address": "0" * 64}
    records = [
        {
            "messageId": str(number),
            "body": json.dumps({**facts, "message_id": str(number), "tags": tags}),
        }
        for number in range(len(newsletter_scene.query(address, "mails")))
    ]
    if settle({"Records": records}, None)["batchItemFailures"]:
        raise RuntimeError("an event was not settled")


def _require_done(address: str) -> None:
    from functions.core.aws import table

    sent, waiting = (newsletter_scene.query(address, name) for name in ("mails", "outbox"))
    event = table.get((f"EVENT#{SLUG}", "EVENT"))
    if len(sent) != 2 or waiting or not event or event["free"] != 38:  # noqa: PLR2004 - one guest
        raise RuntimeError(f"{len(sent)} emails sent, {waiting} waiting, event: {event}")


if __name__ == "__main__":
    print(json.dumps(measure(environ["AWS_ENDPOINT_URL"], *sys.argv[1:])))  # noqa: T201
