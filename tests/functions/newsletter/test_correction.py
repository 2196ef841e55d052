"""A correction goes to exactly those who got the wrong one."""

import pytest

from functions.core.mail import suppression
from functions.membership import store as members
from functions.newsletter import planner
from functions.newsletter.rules import batches as paging
from functions.newsletter.rules.ledger import Cause, IssueState, Pause, SkipReason
from functions.newsletter.store import batches, issues
from functions.people import store as people
from tests.functions.newsletter import press
from tests.functions.newsletter.post_office import PostOffice

RIGHT = "autumn-corrected"


def correct(**more) -> None:
    press.publish(slug=RIGHT, corrects=press.SLUG, **more)
    press.tick()
    press.deliver()


def got(office: PostOffice) -> set[str]:
    """Who got the correction."""
    calls = (
        c for c in office.calls if c["BulkEmailEntries"][0]["ReplacementTags"][0]["Value"] == RIGHT
    )
    return {
        to for c in calls for e in c["BulkEmailEntries"] for to in e["Destination"]["ToAddresses"]
    }


def test_it_goes_to_those_who_got_it_and_to_nobody_else(office, cloud, monkeypatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 50)
    ids = press.join(120)
    stopped = people.member(ids[0]).address_hash
    suppression.stop(stopped, "bounce", cloud.now)
    press.publish()
    press.tick()
    press.deliver()
    press.tick()
    new = press.join(5)
    correct()
    press.tick()
    assert got(office) == {press.address_of(each) for each in ids[1:]}
    assert not got(office) & {press.address_of(each) for each in new}


def test_who_only_got_the_wrong_half_gets_the_correction(office, cloud) -> None:
    press.join(60)
    press.publish()
    press.tick()
    press.deliver_some(1)
    wrong = {entry["Destination"]["ToAddresses"][0] for entry in office.accepted}
    issues.cancel(press.the_issue())
    press.tick()
    correct()
    assert 0 < len(wrong) < 60
    assert got(office) == wrong


def test_it_waits_until_the_wrong_one_is_over(office, cloud) -> None:
    press.join(3)
    press.publish()
    press.tick()
    issues.pause(press.SLUG, Pause(Cause.PERSON, words="by hand"), cloud.now)
    correct()
    assert press.the_issue(RIGHT).state is IssueState.SCHEDULED
    assert not got(office)


def test_it_waits_for_batches_that_the_index_does_not_show_yet(office, cloud, monkeypatch) -> None:
    press.join(3)
    press.publish()
    press.tick()
    issues.cancel(press.the_issue())
    monkeypatch.setattr(batches, "is_any_open", lambda _slug: False)
    press.publish(slug=RIGHT, corrects=press.SLUG)
    planner.advance(RIGHT, lambda: True)
    assert press.the_issue(RIGHT).state is IssueState.SCHEDULED
    press.tick()
    press.tick()
    assert press.the_issue(RIGHT).state is IssueState.SENT


def test_a_correction_of_what_nobody_got_is_skipped(office, cloud) -> None:
    press.join(3)
    correct()
    issue = press.the_issue(RIGHT)
    assert (issue.state, issue.skipped) == (IssueState.SKIPPED, SkipReason.NOBODY_TO_CORRECT)


def test_who_wants_less_since_then_still_learns_what_was_wrong(office, cloud) -> None:
    press.join(2)
    press.publish()
    press.tick()
    press.deliver()
    press.tick()
    for member in press.everybody():
        press.wants(member.id, frequency="quarterly")
    correct()
    assert len(got(office)) == 2


@pytest.mark.parametrize("leaves", ["unsubscribe", "erase"])
def test_who_has_left_since_then_hears_nothing(office, cloud, leaves: str) -> None:
    (first, second) = press.join(2)
    press.publish()
    press.tick()
    press.deliver()
    press.tick()
    if leaves == "erase":
        members.erase(people.member(first).address_hash, cloud.now)
    else:
        people.stop_newsletter(first, "one click", cloud.now)
    correct()
    assert got(office) == {press.address_of(second)}
