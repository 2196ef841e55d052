"""The data map names what the functions write: every kind of item and every attribute."""

from itertools import combinations

import pytest

from functions.core.aws import table
from functions.core.mail import suppression
from functions.privacy.data_map import RECORDS, record_of
from functions.privacy.records import Basis
from functions.privacy.uses import USES
from tests import written_in_run
from tests.functions import written_items
from tests.functions.membership import actions
from tests.functions.support import NOW
from tests.written_in_run import FOLDER

KEYS = [
    ("MEMBERS#a", "a" * 32, "member"),
    ("ADDRESS#" + "0" * 32, "MEMBER", "address of a member"),
    ("MEMBER#" + "a" * 32, "CONSENT#1795000000000#newsletter given", "consent"),
    ("MEMBER#" + "a" * 32, "CONSENT#LINE#00000001", "consent"),
    ("EVENT#autumn-talk", "RSVP#" + "0" * 32, "event sign-up"),
    ("ISSUE#october", "BATCH#000001", "batch"),
    ("SESSIONS#g" + "0" * 32, "1" * 32, "session"),
]


@pytest.mark.parametrize(("pk", "sk", "name"), KEYS)
def test_an_item_is_known_by_its_key(pk: str, sk: str, name: str) -> None:
    record = record_of(pk, sk)
    assert record is not None
    assert record.name == name


def test_no_key_is_of_two_kinds() -> None:
    for one, other in combinations(RECORDS, 2):
        example = (
            one.pk.replace("<", "").replace(">", ""),
            one.sk.replace("<", "").replace(">", ""),
        )
        assert other.parts_of(*example) is None, (one.name, other.name)


def test_a_part_that_is_explained_stands_in_the_key() -> None:
    for record in RECORDS:
        assert all(f"<{part}>" in record.pk + record.sk for part in record.parts), record.name


def test_every_kind_of_item_has_a_use_and_every_use_an_item() -> None:
    assert {record.use.name for record in RECORDS} == {use.name for use in USES}
    assert all(use.is_personal == (use.basis is not Basis.NONE) for use in USES)


# ---- What the tests of handlers notice


@pytest.fixture
def one_name_less(monkeypatch: pytest.MonkeyPatch) -> str:
    """The data map without why an address gets no email."""
    (row,) = (record for record in RECORDS if record.name == "suppression")
    less = {name: text for name, text in row.attributes.items() if name != "reason"}
    monkeypatch.setitem(row.__dict__, "attributes", less)
    return "reason"


@pytest.fixture(autouse=True)
def only_these_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_items, "written", set())
    monkeypatch.setattr(written_items, "unnamed", set())


@pytest.mark.usefixtures("cloud")
def test_an_attribute_that_the_map_lacks_is_noticed(one_name_less: str) -> None:
    suppression.stop("0" * 32, suppression.BOUNCE, NOW)
    assert f'"suppression": add `"{one_name_less}": "what it holds"`' in written_items.problems()
    written_items.unnamed.clear()


@pytest.mark.usefixtures("cloud")
def test_an_item_that_the_map_lacks_is_noticed() -> None:
    written_items.note("DRAFTS#" + "0" * 32, "DRAFT", {"text"})
    assert "an item DRAFTS#… / DRAFT: add a Record to RECORDS" in written_items.problems()
    written_items.unnamed.clear()


@pytest.mark.usefixtures("cloud")
def test_what_updates_and_transactions_set_is_noted() -> None:
    member_id = actions.become_member()
    actions.unsubscribe(member_id)
    assert {("member", "newsletter"), ("member", "revision"), ("limit", "count")} < (
        written_items.written
    )
    assert ("consent", "text_sha256") in written_items.written
    assert ("consent", "frequency") in written_items.never_written(written_items.written)


@pytest.mark.usefixtures("cloud")
def test_what_a_test_writes_itself_is_not() -> None:
    table.write(table.put({"pk": "NOTHING", "sk": "KNOWN", "at": NOW}))
    assert written_items.problems() == ""


# ---- What the whole run of these tests notices


def run_of(files: list[str], written: set[written_items.Pair]) -> written_in_run.Run:
    run = written_in_run.Run()
    run.add({"files": files, "written": [list(pair) for pair in written]})
    return run


EVERY_FILE = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("test_*.py")]
EVERYTHING = {(record.name, name) for record in RECORDS for name in record.attributes}


def test_a_name_that_nothing_writes_is_stale_after_all_the_tests() -> None:
    but_one = EVERYTHING - {("member", "frequency")}
    assert run_of(EVERY_FILE, but_one).stale() == ['"frequency" of "member"']
    assert run_of(EVERY_FILE, EVERYTHING).stale() == []


def test_after_a_part_of_the_tests_nothing_is_stale() -> None:
    assert run_of(EVERY_FILE[1:], set()).stale() == []
