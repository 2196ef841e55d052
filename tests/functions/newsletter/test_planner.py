"""From a published issue to batches in the queue: everybody once, whoever dies or competes."""

from collections import Counter

import boto3
import pytest

from functions.core.aws import table
from functions.core.aws.clients import client
from functions.core.clock import DAY, MINUTE
from functions.core.settings import settings
from functions.newsletter import handler, planner, send_queue
from functions.newsletter.rules import batches as paging
from functions.newsletter.rules.batches import REQUEUE_SECONDS, Page
from functions.newsletter.rules.ledger import IssueState, State
from functions.newsletter.store import batches, issues
from functions.newsletter.store import readers as pages
from functions.people.store import subscriptions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, cloud: object) -> None:
    """Pages of five members and batches of two, so that few members make many of both."""
    monkeypatch.setattr(paging, "PAGE_SIZE", 5)
    monkeypatch.setattr(paging, "BATCH_SIZE", 2)


def recipients() -> Counter[str]:
    return Counter(
        member_id for batch in batches.of_issue(issue_runs.SLUG) for member_id in batch.recipients
    )


def test_every_subscriber_is_in_one_batch(small: None) -> None:
    ids = issue_runs.join(23)
    issue_runs.publish()
    issue_runs.tick()
    assert recipients() == Counter(ids)
    assert issue_runs.stored_issue().planned == 23


def test_a_member_without_subscription_is_in_no_batch(small: None, cloud) -> None:
    ids = issue_runs.join(3)
    subscriptions.stop_newsletter(ids[1], "one click", cloud.now)
    issue_runs.publish()
    issue_runs.tick()
    assert recipients() == Counter([ids[0], ids[2]])


def test_a_batch_has_at_most_fifty_readers_of_one_variant(cloud: object) -> None:
    issue_runs.join(120, language="sv")
    issue_runs.join(3, language="de")
    issue_runs.publish("en", "sv")
    issue_runs.tick()
    sizes = sorted((b.variant.name, len(b.recipients)) for b in batches.of_issue(issue_runs.SLUG))
    assert sizes == [("en", 3), ("sv", 20), ("sv", 50), ("sv", 50)]


def test_readers_get_the_issue_in_their_language(fake_ses: FakeSes) -> None:
    for language in ("en", "sv", "de"):
        issue_runs.join(1, language=language)
    issue_runs.publish("en", "sv", "de")
    issue_runs.tick()
    issue_runs.deliver()
    calls = [call["DefaultContent"]["Template"]["TemplateContent"] for call in fake_ses.calls]
    assert sorted(template["Subject"] for template in calls) == ["News de", "News en", "News sv"]
    assert sorted(fake_ses.mails().values()) == [1, 1, 1]


def test_every_batch_is_queued_and_names_only_itself(small: None) -> None:
    issue_runs.join(23)
    issue_runs.publish()
    issue_runs.tick()
    named = sorted(message["body"] for message in issue_runs.take())
    numbers = range(issue_runs.stored_issue().batches)
    assert named == sorted(f'{{"issue": "autumn", "number": {number}}}' for number in numbers)


def test_nothing_is_planned_before_the_send_time(small: None, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish(at=DAY)
    issue_runs.tick()
    assert issue_runs.stored_issue().state is IssueState.SCHEDULED
    cloud.pass_(DAY)
    issue_runs.tick()
    assert recipients().total() == 2


def test_the_next_tick_continues_a_planner_that_ran_out_of_time(small: None, monkeypatch) -> None:
    ids = issue_runs.join(12)
    issue_runs.publish()
    monkeypatch.setattr(handler, "TICK_RESERVE_MS", 0)
    left = iter([1, 0, 0, 1, 0, 0, 1, 1, 1, 1])
    context = issue_runs.Context()
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: next(left, 1))
    for _ in range(6):
        handler.tick({}, context)
    assert recipients() == Counter(ids)


class KilledError(BaseException):
    """As if the process were gone: nothing catches it."""


def killed(*_: object) -> None:
    raise KilledError


@pytest.mark.parametrize("place", [(send_queue, "put"), (pages, "save_page"), (pages, "next_page")])
def test_the_next_planner_takes_over_from_a_killed_one_without_loss(
    fake_ses, small, cloud, place
) -> None:
    ids = issue_runs.join(12)
    issue_runs.publish()
    for _ in range(3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(*place, killed)
            with pytest.raises(KilledError):
                issue_runs.tick()
        cloud.pass_(MINUTE)
    _until_sent(cloud)
    assert fake_ses.mails() == Counter(map(issue_runs.address_of, ids))


def _until_sent(cloud) -> None:
    for _ in range(10):
        issue_runs.tick()
        issue_runs.deliver()
        cloud.pass_(REQUEUE_SECONDS + MINUTE)
    assert issue_runs.stored_issue().state is IssueState.SENT


def test_two_concurrent_planners_plan_every_recipient_once(small: None, monkeypatch) -> None:
    ids = issue_runs.join(23)
    issue_runs.publish()
    read, turns = pages.next_page, iter(range(100))

    def overtaken(*given):
        page = read(*given)
        if next(turns) % 3 == 1:
            planner.advance(issue_runs.SLUG, lambda: next(turns) % 4 != 3)
        return page

    monkeypatch.setattr(pages, "next_page", overtaken)
    for _ in range(8):
        issue_runs.tick()
    assert recipients() == Counter(ids)
    assert issue_runs.stored_issue().planned == 23


def test_an_overtaken_planner_does_not_move_the_cursor_back(cloud: object) -> None:
    issue_runs.publish()
    assert issues.begin(issue_runs.stored_issue())
    stale = issue_runs.stored_issue()
    assert pages.save_page(stale, Page([], 0), "5")  # a page without subscribers makes no batch
    assert pages.save_page(issue_runs.stored_issue(), Page([], 0), "9")
    assert not pages.save_page(stale, Page([], 0), "5")
    assert issue_runs.stored_issue().cursor == "9"


def test_a_planner_continues_when_a_batch_is_halved_in_the_meantime(
    small: None, monkeypatch
) -> None:
    ids = issue_runs.join(12)
    issue_runs.publish()
    read = pages.next_page

    def halved(*given):
        monkeypatch.setattr(pages, "next_page", read)
        assert table.try_write(issues.count_batch(issue_runs.stored_issue()))
        return read(*given)

    monkeypatch.setattr(pages, "next_page", halved)
    issue_runs.tick()
    assert recipients() == Counter(ids)


def test_members_joining_or_leaving_during_planning_affect_no_others(
    small: None, monkeypatch
) -> None:
    ids = issue_runs.join(12)
    issue_runs.publish()
    save = pages.save_page

    def joined(*given):
        issue_runs.join(1)
        return save(*given)

    monkeypatch.setattr(pages, "save_page", joined)
    issue_runs.tick()
    assert set(recipients().values()) == {1}
    assert set(ids) <= set(recipients())


def test_the_sweep_queues_batches_that_the_queue_refused(
    fake_ses, small, cloud, monkeypatch
) -> None:
    ids = issue_runs.join(6)
    issue_runs.publish()
    refuse = {"Failed": [{"Id": "0"}], "Successful": []}
    with monkeypatch.context() as patch:
        patch.setattr(client("sqs"), "send_message_batch", lambda **_: refuse)
        issue_runs.tick()
    assert issue_runs.take() == []
    cloud.pass_(REQUEUE_SECONDS + 1)
    issue_runs.tick()
    issue_runs.deliver()
    assert fake_ses.mails() == Counter(map(issue_runs.address_of, ids))


def test_a_batch_waiting_in_the_queue_is_not_queued_twice(small: None, cloud) -> None:
    issue_runs.join(6)
    issue_runs.publish()
    issue_runs.tick()
    before = _waiting()
    cloud.pass_(REQUEUE_SECONDS + 1)
    issue_runs.tick()
    assert _waiting() == before


def _waiting() -> str:
    name = "ApproximateNumberOfMessages"
    url = settings().send_queue_url
    return boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])[
        "Attributes"
    ][name]


def test_an_issue_without_subscribers_ends_at_once(cloud: object) -> None:
    issue_runs.publish()
    issue_runs.tick()
    assert (issue_runs.stored_issue().state, issue_runs.stored_issue().counts) == (
        IssueState.SENT,
        {},
    )


def test_an_issue_past_its_deadline_plans_nobody(small: None, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish(deadline=MINUTE)
    cloud.pass_(2 * MINUTE)
    issue_runs.tick()
    assert (issue_runs.stored_issue().state, recipients()) == (IssueState.MISSED, Counter())


def test_past_issues_are_not_sent_on_a_new_network(small: None) -> None:
    issue_runs.join(2)
    issue_runs.publish(at=-2 * DAY)
    issue_runs.tick()
    assert (issue_runs.stored_issue().state, recipients()) == (IssueState.MISSED, Counter())


def test_all_recipients_expire_when_planning_outlasts_the_deadline(small, cloud) -> None:
    issue_runs.join(12)
    issue_runs.publish(deadline=MINUTE)
    planning_only = iter([True])
    planner.advance(issue_runs.SLUG, lambda: next(planning_only, False))
    cloud.pass_(2 * MINUTE)
    issue_runs.tick()
    issue_runs.tick()
    assert issue_runs.stored_issue().counts == {"expired": 12}


def test_a_failing_issue_does_not_delay_others(fake_ses: FakeSes, monkeypatch) -> None:
    issue_runs.join(2)
    issue_runs.publish()
    issue_runs.publish(slug="winter")
    advance = planner.advance

    def failing(slug, has_time):
        if slug == "autumn":
            raise ValueError
        advance(slug, has_time)

    monkeypatch.setattr(planner, "advance", failing)
    with pytest.raises(RuntimeError, match="autumn"):
        issue_runs.tick()
    assert issue_runs.counts("winter") == {State.PLANNED: 2}
