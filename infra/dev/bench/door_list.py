"""How soon a five-year-old phone can search a door's list of 500 parties, on the running stack."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from infra.dev.local.local_stack import Stack
from infra.dev.local.ports import Ports

PARTIES, RUNS = 500, 5
SLOWER = 4  # times than this machine
MOST_SECONDS, MOST_KEY_SECONDS = 1.5, 0.05
CHROMIUM = "/usr/bin/chromium"
TEAM_ID, SECRET, FAR = "0c" * 16, "d" * 43, 4_000_000_000
TYPED = "karin"  # which four hundred parties are not called
NAMES = ("Åsa Andersson", "Bo Nyström", "Cecilia Ek", "Per-Olof Lindqvist", "Karin Dahl")
# From the beginning of the navigation until rows are there; from a key until its rows are drawn.
WATCH = """
new MutationObserver((_, watching) => {
  if (!document.querySelector("[data-list] li")) return;
  watching.disconnect();
  self.usableAt = performance.now();
}).observe(document, { childList: true, subtree: true });
addEventListener("input", ({ timeStamp }) => {
  requestAnimationFrame(() => setTimeout(() => (self.drawnAfter = performance.now() - timeStamp)));
}, true);
"""


def run() -> list[Any]:
    """`door_list_500`: seconds from the navigation to a usable search, four times slowed down, the
    median of five first visits; `door_list_500_key`: from a key to its result, the median of the
    keys of a name."""
    from infra.dev.bench.support.rows import limit

    with _stack() as stack:
        slug = _fill(stack)
        visits = list(_visits(stack, slug))
    usable, keys = zip(*visits, strict=True)
    note = f"{PARTIES} parties, CPU {SLOWER} times slower, median of {RUNS} first visits"
    first = statistics.median(typed[0] for typed in keys)
    return [
        limit("door_list_500", statistics.median(usable), MOST_SECONDS, note),
        limit(
            "door_list_500_key",
            statistics.median(key for typed in keys for key in typed),
            MOST_KEY_SECONDS,
            f"{note}; the first key {first * 1000:.0f} ms",
        ),
    ]


@contextmanager
def _stack() -> Iterator[Stack]:
    with (
        tempfile.TemporaryDirectory() as state,
        Stack(Ports.free(), Path(state), {}) as running,
    ):
        yield running


def _fill(stack: Stack) -> str:
    """An event that is still to come, with its parties and a session at its door."""
    from functions.core.aws.table import from_item, to_item

    table, name = stack.client("dynamodb"), stack.outputs["TableName"]
    pages = table.get_paginator("scan").paginate(TableName=name)
    events = [item for page in pages for item in map(from_item, page["Items"])]
    pk = next(item["pk"] for item in events if item["sk"] == "EVENT" and _is_coming(item))
    for item in (*_session(pk), *(_party(pk, number) for number in range(PARTIES))):
        table.put_item(TableName=name, Item=to_item(item))
    return str(pk.removeprefix("EVENT#"))


def _is_coming(event: dict[str, Any]) -> bool:
    from functions.core.clock import epoch

    return not event["facts"].get("cancelled") and epoch(event["facts"]["ends_at"]) > time.time()


def _session(pk: str) -> list[dict[str, Any]]:
    """Of a team member, as the functions write both."""
    person = {"name": "Karin Ek", "email": "karin@example.com", "language": "en", "offices": []}
    member = {"pk": "TEAM", "sk": TEAM_ID, "role": "coordinator", "address_hash": "0d" * 16}
    session = {"pk": pk, "sk": f"DOOR_SESSION#{sha256(SECRET.encode()).hexdigest()}"}
    opened = {"host": "", "team_id": TEAM_ID, "language": "en", "opened_at": 2, "expires_at": FAR}
    return [member | person | {"revision": 1, "added_at": 1}, session | opened]


def _party(pk: str, number: int) -> dict[str, Any]:
    hashed = f"{number:064x}"
    return {
        "pk": pk,
        "sk": f"RSVP#{hashed}",
        "status": "accepted",
        "name": f"{NAMES[number % len(NAMES)]} {number}",
        "email": f"guest-{number}@example.com",
        "party": number % 4 + 1,
        "dietary": "vegan" if number % 7 == 0 else "",
        "language": "en",
        "revision": 1,
        "created_at": 1,
        "sequence": 0,
    }


def _visits(stack: Stack, slug: str) -> Iterator[tuple[float, list[float]]]:
    """Seconds until the search was usable, and of each key, in a browser that was never here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for number in range(RUNS + 1):
            phone = browser.new_context(
                base_url=stack.site_url, viewport={"width": 390, "height": 844}
            )
            with phone as context:
                measured = _visit(context, slug)
            if number:  # the first one waits for the functions' cold start
                yield measured
        browser.close()


def _visit(context: Any, slug: str) -> tuple[float, list[float]]:
    # A browser takes such a cookie from an answer only.
    context.set_extra_http_headers({"Cookie": f"__Secure-door={SECRET}"})
    context.add_init_script(WATCH)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"/door/{slug}/", wait_until="commit")
    page.wait_for_selector("[data-list] li")
    usable = _seconds(page, "usableAt")
    return usable, [_key(page, key) for key in TYPED]


def _key(page: Any, key: str) -> float:
    page.evaluate("self.drawnAfter = 0")
    page.get_by_role("searchbox").press(key)
    return _seconds(page, "drawnAfter")


def _seconds(page: Any, name: str) -> float:
    """What the page has measured; its policy lets nothing wait inside it."""
    while not (milliseconds := page.evaluate(f"self.{name}")):
        page.wait_for_timeout(20)
    return float(milliseconds) / 1000
