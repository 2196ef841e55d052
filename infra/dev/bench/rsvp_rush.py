"""A thousand people for a hundred seats, over HTTP on the running stack: forms, then clicks.

The stack's limits are raised by the parameters that docs/operating.md names for real people:
`PostsPerNetworkPerHour` and `MailsPerHour`.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from aiohttp import ClientSession, ClientTimeout

from infra.dev.bench.cold_start import PERSON
from infra.dev.bench.support import page_form
from infra.dev.local.local_stack import Stack
from infra.dev.local.ports import Ports

PEOPLE, SEATS = 1_000, 100
FORMS_SECONDS, CLICKS_SECONDS = 60.0, 300.0
GOAL = 4.0  # the 99th percentile of the answer times over their median
LIMITS = {"PostsPerNetworkPerHour": "100000", "MailsPerHour": "100000"}
CONFIRM = "/api/rsvp/confirm"
PACED = 0.95  # of that time, so that the last ones are answered within it
# More requests at once would each start a container of their own, and wait for it.
AT_ONCE = 4
# At most: for all forms, or all clicks; for every email; until the functions' cold start is over.
LONGEST_SECONDS, MAILS_SECONDS, WARM_SECONDS = 900.0, 600.0, 120.0
# Until the minute's tick has woken its functions: unlike a new stack's, those in use are awake.
TICK_SECONDS = 70.0
PATIENCE = ClientTimeout(total=60)
# A page that showed a seat may be answered by one with the queue (409), whose button is pressed.
SHOWN, TRIES = {HTTPStatus.OK, HTTPStatus.CONFLICT}, 3
ADDRESS = "guest-{}@example.com"

Raw = dict[str, Any]
Act = Callable[[ClientSession, int], Awaitable[None]]


class Answer(NamedTuple):
    """To one request: when it was sent and answered, in seconds of the monotonic clock."""

    person: int
    sent: float
    answered: float

    @property
    def seconds(self) -> float:
        return self.answered - self.sent


def run(people: int = PEOPLE, seats: int = SEATS) -> list[Any]:
    """`rsvp_rush`: the 99th percentile of the seconds to an answer against their median, of forms
    or of clicks, whichever is worse; `rsvp_rush_forms` and `rsvp_rush_clicks`: the seconds from
    the first one to the last one's answer.

    Raises:
        RuntimeError: somebody got no answer or no email, or is not where their click puts them.
    """
    with _stack() as stack:
        slug, pk = _event(stack, seats)
        rush = Rush(stack, slug, people)
        rush.warm_up()
        forms = rush.forms(FORMS_SECONDS * people / PEOPLE)
        clicks = rush.clicks(rush.links(), CLICKS_SECONDS * people / PEOPLE)
        check(_places(stack, pk), clicks, seats)
    return rows(forms, clicks)


def rows(forms: Sequence[Answer], clicks: Sequence[Answer]) -> list[Any]:
    from infra.dev.bench.support.rows import limit, row

    spread = max((_spread(forms), _spread(clicks)), key=lambda one: one[0] / one[1])
    note = f"forms {_shown(forms)}, clicks {_shown(clicks)} seconds"
    return [
        row("rsvp_rush", *spread, GOAL, note),
        limit("rsvp_rush_forms", _took(forms), FORMS_SECONDS),
        limit("rsvp_rush_clicks", _took(clicks), CLICKS_SECONDS),
    ]


def _spread(answers: Sequence[Answer]) -> tuple[float, float]:
    """The 99th percentile, and the median."""
    seconds = [answer.seconds for answer in answers]
    return quantiles(seconds, n=100)[-1], median(seconds)


def _shown(answers: Sequence[Answer]) -> str:
    return "{:.2g} to {:.2g}".format(*reversed(_spread(answers)))


def _took(answers: Sequence[Answer]) -> float:
    return max(answer.answered for answer in answers) - min(answer.sent for answer in answers)


@contextmanager
def _stack() -> Iterator[Stack]:
    with (
        tempfile.TemporaryDirectory() as state,
        Stack(Ports.free(), Path(state), LIMITS) as running,
    ):
        yield running


def _event(stack: Stack, seats: int) -> tuple[str, str]:
    """An event that is still to come and open to anybody, with so many seats; its slug and key."""
    from functions.core.aws.table import to_item

    event = next(item for item in _items(stack) if item["sk"] == "EVENT" and _is_open(item))
    counts = {"capacity": seats, "free": seats, "waiting": 0}
    facts = event["facts"] | {"seats": seats}
    stack.client("dynamodb").put_item(
        TableName=stack.outputs["TableName"], Item=to_item(event | counts | {"facts": facts})
    )
    return str(event["pk"].removeprefix("EVENT#")), str(event["pk"])


def _is_open(event: Raw) -> bool:
    from functions.core.clock import epoch

    facts = event["facts"]
    asks = facts.keys() & {"cancelled", "approval", "open_to", "questions", "opens_at"}
    return not asks and epoch(facts["closes_at"]) > time.time() + 3600


def _items(stack: Stack) -> Iterator[Raw]:
    from functions.core.aws.table import from_item

    table, name = stack.client("dynamodb"), stack.outputs["TableName"]
    for page in table.get_paginator("scan").paginate(TableName=name):
        yield from map(from_item, page["Items"])


def _places(stack: Stack, pk: str) -> dict[int, int]:
    """Person → their place in the queue; 0 of whoever is accepted."""
    signed_up = (
        item for item in _items(stack) if item["pk"] == pk and item["sk"].startswith("RSVP#")
    )
    return {
        int(item["email"].partition("@")[0].rpartition("-")[2]): item.get("place", 0)
        for item in signed_up
        if item["status"] in {"accepted", "waiting"}
    }


def check(places: dict[int, int], clicks: Sequence[Answer], seats: int) -> None:
    """Everybody is in, `seats` are accepted, and whoever had their answer before another one
    clicked stands before them. Of clicks that overlap, either may be first.

    Raises:
        RuntimeError: it is not so.
    """
    last = {answer.person: answer for answer in sorted(clicks, key=lambda one: one.answered)}
    accepted = [person for person, place in places.items() if place == 0]
    queue = sorted(place for place in places.values() if place)
    if places.keys() != last.keys() or len(accepted) != seats:
        raise RuntimeError(f"{len(places)} of {len(last)} are in, {len(accepted)} accepted")
    if any(after != before + 1 for before, after in pairwise(queue)):
        raise RuntimeError("a place in the queue is missing, or taken twice")
    latest = 0.0  # when the latest click of those before was sent
    for person in sorted(places, key=lambda one: (places[one], last[one].sent)):
        if last[person].answered < latest:
            raise RuntimeError(f"{person} was overtaken by a later click")
        latest = max(latest, last[person].sent)


class Rush:
    def __init__(self, stack: Stack, slug: str, people: int) -> None:
        self._stack, self._slug, self._people = stack, slug, people
        self._answers: list[Answer] = []

    def warm_up(self) -> None:
        """Raises RuntimeError if the functions don't answer in time."""
        asyncio.run(self._warm_up(time.monotonic() + WARM_SECONDS))
        time.sleep(TICK_SECONDS)

    async def _warm_up(self, end: float) -> None:
        self._door = asyncio.Semaphore(AT_ONCE)
        path = f"/api/events/{self._slug}/seats"
        async with ClientSession(self._stack.site_url, timeout=PATIENCE) as session:
            while time.monotonic() < end:
                requests = (self._send(session, -1, "GET", path) for _ in range(AT_ONCE))
                if all(status == HTTPStatus.OK for status, _ in await asyncio.gather(*requests)):
                    return
        raise RuntimeError("the functions don't answer")

    def forms(self, within: float) -> list[Answer]:
        """Everybody sends the form, evenly over `within` seconds."""
        return self._rush(self._send_form, within)

    def clicks(self, links: dict[int, str], within: float) -> list[Answer]:
        """Everybody opens their link and presses the button, evenly over `within` seconds."""

        async def click(session: ClientSession, person: int) -> None:
            await self._click(session, person, links[person])

        return self._rush(click, within)

    def _rush(self, act: Act, within: float) -> list[Answer]:
        self._answers = []
        asyncio.run(self._all(act, within * PACED))
        return self._answers

    async def _all(self, act: Act, within: float) -> None:
        self._door = asyncio.Semaphore(AT_ONCE)
        apart = within / self._people
        async with ClientSession(self._stack.site_url, timeout=PATIENCE) as session:
            people = (self._one(act, session, n, n * apart) for n in range(self._people))
            await asyncio.wait_for(asyncio.gather(*people), LONGEST_SECONDS)

    async def _one(self, act: Act, session: ClientSession, person: int, after: float) -> None:
        await asyncio.sleep(after)
        await act(session, person)

    async def _send_form(self, session: ClientSession, person: int) -> None:
        form = PERSON | {"email": ADDRESS.format(person), "language": "en", "guests": "0"}
        path = f"/api/events/{self._slug}/rsvp"
        status, page = await self._send(session, person, "POST", path, form)
        if status != HTTPStatus.SEE_OTHER:  # to the page "check your mail"
            raise RuntimeError(f"the form of {person} got {status}: {page[-300:]}")

    async def _click(self, session: ClientSession, person: int, link: str) -> None:
        parts = urlsplit(link)
        status, page = await self._send(session, person, "GET", f"{parts.path}?{parts.query}")
        pressed = 0
        while status in SHOWN and pressed < TRIES:
            fields = page_form.fields(page, CONFIRM)
            status, page = await self._send(session, person, "POST", CONFIRM, fields)
            pressed += 1
            if status == HTTPStatus.OK:
                return
        heading = re.search("<h1.*?</h1>", page, re.DOTALL)
        raise RuntimeError(f"press {pressed} of {person} got {status}: {heading and heading[0]}")

    async def _send(
        self,
        session: ClientSession,
        person: int,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        origin = {"Origin": self._stack.site_url}
        async with self._door:
            sent = time.monotonic()
            async with session.request(
                method, path, data=form, headers=origin, allow_redirects=False
            ) as answer:
                page = await answer.text()
            self._answers.append(Answer(person, sent, time.monotonic()))
        return answer.status, page

    def links(self) -> dict[int, str]:
        """Person → the link in their email, once everybody has one."""
        return asyncio.run(self._links(time.monotonic() + MAILS_SECONDS))

    async def _links(self, end: float) -> dict[int, str]:
        links: dict[int, str] = {}
        read: set[str] = set()
        async with ClientSession(self._stack.mailbox_url, timeout=PATIENCE) as session:
            while len(links) < self._people:
                if time.monotonic() > end:
                    raise RuntimeError(f"{len(links)} of {self._people} emails arrived")
                await asyncio.sleep(1)
                async with session.get("/api/messages") as answer:
                    ids = [mail["id"] for mail in await answer.json()]
                for mail_id in (one for one in ids if one not in read):
                    async with session.get(f"/api/messages/{mail_id}") as answer:
                        links |= _link(await answer.json())
                    read.add(mail_id)
        return links


def _link(mail: Raw) -> dict[int, str]:
    number = mail["recipients"][0].partition("@")[0].rpartition("-")[2]
    links = [link for link in mail["links"] if CONFIRM in link]
    return {int(number): links[0]} if links and number.isdecimal() else {}
