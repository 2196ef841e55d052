"""The consents of one person as an HTML page to print, for a court: it loads nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from functions.core import clock
from functions.evidence import rules
from infra.consent_evidence import chains
from infra.consent_evidence.chains import Chain
from infra.consent_evidence.digests import Vouched
from infra.html_pages.environment import environment, frame

pages = environment(Path(__file__).parent)

# In this order, what a line may hold; what isn't named comes after, by its own name.
LABELS = {
    "how": "How",
    "page": "Page",
    "shown_at": "Form opened",
    "ticked_at": "Form sent",
    "mailed_at": "Email with the link sent",
    "message_id": "Number of that email at Amazon SES",
    "at": "In force since",
    "text_id": "Text",
    "version": "Version",
    "language": "Language",
    "text_sha256": "SHA-256 of the words",
    "frequency": "How often, as chosen",
    "interests": "Topics, as chosen",
    "address_hash": "Keyed hash of the address",
    "kept_until": "Hashes kept until",
    "day": "Written on",
}
CHAIN = {"before": "Hash of the line before", "hash": "Hash of this line"}
ELSEWHERE = {"pk", "sk", "what", "words", "number", *CHAIN}


@dataclass(frozen=True)
class Shown:
    """A line as the page shows it."""

    number: int
    what: str
    words: str
    facts: list[tuple[str, str]]
    hashes: list[tuple[str, str]]
    vouched_on: str  # the day whose digest has it; empty: none yet


@dataclass(frozen=True)
class Person:
    member_id: str
    name: str  # empty once erased
    email: str


def page(person: Person, own: Chain, vouched: Vouched, site: dict[str, Any], now: int) -> str:
    """The whole page; times are in UTC."""
    vouchers = vouched.vouchers.get(own.member_id, {})
    lines = [_shown(n, line, vouched) for n, line in enumerate(own.lines, start=1)]
    days = sorted({line.vouched_on for line in lines if line.vouched_on})
    return pages.get_template("evidence.html").render(
        **frame(site),
        person=person,
        lines=lines,
        digests=[(day, vouched.digests[day]) for day in days],
        hash_of=rules.digest_hash,
        problems=[
            *vouched.problems,
            *chains.problems(own, vouchers, vouched.until, clock.day_of(now)),
        ],
        printed_at=_moment(now),
    )


def _shown(position: int, line: Mapping[str, Any], vouched: Vouched) -> Shown:
    number = line.get("number", position)
    voucher = vouched.vouchers.get(str(line["pk"]).removeprefix("MEMBER#"), {}).get(number)
    names = [name for name in LABELS if name in line]
    names += sorted(line.keys() - LABELS.keys() - ELSEWHERE)
    return Shown(
        number,
        str(line.get("what", "words deleted when the person was erased")),
        str(line.get("words", "")),
        [(LABELS.get(name, name), _value(name, line[name])) for name in names],
        [(label, str(line[name])) for name, label in CHAIN.items() if name in line],
        voucher.day if voucher and voucher.hash == line.get("hash") else "",
    )


def _value(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    is_time = name == "at" or name.endswith("_at")
    return _moment(value) if is_time and isinstance(value, int) else str(value)


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
