"""The cold start of an HTTP function, against the simplest possible function."""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from infra.dev.bench.support import endpoint
from infra.dev.bench.support.rows import Row, row

ROOT = Path(__file__).parents[3]
CHILD = ROOT / "infra" / "dev" / "bench" / "support" / "first_answer.py"
GOAL = 1.5
ROUNDS = 9
SLUG = "autumn-talk"
SITE = {
    "company": "Fjärdholm",
    "url": endpoint.SITE_URL,
    "languages": ["en", "sv", "de"],
    "offices": [{"slug": "malmo", "name": "Malmö", "time_zone": "Europe/Stockholm"}],
    "kinds": [{"slug": "engineer", "name": "Engineer"}],
    "topics": [{"slug": "energy", "name": "Energy"}],
    "contacts": {},
    "consent": {"id": "membership", "version": "2026-11", "text": "I agree."},
}
EVENT = {
    "title": "Autumn talk",
    "starts_at": "2099-12-03T16:30:00Z",
    "ends_at": "2099-12-03T19:00:00Z",
    "closes_at": "2099-12-03T16:30:00Z",
    "time_zone": "Europe/Stockholm",
    "seats": 40,
    "max_guests": 1,
}
PERSON = {"name": "Åsa Ek", "language": "sv", "motto": "", "elapsed": "41.5"}
JOIN = {
    "office": "malmo",
    "from_year": "1998",
    "to_year": "2014",
    "kind": "engineer",
    "interests": "energy",
    "consent": "yes",
    "consent_version": "2026-11",
}
RSVP = {"guests": "1", "dietary": "No nuts"}
FORMS = {"bare": JOIN, "join": JOIN, "rsvp": RSVP}
PATHS = {"bare": "/", "join": "/api/join", "rsvp": f"/api/events/{SLUG}/rsvp"}


def run() -> list[Row]:
    """The row `cold_start_http`: the slower of two functions, against a bare handler."""
    with endpoint.running() as address:
        endpoint.fill(address, published())
        for function in FORMS:
            once(address, function, 0)  # lets Python write its bytecode first, for all
        rounds = [
            {function: once(address, function, n) for function in FORMS}
            for n in range(1, ROUNDS + 1)
        ]
    whole = {name: median(times[name][0] for times in rounds) for name in FORMS}
    inside = {name: median(times[name][1] for times in rounds) for name in FORMS}
    slower = max("join", "rsvp", key=whole.__getitem__)
    note = ", ".join(
        f"{name} {whole[name] / whole['bare']:.2f} ({inside[name] / inside['bare']:.2f} without "
        "the interpreter's start)"
        for name in ("join", "rsvp")
    )
    return [row("cold_start_http", whole[slower], whole["bare"], GOAL, f"{note}; compiled caches")]


def published() -> list[dict[str, Any]]:
    from functions.core.aws.table import to_item

    seats = {"capacity": 40, "free": 40, "waiting": 0, "sequence": 1}
    event = {"pk": f"EVENT#{SLUG}", "sk": "EVENT", **seats, "facts": EVENT}
    return [to_item({"pk": "CATALOGUE", "sk": "CATALOGUE", "site": SITE}), to_item(event)]


def once(address: str, function: str, number: int) -> tuple[float, float]:
    """Seconds from exec to the answer, and from the first line of Python to the answer.

    Raises:
        RuntimeError: it failed, or its response was not a success.
    """
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(CHILD), function],
        input=json.dumps(_request(function, number)),
        env=endpoint.environment(address) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    begun, answered = json.loads(done.stdout.splitlines()[-1])
    return answered - started, answered - begun


def _request(function: str, number: int) -> dict[str, Any]:
    """An HTTP API event (payload 2.0) as CloudFront passes it on, with a new person each round."""
    form = PERSON | FORMS[function] | {"email": f"asa.ek.{number}@example.com"}
    return {
        "version": "2.0",
        "rawPath": PATHS[function],
        "rawQueryString": "",
        "headers": {
            "content-type": "application/x-www-form-urlencoded",
            "origin": endpoint.SITE_URL,
            "x-origin-secret": endpoint.ORIGIN_SECRET,
            "cloudfront-viewer-address": "192.0.2.1:4711",
        },
        "requestContext": {
            "http": {"method": "POST", "path": PATHS[function], "sourceIp": "192.0.2.9"},
            "stage": "$default",
        },
        "body": urlencode(form),
        "isBase64Encoded": False,
    }
