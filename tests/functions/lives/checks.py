"""Compares everything that is stored with the model; reads again only the items that changed."""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.aws.table import Item, Key
from functions.people import chain
from functions.people.store import tallies
from functions.people.store.erased import HASHES
from tests.functions.lives.model import Model
from tests.functions.lives.world import World

ADDRESSES = ("asa@example.com", "bo@example.org", "cai@example.net", "dao@example.com")
EVERY_NAME = re.compile(r"Zq[a-z]{5}")
TEXT = re.compile(rf"{EVERY_NAME.pattern}|{'|'.join(map(re.escape, ADDRESSES))}", re.IGNORECASE)
# Of the items, only these may hold a person's words.
PERSONAL = (
    *("MEMBERS#", "ADDRESS#", "MEMBER#", "MOVES#", "EVENT#", "SIGNIN#", "SESSIONS#", "FIND#"),
)
PURPOSES = ("newsletter", "invitations")


def name(number: int) -> str:
    """A name that nothing else holds: its second word is `Zq` and five letters."""
    letters = "".join(chr(ord("a") + number // 26**place % 26) for place in range(5))
    return f"Åsa Zq{letters}"


def texts_in(text: str) -> set[str]:
    """The names, by their second words, and addresses in it."""
    return {one if one.startswith("Zq") else one.lower() for one in TEXT.findall(text)}


class Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(str(record.__dict__))


class Checks:
    def __init__(self, world: World, log: Log) -> None:
        self.world, self.log = world, log
        self.hashes = {address_hash(address): address for address in ADDRESSES}
        self._raw: dict[Key, Any] = {}
        self.items: dict[Key, Item] = {}
        self._texts: dict[Key, set[str]] = {}
        self.evidence: dict[Key, Any] = {}  # every line, as it was read last
        self.erased: set[str] = set()
        self.lines = self.objects = self.messages = 0

    def all(self, model: Model) -> None:
        self._read()
        self.one_profile_per_address(model)
        self.old_addresses_are_reserved(model)
        self.signups_and_seats(model)
        self.evidence_grows()
        self.nothing_remains(model)
        self.nothing_leaks()
        self.figures_agree()
        self.list_of_people_agrees()

    def forget(self) -> None:
        """A backup was restored: its lines are older."""
        self.evidence, self.erased = {}, set()

    def _read(self) -> None:
        """Stored items are replaced, never changed: those that are the same need no reading."""
        stored = self.world.items
        for key in self._raw.keys() - stored.keys():
            del self._raw[key], self.items[key], self._texts[key]
        for key, raw in stored.items():
            if self._raw.get(key) is not raw:
                self._raw[key] = raw
                self.items[key] = item = table.from_item(raw)
                self._texts[key] = texts_in(repr(item))

    def _of(self, pk: str, sk: str = "") -> Iterator[Item]:
        return (
            item
            for key, item in self.items.items()
            if key[0].startswith(pk) and key[1].startswith(sk)
        )

    # ---- Each promise

    def one_profile_per_address(self, model: Model) -> None:
        members = {item["email"]: item for item in self._of("MEMBERS#")}
        assert len(members) == sum(1 for _ in self._of("MEMBERS#"))
        pointers = {item["pk"]: item["member_id"] for item in self._of("ADDRESS#", "MEMBER")}
        _same(pointers, {f"ADDRESS#{m['address_hash']}": m["sk"] for m in members.values()})
        stored = {a: (m["name"], *(m[p] for p in PURPOSES)) for a, m in members.items()}
        expected = {a: (m.name, m.newsletter, m.invitations) for a, m in model.members.items()}
        _same(stored, expected)
        assert {m["address_hash"] for m in members.values()} <= self.hashes.keys()

    def old_addresses_are_reserved(self, model: Model) -> None:
        """As long as a change can be undone; and no session from before it is left."""
        ids = {member["email"]: member["sk"] for member in self._of("MEMBERS#")}
        owners = {one: f"m{ids[address]}" for address, one in model.members.items()}
        reserved = {
            self.hashes[item["pk"].removeprefix("ADDRESS#")]: (item["owner"], item["at"])
            for item in self._of("ADDRESS#", "RESERVED")
        }
        _same(reserved, {move.before: (owners[move.member], move.at) for move in model.moves})
        moved = {item["from_email"]: item["to_email"] for item in self._of("MOVES#", "MOVED#")}
        assert moved.keys() == reserved.keys()
        waiting = {item["pk"]: item["email"] for item in self._of("MOVES#", "NEW")}
        expected = {f"MOVES#{owners[one]}": n.address for one, n in model.new_addresses.items()}
        _same(waiting, expected)
        for member in self._of("MEMBERS#"):
            for session in self._of(f"SESSIONS#m{member['sk']}"):
                assert session["created_at"] > member.get("address_since", 0)

    def signups_and_seats(self, model: Model) -> None:
        waiting = {item["email"]: item["name"] for item in self._of("ADDRESS#", "SIGNUP")}
        _same(waiting, {a: one.name for a, one in model.signups.items()})
        rsvps = {
            (item["pk"].removeprefix("EVENT#"), item["email"]): item
            for item in self._of("EVENT#", "RSVP#")
        }
        stored = {key: (r["name"], r["party"], r["status"]) for key, r in rsvps.items()}
        _same(stored, {k: (r.name, r.party, r.status) for k, r in model.rsvps.items()})
        for slug in model.events:
            event = self.items[f"EVENT#{slug}", "EVENT"]
            assert event["free"] == model.free(slug) >= 0

    def figures_agree(self) -> None:
        """For every office, who joined minus who left is who is there."""
        balance: Counter[str] = Counter()
        members: Counter[str] = Counter()
        now: Counter[str] = Counter()
        for (pk, sk), item in self.items.items():
            if pk == tallies.NOW:
                now[sk] += item["count"]
            elif pk.startswith("FIGURES#") and sk.startswith(pk.removeprefix("FIGURES#")):
                _month, act, office, _shard = sk.split("#")
                balance[office] += item["count"] if act == "joined" else -item["count"]
            elif pk.startswith("MEMBERS#"):
                members[item["office"]] += 1
                offices = {
                    item["office"],
                    *(stay["office"] for stay in item.get("earlier_stays", ())),
                }
                now[f"{'+'.join(sorted(offices))}#{sk[0]}"] -= 1
        assert {office: n for office, n in balance.items() if n} == members
        assert not any(now.values())

    def list_of_people_agrees(self) -> None:
        """Every member has an entry by the year and one by a word at least; nobody else has any."""
        members = {m["sk"]: m["name"] for m in self._of("MEMBERS#")}
        entries = {key: item["name"] for key, item in self.items.items() if key[0][:5] == "FIND#"}
        assert {
            (sk.partition("#")[2], name) for (_, sk), name in entries.items()
        } == members.items()
        of_years = [sk[11:] for pk, sk in entries if len(pk) == len("FIND#2026")]
        assert sorted(of_years) == sorted(members)

    def evidence_grows(self) -> None:
        """No line changes or goes before its person is erased; the last one allows what is done."""
        erased = {str(item["pk"]) for item in self._of("MEMBER#", "ERASED")}
        self.erased |= erased
        lines = {key: self._raw[key] for key in self.items if key[1].startswith("CONSENT#")}
        for key, raw in self.evidence.items():
            assert lines.get(key) == raw or (
                key[0] in self.erased and _is_reduced(lines, key, raw)
            ), key
        self.evidence = lines
        for pk in erased:
            self._ends_erased(pk, [line for _, line in sorted(self._keyed(pk))])
        for member in self._of("MEMBERS#"):
            chained = [line for _, line in sorted(self._keyed(f"MEMBER#{member['sk']}"))]
            for purpose in PURPOSES:
                kinds = (f"{purpose} given", f"{purpose} withdrawn")
                done = [line["what"] for line in chained if line["what"] in kinds]
                assert member[purpose] == (done[-1:] == [f"{purpose} given"])
            self._is_chained(member["sk"], chained)

    def _keyed(self, pk: str) -> Iterator[tuple[str, Item]]:
        return ((key[1], self.items[key]) for key in self.evidence if key[0] == pk)

    def _is_chained(self, member_id: str, lines: list[Item]) -> None:
        """Each line names the hash of the one before, and the head the last one."""
        head = chain.BEFORE_ALL
        for line in lines:
            assert chain.linked(line, head) == line
            head = chain.Head(line["number"], line["hash"])
        stored = self.items[f"MEMBER#{member_id}", "CHAIN"]
        assert (stored["number"], stored["hash"]) == (head.number, head.hash)

    def _ends_erased(self, pk: str, lines: list[Item]) -> None:
        """Who was erased has left hashes, which still follow each other to the erasure."""
        *others, end = lines
        assert (end["what"], self.items[pk, "CHAIN"]["hash"]) == ("erased", end["hash"])
        for before, after in pairwise([*others, end]):
            assert (after["number"], after["before"]) == (before["number"] + 1, before["hash"])

    def nothing_remains(self, model: Model) -> None:
        allowed = set().union(*map(texts_in, model.texts()))
        for (pk, sk), texts in self._texts.items():
            assert texts <= allowed, (pk, sk, texts - allowed)
            assert not texts or pk.startswith(PERSONAL), (pk, sk, texts)

    def nothing_leaks(self) -> None:
        """Neither the log, nor a queue, nor a bucket ever holds a name or an address."""
        cloud = self.world.cloud
        self.lines = self._none_in(self.log.lines, self.lines)
        self.messages = self._none_in(cloud.sqs.seen, self.messages)
        objects = [f"{place} {content}" for place, content in list(cloud.s3.objects.items())]
        self.objects = self._none_in(objects, self.objects)

    def _none_in(self, texts: Iterable[str], seen: int) -> int:
        """Looks at what was not there yet; returns how many there are now."""
        every = list(texts)
        for text in every[seen:]:
            assert not texts_in(text), text
        return len(every)


def _is_reduced(lines: Mapping[Key, Any], key: Key, raw: Any) -> bool:
    """Whether a line, or what is left of it after years, is its hashes."""
    left = lines.get(key)
    return left is None or left == {name: raw[name] for name in HASHES if name in raw}


def _same(stored: dict[Any, Any], expected: dict[Any, Any]) -> None:
    different = {
        key: f"stored {stored.get(key)}, expected {expected.get(key)}"
        for key in stored.keys() | expected.keys()
        if stored.get(key) != expected.get(key)
    }
    assert not different, different
