"""What stays of an erased person, for how long, and what is listed outside the table."""

import json
from dataclasses import replace

import pytest

from functions.core.addresses import address_hash
from functions.core.aws import private_files, table
from functions.core.clock import DAY
from functions.core.errors import RefusedError, TooManyError
from functions.core.keep import MONTH
from functions.membership import erasing, erasure_list, handler, moving
from functions.membership.rules import GOODBYE_SECONDS
from functions.people.member import THEMSELVES, Arrival, joined, new_member
from functions.people.store import consents, subscriptions
from functions.people.store import members as people
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.functions.people.test_people_store import AGREED_BOTH, PROFILE
from tests.functions.sent_emails import Context
from tests.functions.support import before_writing, but_limits, dump

THREE_YEARS = 36 * MONTH


def hashed():
    return address_hash("asa@example.com")


def erase(cloud):
    erasing.begin(hashed(), cloud.now)
    cloud.pass_(GOODBYE_SECONDS)
    handler.tick({"tick": True}, Context())


def test_of_the_consents_hashes_and_times_stay_in_their_chain(asa, cloud):
    before = consents.lines_of(asa)
    erase(cloud)
    *hashes, end = consents.lines_of(asa)
    assert [line["hash"] for line in hashes] == [line["hash"] for line in before]
    assert {name for line in hashes for name in line} == {
        *("pk", "sk", "number", "before", "hash", "day", "at")
    }
    assert (end["what"], end["before"]) == ("erased", hashes[-1]["hash"])
    assert consents.of_member(asa) == []


def test_neither_words_nor_the_address_stay(asa, cloud):
    erase(cloud)
    left = str([item for item in dump() if item["pk"] != "CATALOGUE"])
    assert not any(text in left for text in ("asa@example.com", "Åsa", "samtyck", "agree"))


def test_lines_from_before_the_chain_are_reduced_as_well(asa, cloud):
    for item in list(table.query(f"MEMBER#{asa}")):
        table.write(table.delete((item["pk"], item["sk"])))
    old = {"pk": f"MEMBER#{asa}", "sk": f"CONSENT#{cloud.now}000#membership given"}
    table.write(table.put(old | {"what": "membership given", "how": "form", "at": cloud.now}))
    erase(cloud)
    first, end = consents.lines_of(asa)
    assert (first["number"], end["before"]) == (1, first["hash"])
    assert "how" not in first


def test_after_three_years_nothing_is_left_at_all(asa, cloud):
    erase(cloud)
    cloud.pass_(THREE_YEARS - GOODBYE_SECONDS - 1)
    handler.tick({"tick": True}, Context())
    assert consents.lines_of(asa)
    cloud.pass_(1)
    handler.tick({"tick": True}, Context())
    assert [item for item in but_limits() if asa in item["pk"] or hashed() in item["pk"]] == []
    assert list(private_files.names("erasures/")) == []


# ---- Coming back


def add_asa(cloud, arrival):
    member = new_member(PROFILE, hashed(), cloud.now)
    people.add(member, joined(member, AGREED_BOTH, "import"), arrival=arrival)


@pytest.mark.parametrize("arrival", [Arrival.IMPORTED, Arrival.INVITED])
def test_no_import_and_no_invitation_brings_an_erased_person_back(asa, cloud, arrival):
    erase(cloud)
    with pytest.raises(RefusedError):
        add_asa(cloud, arrival)
    assert people.member_id_at(hashed()) is None
    cloud.pass_(THREE_YEARS)
    add_asa(cloud, arrival)
    assert people.member_id_at(hashed())


def test_a_guest_who_was_erased_is_not_brought_in_either(cloud):
    events.publish()
    events.accepted()
    erase(cloud)
    with pytest.raises(RefusedError):
        add_asa(cloud, Arrival.IMPORTED)


def test_by_themselves_they_come_back(asa, cloud):
    erase(cloud)
    again = actions.become_member()
    assert people.member_id_at(hashed()) == again != asa
    erasing.begin(hashed(), cloud.now)
    with pytest.raises(RefusedError):
        add_asa(cloud, Arrival.IMPORTED)


# ---- The list outside the table


def listed():
    return [json.loads(private_files.read(name)) for name in private_files.names("erasures/")]


def test_an_erasure_is_listed_by_hash_before_anything_goes(asa, cloud, monkeypatch):
    seen = []
    before_writing(monkeypatch, lambda: seen.append((listed(), people.member(asa))))
    erasing.begin(hashed(), cloud.now)
    ((facts,), member) = seen[0]
    assert facts == {"at": cloud.now, "is_member": True}
    assert member is not None
    assert list(private_files.names("erasures/")) == [f"erasures/{hashed()}.{asa}.json"]


def test_listing_it_again_changes_nothing(asa, cloud):
    erase(cloud)
    before = listed()
    (known,) = erasure_list.everything()
    assert (known.address_hash, known.id) == (hashed(), asa)
    erasing.begin(hashed(), cloud.now)
    assert listed() == before


def restore(items):
    """The table as a backup has it."""
    for item in dump():
        table.write(table.delete((item["pk"], item["sk"])))
    for item in items:
        table.write(table.put(item))


def replay(cloud):
    back = [known for known in erasure_list.everything() if erasing.is_back(known)]
    for known in back:
        erasing.begin_again(known, cloud.now)
    return len(back)


def test_after_a_restore_the_erased_are_erased_again_without_an_email(asa, cloud):
    events.publish()
    events.accepted()
    backup = dump()
    erase(cloud)
    restore(backup)
    assert people.member(asa)
    assert replay(cloud) == 1
    assert (people.member(asa), events.event()["free"]) == (None, 40)
    assert [item["mail"] for item in dump() if item["sk"] == "OUTBOX"] == []
    cloud.pass_(GOODBYE_SECONDS)
    handler.tick({"tick": True}, Context())
    assert "asa@example.com" not in str(dump())
    assert replay(cloud) == 0


def test_after_a_restore_an_erased_guest_goes_again(cloud):
    events.publish()
    events.accepted()
    backup = dump()
    cloud.pass_(DAY)
    erase(cloud)
    restore(backup)
    assert replay(cloud) == 1
    assert "asa@example.com" not in str([i for i in dump() if i["pk"].startswith("EVENT")])


def erased_guest(cloud):
    """Somebody signs up for an event, and is erased a day later; the table before that."""
    events.publish()
    events.accepted()
    backup = dump()
    cloud.pass_(DAY)
    erase(cloud)
    return backup


def test_a_guests_erasure_is_not_that_of_a_member_who_had_the_address_before(asa, cloud):
    """After the backup they changed their address, which a guest had then."""
    events.publish()
    events.accepted()
    backup = dump()
    actions.correct_address()
    cloud.pass_(DAY)
    events.accepted()
    erase(cloud)
    restore(backup)
    assert replay(cloud) == 0
    assert people.member(asa)
    assert events.rsvp()["status"] == "accepted"


def test_a_guests_erasure_is_not_that_of_the_member_who_joined_since(cloud):
    restore(erased_guest(cloud))
    asa = actions.become_member()
    assert replay(cloud) == 0
    assert people.member(asa)


def test_who_joins_while_the_erased_are_erased_again_stays(cloud):
    restore(erased_guest(cloud))
    (known,) = erasure_list.everything()
    assert erasing.is_back(known)
    asa = actions.become_member()
    erasing.begin_again(known, cloud.now)
    assert people.member(asa)


def test_an_erased_guest_goes_without_the_member_whom_the_address_is_reserved_for(asa, cloud):
    """In the backup it still is; when the guest was erased, it wasn't any more."""
    before, new = people.member(asa), "asa@example.net"
    after = replace(before, email=new, address_hash=address_hash(new))
    moving.change(before, after, THEMSELVES, "link", cloud.now, ends_at=cloud.now + 1)
    events.publish()
    events.accepted()
    backup = dump()
    cloud.pass_(1)
    handler.tick({"tick": True}, Context())
    erase(cloud)
    restore(backup)
    assert replay(cloud) == 1
    assert people.member(asa)
    assert events.rsvp() == {}


def test_who_has_joined_again_since_stays(asa, cloud):
    cloud.pass_(DAY)
    erase(cloud)
    actions.become_member()
    assert replay(cloud) == 0


def test_who_was_listed_but_never_erased_and_goes_on_stays(asa, cloud, monkeypatch):
    def refuse(*_):
        raise RefusedError(frozenset({0}), {})

    with monkeypatch.context() as patch:
        patch.setattr(table, "transact", refuse)
        with pytest.raises(TooManyError):
            erasing.begin(hashed(), cloud.now)
    assert len(listed()) == 1
    cloud.pass_(DAY)
    subscriptions.stop_newsletter(asa, "link", cloud.now)
    assert replay(cloud) == 0
