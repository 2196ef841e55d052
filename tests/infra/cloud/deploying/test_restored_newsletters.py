"""No newsletter of a restored table goes out a second time by itself."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.core import settings
from functions.newsletter.rules.ledger import IssueState
from functions.newsletter.store import issues
from infra.cloud.deploying import restored_newsletters
from infra.cloud.deploying.restored_newsletters import HeldBack
from tests.infra.cloud.template_resources import RESOURCES

TABLE = RESOURCES["Table"]["Properties"]
PARAMETERS = {
    "TableName": "restored",
    "PrivateBucketName": "private",
    "ParameterPrefix": "/alumni/test",
    "SiteUrl": "https://alumni.example.com",
    "Sender": "Example <alumni@example.com>",
}


@pytest.fixture
def restored(aws: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("TABLE_NAME", "PRIVATE_BUCKET", "PARAMETER_PREFIX", "SITE_URL", "SENDER"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "")
    same = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
    aws.client("dynamodb").create_table(
        TableName="restored", **{name: TABLE[name] for name in same}
    )
    where: Any = {"LocationConstraint": "eu-north-1"}
    aws.client("s3").create_bucket(Bucket="private", CreateBucketConfiguration=where)
    settings.settings.cache_clear()
    yield aws
    settings.settings.cache_clear()


def facts(**ago: float) -> dict[str, Any]:
    send_at = datetime.now(UTC) - timedelta(**ago)
    later = send_at + timedelta(days=2)
    variant = {"key": "newsletters/a/all-0.json", "hash": "0", "language": "en"}
    return {
        "subject": "Hello",
        "send_at": f"{send_at:%Y-%m-%dT%H:%M:%SZ}",
        "deadline": f"{later:%Y-%m-%dT%H:%M:%SZ}",
        "variants": {"all": variant},
    }


def publish(aws: Any, **published: dict[str, Any]) -> None:
    body = json.dumps({"sequence": 3, "issues": published})
    aws.client("s3").put_object(Bucket="private", Key="catalogue.json", Body=body.encode())


def hold_back(aws: Any) -> HeldBack:
    return restored_newsletters.hold_back(aws, PARAMETERS)


def schedule(aws: Any, slug: str, **ago: float) -> None:
    hold_back(aws)  # points the store at the restored table
    assert issues.schedule(slug, facts(**ago), 0)


def state(slug: str) -> IssueState | None:
    issue = issues.get(slug)
    return issue.state if issue else None


def test_an_issue_that_was_due_and_not_begun_is_cancelled(restored: Any) -> None:
    schedule(restored, "due", hours=1)
    assert hold_back(restored) == HeldBack(cancelled=("due",))
    assert state("due") is IssueState.CANCELLED


def test_an_issue_that_comes_due_while_the_stack_changes_is_cancelled(restored: Any) -> None:
    schedule(restored, "soon", minutes=-10)
    assert hold_back(restored).cancelled == ("soon",)


def test_an_issue_that_was_going_out_is_paused_for_a_person_to_decide(restored: Any) -> None:
    schedule(restored, "under-way", hours=1)
    issue = issues.get("under-way")
    assert issue
    assert issues.begin(issue)
    assert hold_back(restored) == HeldBack(paused=("under-way",))
    assert state("under-way") is IssueState.PAUSED


def test_a_published_issue_that_the_table_never_heard_of_is_not_new_there(restored: Any) -> None:
    publish(restored, sent=facts(hours=5))
    assert hold_back(restored).cancelled == ("sent",)
    assert not issues.schedule("sent", facts(hours=5), 0), "publishing again must not revive it"


def test_an_issue_of_next_week_goes_out_as_planned(restored: Any) -> None:
    publish(restored, later=facts(days=-7))
    schedule(restored, "later", days=-7)
    assert hold_back(restored) == HeldBack()
    assert state("later") is IssueState.SCHEDULED


def test_holding_back_twice_changes_nothing(restored: Any) -> None:
    publish(restored, sent=facts(hours=5))
    hold_back(restored)
    assert hold_back(restored) == HeldBack()


def test_a_table_is_restored_if_it_replaces_another_or_says_so(restored: Any) -> None:
    def is_restored(used_so_far: str) -> bool:
        return restored_newsletters.is_restored(restored, "restored", used_so_far)

    assert is_restored("alumni-data")
    assert not is_restored("restored")
    assert not is_restored(""), "a new stack adopts what a teardown kept"
    client = restored.client("dynamodb")
    client.update_continuous_backups(
        TableName="restored",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    client.restore_table_to_point_in_time(
        SourceTableName="restored", TargetTableName="again", UseLatestRestorableTime=True
    )
    assert restored_newsletters.is_restored(restored, "again", "")
