"""Any line that is altered, removed, inserted or moved is caught, and so is the end of a chain."""

from hashlib import sha256

import pytest

from functions.people import chain
from functions.people.chain import BEFORE_ALL, Head
from infra.consent_evidence.chains import Chain, problems
from infra.consent_evidence.digests import Voucher

PEOPLE, LINES = 50, 20  # 1,000 lines
DAY, NEXT = "2026-11-18", "2026-11-19"
KINDS = ("newsletter given", "newsletter withdrawn", "newsletter preferences")


def linked(member_id, contents):
    """Lines that follow each other, as the store writes them."""
    head, lines = BEFORE_ALL, []
    for content in contents:
        lines.append(chain.linked(content, head))
        head = Head(lines[-1]["number"], lines[-1]["hash"])
    return Chain(member_id, tuple(lines), head)


def contents(member_id):
    for number in range(1, LINES + 1):
        key = {"pk": f"MEMBER#{member_id}", "sk": f"CONSENT#LINE#{number:08d}"}
        yield key | {"what": KINDS[number % 3], "at": 1_795_000_000 + number, "day": DAY}


def member(number):
    return sha256(str(number).encode()).hexdigest()[:32]


EVERYBODY = {member(n): linked(member(n), contents(member(n))) for n in range(PEOPLE)}
VOUCHERS = {
    member_id: {line["number"]: Voucher(line["hash"], DAY) for line in own.lines}
    for member_id, own in EVERYBODY.items()
}


def wrong(own):
    return list(problems(own, VOUCHERS[own.member_id], DAY, NEXT))


def but_for(own, lines, end=None):
    return Chain(own.member_id, tuple(lines), end or own.end)


def rebuilt(own, lines):
    """As by somebody who knows how the chain is made, and puts its end right, too."""
    plain = [
        {name: value for name, value in line.items() if name not in ("number", "before", "hash")}
        for line in lines
    ]
    return linked(own.member_id, plain)


def altered(lines, at):
    return [*lines[:at], lines[at] | {"at": lines[at]["at"] + 1}, *lines[at + 1 :]]


def removed(lines, at):
    return [*lines[:at], *lines[at + 1 :]]


def inserted(lines, at):
    between = lines[at] | {"what": "newsletter given", "at": lines[at]["at"] + 1}
    return [*lines[: at + 1], between, *lines[at + 1 :]]


def moved(lines, at):
    rest = removed(lines, at)
    to = (at + 1) % len(lines)
    return [*rest[:to], lines[at], *rest[to:]]


def of_another(lines, at):
    other = next(o for m, o in EVERYBODY.items() if m != lines[0]["pk"].removeprefix("MEMBER#"))
    return [*lines[:at], other.lines[at], *lines[at + 1 :]]


def without_its(name):
    def take(lines, at):
        less = {key: value for key, value in lines[at].items() if key != name}
        return [*lines[:at], less, *lines[at + 1 :]]

    return take


MEDDLERS = (altered, removed, inserted, moved, of_another)


def test_untouched_lines_are_whole():
    assert [problem for own in EVERYBODY.values() for problem in wrong(own)] == []


@pytest.mark.parametrize("meddle", MEDDLERS)
def test_any_one_of_a_thousand_lines_that_somebody_meddles_with_is_caught(meddle):
    for own in EVERYBODY.values():
        for at in range(LINES):
            assert wrong(but_for(own, meddle(list(own.lines), at))), (own.member_id, at)


@pytest.mark.parametrize("meddle", MEDDLERS)
def test_it_is_caught_although_the_chain_is_made_anew(meddle):
    for own in EVERYBODY.values():
        for at in range(LINES):
            assert wrong(rebuilt(own, meddle(list(own.lines), at))), (own.member_id, at)


@pytest.mark.parametrize("name", ["what", "at", "day", "number", "before", "hash"])
def test_an_attribute_that_is_removed_is_caught(name):
    own = next(iter(EVERYBODY.values()))
    for at in range(LINES):
        assert wrong(but_for(own, without_its(name)(list(own.lines), at))), at


@pytest.mark.parametrize("kept", [0, 1, LINES - 1])
def test_lines_that_are_removed_together_with_the_end_of_their_chain_are_caught(kept):
    own = next(iter(EVERYBODY.values()))
    end = Head(kept, own.lines[kept - 1]["hash"]) if kept else None
    caught = wrong(Chain(own.member_id, own.lines[:kept], end))
    assert [f"line {n}," in problem for n, problem in enumerate(caught, start=kept + 1)] == [
        True
    ] * (LINES - kept)
    assert f"line {LINES}, which the digest of {DAY} has, was removed" in caught[-1]


def test_a_line_that_was_added_under_a_day_with_a_digest_is_caught():
    own = next(iter(EVERYBODY.values()))
    longer = rebuilt(own, [*own.lines, own.lines[-1] | {"at": 1_796_000_000}])
    assert wrong(longer) == [
        f"Member {own.member_id}: line 21 is in no digest, so it was inserted after {DAY}."
    ]


def test_a_line_since_the_last_digest_waits_for_the_next():
    own = next(iter(EVERYBODY.values()))
    assert wrong(rebuilt(own, [*own.lines, own.lines[-1] | {"day": NEXT}])) == []
    (problem,) = wrong(rebuilt(own, [*own.lines, own.lines[-1] | {"day": "2027-01-01"}]))
    assert "yet to come" in problem


@pytest.mark.parametrize("meddle", [altered, removed, inserted, moved])
def test_lines_from_before_the_chain_are_covered_by_the_first_of_it(meddle):
    old = [{"pk": "MEMBER#a", "sk": f"CONSENT#{n}", "what": "x", "at": n} for n in range(3)]
    first = chain.linked({"pk": "MEMBER#a", "what": "x", "day": NEXT}, chain.covering(old))
    end = Head(first["number"], first["hash"])
    assert list(problems(Chain("a", (*old, first), end), {}, DAY, NEXT)) == []
    for at in range(2):
        touched = Chain("a", (*meddle(old, at), first), end)
        assert list(problems(touched, {}, DAY, NEXT)), at
