"""How often: every issue, or the digest of each quarter. What a member chooses holds at once."""

import pytest

from tests.functions.newsletter import press
from tests.functions.newsletter.post_office import PostOffice


def test_the_digest_goes_to_those_who_chose_it_and_the_others_get_every_issue(
    office, cloud
) -> None:
    press.join(2)
    (rare,) = press.join(1)
    press.wants(rare, frequency="quarterly")
    press.publish()
    press.publish(slug="winter-digest", frequency="quarterly")
    press.tick()
    press.deliver()
    counted = {slug: press.the_issue(slug).planned for slug in (press.SLUG, "winter-digest")}
    assert counted == {press.SLUG: 2, "winter-digest": 1}
    assert office.mails().total() == 3


def test_less_often_takes_effect_for_batches_already_queued(office: PostOffice, cloud) -> None:
    first, second = press.join(2)
    press.publish()
    press.tick()
    press.wants(first, frequency="quarterly")
    press.deliver()
    assert list(office.mails()) == [press.address_of(second)]
    assert press.outcomes() == {"sent": 1, "withdrawn less-often": 1}


@pytest.mark.parametrize(
    ("interests", "mails"), [(["law"], 1), (["energy", "law"], 1), (["energy"], 0)]
)
def test_other_topics_take_effect_for_batches_already_queued(
    office, cloud, interests, mails
) -> None:
    (member,) = press.join(1, interests=["law"])
    press.publish(audience={"interest": ["law"]})
    press.tick()
    press.wants(member, interests=interests)
    press.deliver()
    assert len(office.accepted) == mails
    if not mails:
        assert press.outcomes() == {"withdrawn other-topics": 1}


def test_an_office_that_a_member_moves_to_changes_nothing_for_a_queued_batch(office, cloud) -> None:
    (member,) = press.join(1, office="malmo")
    press.publish(audience={"office": ["malmo"]})
    press.tick()
    press.wants(member, office="stockholm")
    press.deliver()
    assert len(office.accepted) == 1
