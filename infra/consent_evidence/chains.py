"""Says what has happened to the consent lines of a person: altered, removed, inserted, moved.

No I/O here. See docs/evidence.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from functions.people import chain
from functions.people.chain import Head
from functions.people.store.consents import ERASED
from infra.consent_evidence.digests import Voucher

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Chain:
    """A person's lines as the table has them, in order, and the item that holds the end."""

    member_id: str
    lines: tuple[Line, ...]
    end: Head | None

    @property
    def unchained(self) -> tuple[Line, ...]:
        """Lines from before there was a chain."""
        return tuple(line for line in self.lines if "number" not in line)

    @property
    def chained(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if "number" in line)

    @property
    def is_erased(self) -> bool:
        """Whether the person was erased: of all lines but the last only hashes are left."""
        return bool(self.lines) and self.lines[-1].get("what") == ERASED


def chain_of(member_id: str, items: Iterable[Line]) -> Chain:
    """From all items of the person's partition, in key order."""
    known = list(items)
    ends = [Head(item["number"], item["hash"]) for item in known if item["sk"] == "CHAIN"]
    lines = tuple(item for item in known if item["sk"].startswith("CONSENT#"))
    return Chain(member_id, lines, ends[0] if ends else None)


def problems(own: Chain, vouchers: Mapping[int, Voucher], until: str, today: str) -> Iterator[str]:
    """What is wrong, in sentences; `until` is the last day with a digest."""
    who = f"Member {own.member_id}"
    if not own.lines and _is_over(vouchers, today):
        return
    yield from (f"{who}: {problem}" for problem in _links(own))
    stored = {line["number"]: line for line in own.chained}
    for number, voucher in sorted(vouchers.items()):
        if number not in stored:
            yield f"{who}: line {number}, which the digest of {voucher.day} has, was removed."
        elif stored[number].get("hash") != voucher.hash:
            yield f"{who}: line {number} isn't the one which the digest of {voucher.day} has."
    for number, line in stored.items():
        day = line.get("day", "")  # what is missing was removed, and sorts before every day
        if number not in vouchers and day <= until:
            yield f"{who}: line {number} is in no digest, so it was inserted after {day}."
        if day > today:
            yield f"{who}: line {number} is of a day that is yet to come."


def _is_over(vouchers: Mapping[int, Voucher], today: str) -> bool:
    """Whether the person was erased so long ago that nothing is kept any more."""
    ends = [voucher.kept_until for voucher in vouchers.values() if voucher.kept_until]
    return bool(ends) and max(ends) <= today


def _links(own: Chain) -> Iterator[str]:
    last = chain.covering(own.unchained)
    for line in own.chained:
        number = line["number"]
        if number != last.number + 1:
            yield f"line {number} follows line {last.number}, so a line was removed or inserted."
        elif line.get("before") != last.hash:
            yield f"line {number} doesn't fit the line before it, which was altered or replaced."
        if "what" not in line:
            if not own.is_erased:
                yield f"the words of line {number} were removed, although nobody was erased."
        elif chain.line_hash(line) != line.get("hash"):
            yield f"line {number} was altered: its hash doesn't fit."
        last = Head(number, line.get("hash", ""))
    if own.chained and own.end != last:
        yield f"its lines end with {last.number}, which isn't the recorded end of the chain."
    if own.end and not own.chained:
        yield "all lines were removed; only the end of the chain is left."
