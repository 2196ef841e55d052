"""A correction goes to exactly those who got the wrong one."""

import pytest

from functions.core.mail import suppression
from functions.membership import erasing
from functions.newsletter import planner
from functions.newsletter.rules import batches as paging
from functions.newsletter.rules.ledger import Cause, IssueState, Pause, SkipReason
from functions.newsletter.store import batches, issues
from functions.people.store import members as people
from functions.people.store import subscriptions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes

RIGHT = "autumn-corrected"


def correct(**more) -> None:
    issue_runs.publish(slug=RIGHT, corrects=issue_runs.SLUG, **more)
    issue_runs.tick()
    issue_runs.deliver()


def got(fake_ses: FakeSes) -> set[str]:
    """Who got the correction."""
    calls = (
        c
        for c in fake_ses.calls
        if c["BulkEmailEntries"][0]["ReplacementTags"][0]["Value"] == RIGHT
    )
    return {
        to for c in calls for e in c["BulkEmailEntries"] for to in e["Destination"]["ToAddresses"]
    }


def test_a_correction_goes_only_to_recipients_of_the_corrected_issue(
    fake_ses, cloud, monkeypatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 50)
    ids = issue_runs.join(120)
    stopped = people.member(ids[0]).address_hash
    suppression.stop(stopped, "bounce", cloud.now)
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    new = issue_runs.join(5)
    correct()
    issue_runs.tick()
    assert got(fake_ses) == {issue_runs.address_of(member_id) for member_id in ids[1:]}
    assert not got(fake_ses) & {issue_runs.address_of(member_id) for member_id in new}


def test_recipients_of_a_partly_sent_issue_get_the_correction(fake_ses, cloud) -> None:
    issue_runs.join(60)
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver_some(1)
    wrong = {entry["Destination"]["ToAddresses"][0] for entry in fake_ses.accepted}
    issues.cancel(issue_runs.stored_issue())
    issue_runs.tick()
    correct()
    assert 0 < len(wrong) < 60
    assert got(fake_ses) == wrong


def test_a_correction_waits_until_the_corrected_issue_has_ended(fake_ses, cloud) -> None:
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    issues.pause(issue_runs.SLUG, Pause(Cause.PERSON, words="by hand"), cloud.now)
    correct()
    assert issue_runs.stored_issue(RIGHT).state is IssueState.SCHEDULED
    assert not got(fake_ses)


def test_a_correction_waits_for_batches_missing_from_the_index(
    fake_ses, cloud, monkeypatch
) -> None:
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    issues.cancel(issue_runs.stored_issue())
    monkeypatch.setattr(batches, "is_any_open", lambda _slug: False)
    issue_runs.publish(slug=RIGHT, corrects=issue_runs.SLUG)
    planner.advance(RIGHT, lambda: True)
    assert issue_runs.stored_issue(RIGHT).state is IssueState.SCHEDULED
    issue_runs.tick()
    issue_runs.tick()
    assert issue_runs.stored_issue(RIGHT).state is IssueState.SENT


def test_a_correction_of_an_issue_sent_to_nobody_is_skipped(fake_ses, cloud) -> None:
    issue_runs.join(3)
    correct()
    issue = issue_runs.stored_issue(RIGHT)
    assert (issue.state, issue.skipped) == (IssueState.SKIPPED, SkipReason.NOBODY_TO_CORRECT)


def test_members_who_chose_fewer_emails_since_still_get_the_correction(fake_ses, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    for member in issue_runs.all_members():
        issue_runs.change_member(member.id, frequency="quarterly")
    correct()
    assert len(got(fake_ses)) == 2


@pytest.mark.parametrize("leaves", ["unsubscribe", "erase"])
def test_members_who_left_since_get_no_correction(fake_ses, cloud, leaves: str) -> None:
    (first, second) = issue_runs.join(2)
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    if leaves == "erase":
        erasing.begin(people.member(first).address_hash, cloud.now)
    else:
        subscriptions.stop_newsletter(first, "one click", cloud.now)
    correct()
    assert got(fake_ses) == {issue_runs.address_of(second)}
