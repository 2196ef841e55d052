"""Events as HR writes them, and what every calendar must read of their files in `calendars/`.

After a deliberate change, `RENEW=1 pytest tests/site/output/test_calendars.py` writes these anew.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from microsite.content.items import Event
from microsite.output import calendars, catalogue

from tests.site.project import NOW, Project

GOLDEN = Path(__file__).parent / "calendars"
WRITTEN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CHANGED = WRITTEN + timedelta(days=16)
UID = "talk@alumni.fjardholm.example.com"


@dataclass(frozen=True)
class Case:
    """`begins` and `ends` are as a calendar reads them: moments in UTC, or days."""

    front: dict[str, str | None]
    begins: str
    ends: str
    changed: datetime = WRITTEN
    status: str = "CONFIRMED"
    where: str = "Library, Dockplatsen 16, 211 19 Malmö"

    @property
    def read(self) -> dict[str, Any]:
        """What of the file doesn't depend on the reader."""
        beginning = datetime(2020, 1, 1, tzinfo=UTC)
        return {
            "uid": UID,
            "sequence": int((self.changed - beginning).total_seconds()) // 60,
            "begins": self.begins,
            "ends": self.ends,
            "status": self.status,
            "title": self.front.get("title", "Talk"),
            "where": self.where,
        }


WAN_CHAI = "Library, 18 Harbour Road, Wan Chai, Hong Kong"
EVENING = ("2026-12-03T17:00:00Z", "2026-12-03T19:00:00Z")
CASES = {
    "new": Case({}, *EVENING),
    "changed": Case(
        {"title": "Tea; cake, talk", "address": '"Kajen 1; hall B, Malmö"'},
        *EVENING,
        CHANGED,
        where="Library, Kajen 1; hall B, Malmö",
    ),
    "moved": Case(
        {
            "start": "2026-12-10 17:30",
            "end": "2026-12-10 20:00",
            "moved_from": "2026-12-03 18:00",
        },
        "2026-12-10T16:30:00Z",
        "2026-12-10T19:00:00Z",
        CHANGED,
    ),
    "cancelled": Case(
        {"cancelled": "true", "reason": "The speaker is ill."}, *EVENING, CHANGED, "CANCELLED"
    ),
    "all-day": Case({"start": "2026-12-03", "end": None}, "2026-12-03", "2026-12-04"),
    "several-days": Case({"start": "2026-12-03", "end": "2026-12-05"}, "2026-12-03", "2026-12-06"),
    "several-days-with-times": Case(
        {"end": "2026-12-05 12:00"}, EVENING[0], "2026-12-05T11:00:00Z"
    ),
    "all-day-in-hong-kong": Case(
        {"start": "2026-12-03", "end": None, "office": "hong-kong"},
        "2026-12-03",
        "2026-12-04",
        where=WAN_CHAI,
    ),
    "in-hong-kong": Case(
        {"office": "hong-kong"}, "2026-12-03T10:00:00Z", "2026-12-03T12:00:00Z", where=WAN_CHAI
    ),
    "the-hour-that-comes-twice": Case(
        {"start": "2027-10-31 02:30", "end": "2027-10-31 03:30"},
        "2027-10-31T00:30:00Z",
        "2027-10-31T02:30:00Z",
    ),
}


def files_of(site: Project, case: Case, now: datetime = NOW) -> dict[str, bytes]:
    """All calendar files of a site with this event alone, by their path."""
    site.write("events/talk.md", **case.front)
    return files(site, {"events/talk.md": case.changed}, now)


def files(site: Project, changed: dict[str, datetime], now: datetime = NOW) -> dict[str, bytes]:
    """All calendar files of a site whose events were changed at these times."""
    edition = site.edition(now)
    events = [item for item in edition.items if isinstance(item, Event)]
    facts = catalogue.facts(edition, changed)["events"]
    return calendars.calendar_files(events, facts, changed, now, edition.settings)
