"""Members and consents as the table gives them back."""

from dataclasses import replace

import pytest

from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.errors import RefusedError
from functions.core.texts import ConsentPurpose
from functions.people.member import (
    QUARTERLY,
    Agreement,
    Circumstances,
    Consent,
    ConsentKind,
    Preferences,
    Profile,
    Stay,
    joined,
    new_member,
)
from functions.people.store import consents, corrections, erased, subscriptions
from functions.people.store import members as people
from tests.functions.support import NOW

PROFILE = Profile(
    name="Åsa Ek",
    email="asa@example.com",
    office="malmo",
    from_year=1998,
    to_year=2019,
    kinds=("engineer",),
    interests=("energy", "law"),
    language="sv",
)
AGREED = Agreement("membership", "2026-11", NOW - 60, "sv")
AGREED_BOTH = {ConsentPurpose.MEMBERSHIP: AGREED, ConsentPurpose.NEWSLETTER: AGREED}
HASH = "a" * 32
LATER = NOW + 1000 * DAY

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def asa(cloud):
    member = new_member(PROFILE, HASH, NOW)
    people.add(member, joined(member, AGREED_BOTH, "taken over"))
    return member


def test_a_member_is_read_as_they_were_stored(asa):
    assert people.member(asa.id) == asa
    assert list(people.members(asa.id[0])) == [asa]
    assert people.members_by_id([asa.id, "f" * 32]) == ({asa.id: asa}, set())
    assert people.member_id_at(HASH) == asa.id


def test_what_a_member_has_not_filled_in_is_not_stored(asa):
    assert not table.get(people.member_key(asa.id)).keys() & people.OPTIONAL.keys()


def test_every_detail_is_read_as_it_was_corrected(asa):
    after = replace(
        asa,
        sort_as="van der Ek",
        works_at="Kajen AB",
        works_as="head of docks",
        earlier_stays=(Stay("lund", 1990, 1998), Stay("malmo", 1985, 1988)),
        offices_of_interest=("stockholm",),
        revision=asa.revision + 1,
    )
    table.transact(*corrections.correct(asa, after, "hr", "form", NOW))
    assert people.member(asa.id) == after
    (done,) = corrections.of_member(asa.id)
    assert done.before["stays"] == [{"office": "malmo", "from_year": 1998, "to_year": 2019}]
    assert [stay["office"] for stay in done.after["stays"]] == ["malmo", "lund", "malmo"]


def test_an_address_has_one_member(asa):
    with pytest.raises(RefusedError):
        people.add(new_member(PROFILE, HASH, NOW), ())


def test_a_field_that_was_not_read_is_empty_and_allows_no_newsletter(asa):
    (member,) = people.members(asa.id[0], only=("office",))
    assert (member.id, member.office, member.email) == (asa.id, "malmo", "")
    assert not member.newsletter


def test_both_consents_hold_what_was_ticked_and_how(asa):
    assert consents.of_member(asa.id) == [
        Consent(what=what, how="taken over", at=NOW, address_hash=HASH, agreement=AGREED)
        for what in (ConsentKind.MEMBERSHIP_GIVEN, ConsentKind.NEWSLETTER_GIVEN)
    ]


def test_chosen_preferences_are_on_record_with_what_was_chosen(asa):
    wanted = Preferences(QUARTERLY, ())
    assert subscriptions.save_preferences(asa.id, wanted, None, "form", NOW + 1)
    assert people.member(asa.id).preferences == wanted
    chosen = consents.of_member(asa.id)[-1]
    assert (chosen.what, chosen.preferences) == (ConsentKind.NEWSLETTER_PREFERENCES, wanted)


def test_a_removed_member_leaves_a_tombstone_and_their_history_until_that_is_deleted(asa):
    table.transact(*people.remove(asa.id, HASH, asa, NOW, LATER))
    assert (people.member(asa.id), people.member_id_at(HASH)) == (None, None)
    assert len(consents.of_member(asa.id)) == 2
    erased.reduce_to_hashes(asa.id)
    assert consents.of_member(asa.id) == []
    assert erased.erased_at(asa.id) == NOW


def test_a_member_who_has_changed_meanwhile_is_not_removed(asa):
    subscriptions.stop_newsletter(asa.id, "link", NOW)
    with pytest.raises(RefusedError):
        table.transact(*people.remove(asa.id, HASH, asa, NOW, LATER))
    assert people.member(asa.id)


@pytest.mark.parametrize("only", [(), ("kinds", "office")])
def test_a_member_from_when_a_person_could_be_of_one_kind_is_read_right(asa, only):
    one = "SET #kind = :kind REMOVE #kinds"
    table.write(table.update(people.member_key(asa.id), one, {":kind": "retired"}))
    (member,) = people.members(asa.id[0], only=only)
    assert member.kinds == ("retired",)
    members, _ = people.members_by_id([asa.id], only=only)
    assert members[asa.id].kinds == ("retired",)


def test_without_reading_the_kinds_there_are_none(asa):
    (member,) = people.members(asa.id[0], only=("office",))
    assert member.kinds == ()


def without_invitations(member_id):
    """The member's item as it was when there was one bundled consent."""
    item = table.get(people.member_key(member_id))
    item.pop("invitations", None)
    return item


def test_one_bundled_consent_held_for_invitations_as_long_as_for_the_newsletter(asa):
    table.write(table.put(without_invitations(asa.id)))
    assert people.member(asa.id).invitations
    (member,) = people.members(asa.id[0], only=("invitations",))
    assert member.invitations
    table.write(table.put(without_invitations(asa.id) | {"newsletter": False}))
    assert not people.member(asa.id).invitations


def test_a_consent_that_was_not_read_is_not_in_force(asa):
    table.write(table.put(without_invitations(asa.id)))
    (member,) = people.members(asa.id[0], only=("newsletter",))
    assert (member.newsletter, member.invitations) == (True, False)


def test_choosing_anew_ends_the_bundle(asa):
    table.write(table.put(without_invitations(asa.id)))
    subscriptions.stop_newsletter(asa.id, "link", NOW)
    member = people.member(asa.id)
    assert (member.newsletter, member.invitations) == (False, True)


def test_a_consent_is_given_and_withdrawn_once_and_each_is_a_line(asa):
    agreed = Agreement("invitations", "2026-11", NOW, "sv", "f" * 64, "Bjud in mig.")
    kind = ConsentPurpose.INVITATIONS
    for _ in range(2):
        subscriptions.withdraw(asa.id, kind, "form", NOW)
    assert not people.member(asa.id).invitations
    for _ in range(2):
        subscriptions.give(
            asa.id, kind, agreed, "form", NOW, circumstances=Circumstances(page="/me/")
        )
    assert people.member(asa.id).invitations
    withdrawn, given = consents.of_member(asa.id)[2:]
    assert (withdrawn.what, withdrawn.agreement) == ("invitations withdrawn", None)
    assert (given.what, given.agreement) == ("invitations given", agreed)
    assert given.circumstances.page == "/me/"
    assert given.address_hash == HASH
