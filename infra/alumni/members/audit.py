"""`alumni members audit`: whether the consents are as they were given."""

from dataclasses import dataclass, field
from typing import Any

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit


@dataclass
class Result:
    """What was looked at, and what is wrong."""

    until: str  # the last day whose lines a digest vouches for; empty: none
    digests: int
    people: int = 0
    lines: int = 0
    newer: int = 0  # lines in their chain, for which no digest vouches yet
    unchained: int = 0  # lines from before there were chains that no chain covers
    keys: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def audit_members() -> None:
    """Check that no consent was altered, removed, inserted or moved since it was given.

    The chain of each person's consents is checked link by link, then against the signed
    digests of each day. They vouch for everything up to the last of them.
    """
    options.connect()
    with console.progress() as report:
        result = _result(report)
    if options.wants_json():
        console.print_json(vars(result))
    else:
        _print(result)
    if result.problems:
        raise typer.Exit(Exit.PROBLEMS)


def _result(report: Any) -> Result:
    from functions.core import clock
    from functions.membership import erasure_list
    from infra.consent_evidence import chains, digests, everybody

    listed = erasure_list.ids()
    vouched = digests.read(clock.now())
    result = Result(vouched.until, len(vouched.digests), keys=sorted(vouched.keys))
    result.problems += vouched.problems
    left, oldest = dict(vouched.vouchers), clock.today()
    for own in everybody.chains():
        _count(result, own)
        oldest = min([oldest, *(line.get("day", "") for line in own.chained)])
        vouchers = left.pop(own.member_id, {})
        result.problems += chains.problems(own, vouchers, vouched.until, clock.today())
        if own.is_erased and own.member_id not in listed:
            result.problems.append(
                f"Member {own.member_id}: the consents look as if the person had been erased, but "
                "no such erasure is listed."
            )
        report("checking consents", result.people, 0)
    for member_id, vouchers in left.items():
        nothing = chains.chain_of(member_id, ())
        result.problems += chains.problems(nothing, vouchers, vouched.until, clock.today())
    if not vouched.until and oldest <= digests.last_due(clock.now()):
        result.problems.append(
            f"There is no digest at all, although there are consents of {oldest}: they were "
            "removed, or EvidenceTick has never run."
        )
    return result


def _count(result: Result, own: Any) -> None:
    result.people += bool(own.lines)
    result.lines += len(own.lines)
    result.newer += sum(line.get("day", "") > result.until for line in own.chained)
    result.unchained += 0 if own.chained else len(own.unchained)


def _print(result: Result) -> None:
    for problem in result.problems:
        console.error(problem)
    console.print_line(
        f"Checked: consents {result.lines}, people {result.people}, digests {result.digests}, "
        f"problems {len(result.problems)}."
    )
    if not result.problems and result.until:
        console.print_line(f"All consents are as they were given, until {result.until}.")
    if result.newer:
        console.print_line(
            f"Newer than the last digest, which the next vouches for: {result.newer}."
        )
    if result.unchained:
        console.print_line(
            "From before there were chains, which the person's next consent covers: "
            f"{result.unchained}."
        )
    if len(result.keys) > 1:
        console.print_line(f"Several keys have signed: {', '.join(result.keys)}.")
