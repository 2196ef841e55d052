"""Nobody reaches another person's data by changing an id in a path, a query, a form or a cookie.

Ann, a member, and Gus, a guest, are signed in and put each of Bea's ids into each name that any
route reads.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from functions.account import handler as account
from functions.account import store as accounts
from functions.core import tokens
from functions.core.errors import GoneError
from functions.core.tokens import Purpose
from tests.functions.attacks.routes import ROUTES, Reads, Route, noting
from tests.functions.attacks.world import BEAS_WORDS, DINNER, SESSION, World
from tests.functions.events.actions import SLUG

# What a defect might read; no route does.
UNREAD = ("id", "member", "member_id", "address", "address_hash", "owner", "session", "slug")
USUAL = {
    "slug": SLUG, "language": "en", "page_language": "en", "name": "Ann Ek", "office": "malmo",
    "from_year": "1998", "to_year": "2019", "kinds": "engineer", "interests": "law",
    "frequency": "every", "guests": "0", "elapsed": "12.5", "food_consent": "2026-11",
}  # fmt: skip

Sent = dict[str, dict[str, str]]


def usual(reads: Reads, live: Mapping[Purpose, str] = MappingProxyType({})) -> Sent:
    """What Ann's or Gus's browser sends in the usual way, to whatever route."""
    names = reads.form | set(USUAL)
    token = next((live[purpose] for purpose in sorted(reads.purposes) if purpose in live), "")
    values = {name: USUAL[name] for name in names if name in USUAL} | {"token": token}
    return {"path": {"slug": SLUG}, "query": {"token": token, "language": "en"}, "form": values}


def send(world: World, route: Route, sent: Sent, cookie: str) -> dict[str, Any]:
    here = world.live[Purpose.SIGN_IN_HERE]
    request: dict[str, Any] = {"query": sent["query"], "headers": world.headers(cookie, here)}
    if route.method == "POST":
        request["form"] = sent["form"]
    return route.send(sent["path"], **request)


def read_names(world: World, route: Route, who: str) -> Reads:
    """All that the route reads, with a token of its own and without."""
    with noting() as reads:
        for _ in range(2):
            kept = world.keep()
            send(world, route, usual(reads, world.live), world.cookies[who])
            world.restore(kept)
    return reads


def attacks(world: World, route: Route, who: str) -> Iterator[Sent]:
    """The usual request with one of Bea's ids in one of its places."""
    reads = read_names(world, route, who)
    places = {
        "path": set(route.names),
        "query": reads.query | set(UNREAD),
        "form": (reads.form | set(UNREAD)) if route.method == "POST" else set(),
    }
    for part, names in places.items():
        for name in sorted(names):
            for beas in (*world.beas_ids, *forged(world, reads)):
                sent = usual(reads, world.live)
                yield sent | {part: sent[part] | {name: beas}}


def forged(world: World, reads: Reads) -> Iterator[str]:
    """Tokens of Ann's with Bea's ids in them."""
    for purpose in sorted(reads.purposes):
        _content, _, signature = world.live[purpose].partition(".")
        for beas in world.beas_ids:
            yield f"{tokens.make(purpose, beas).partition('.')[0]}.{signature}"


@pytest.mark.parametrize("who", ["member", "guest"])
def test_no_id_of_another_person_opens_anything(world, who):
    kept, beas_items = world.keep(), world.beas_items()
    for route, sent in [(to, sent) for to in ROUTES for sent in attacks(world, to, who)]:
        answer = send(world, route, sent, world.cookies[who])
        shown = str(answer)
        assert not [word for word in BEAS_WORDS if word in shown], (str(route), sent)
        assert world.beas_items() == beas_items, (str(route), sent)
        world.restore(kept)


def test_the_attacks_above_are_many(world):
    count = sum(1 for route in ROUTES for _ in attacks(world, route, "member"))
    assert count > 40 * len(ROUTES)


def test_they_would_find_a_route_that_trusts_an_id(world, monkeypatch):
    """Were the owner taken from the form, Ann would see Bea's page."""
    beas = world.beas_ids[0]

    def trusting() -> Any:
        named = account.requests.query(account.app.current_event, "member_id")
        owner = accounts.Owner(named or beas, "")
        session = accounts.Session("s", owner, "", 0, 0, 2**40)
        visitor = account.visitors.visitor(owner)
        return (session, visitor) if visitor else (None, None)

    monkeypatch.setattr(account, "_signed_in", trusting)
    (home,) = (route for route in ROUTES if str(route) == "GET /me/")
    seen = [str(send(world, home, sent, "")) for sent in attacks(world, home, "member")]
    assert any(BEAS_WORDS[0] in page for page in seen)


# ---- Cookies


def forged_cookies(world: World) -> dict[str, str]:
    beas_id, beas_hash, beas_session, *_ = world.beas_ids
    secret = world.cookies["member"].partition(".")[2]
    return {
        "with her id": f"m{beas_id}.{secret}",
        "with her address": f"g{beas_hash}.{secret}",
        "with the hash of her secret": f"m{beas_id}.{beas_session.ljust(43, '0')}",
        "of the other kind": "g" + world.cookies["member"][1:],
        "of another network": f"{world.cookies['member'].partition('.')[0]}.{'n' * 43}",
    }


def test_a_forged_session_is_none(world):
    tried = 0
    for route in ROUTES:
        sent = usual(Reads())
        with noting() as reads:
            wanted = send(world, route, sent, "")
        before = world.items
        for why, cookie in forged_cookies(world).items() if SESSION in reads.cookies else ():
            assert send(world, route, sent, cookie) == wanted, (str(route), why)
            assert world.items == before, (str(route), why)
            tried += 1
    assert tried > 15


def test_a_session_that_has_ended_is_none(world, cloud):
    for cookie in world.cookies.values():
        session = accounts.session(cookie, cloud.now)
        assert session
        assert accounts.session(cookie, session.expires_at) is None
        accounts.end(session)
        assert accounts.session(cookie, cloud.now) is None


def test_beas_own_link_shows_what_the_attacks_look_for(world):
    """Her words are on her page, and so would be seen."""
    (rsvp,) = (key for key in world.beas_items() if key[0] == f"EVENT#{DINNER}")
    revision = int(world.items[rsvp]["revision"]["N"])
    token = tokens.make(Purpose.CHANGE_RSVP, DINNER, world.beas_ids[1], revision)
    (change,) = (route for route in ROUTES if str(route) == "GET /api/rsvp/change")
    assert "Hazelnuts" in change.send({}, query={"token": token})["body"]
    with pytest.raises(GoneError):
        tokens.read(Purpose.CHANGE_RSVP, "forged", 3)
