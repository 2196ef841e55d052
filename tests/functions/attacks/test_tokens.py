"""A token opens only what it was made for: each purpose is tried on each route that takes one."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer

from functions.core import tokens
from functions.core.tokens import Purpose
from functions.newsletter import bulk_email
from functions.newsletter.rules.ledger import Batch, IssueKind, Variant
from functions.people.member import SHARDS, Member
from functions.people.store import members as people
from tests.functions.attacks.routes import ROUTES, Route, purposes_of
from tests.functions.attacks.world import World
from tests.functions.events.actions import SLUG
from tests.functions.every_email import emails_of_every_kind

GARBAGE = "forged"
OTHER_NETWORK = "another-networks-key-" + "o" * 20
ENDLESS = {Purpose.UNSUBSCRIBE, Purpose.NO_INVITATIONS, Purpose.LEAVE_ALONE}
SIGNING_IN = {purpose for purpose in Purpose if "sign-in" in purpose}
Refusal = Callable[[Purpose, str], str]  # a token of this purpose → one that must be refused


def send(world: World, route: Route, token: str) -> dict[str, Any]:
    """The token wherever a route may look for it."""
    code = world.desk_code if route.path.startswith("/desk/") else world.right_code
    form = {"token": token, "code": code, "guests": "0", "frequency": "quarterly"}
    query = {"token": token, "language": "en"}
    sent: dict[str, Any] = {"query": query, "headers": world.headers(here=token)}
    return route.send({}, **sent | ({"form": form} if route.method == "POST" else {}))


def taking(world: World) -> list[tuple[Route, Purpose]]:
    """Each route that takes a token, with the purpose it must have."""
    sent = {"query": {"token": GARBAGE}, "headers": world.headers(here=GARBAGE)}
    form = {"form": {"token": GARBAGE}}
    return [
        (route, purpose)
        for route in ROUTES
        for purpose in purposes_of(route, **sent | (form if route.method == "POST" else {}))
    ]


def is_refused(world: World, route: Route, token: str) -> bool:
    """Answered as one that is no token at all, and nothing is written."""
    before = world.items
    wanted, answer = send(world, route, GARBAGE), send(world, route, token)
    return answer == wanted and world.items == before


def load(token: str, purpose: Purpose) -> Any:
    return tokens._accepting(purpose).loads(token)


def of_another_network(purpose: Purpose, token: str) -> str:
    serializer = URLSafeTimedSerializer(OTHER_NETWORK, salt=purpose, signer=tokens._Signer)
    return str(serializer.dumps(load(token, purpose)))


def with_more_in_it(purpose: Purpose, token: str) -> str:
    return tokens.make(purpose, *load(token, purpose), 1)


def with_another_signature(purpose: Purpose, token: str) -> str:
    other = tokens.make(purpose, "somebody else")
    return f"{token.rpartition('.')[0]}.{other.rpartition('.')[2]}"


def damaged(_purpose: Purpose, token: str) -> str:
    return token[:-2] + ("AA" if token[-2:] != "AA" else "BB")


def cut_off(_purpose: Purpose, token: str) -> str:
    return token[:-1]


FORGERIES = (of_another_network, with_more_in_it, with_another_signature, damaged, cut_off)


def test_every_purpose_is_taken_by_a_route(world):
    assert {purpose for _, purpose in taking(world)} == set(Purpose)


def test_a_token_of_its_own_purpose_is_taken(world):
    """Otherwise the other tests would prove nothing."""
    kept = world.keep()
    for route, purpose in taking(world):
        token = world.live[purpose]
        assert not is_refused(world, route, token), (str(route), purpose)
        world.restore(kept)


def test_a_token_of_another_purpose_is_refused(world, monkeypatch):
    """The contents are what the emails' tokens hold, of whatever purpose there is."""
    contents = made_for_emails(monkeypatch)
    assert set(contents) == set(Purpose)
    taken = taking(world)  # a route may take several
    wrong = [
        (str(route), purpose)
        for route, (purpose, content) in product({route for route, _ in taken}, contents.items())
        if (route, purpose) not in taken
        and not is_refused(world, route, tokens.make(purpose, *content))
    ]
    assert wrong == []


def made_for_emails(monkeypatch: pytest.MonkeyPatch) -> dict[Purpose, tuple[Any, ...]]:
    """Purpose → what a token held that was made while every kind of email was sent."""
    seen: dict[Purpose, tuple[Any, ...]] = {}
    make = tokens.make

    def note(purpose: Purpose, *content: str | int) -> str:
        seen[purpose] = content
        return make(purpose, *content)

    with monkeypatch.context() as patch:
        patch.setattr(tokens, "make", note)
        emails_of_every_kind("en")
        _invite(next(_members()))
    return seen


def _members() -> Iterator[Member]:
    return (member for shard in SHARDS for member in people.members(shard))


def _invite(member: Member) -> None:
    """SES sends these."""
    batch = Batch(SLUG, 0, Variant("en", "", ""), (member.id,))
    bulk_email._entry(batch, 0, member, IssueKind.INVITATION)


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_token_is_refused(world, forge: Refusal):
    wrong = [
        (str(route), purpose)
        for route, purpose in taking(world)
        if not is_refused(world, route, forge(purpose, world.live[purpose]))
    ]
    assert wrong == []


def test_an_expired_token_is_refused_except_those_that_end_emails(world, cloud):
    for route, purpose in taking(world):
        lasts = tokens._max_age_seconds(purpose)
        begun, cloud.now = cloud.now, cloud.now + (lasts or 100 * 366 * 86_400) + 1
        refused = is_refused(world, route, world.live[purpose])
        assert refused == (purpose not in ENDLESS), (str(route), purpose)
        cloud.now = begun


def test_a_token_that_is_used_again_changes_nothing(world):
    kept = world.keep()
    for route, purpose in taking(world):
        if purpose is Purpose.DOOR:  # it opens the door on one phone after the other
            continue
        first = send(world, route, world.live[purpose])
        after = world.items
        again = send(world, route, world.live[purpose])
        assert world.items == after, (str(route), purpose)
        if purpose in SIGNING_IN and route.method == "POST":
            assert (first["statusCode"], again["statusCode"] >= 400) == (303, True)
        world.restore(kept)
