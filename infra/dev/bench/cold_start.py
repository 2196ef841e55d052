"""The cold start of HTTP functions as they are deployed, against the simplest possible function.

All run from the unpacked artifact, where Python may write no bytecode, as in Lambda.
"""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import boto3
import s3transfer

from infra.cloud.deploying import artifact, bytecode, wheels
from infra.dev.bench.support import desk_session, endpoint, own_page, web_request
from infra.dev.bench.support.rows import Row, row
from infra.paths import ROOT

CHILD = ROOT / "infra" / "dev" / "bench" / "support" / "first_answer.py"
GOAL, GOAL_OF_A_PAGE = 1.3, 1.6
ROUNDS = 15
SLUG = "autumn-talk"
AGREED = "I agree."
CONSENT = [{"version": "2026-11", "text": {"en": AGREED}}]
SITE = {
    "company": "Example",
    "time_zone": "Europe/Stockholm",
    "url": endpoint.SITE_URL,
    "languages": ["en", "sv", "de"],
    "offices": [{"slug": "malmo", "name": "Malmö", "time_zone": "Europe/Stockholm"}],
    "kinds": [{"slug": "engineer", "name": "Engineer"}],
    "topics": [{"slug": "energy", "name": "Energy"}],
    "contacts": {},
    "consents": dict.fromkeys(("membership", "newsletter", "invitations", "food"), CONSENT),
}
EVENT = {
    "title": "Autumn talk",
    "office": "malmo",
    "contact": None,
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
    "consent_membership": sha256(AGREED.encode()).hexdigest(),
}
RSVP = {"guests": "1", "dietary": "No nuts", "food_consent": "2026-11"}
FORMS = {"bare": JOIN, "join": JOIN, "rsvp": RSVP}
PATHS = {
    "bare": "/",
    "join": "/api/join",
    "rsvp": f"/api/events/{SLUG}/rsvp",
    "me": "/me/",
    "desk": "/desk/",
}


@dataclass(frozen=True)
class Runtime:
    """What Lambda has: a Python, and the folder with the code."""

    python: Path
    version: str
    task: Path


def run() -> list[Row]:
    """Against a bare handler: `cold_start_http`, the slower of two that take a form; and
    `cold_start_me`, a member's own page; and `cold_start_desk`, the desk's first page."""
    with endpoint.running() as address, deployed() as runtime:
        fill(address)
        rounds = [
            {function: once(runtime, address, function, n) for function in PATHS}
            for n in range(ROUNDS + 1)
        ][1:]  # the first one brought the files into memory
    whole = {name: median(times[name][0] for times in rounds) for name in PATHS}
    inside = {name: median(times[name][1] for times in rounds) for name in PATHS}

    def compared(name: str, goal: float, *functions: str) -> Row:
        ratios = ", ".join(
            f"{function} {whole[function] / whole['bare']:.2f} "
            f"({inside[function] / inside['bare']:.2f} without the interpreter's start)"
            for function in functions
        )
        note = f"{ratios}; as deployed, with Python {runtime.version}"
        return row(name, max(whole[function] for function in functions), whole["bare"], goal, note)

    return [
        compared("cold_start_http", GOAL, "join", "rsvp"),
        compared("cold_start_me", GOAL_OF_A_PAGE, "me"),
        compared("cold_start_desk", GOAL_OF_A_PAGE, "desk"),
    ]


@contextmanager
def deployed() -> Iterator[Runtime]:
    """The artifact for this machine, unpacked, with Lambda's Python if there is one here."""
    target = wheels.this_machine(wheels.CLOUD.python)
    if not (python := bytecode.find_python(target)):
        target = wheels.HERE
        python = bytecode.find_python(target)
    if not python:
        raise RuntimeError("a pre-release of Python can't be measured")
    # The bare handler imports boto3, which the functions do without.
    peer = dict(_sources(boto3)) | dict(_sources(s3transfer))
    contents = artifact.make(target).contents | peer | bytecode.compiled(peer, python)
    with tempfile.TemporaryDirectory(prefix="alumni-task-") as folder:
        for path, content in contents.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(content)
        yield Runtime(python, target.python, Path(folder))


def _sources(package: ModuleType) -> Iterator[tuple[str, bytes]]:
    folder = Path(str(package.__file__)).parent
    for file in folder.rglob("*.py"):
        yield file.relative_to(folder.parent).as_posix(), file.read_bytes()


def fill(address: str) -> None:
    """What the requests find: the site, an event, a member and a team member who are signed in."""
    endpoint.fill(address, [*published(), *own_page.stored(), *desk_session.stored()])
    endpoint.store(address, own_page.SHELL_PATH, own_page.SHELL)


def published() -> list[dict[str, Any]]:
    from functions.core.aws.table import to_item

    seats = {"capacity": 40, "free": 40, "waiting": 0, "sequence": 1}
    event = {"pk": f"EVENT#{SLUG}", "sk": "EVENT", **seats, "facts": EVENT}
    return [to_item({"pk": "CATALOGUE", "sk": "CATALOGUE", "site": SITE}), to_item(event)]


def once(runtime: Runtime, address: str, function: str, number: int) -> tuple[float, float]:
    """Seconds from exec to the answer, and from the first line of Python to the answer.

    Raises:
        RuntimeError: it failed, or its response was not a success.
    """
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own program
        [str(runtime.python), "-P", str(CHILD), function],
        input=json.dumps(_request(function, number)),
        env=_environment(runtime, address),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    begun, answered = json.loads(done.stdout.splitlines()[-1])
    return answered - started, answered - begun


def _environment(runtime: Runtime, address: str) -> dict[str, str]:
    environment = endpoint.environment(address)
    environment.pop("PYTHONPYCACHEPREFIX", None)
    read_only = {"PYTHONDONTWRITEBYTECODE": "1"}
    return environment | read_only | {"PYTHONPATH": str(runtime.task)}


def _request(function: str, number: int) -> dict[str, Any]:
    """With a new person each round."""
    form = PERSON | FORMS.get(function, {}) | {"email": f"asa.ek.{number}@example.com"}
    method = "POST" if function in FORMS else "GET"
    return web_request.event(
        method, PATHS[function], form, cookie=f"{own_page.COOKIE}; {desk_session.COOKIE}"
    )
