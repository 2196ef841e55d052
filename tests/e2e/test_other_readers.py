"""What programs that aren't ours read of the site's files: ical.js the calendar files, and the
types that Google keeps of schema.org's vocabulary the data of events for search engines."""

import json
import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from microsite.content import edition
from microsite.content.items import Event
from microsite.output import structured_data

from infra.paths import BUILD
from tests.company_project import COMPANY
from tests.site.output.calendar_cases import CASES, GOLDEN

FOLDER = BUILD / "readers"
COMPILER = FOLDER / "node_modules/typescript/bin/tsc"
STRICT = ("--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext")
EDITION = edition.read(COMPANY)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def run_node(*words: str | Path, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    assert (FOLDER / "node_modules").exists(), "`make build/readers/.made` installs the readers"
    command = ["node", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_ical_js_reads_what_hr_wrote() -> None:
    done = run_node("calendars.mjs", *(GOLDEN / f"{name}.ics" for name in CASES))
    assert done.returncode == 0, done.stderr
    read = dict(zip(CASES, json.loads(done.stdout), strict=True))
    assert read == {name: case.read for name, case in CASES.items()}


# ---- Events for search engines


def data_of(**fields: Any) -> dict[str, Any]:
    event = next(item for item in EDITION.items if isinstance(item, Event))
    event = replace(event, **fields)
    offices = [EDITION.settings.office[slug] for slug in event.office]
    return structured_data.json_ld(event, offices, EDITION.settings, NOW)


START = datetime(2026, 12, 3, 17, 30, tzinfo=UTC)
DAY = timedelta(days=1)
EVENTS = {
    "plain": {},
    "elsewhere": {"address": "Kajen 1, Malmö"},
    "moved": {"moved_from": START},
    "moved_from_a_day": {"moved_from": date(2026, 12, 3)},
    "cancelled": {"cancelled": True, "reason": "Storm"},
    "all_day": {"all_day": True, "start": START, "end": START + DAY},
    "several_days": {"start": START, "end": START + 2 * DAY},
    "closed": {"closes": NOW - DAY},
    "pictured": {"image": "assets/talk.png"},
}


def problems(events: dict[str, dict[str, Any]], folder: Path) -> str:
    """What TypeScript has against these as events by schema.org."""
    lines = [
        f"export const {name}: WithContext<Event> = {json.dumps(data)};"
        for name, data in events.items()
    ]
    source = ['import type { Event, WithContext } from "schema-dts";', *lines]
    (folder / "events.ts").write_text("\n".join(source))
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    return run_node(COMPILER, *STRICT, "events.ts", folder=folder).stdout


def test_schema_orgs_types_have_nothing_against_our_events(tmp_path: Path) -> None:
    assert problems({name: data_of(**fields) for name, fields in EVENTS.items()}, tmp_path) == ""


SLIPS: list[dict[str, Any]] = [
    {"eventStatus": "https://schema.org/EventPaused"},
    {"eventAttendanceMode": "offline"},
    {"previousStart": "2026-12-03"},
    {"location": {"@type": "Place", "place": "The canteen"}},
    {"offers": {"@type": "Offer", "availability": "https://schema.org/Plenty"}},
    {"organizer": {"@type": "Organisation", "name": "Fjärdholm"}},
]


def test_they_would_notice_every_slip(tmp_path: Path) -> None:
    wrong = {f"event_{number}": data_of() | slip for number, slip in enumerate(SLIPS)}
    lines = re.findall(r"^events\.ts\((\d+),", problems(wrong, tmp_path), re.MULTILINE)
    assert {int(line) for line in lines} == {2 + number for number in range(len(SLIPS))}
