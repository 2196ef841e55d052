"""What is stored, compared with the model."""

from collections.abc import Iterable

from functions.approvals.rules import State
from functions.approvals.store import applications
from functions.core.addresses import address_hash
from functions.imports import store as lists
from functions.invitations import store as invitations
from functions.people.member import Act
from functions.people.store import tallies
from functions.work import store as work_store
from tests.functions.coming_in.model import People
from tests.functions.lives.world import World


def check_addresses(world: World, people: People) -> None:
    """Everybody is what they should be."""
    expected = _at_addresses(people)
    stored: dict[str, set[str]] = {sk: set() for sk in expected}
    for pk, sk in world.items:
        if pk.startswith("ADDRESS#") and sk in stored:
            stored[sk].add(pk.partition("#")[2])
    for sk, addresses in expected.items():
        assert stored[sk] == set(map(address_hash, addresses)), sk
    for address, known in people.waiting.items():
        application = applications.get(address_hash(address))
        assert application
        assert application.state is known.state
        assert application.is_final is bool(known.final_at)
    listed = {one.leaver.email: one.may_be_mailed for one in invitations.newest_first()}
    assert listed == {address: one.agreed for address, one in people.invited.items()}


def _at_addresses(people: People) -> dict[str, Iterable[str]]:
    return {
        "MEMBER": people.members,
        "INVITATION": people.invited,
        "APPLICATION": people.waiting,
        "LEFT_ALONE": people.left_alone,
    }


def _counted(world: World, act: Act) -> int:
    """In the figures, of all months."""
    items = ((sk, item) for (pk, sk), item in world.items.items() if pk.startswith("FIGURES#2"))
    return sum(int(item["count"]["N"]) for sk, item in items if sk.split("#")[1] == act)


def check_counts(world: World, people: People) -> None:
    """What is counted is what is there."""
    number = len(people.members)
    assert sum(pk.startswith("MEMBERS#") for pk, _ in world.items) == number
    assert sum(sk == "LIFE" for _, sk in world.items) == number
    assert tallies.members_by_offices().total() == number
    assert _counted(world, Act.JOINED) - _counted(world, Act.LEFT) == number
    undecided = [one for one in people.waiting.values() if one.state is State.WAITING]
    assert applications.number_waiting(100) == len(undecided)
    for known in people.lists:
        stored = lists.get(known.id, 0)
        assert stored
        assert stored.stage is known.stage
        work = work_store.work(stored.work_id)
        assert work
        counts = work.cursor.get("counts", {}) if known.has_work else stored.counts
        assert dict(counts) == known.counts(), known
