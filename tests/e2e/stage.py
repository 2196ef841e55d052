"""What the journeys act with: a project whose newsletter is about to go out, a mailbox, a table."""

import json
import shutil
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from infra.dev.local.local_stack import Stack
from infra.paths import ROOT

PATIENCE_SECONDS = 30
CONTENT = ("mkdocs.yml", "site", "newsletter_templates", "functions", "infra", "template.yaml")
EVENT = "journey-talk"
SMALL_EVENT = "journey-dinner"
SEATS = 12
OPENING = "journey-keeper"


@dataclass
class Mailbox:
    """The mails that arrived by SMTP."""

    url: str
    seen: list[dict[str, Any]] = field(default_factory=list)

    def to(self, address: str) -> list[dict[str, Any]]:
        """Newest first, without bodies."""
        return self._read(f"/api/messages?to={address}")

    def wait(self, address: str, subject: str, after: int = 0) -> dict[str, Any]:
        """The newest mail whose subject has `subject`, when `after` of them came before."""

        def found() -> dict[str, Any] | None:
            mails = [each for each in self.to(address) if subject in each["subject"]]
            return mails[0] if len(mails) > after else None

        mail = self._read(f"/api/messages/{eventually(found, f'{subject!r} to {address}')['id']}")
        self.seen.append(mail)
        return mail

    def every_row(self) -> list[dict[str, Any]]:
        """Newest first, without bodies."""
        return list(self._read("/api/messages"))

    def every(self) -> list[dict[str, Any]]:
        return [self._read(f"/api/messages/{each['id']}") for each in self._read("/api/messages")]

    def _read(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path) as answer:
            return json.load(answer)


def eventually(look: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """What `look` gives once it gives something; AssertionError with `what` if it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"never came: {what}")


def link(mail: dict[str, Any], part: str) -> str:
    """The one link of the mail that has `part` in it."""
    (found,) = {each for each in mail["links"] if part in each}
    return str(found)


def dump(stack: Stack) -> list[dict[str, Any]]:
    """Every item of the table, in key order, as DynamoDB holds it."""
    pages = stack.client("dynamodb").get_paginator("scan")
    found = pages.paginate(TableName=stack.outputs["TableName"], ConsistentRead=True)
    items = [item for page in found for item in page["Items"]]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def dump_without_upkeep(stack: Stack) -> list[dict[str, Any]]:
    """The table without what changes by itself while a test runs: the counters of requests, and
    the marks that the first minute tick takes off events that are long over."""
    upkeep = ("due_kind", "due_at")
    return [
        {name: value for name, value in item.items() if name not in upkeep}
        for item in dump(stack)
        if not item["pk"]["S"].startswith("LIMIT#network")
    ]


def project(folder: Path, now: datetime | None = None) -> Path:
    """A copy of the project that HR has added two events and an opening to."""
    for name in CONTENT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    # Wheels are the same for every copy: fetched once.
    (ROOT / "build" / "wheels").mkdir(parents=True, exist_ok=True)
    (folder / "build").mkdir()
    (folder / "build" / "wheels").symlink_to(ROOT / "build" / "wheels")
    soon = (now or datetime.now(UTC)) + timedelta(days=20)
    content = folder / "site" / "content"
    for kind in ("events", "newsletters"):
        (content / kind).mkdir(exist_ok=True)
    _event(content, EVENT, "A talk about journeys", SEATS, soon)
    _event(content, SMALL_EVENT, "A dinner for two", 2, soon)
    _opening(content, OPENING, soon)
    return folder


def _opening(content: Path, slug: str, day: datetime) -> None:
    (content / "jobs" / f"{slug}.md").write_text(
        f"---\ntitle: Lighthouse keeper\nsummary: Somebody has to.\ndate: 2026-11-02\n"
        f"closes: {day:%Y-%m-%d}\noffice: malmo\napply: mailto:jobs@example.com\n---\n\nA bed.\n",
        encoding="utf-8",
    )


def _event(content: Path, slug: str, title: str, seats: int, day: datetime) -> None:
    (content / "events" / f"{slug}.md").write_text(
        f"---\ntitle: {title}\nsummary: Food, mingling and a story.\n"
        f"start: {day:%Y-%m-%d} 17:30\nend: {day:%Y-%m-%d} 20:00\noffice: malmo\n"
        f"place: Harbour hall\naddress: Kajen 1, Malmö\nseats: {seats}\nmax_guests: 1\n"
        "food: Soup and bread\n---\n\nCome and listen.\n",
        encoding="utf-8",
    )


def add_issue(folder: Path, slug: str, subject: str, days: int = 0) -> None:
    """An issue that is due in so many days, 0 being now, and stays due for a day."""
    now = datetime.now(ZoneInfo("Europe/Stockholm")) + timedelta(days=days)
    later = now + timedelta(days=1)
    (folder / "site" / "content" / "newsletters" / f"{slug}.md").write_text(
        f"---\nsubject: {subject}\npreheader: Short and warm\nsend_at: {now:%Y-%m-%d %H:%M}\n"
        f"deadline: {later:%Y-%m-%d %H:%M}\n---\n\nGood to have you here.\n\n"
        f"## The next talk\n\n[Sign up](/events/{EVENT}/) while there are seats.\n",
        encoding="utf-8",
    )
