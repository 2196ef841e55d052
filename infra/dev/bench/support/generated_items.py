"""Generates a project with any number of valid items of all kinds, always the same ones."""

import random
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

from microsite.content import settings
from microsite.content.company import Settings

from infra.paths import ROOT

# Not the project's own settings: figures of one network are to be compared with another's.
_COMPANY = ROOT / "tests" / "company"
_SETTINGS = ("mkdocs.yml", "site/content/assets/people", "site/content/consents")
_COPIED = ("site/hooks.py", "site/theme", "newsletter_templates")
_SHARES = (("news", 40), ("events", 30), ("jobs", 25), ("newsletters", 5))
_WORDS = ("harbour", "river", "bridge", "tunnel", "tender", "quay", "winter", "alumni", "lecture")


def project(root: Path, count: int, today: date = date(2026, 11, 1)) -> Path:
    """A project at `root` with `count` items around `today`; the pages come on top."""
    for name in _SETTINGS:
        _copy(_COMPANY / name, root / name)
    for name in _COPIED:
        _copy(ROOT / name, root / name)
    for pages in (ROOT / "functions").glob("*/pages"):
        _copy(pages, root / pages.relative_to(ROOT))
    known = settings.load(root)
    dice = random.Random(count)  # noqa: S311  # a benchmark, no secret
    for number in range(count):
        write_item(root / "site" / "content", number, known, today, dice)
    _pages(root / "site" / "content")
    return root


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        shutil.copy(source, target)


def _kind(number: int) -> str:
    rank = number % 100
    for kind, share in _SHARES:
        if rank < share:
            return kind
        rank -= share
    raise AssertionError(number)


def write_item(
    content: Path, number: int, known: Settings, today: date, dice: random.Random
) -> Path:
    """One item; its day lies up to three years before `today`, or half a year after."""
    kind = _kind(number)
    day = today + timedelta(days=dice.randint(-1100, 180))
    lines = _front(kind, number, day, known, dice)
    path = content / kind / f"{day}-{kind}-{number}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "\n\n".join(_paragraphs(dice))
    path.write_text("---\n" + "\n".join(lines) + f"\n---\n\n{body}\n", encoding="utf-8")
    return path


def _front(kind: str, number: int, day: date, known: Settings, dice: random.Random) -> list[str]:
    office = dice.choice(known.offices).slug
    topics = ", ".join(t.slug for t in dice.sample(known.topics, 2))
    texts = [f"title: {_sentence(dice, 6)} {number}", f"summary: {_sentence(dice, 14)}."]
    shared = [f"office: {office}", f"topics: [{topics}]"]
    facts = {"news": _news, "events": _event, "jobs": _job, "newsletters": _issue}[kind]
    return texts + (shared if kind != "newsletters" else []) + facts(day)


def _news(day: date) -> list[str]:
    return [f"date: {day}", "author: The alumni team"]


def _event(day: date) -> list[str]:
    return [f"start: {day} 18:00", f"end: {day} 20:30", "place: The library", "seats: 40"]


def _job(day: date) -> list[str]:
    return [f"date: {day}", f"closes: {day + timedelta(days=60)}", "apply: mailto:jobs@example.com"]


def _issue(day: date) -> list[str]:
    moment = datetime(day.year, day.month, day.day, 9, 30)  # noqa: DTZ001  # local, as HR writes it
    return [f"send_at: {moment:%Y-%m-%d %H:%M}", f"subject: What happened until {day}"]


def _sentence(dice: random.Random, length: int) -> str:
    return " ".join(dice.choices(_WORDS, k=length)).capitalize()


def _paragraphs(dice: random.Random) -> list[str]:
    plain = [_sentence(dice, dice.randint(30, 70)) + "." for _ in range(5)]
    plain.insert(2, f"## {_sentence(dice, 4)}")
    plain.append("See [the programme](/about/) or **write to us** at <https://example.com/>.")
    return plain


def _pages(content: Path) -> None:
    folder = content / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("home", "about", "join", "privacy"):
        (folder / f"{name}.md").write_text(f"---\ntitle: {name.title()}\n---\n\nWords.\n")
