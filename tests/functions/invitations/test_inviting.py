"""Who is invited, who is emailed, and who is left alone: the store's function that all share."""

import pytest

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.errors import RefusedError
from functions.core.keep import MONTH
from functions.invitations import store
from functions.invitations.rules import Outcome, State, state_of
from functions.people.store import erased, invited
from tests.functions import sent_emails
from tests.functions.invitations import actions
from tests.functions.invitations.actions import ASA, EMAIL, invitation, invite
from tests.functions.membership import actions as membership
from tests.functions.support import NOW, dump, outbox

pytestmark = pytest.mark.usefixtures("cloud")


def test_an_invitation_holds_what_the_team_knows_and_ends_after_six_months():
    assert invite() is Outcome.INVITED
    stored = invitation()
    assert stored
    assert stored.leaver == ASA
    assert (stored.invited_at, stored.ends_at) == (NOW, NOW + 6 * MONTH)
    assert state_of(stored) is State.QUEUED


def test_who_agreed_to_be_written_to_gets_one_email():
    invite()
    invite()
    (mail,) = sent_emails.deliver()
    assert mail["To"] == EMAIL
    stored = invitation()
    assert stored
    assert (state_of(stored), stored.message_id) == (State.MAILED, sent_emails.message_ids()[0])


@pytest.mark.parametrize("changes", [{"agreed": None}, {"email": ""}])
def test_without_an_agreement_or_an_address_nobody_is_emailed(changes):
    assert invite(**changes) is Outcome.INVITED
    assert outbox() == []
    assert sent_emails.deliver() == []


def test_an_email_that_waits_is_dropped_if_nobody_agreed_to_it_any_more():
    invite()
    (item,) = [item for item in dump() if item["sk"] == "INVITATION"]
    del item["agreed_on"]
    table.write(table.put(item))
    assert sent_emails.deliver() == []


def test_inviting_again_changes_nothing():
    invite()
    before = dump()
    assert invite(name="Åsa Berg", now=NOW + 1) is Outcome.INVITED_BEFORE
    assert dump() == before


def test_a_member_is_not_invited():
    membership.become_member()
    assert invite() is Outcome.MEMBER
    assert invitation() is None


def test_nor_is_somebody_whose_proof_of_erasure_is_kept():
    table.write(erased.mark(address_hash(EMAIL), NOW + 10))
    assert invite() is Outcome.ERASED
    assert invite(now=NOW + 10) is Outcome.INVITED


def test_nor_is_somebody_who_asked_to_be_left_alone():
    invite()
    assert store.refuse_for_good(address_hash(EMAIL), NOW, has_address=True)
    assert invite() is Outcome.LEFT_ALONE
    assert sent_emails.deliver() == []


def count(seen):
    """A write of somebody else's, in the same transaction."""
    key, values = ("ISSUE#a", "ISSUE"), {":seen": seen, ":next": seen + 1}
    return table.update(key, "SET #batches = :next", values, condition="#batches = :seen")


def test_an_invitation_is_written_with_what_else_belongs_to_it_or_not_at_all():
    table.write(table.put({"pk": "ISSUE#a", "sk": "ISSUE", "batches": 7}))
    with pytest.raises(RefusedError) as refused:
        invite(count(6))
    assert refused.value.failed == {0}
    assert invitation() is None
    assert invite(count(7)) is Outcome.INVITED
    assert invite(count(8)) is Outcome.INVITED_BEFORE
    assert table.get(("ISSUE#a", "ISSUE"))["batches"] == 8


def test_only_the_import_that_brought_somebody_in_takes_them_out_again():
    invite(source="import-1")
    assert not store.withdraw(address_hash(EMAIL), source="import-2")
    assert store.withdraw(address_hash(EMAIL), source="import-1")
    assert not store.withdraw(address_hash(EMAIL), source="import-1")
    assert sent_emails.deliver() == []


# ---- Joining and being erased end it


def test_whoever_joins_by_the_form_is_no_longer_invited():
    invite()
    sent_emails.deliver()
    membership.become_member()
    assert invitation() is None


def test_joining_by_themselves_ends_the_wish_to_be_left_alone():
    table.write(invited.leave_alone(address_hash(EMAIL), NOW))
    membership.become_member()
    assert [item for item in dump() if item["sk"] == "LEFT_ALONE"] == []


def test_erasing_deletes_the_invitation_and_leaves_a_code_of_the_address():
    invite()
    membership.erase()
    left = [item for item in dump() if item["pk"].startswith("ADDRESS#")]
    assert {item["sk"] for item in left} == {"ERASED", "LEFT_ALONE"}
    assert not any(text in str(left) for text in ("Åsa", EMAIL, "Bridge"))
    assert sent_emails.deliver() == []


def test_a_member_whose_new_address_was_invited_is_no_longer_invited():
    membership.become_member()
    invite(email="asa@example.net")
    membership.correct_address()
    assert actions.invitation("asa@example.net") is None
