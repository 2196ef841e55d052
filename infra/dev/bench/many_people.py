"""What it costs to read a segment and to search at the desk among 500,000 members."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from infra.dev.bench.support import endpoint, newsletter_scene
from infra.dev.bench.support.rows import Row, limit, row

MEMBERS, FEW = 500_000, 50_000
FILLED_AT_ONCE = 5_000
MOST_UNITS = 25  # for a page of 50
FLAT = 1.2  # memory at 500,000 over 50,000
NO_INDEX = 1.05  # units of a segment over those of reading every member, which no index saves
NAMES = ("Åsa Andersson", "Bo Nyström", "Cecilia Ek", "Per-Olof Lindqvist", "Karin Dahl")
SEGMENT = {"office": ("malmo",)}
# The beginning that most people have: a fifth of them. Without any, the page lists everybody.
BEGINNING = "andersson"
LISTED = 5_000  # of everybody, the newest: nobody reads further
NOW, APART_SECONDS = 1_795_000_000, 120  # when the last of them joined, and after the one before

Raw = dict[str, Any]


def run_search(members: int = MEMBERS) -> list[Row]:
    """`desk_search_500k`: read units for a page of 50, by a name that a fifth of all have, or of
    everybody: the more expensive one."""
    with endpoint.running() as address:
        _measured(address, "index", address, str(members))
        named, everybody = (_measured(address, "search", name) for name in (BEGINNING, ""))
    note = f"{named['counted']} counted; everybody: {everybody['units']:g}; {members:,} members"
    ours = max(named["units"], everybody["units"])
    return [limit("desk_search_500k", ours, MOST_UNITS, note)]


def run_segment(members: int = MEMBERS, few: int = FEW) -> list[Row]:
    """`segment_500k`: read units for each 1,000 recipients, against reading every member;
    `segment_500k_memory`: peak memory against that of a tenth of the members."""
    small = _segment(few, "segment")
    ours = _segment(members, "segment")
    everybody = _segment(few, "everybody")
    recipients = ours["number"]
    peer = everybody["units"] * members / few * 1000 / recipients
    note = f"one member in {round(members / recipients)} is in it, and all are read"
    return [
        row("segment_500k", ours["units"] * 1000 / recipients, peer, NO_INDEX, note),
        row("segment_500k_memory", ours["memory"], small["memory"], FLAT, "KiB at their peak"),
    ]


def _segment(members: int, what: str) -> Raw:
    with endpoint.running() as address:
        newsletter_scene.fill(address, members)
        return _measured(address, what)


def _measured(address: str, what: str, *arguments: str) -> Raw:
    """What it found, with its read units, and its memory in a small process."""
    newsletter_scene.query(address, "used")
    command = [sys.executable, "-m", "infra.dev.bench.many_people", what, *arguments]
    done = subprocess.run(  # noqa: S603 - our own program
        command, env=endpoint.environment(address), stdout=subprocess.PIPE, check=True
    )
    answer: Raw = json.loads(done.stdout.splitlines()[-1])
    used = newsletter_scene.query(address, "used")
    return answer | {"units": float(sum(used["units"].values()))}


def _items(members: int) -> Iterator[Raw]:
    """The index as the members' own transactions write it, and their number."""
    from functions.core.aws import table
    from functions.people.store import search, tallies

    counts: dict[str, Raw] = {}
    for number in range(members):
        member = _member(number, NOW - APART_SECONDS * (members - number))
        for write in search.entering(member):
            item = write["Put"]["Item"]
            if search.joined_at(item["sk"]["S"]) is None or number >= members - LISTED:
                yield item
        for write in tallies.change_now(member, 1):
            key = table.from_item(write["Update"]["Key"])
            counts[key["sk"]] = key | {"count": members}
    yield from map(table.to_item, counts.values())


def _member(number: int, joined_at: int) -> Any:
    from functions.people.member import Profile, Stay, new_member

    offices = newsletter_scene.OFFICES
    profile = Profile(
        name=NAMES[number % len(NAMES)],
        email="",
        office=offices[number % len(offices)],
        from_year=1998,
        to_year=2014,
        kinds=("engineer",),
        interests=(),
        language="en",
    )
    member = new_member(profile, "", joined_at)
    if number % 4:
        return member
    stay = Stay(offices[number // len(offices) % len(offices)], 1990, 1998)
    return replace(member, earlier_stays=(stay,), works_at="Example Polytechnic University")


# ---- In a process of its own, with the environment of a function


def index(address: str, members: str) -> Raw:
    items = _items(int(members))
    while some := list(islice(items, FILLED_AT_ONCE)):
        endpoint.fill(address, some)
    return {}


def search_at_the_desk(beginning: str) -> Raw:
    """The first page, as the desk shows it."""
    from functions.desk import people_list
    from functions.desk.people_list import Start
    from functions.team.rules import Role, TeamMember

    actor = TeamMember(
        id="", name="", email="", address_hash="", language="en", role=Role.COORDINATOR
    )
    if beginning:
        listing = people_list.fitting([beginning], {}, Start(), actor)
    else:
        listing = people_list.everybody(Start(), actor)
    if len(listing.entries) != people_list.PAGE:
        raise RuntimeError(f"{len(listing.entries)} entries on a page")
    return {"counted": listing.number}


def segment() -> Raw:
    from functions.people.store import segment_pages

    number = sum(1 for _ in segment_pages.members_of(SEGMENT, only=("language",)))
    return {"number": number, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def everybody() -> Raw:
    from functions.people.store import segment_pages

    return {"number": sum(1 for _ in segment_pages.members_of({}))}


MEASURED: dict[str, Callable[..., Raw]] = {
    "index": index,
    "search": search_at_the_desk,
    "segment": segment,
    "everybody": everybody,
}

if __name__ == "__main__":
    print(json.dumps(MEASURED[sys.argv[1]](*sys.argv[2:])))  # noqa: T201
