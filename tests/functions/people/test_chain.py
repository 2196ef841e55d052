"""The lines of a person form a chain, in an order, whoever adds them at once."""

import json
from hashlib import sha256
from itertools import pairwise

import pytest

from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.errors import RefusedError
from functions.people import chain
from functions.people.member import QUARTERLY, Consent, ConsentKind, Preferences, joined, new_member
from functions.people.store import consents, subscriptions
from functions.people.store import members as people
from tests.functions.people.test_people_store import AGREED, AGREED_BOTH, HASH, PROFILE
from tests.functions.support import NOW, before_writing, dump

WITHDRAWN = Consent(what=ConsentKind.NEWSLETTER_WITHDRAWN, how="link", at=NOW)
RARELY = Preferences(QUARTERLY, ())


@pytest.fixture
def asa(cloud):
    member = new_member(PROFILE, HASH, NOW)
    people.add(member, joined(member, AGREED_BOTH, "taken over"))
    return member.id


def assert_whole(member_id):
    lines = consents.lines_of(member_id)
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0]["before"] == chain.BEFORE_ALL.hash
    assert all(after["before"] == before["hash"] for before, after in pairwise(lines))
    assert all(line["hash"] == chain.line_hash(line) for line in lines)
    return lines


def notes(day="2026-11-18"):
    return [item for item in dump() if item["pk"].startswith(f"LINES#{day}#")]


def test_the_lines_of_every_change_are_in_the_chain(asa):
    subscriptions.save_preferences(asa, RARELY, None, "form", NOW)
    subscriptions.stop_newsletter(asa, "link", NOW)
    subscriptions.save_preferences(asa, Preferences(QUARTERLY, ("law",)), AGREED, "form", NOW)
    assert [line["what"] for line in assert_whole(asa)] == [
        "membership given",
        "newsletter given",
        "newsletter preferences",
        "newsletter withdrawn",
        "newsletter given",
        "newsletter preferences",
    ]


def test_the_head_is_the_last_line(asa):
    subscriptions.stop_newsletter(asa, "link", NOW)
    head, last = table.get((f"MEMBER#{asa}", "CHAIN")), consents.lines_of(asa)[-1]
    assert (head["number"], head["hash"]) == (3, last["hash"])


def test_a_hash_covers_every_attribute_as_canonical_json(asa):
    line = consents.lines_of(asa)[0]
    rest = {name: value for name, value in line.items() if name != "hash"}
    assert {"pk", "sk", "text_id", "version", "language", "at", "before"} <= rest.keys()
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert line["hash"] == sha256(canonical.encode()).hexdigest()


def test_the_canonical_form_never_changes():
    line = {"pk": "MEMBER#1", "hash": "of itself", "words": 'Ja, "gärna"\n', "kinds": ("a", "b")}
    assert (
        chain.line_hash(line)
        == sha256(
            '{"kinds":["a","b"],"pk":"MEMBER#1","words":"Ja, \\"gärna\\"\\n"}'.encode()
        ).hexdigest()
    )


def test_two_lines_at_once_are_both_in_the_chain(asa, monkeypatch):
    change = lambda: subscriptions.save_preferences(asa, RARELY, None, "form", NOW)  # noqa: E731 - a step
    before_writing(monkeypatch, change)
    subscriptions.stop_newsletter(asa, "link", NOW)
    assert [line["what"] for line in assert_whole(asa)][2:] == [
        "newsletter preferences",
        "newsletter withdrawn",
    ]


def test_who_read_an_earlier_head_is_refused(asa):
    stale = consents.adding(asa, [WITHDRAWN])
    table.transact(*consents.adding(asa, [WITHDRAWN]))
    with pytest.raises(RefusedError):
        table.transact(*stale)
    assert len(assert_whole(asa)) == 3


def test_lines_from_before_the_chain_stay_and_are_covered_by_the_first_of_it(asa):
    for item in dump():
        if item["pk"] == f"MEMBER#{asa}":
            table.write(table.delete((item["pk"], item["sk"])))
    earlier = [
        {"pk": f"MEMBER#{asa}", "sk": f"CONSENT#{NOW}{n:03d}#given", "what": kind, "how": "x"}
        | {"at": NOW}
        for n, kind in enumerate(("membership given", "newsletter given"))
    ]
    for line in earlier:
        table.write(table.put(line))
    subscriptions.stop_newsletter(asa, "link", NOW)
    *old, first = consents.lines_of(asa)
    assert old == earlier
    assert [consent.what for consent in consents.of_member(asa)][2] == "newsletter withdrawn"
    counted = chain.linked(old[1], chain.Head(1, chain.linked(old[0], chain.BEFORE_ALL)["hash"]))
    assert (first["number"], first["before"]) == (3, counted["hash"])


def test_each_line_is_listed_for_the_digest_of_the_day_on_which_it_is_written(asa, cloud):
    cloud.pass_(DAY)
    subscriptions.stop_newsletter(asa, "link", NOW - DAY)
    listed = notes() + notes("2026-11-19")
    assert [(note["pk"][-1], note["sk"]) for note in listed] == [
        (asa[0], f"{asa}#{number:08d}") for number in (1, 2, 3)
    ]
    assert [line["day"] for line in assert_whole(asa)] == ["2026-11-18"] * 2 + ["2026-11-19"]
    assert [note["hash"] for note in listed] == [line["hash"] for line in assert_whole(asa)]
    assert all(note["expires_at"] >= NOW + 30 * DAY for note in listed)


def test_the_doctors_recipients_are_listed_for_no_digest(cloud):
    table.transact(*consents.starting("simulator-1", [WITHDRAWN]))
    assert notes() == []
