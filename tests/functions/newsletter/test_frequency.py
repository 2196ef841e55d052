"""How often: every issue, or the digest of each quarter. What a member chooses holds at once."""

import pytest

from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes


def test_digest_readers_get_only_the_digest_and_others_get_every_issue(fake_ses, cloud) -> None:
    issue_runs.join(2)
    (rare,) = issue_runs.join(1)
    issue_runs.change_member(rare, frequency="quarterly")
    issue_runs.publish()
    issue_runs.publish(slug="winter-digest", frequency="quarterly")
    issue_runs.tick()
    issue_runs.deliver()
    counted = {
        slug: issue_runs.stored_issue(slug).planned for slug in (issue_runs.SLUG, "winter-digest")
    }
    assert counted == {issue_runs.SLUG: 2, "winter-digest": 1}
    assert fake_ses.mails().total() == 3


def test_choosing_fewer_emails_applies_to_batches_already_queued(fake_ses: FakeSes, cloud) -> None:
    first, second = issue_runs.join(2)
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.change_member(first, frequency="quarterly")
    issue_runs.deliver()
    assert list(fake_ses.mails()) == [issue_runs.address_of(second)]
    assert issue_runs.outcomes() == {"sent": 1, "withdrawn less-often": 1}


@pytest.mark.parametrize(
    ("interests", "mails"), [(["law"], 1), (["energy", "law"], 1), (["energy"], 0)]
)
def test_changed_topics_apply_to_batches_already_queued(fake_ses, cloud, interests, mails) -> None:
    (member,) = issue_runs.join(1, interests=["law"])
    issue_runs.publish(audience={"interest": ["law"]})
    issue_runs.tick()
    issue_runs.change_member(member, interests=interests)
    issue_runs.deliver()
    assert len(fake_ses.accepted) == mails
    if not mails:
        assert issue_runs.outcomes() == {"withdrawn other-topics": 1}


def test_moving_office_does_not_affect_a_queued_batch(fake_ses, cloud) -> None:
    (member,) = issue_runs.join(1, office="malmo")
    issue_runs.publish(audience={"office": ["malmo"]})
    issue_runs.tick()
    issue_runs.change_member(member, office="stockholm")
    issue_runs.deliver()
    assert len(fake_ses.accepted) == 1


@pytest.mark.parametrize(("chosen", "mails"), [(("malmo", "lund"), 1), (("lund",), 0)])
def test_changed_offices_of_interest_apply_to_a_queued_batch(
    fake_ses, cloud, chosen, mails
) -> None:
    (member,) = issue_runs.join(1, office="malmo")
    issue_runs.publish(audience={"office": ["malmo"]})
    issue_runs.tick()
    issue_runs.change_member(member, offices_of_interest=chosen)
    issue_runs.deliver()
    assert len(fake_ses.accepted) == mails
    if not mails:
        assert issue_runs.outcomes() == {"withdrawn other-offices": 1}
