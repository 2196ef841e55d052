"""What is looked at once more before an issue goes."""

import json

import boto3
import pytest

from functions.core.clock import HOUR
from functions.newsletter import bulk_email, preflight
from functions.newsletter.rules.ledger import Cause, Fault, IssueState, Pause
from functions.newsletter.store import issues
from functions.people.store import subscriptions
from tests.functions.newsletter import issue_runs
from tests.functions.support import outbox

SOUND = {
    "subject": "Åsas nytt, \N{POT OF FOOD}\N{ZERO WIDTH JOINER} och \N{HEBREW LETTER ALEF}",
    "html": "<p>{{name_html}} {{unsubscribe_url}}</p>",
    "text": "{{name_text}} {{unsubscribe_url}}",
}
SHUTDOWN = Pause(Cause.ACCOUNT, "SHUTDOWN")


@pytest.mark.parametrize(
    ("part", "content", "fault"),
    [
        ("subject", "", Fault.INCOMPLETE),
        ("text", " ", Fault.INCOMPLETE),
        ("subject", "News\r\nBcc: everybody@example.com", Fault.SUBJECT),
        ("subject", "N" * 999, Fault.SUBJECT),
        ("html", SOUND["html"] + "x" * 100_000, Fault.TOO_BIG),
        ("html", SOUND["html"] + "{{first_name}}", Fault.PLACEHOLDER),
        ("text", SOUND["text"] + "{% if %}", Fault.PLACEHOLDER),
        ("text", "{{name_text}}", Fault.NO_UNSUBSCRIBE),
        ("html", "<p>{{name_html}}</p>", Fault.NO_UNSUBSCRIBE),
    ],
)
def test_faulty_content_is_reported(part: str, content: str, fault: Fault) -> None:
    assert preflight.content_fault(SOUND | {part: content}) is fault


def test_valid_content_passes() -> None:
    assert preflight.content_fault(SOUND) is None


def assert_paused_before_planning(why: Pause) -> None:
    issue = issue_runs.stored_issue()
    assert (issue.state, issue.pause) == (IssueState.PAUSED, why)
    assert (issue.planned, list(issue_runs.counts())) == (0, [])
    assert [item["mail"] for item in outbox()] == ["issue_paused"]


def test_an_issue_with_faulty_content_waits_for_a_person(fake_ses, cloud) -> None:
    issue_runs.join(3)
    issue_runs.publish(contents={"en": SOUND | {"html": "<p>{{oops}}</p>"}})
    issue_runs.tick()
    assert_paused_before_planning(Pause(Cause.CHECK, Fault.PLACEHOLDER, variant="en"))


def test_an_issue_with_missing_content_waits_for_a_person(fake_ses, cloud) -> None:
    issue_runs.join(3)
    issue_runs.publish()
    boto3.client("s3").delete_object(Bucket="alumni-private", Key="newsletters/autumn/en.json")
    issue_runs.tick()
    assert_paused_before_planning(Pause(Cause.CHECK, Fault.MISSING, variant="en"))


def test_an_issue_with_changed_content_waits_for_a_person(fake_ses, cloud) -> None:
    issue_runs.join(3)
    issue_runs.publish()
    raw = json.dumps(SOUND).encode()
    boto3.client("s3").put_object(
        Bucket="alumni-private", Key="newsletters/autumn/en.json", Body=raw
    )
    issue_runs.tick()
    assert_paused_before_planning(Pause(Cause.CHECK, Fault.CHANGED, variant="en"))


def test_the_account_is_checked_before_anyone_is_planned(fake_ses, account) -> None:
    account["EnforcementStatus"] = "SHUTDOWN"
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    assert_paused_before_planning(SHUTDOWN)


def test_resuming_repeats_the_checks(fake_ses, account) -> None:
    test_the_account_is_checked_before_anyone_is_planned(fake_ses, account)
    issues.resume(issue_runs.SLUG)
    issue_runs.tick()
    assert issue_runs.stored_issue().pause == SHUTDOWN
    account["EnforcementStatus"] = "HEALTHY"
    issues.resume(issue_runs.SLUG)
    issue_runs.tick()
    assert issue_runs.stored_issue().state is IssueState.SENDING


def test_an_issue_above_the_daily_quota_waits(fake_ses, account) -> None:
    account["SendQuota"] |= {"Max24HourSend": 200.0, "SentLast24Hours": 100.0}
    issue_runs.join(91)
    issue_runs.publish()
    issue_runs.tick()
    issue = issue_runs.stored_issue()
    assert (issue.state, issue.pause) == (IssueState.PAUSED, Pause(Cause.QUOTA, count=91, of=90))
    issues.resume(issue_runs.SLUG)
    issue_runs.tick()
    assert issue_runs.stored_issue().state is IssueState.SENDING  # a person has decided


def test_the_quota_is_compared_with_the_recipients_still_waiting(fake_ses, account, cloud) -> None:
    ids = issue_runs.join(20)
    issue_runs.publish()
    issue_runs.tick()
    subscriptions.stop_newsletter(ids[0], "one click", cloud.now)
    issue_runs.deliver()
    account["SendQuota"] |= {"Max24HourSend": 19.0, "SentLast24Hours": 19.0}
    assert preflight.too_many(issue_runs.stored_issue()) is None


def test_an_unlimited_quota_is_always_enough(fake_ses, account) -> None:
    account["SendQuota"] |= {"Max24HourSend": -1.0}
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    assert issue_runs.stored_issue().state is IssueState.SENDING


def test_contents_are_read_by_their_hash(fake_ses, cloud) -> None:
    issue_runs.publish()
    (variant,) = issue_runs.stored_issue().variants
    assert bulk_email.content(variant)["subject"] == "News en"


@pytest.mark.parametrize("trouble", ["content", "account"])
def test_an_issue_waiting_past_its_deadline_ends_and_is_reported_once(
    fake_ses, account, cloud, trouble: str
) -> None:
    html = "<p>{{oops}}</p>" if trouble == "content" else SOUND["html"]
    account["EnforcementStatus"] = "SHUTDOWN" if trouble == "account" else "HEALTHY"
    issue_runs.join(3)
    issue_runs.publish(contents={"en": SOUND | {"html": html}}, deadline=HOUR)
    issue_runs.tick()
    for _ in range(3):
        cloud.pass_(HOUR)
        issue_runs.tick()
    assert [item["mail"] for item in outbox()] == ["issue_paused"]
    assert issue_runs.outcomes() == {"expired": 3}
    assert issue_runs.stored_issue().state is IssueState.SENT


def test_an_expired_issue_is_not_held_back_by_the_quota(fake_ses, account, cloud) -> None:
    account["SendQuota"] |= {"Max24HourSend": 2.0}
    issue_runs.join(3)
    issue_runs.publish(deadline=HOUR)
    issue_runs.tick(milliseconds=0)
    cloud.pass_(HOUR + 1)
    issue_runs.tick()
    assert issue_runs.outcomes() == {"expired": 3}
    assert not outbox()
