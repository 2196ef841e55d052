"""A copy of the project, as HR's clone of it: with two events, an opening, and issues to come."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.paths import ROOT
from tests.company_project import copy_company

ZONE = ZoneInfo("Europe/Stockholm")
EVENT = "journey-talk"
SMALL_EVENT = "journey-dinner"
DINNER = "waiting-dinner"  # where some wait
SEATS = 12
OPENING = "journey-keeper"
ARCHIVED_ISSUE = "december-2025"  # with blocks, and in three languages


def copy_project(folder: Path, now: datetime | None = None) -> Path:
    """The project with the tests' company, two events and an opening that are twenty days ahead."""
    copy_company(folder)
    # Wheels are the same for every copy: fetched once.
    (ROOT / "build" / "wheels").mkdir(parents=True, exist_ok=True)
    (folder / "build").mkdir()
    (folder / "build" / "wheels").symlink_to(ROOT / "build" / "wheels")
    (folder / "build" / "npm").symlink_to(ROOT / "build" / "npm")
    soon = (now or datetime.now(UTC)) + timedelta(days=20)
    content = folder / "site" / "content"
    for kind in ("events", "newsletters"):
        (content / kind).mkdir(exist_ok=True)
    _write_event(content, EVENT, "A talk about journeys", SEATS, soon)
    _write_event(content, SMALL_EVENT, "A dinner for two", 2, soon)
    _write_event(content, DINNER, "A dinner for some", 2, soon)
    _write_opening(content, OPENING, soon)
    _write_archived_issue(content / "newsletters")
    return folder


def _write_archived_issue(folder: Path) -> None:
    """December's newsletter as of a year before: it is never sent, and so it has its pages."""
    for path in folder.glob("2026-12-01-december-2026.*"):
        text = path.read_text(encoding="utf-8").replace("send_at: 2026-", "send_at: 2025-")
        (folder / path.name.replace("2026", "2025")).write_text(text, encoding="utf-8")


def _write_opening(content: Path, slug: str, day: datetime) -> None:
    (content / "jobs" / f"{slug}.md").write_text(
        f"---\ntitle: Lighthouse keeper\nsummary: Somebody has to.\ndate: 2026-11-02\n"
        f"closes: {day:%Y-%m-%d}\noffice: malmo\napply: mailto:jobs@example.com\n---\n\nA bed.\n",
        encoding="utf-8",
    )


def _write_event(
    content: Path, slug: str, title: str, seats: int, day: datetime, *, more: str = ""
) -> None:
    (content / "events" / f"{slug}.md").write_text(
        f"---\ntitle: {title}\nsummary: Food, mingling and a story.\n"
        f"start: {day:%Y-%m-%d} 17:30\nend: {day:%Y-%m-%d} 20:00\noffice: malmo\n"
        f"place: Harbour hall\naddress: Kajen 1, Malmö\nseats: {seats}\nmax_guests: 1\n"
        f"food: Soup and bread\n{more}---\n\nCome and listen.\n",
        encoding="utf-8",
    )


def write_event(folder: Path, slug: str, title: str, days_ahead: int, more: str = "") -> Path:
    """An event of so many days ahead; `more` are further lines of its front matter."""
    content = folder / "site" / "content"
    day = datetime.now(UTC) + timedelta(days=days_ahead)
    _write_event(content, slug, title, 9, day, more=more)
    return content / "events" / f"{slug}.md"


def write_issue(
    folder: Path, slug: str, body: str, due_minutes_ago: int = 0, **fields: str
) -> None:
    """An issue that was due so many minutes ago; a slug such as `spring.sv` is a translation, which
    has no time of its own."""
    send_at = {} if "." in slug else {"send_at": minutes_ago(due_minutes_ago)}
    front_matter = "\n".join(f"{name}: {value}" for name, value in (send_at | fields).items())
    path = folder / "site" / "content" / "newsletters" / f"{slug}.md"
    path.write_text(f"---\n{front_matter}\n---\n\n{body}\n", encoding="utf-8")


def minutes_ago(minutes: int) -> str:
    """The time of so many minutes ago, as HR writes it."""
    return f"{datetime.now(ZONE) - timedelta(minutes=minutes):%Y-%m-%d %H:%M}"
