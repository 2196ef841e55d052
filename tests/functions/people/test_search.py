"""Members are found by the beginnings of words, and the index follows what changes."""

from dataclasses import replace

import pytest

from functions.account import own_changes
from functions.core import clock, site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.membership import erasing
from functions.people import form
from functions.people.store import members as people
from functions.people.store import search
from tests.functions.membership import actions
from tests.functions.support import dump

pytestmark = pytest.mark.usefixtures("cloud")


def names(word: str) -> list[str]:
    return sorted({entry.name for entry in search.find(word)[0]})


def index() -> list[str]:
    return [item["sk"] for item in dump() if item["pk"].startswith("FIND#")]


def change(member_id: str, **wanted: list[str]) -> None:
    member = people.member(member_id)
    assert member
    own_changes.save(member, form.form_of(member) | wanted, site.site(), clock.now())


@pytest.fixture
def asa() -> str:
    actions.become_member(email="bo@example.org", name="Bo Nysted")
    return actions.become_member(name="Åsa Nyström")


@pytest.mark.parametrize("word", ["nyst", "nystr", "nystro", "nystrom", "asa"])
def test_a_member_is_found_by_the_beginning_of_a_word(asa, word):
    assert "Åsa Nyström" in names(word)


@pytest.mark.parametrize(
    ("word", "found_names"),
    [
        ("nys", ["Bo Nysted", "Åsa Nyström"]),
        ("nyste", ["Bo Nysted"]),
        ("nystedt", []),
        ("nystromsen", []),
        ("bo", ["Bo Nysted"]),  # as a whole: it has two letters
        ("bor", []),
        ("strom", []),
    ],
)
def test_only_those_are_found_whose_word_begins_so(asa, word, found_names):
    assert names(word) == found_names


def test_a_long_word_is_told_apart_by_eight_letters(asa):
    actions.become_member(email="a@example.net", name="Karin Ludenscheidt")
    assert names("ludensch") == ["Karin Ludenscheidt"]


def test_the_company_is_found_once_it_is_known(asa):
    assert names("volvo") == []
    change(asa, works_at=["Volvo Cars"])
    assert names("volvo") == names("cars") == ["Åsa Nyström"]
    change(asa, works_at=[""])
    assert names("volvo") == []


def test_a_corrected_name_is_found_and_the_old_one_no_more(asa):
    change(asa, name=["Åsa Lind"])
    assert (names("nystr"), names("lind"), names("asa")) == ([], ["Åsa Lind"], ["Åsa Lind"])


def test_what_the_list_shows_follows(asa):
    change(asa, office=["stockholm"], from_year=["1990"], to_year=["1999"])
    ((entry,), _) = search.find("nystrom")
    assert (entry.office, entry.from_year, entry.offices) == ("stockholm", 1990, ("stockholm",))


def test_an_erased_member_leaves_nothing_in_the_index(asa):
    before = len(index())
    erasing.begin(address_hash("asa@example.com"), clock.now())
    assert len(index()) == before - 3  # of two words, and of the year
    assert names("nystr") == []


def test_members_are_listed_by_the_time_of_joining_until_they_leave(asa):
    listed, _ = search.joined_in(2026)
    assert sorted(entry.name for entry in listed) == ["Bo Nysted", "Åsa Nyström"]
    change(asa, name=["Åsa Lind"])
    erasing.begin(address_hash("bo@example.org"), clock.now())
    assert [entry.name for entry in search.joined_in(2026)[0]] == ["Åsa Lind"]


def test_words_whose_hashes_are_the_same_are_told_apart(asa, monkeypatch):
    monkeypatch.setattr(search, "_hash", lambda beginning: f"{len(beginning):032}")
    actions.become_member(email="c@example.net", name="Carl Holm")
    actions.become_member(email="h@example.net", name="Hans Carlberg")
    assert names("carl") == ["Carl Holm", "Hans Carlberg"]
    assert names("holm") == ["Carl Holm"]


def test_keys_tell_no_name(asa):
    assert not [key for key in index() if "nys" in key.lower() or "asa" in key.lower()]


def test_a_name_of_many_words_fits_into_the_transaction():
    member_id = actions.become_member(name=" ".join("abcdefghijklmnopqrstuvwxyz"))
    change(member_id, name=[" ".join("zyxwvutsrqponmlkjihgfedcba")])
    change(member_id, works_at=["one two three four five six seven eight nine ten eleven"])
    erasing.begin(address_hash("asa@example.com"), clock.now())
    assert index() == []


def test_members_from_before_the_index_are_brought_in(asa):
    for item in dump():
        if item["pk"].startswith("FIND#"):
            table.write(table.delete((item["pk"], item["sk"])))
    table.write(table.update(people.member_key(asa), "REMOVE #is_counted", {}))
    people.count(asa[0], None, 100)
    assert names("nystr") == ["Åsa Nyström"]


def test_pages_go_on_where_the_last_one_ended(asa):
    for number in range(5):
        actions.become_member(email=f"x{number}@example.net", name=f"Nystan {number}")
    first, place = search.find("nys", limit=3)
    rest, end = search.find("nys", after=place)
    assert end == ""
    assert len({entry.member_id for entry in (*first, *rest)}) == 7


def test_an_entry_shows_what_the_member_has(asa):
    member = people.member(asa)
    assert member
    ((entry,), _) = search.find("nystrom")
    assert replace(entry, place="") == search.shown(member)
