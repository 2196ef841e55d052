"""Two hundred requests at one moment on one account: one wins, and nothing is half done."""

from collections.abc import Callable
from threading import Event, Lock, current_thread, local, main_thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.account import handler as account
from functions.account import rules, store
from functions.core import clock, tokens
from functions.core.addresses import address_hash
from functions.core.aws import private_files
from functions.core.clock import HOUR
from functions.core.errors import TooManyError
from functions.core.tokens import Purpose
from functions.core.web.responses import Response
from functions.events.store import events as event_store
from functions.membership import erasing
from functions.membership import store as memberships
from functions.people.store import members as people
from tests.functions.attacks.world import (
    ANN,
    CAY,
    CAYS_FIRST,
    CAYS_NEXT,
    SESSION,
    SIGN_IN_HERE,
    World,
)
from tests.functions.events.actions import SLUG
from tests.functions.events.crowd import crowd
from tests.functions.lives.memory_table import MemoryTable
from tests.functions.support import request

PEOPLE = 200


class BusyTable(MemoryTable):
    """Like DynamoDB it completes one request before the next, and refuses a transaction that meets
    another one. The first of a crowd waits until one was refused, so that they collide."""

    def __init__(self, like: MemoryTable) -> None:
        super().__init__()
        self.database = like.database
        self.requests, self.transaction = Lock(), Lock()
        self.conflicts, self.collided = 0, Event()

    def get_item(self, **sent: Any) -> Any:
        with self.requests:
            return super().get_item(**sent)

    def batch_get_item(self, **sent: Any) -> Any:
        with self.requests:
            return super().batch_get_item(**sent)

    def query(self, **sent: Any) -> Any:
        with self.requests:
            return super().query(**sent)

    def transact_write_items(self, **sent: Any) -> None:
        if not self.transaction.acquire(blocking=False):
            self.conflicts += 1
            self.collided.set()
            raise conflict()
        try:
            if current_thread() is not main_thread():
                self.collided.wait(timeout=5)
            super().transact_write_items(**sent)
        finally:
            self.transaction.release()

    def _write(self, operation: str, sent: Any) -> None:
        with self.requests:
            super()._write(operation, sent)


def conflict() -> ClientError:
    error: Any = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
    return ClientError(error | {"CancellationReasons": [{"Code": "TransactionConflict"}]}, "write")


class OwnRequest(local):
    """In Lambda a process has one request at a time; here each thread has its own."""

    current_event: Any = None


@pytest.fixture
def busy(world: World, monkeypatch: pytest.MonkeyPatch) -> BusyTable:
    """The world, with a table in which many meet."""
    table = BusyTable(world.memory)
    world.memory = table
    monkeypatch.setattr("functions.core.aws.table.client", lambda _service: table)
    monkeypatch.setattr(account, "app", OwnRequest())
    write, one_file = private_files.write, Lock()

    def write_alone(name: str, content: bytes) -> None:
        with one_file:  # moto's bucket is not made for threads
            write(name, content)

    monkeypatch.setattr(private_files, "write", write_alone)
    return table


def all_at_once(
    world: World, *doing: tuple[Callable[[], Response], dict[str, str]], people: int = PEOPLE
) -> dict[int, int]:
    """Status → how many got it. Each of the people sends one of the forms, in turn."""
    live = world.live
    cookies = f"{SESSION}={world.cookies['member']}; {SIGN_IN_HERE}={live[Purpose.SIGN_IN_HERE]}"
    sent = [world.headers() | {"cookie": cookies} for _ in range(people)]

    def come(number: int) -> int:
        handle, form = doing[number % len(doing)]
        account.app.current_event = request("POST", "/me/", form=form, headers=sent[number])
        try:
            return handle().status_code
        except TooManyError:
            return 429

    return crowd(people, come)


def anns(world: World, prefix: str) -> list[Any]:
    return [item for (pk, sk), item in world.items.items() if f"{pk} {sk}".startswith(prefix)]


def sessions_of_ann(world: World) -> int:
    return len(anns(world, f"SESSIONS#m{anns_id(world)}"))


def anns_id(world: World) -> str:
    owner = rules.read_cookie(world.cookies["member"])
    assert owner
    return owner[0].member_id


# ---- Signing in


def by_link(world: World) -> tuple[Callable[[], Response], dict[str, str]]:
    return account.follow_link, {"token": world.live[Purpose.SIGN_IN]}


def by_code(world: World) -> tuple[Callable[[], Response], dict[str, str]]:
    return account.enter_code, {"code": world.right_code}


@pytest.mark.parametrize("ways", [(by_link,), (by_code,), (by_link, by_code)])
def test_one_of_two_hundred_signs_in(world, busy, ways):
    before = sessions_of_ann(world)
    statuses = all_at_once(world, *(way(world) for way in ways))
    assert statuses[303] == 1
    assert set(statuses) <= {303, 400, 410}
    assert sessions_of_ann(world) == before + 1
    assert busy.conflicts > 0


def test_without_the_condition_more_than_one_would(world, busy, monkeypatch):
    monkeypatch.setattr(store, "STILL_OPEN", f"({store.STILL_OPEN}) OR attribute_not_exists(#pk)")
    assert all_at_once(world, by_link(world), people=30)[303] > 1


def test_two_hundred_wrong_codes_count_as_five_and_the_link_goes_on_working(world, busy):
    wrong = "00000000" if world.right_code != "00000000" else "00000001"
    all_at_once(world, (account.enter_code, {"code": wrong}))
    (sign_in,) = anns(world, f"SIGNIN#{sign_in_id(world)}")
    assert sign_in["wrong_codes"] == {"N": str(rules.WRONG_CODES)}
    assert all_at_once(world, by_code(world), people=2) == {400: 2}
    assert all_at_once(world, by_link(world), people=2)[303] == 1


def sign_in_id(world: World) -> str:
    (sign_in,) = tokens.read(Purpose.SIGN_IN, world.live[Purpose.SIGN_IN], 1)
    return str(sign_in)


def test_two_hundred_who_ask_for_one_address_cause_the_emails_of_a_day(world, busy):
    """Known and unknown addresses alike; each email has its own link."""
    for address in (ANN, "nobody@example.com"):
        before = len(anns(world, "SIGNIN#")), len(anns(world, "OUTBOX#"))
        form = {"email": address}
        assert all_at_once(world, (account.ask, form)) == {303: PEOPLE}
        after = len(anns(world, "SIGNIN#")), len(anns(world, "OUTBOX#"))
        left = 5 - (2 if address == ANN else 0)  # she has asked twice
        assert (after[0] - before[0], after[1] - before[1]) == (left, left)


# ---- A new address


def confirming(world: World) -> tuple[Callable[[], Response], dict[str, str]]:
    return account.confirm_new_address, {"token": world.live[Purpose.NEW_ADDRESS]}


def undoing(world: World) -> tuple[Callable[[], Response], dict[str, str]]:
    return account.undo_new_address, {"token": world.live[Purpose.UNDO_ADDRESS]}


def cays_addresses(world: World) -> set[str]:
    """The addresses that lead to Cay, and the one that she has."""
    addresses = (CAY, CAYS_NEXT, CAYS_FIRST)
    members = {address: people.member_id_at(address_hash(address)) for address in addresses}
    (cay,) = {member_id for member_id in members.values() if member_id}
    member = people.member(cay)
    assert member
    return {member.email, *(address for address in addresses if members[address])}


def emails_queued(world: World, kind: str) -> int:
    return sum(item["mail"] == {"S": kind} for item in anns(world, "OUTBOX#"))


@pytest.mark.parametrize(
    ("click", "address", "kind"),
    [(confirming, CAYS_NEXT, "address_changed"), (undoing, CAYS_FIRST, "address_undone")],
)
def test_of_two_hundred_clicks_one_moves_a_member(world, busy, click, address, kind):
    statuses = all_at_once(world, click(world))
    assert set(statuses) <= {200, 410}
    assert cays_addresses(world) == {address}
    assert emails_queued(world, kind) == 1
    assert busy.conflicts > 0


def test_of_moving_on_and_back_at_once_one_wins_or_both_in_turn(world, busy):
    statuses = all_at_once(world, confirming(world), undoing(world))
    assert set(statuses) <= {200, 410}
    assert emails_queued(world, "address_changed") <= 1
    assert emails_queued(world, "address_undone") == 1
    assert cays_addresses(world) == {CAYS_FIRST}


# ---- Leaving


def leaving() -> tuple[Callable[[], Response], dict[str, str]]:
    return account.leave, {"page_language": "en"}


def test_of_two_hundred_who_leave_one_erases_everything_once(world, busy, cloud):
    free = seats_free()
    ann = anns_id(world)
    statuses = all_at_once(world, leaving())
    assert set(statuses) <= {200, 303}
    assert statuses[303] >= 1
    assert seats_free() == free + 2
    assert len(memberships.erasures_at(address_hash(ANN))) == 1
    assert len(anns(world, "ACTIVITY#")) == len({*activities(world)})
    assert sum(f"#left#{ann}" in sk for sk in activities(world)) == 1
    goodbyes = [i for i in anns(world, "OUTBOX#") if i["mail"] == {"S": "goodbye"}]
    assert len(goodbyes) == 1
    assert_gone(world, ann, cloud)


def activities(world: World) -> list[str]:
    return [sk for pk, sk in world.items if pk.startswith("ACTIVITY#")]


def test_who_signs_in_while_somebody_leaves_is_not_left_signed_in(world, busy, cloud):
    ann = anns_id(world)
    statuses = all_at_once(world, leaving(), by_link(world))
    assert set(statuses) <= {200, 303, 410}
    assert_gone(world, ann, cloud)


def seats_free() -> int:
    event = event_store.get(SLUG)
    assert event
    return event.free


def assert_gone(world: World, ann: str, cloud: Any) -> None:
    """Once the rest is deleted, numbers and hashes remain."""
    cloud.pass_(HOUR)
    for erasure in memberships.due_erasures(clock.now()):
        erasing.finish(erasure)
    hashed = address_hash(ANN)
    kept = [f"{pk} {sk}" for pk, sk in world.items if ann in pk + sk or hashed in pk + sk]
    allowed = (f"MEMBER#{ann} ", f"ADDRESS#{hashed} ERASED", "ACTIVITY#", "LINES#")
    assert [key for key in kept if not key.startswith(allowed)] == []
    assert [
        item for item in map(str, world.items.values()) if ANN in item or "Ann Ek" in item
    ] == []
