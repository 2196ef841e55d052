"""Everything that is kept about somebody, as a ZIP with a page to read and JSON (Art. 15, 20 GDPR).

What there is and what it is called, for which use and how long, comes from the data map.
"""

import datetime as dt
import io
import json
import zipfile
from typing import Any

from functions.account import contents
from functions.account.visitors import Visitor
from functions.core import dates
from functions.core.keep import keep_of
from functions.core.settings import settings
from functions.core.translations import N_, translations
from functions.core.web import pages
from functions.core.web.responses import Response, file
from functions.events import opinions
from functions.privacy import store
from functions.privacy.data_map import RECORDS
from functions.privacy.records import DUE, Record, is_time
from functions.privacy.store import Entry, Kept, Person
from functions.privacy.uses import RIGHTS, USES, numbers

SCHEMA = "alumni-person/1"
NAME = N_("your-data")  # of the files
YES, NO = N_("yes"), N_("no")
# A function's response holds 6 MiB, and base64 makes four bytes of three; the rest is headers.
MOST_BYTES = 6 * 1024 * 1024 * 3 // 4 - 64 * 1024
LABELS = {name: text for record in RECORDS for name, text in record.attributes.items()}
LABELS |= {question.value: text for question, text in opinions.TEXTS.items()}
Facts = dict[str, Any]


def archive(visitor: Visitor, site: Facts, now: int) -> Response | None:
    """The ZIP, the same bytes for the same data and second; None if it is too large to answer.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    member_id = visitor.member.id if visitor.member else ""
    kept = store.everything_of(Person(member_id, visitor.address_hash, visitor.email), now)
    document = _document(visitor, kept, site, now)
    _ = translations(site["language"]).gettext
    page = pages.alone("account/your_data.html", site["language"], **_page(document, kept, site))
    text = json.dumps(document, ensure_ascii=False, indent=2)
    content = _zip({f"{_(NAME)}.html": page, f"{_(NAME)}.json": text}, now)
    day = dates.local(now, site["time_zone"]).date()
    name = f"{_(NAME)}-{day.isoformat()}.zip"
    return file(name, "application/zip", content) if len(content) <= MOST_BYTES else None


def _zip(files: dict[str, str], now: int) -> bytes:
    written = io.BytesIO()
    at = dt.datetime.fromtimestamp(now, dt.UTC).timetuple()[:6]
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, at), text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


# ---- JSON


def _document(visitor: Visitor, kept: Kept, site: Facts, now: int) -> Facts:
    """Times are ISO 8601 in UTC; `fields` says what each field holds."""
    member_id = visitor.member.id if visitor.member else None
    return {
        "schema": SCHEMA,
        "made_at": _iso(now),
        "language": site["language"],
        "controller": site["imprint"],
        "person": {"email": visitor.email, "member_id": member_id},
        "uses": _uses(site),
        "rights": [translations(site["language"]).gettext(text) for text in RIGHTS],
        "records": [_entry(entry, site) for entry in kept.entries],
        "fields": _fields(kept, site),
        "newsletters_not_searched": kept.unread_issues,
    }


def _uses(site: Facts) -> list[Facts]:
    """The information by Art. 15(1) GDPR about each use, whether or not it has data now."""
    _ = translations(site["language"]).gettext
    days = numbers(keep_of(site), settings().signup_days)
    return [
        {
            "name": _(use.name),
            "purpose": _(use.purpose),
            "legal_basis": _(use.basis),
            "kept": _(use.kept) % days,
            "seen_by": _(use.seen_by),
        }
        for use in USES
        if use.is_personal
    ]


def _entry(entry: Entry, site: Facts) -> Facts:
    use = translations(site["language"]).gettext(entry.record.use.name)
    values = {name: _plain(name, value) for name, value in entry.facts.items()}
    return {"kind": entry.record.name, "use": use, "values": values}


def _plain(name: str, value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, dict):
        return {key: _plain(key, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, inner) for inner in value]
    return (_iso(value) if value else None) if is_time(name) and value is not None else value


def _iso(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat().replace("+00:00", "Z")


def _fields(kept: Kept, site: Facts) -> Facts:
    """Kind of item → field → what it holds."""
    _ = translations(site["language"]).gettext
    records = {entry.record.name: entry.record for entry in kept.entries}
    return {
        name: {field: _(text) for field, text in _texts(record).items()}
        for name, record in records.items()
    }


def _texts(record: Record) -> dict[str, str]:
    named = dict(record.parts) | dict(record.attributes) | dict(record.old)
    named |= DUE if record.due else {}
    return {name: text for name, text in named.items() if name not in record.withheld}


# ---- The page


def _page(document: Facts, kept: Kept, site: Facts) -> Facts:
    """What the template shows: each use with its items, and the uses of which there are none."""
    known: dict[str, list[Facts]] = {use["name"]: [] for use in document["uses"]}
    for entry, written in zip(kept.entries, document["records"], strict=True):
        known[written["use"]].append(_rows(entry, site))
    return {
        "site": site,
        "document": document,
        "rights": RIGHTS,
        "made": _moment(document["made_at"], site),
        "city": dates.city_of(site["time_zone"]),
        "uses": [use | {"items": known[use["name"]]} for use in document["uses"]],
    }


def _rows(entry: Entry, site: Facts) -> Facts:
    texts = _texts(entry.record)
    return {texts[name]: _words(name, value, site) for name, value in entry.facts.items()}


def _words(name: str, value: Any, site: Facts) -> str:
    """A value as people read it, on the clock of the site."""
    _ = translations(site["language"]).gettext
    if isinstance(value, dict):
        inner = (f"{_lead(k, site)} {_words(k, v, site)}" for k, v in value.items())
        return "; ".join(inner) or "\N{EN DASH}"
    if isinstance(value, bool):
        return _(YES) if value else _(NO)
    if value in ("", None) or value == []:
        return "\N{EN DASH}"
    if is_time(name):
        return _moment(_iso(value), site) if value else "\N{EN DASH}"
    return contents.in_words(name, value, site)


def _lead(name: str, site: Facts) -> str:
    """What the value after it answers: a question, or a label with a colon."""
    label = LABELS.get(name) or contents.FIELDS.get(name, name)
    text = translations(site["language"]).gettext(label)
    return text if text.endswith("?") else f"{text}:"


def _moment(iso: str, site: Facts) -> str:
    at = dt.datetime.fromisoformat(iso).timestamp()
    words = translations(site["language"])
    return dates.short_moment(dates.local(int(at), site["time_zone"]), words)
