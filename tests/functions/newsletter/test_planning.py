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
from functions.people import store as people
from tests.functions.newsletter import press
from tests.functions.newsletter.post_office import PostOffice


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, cloud: object) -> None:
    """Pages of five members and batches of two, so that few members make many of both."""
    monkeypatch.setattr(paging, "PAGE_SIZE", 5)
    monkeypatch.setattr(paging, "BATCH_SIZE", 2)


def recipients() -> Counter[str]:
    return Counter(each for batch in batches.of_issue(press.SLUG) for each in batch.recipients)


def test_every_subscriber_is_in_one_batch(small: None) -> None:
    ids = press.join(23)
    press.publish()
    press.tick()
    assert recipients() == Counter(ids)
    assert press.the_issue().planned == 23


def test_who_does_not_subscribe_is_in_none(small: None, cloud) -> None:
    ids = press.join(3)
    people.stop_newsletter(ids[1], "one click", cloud.now)
    press.publish()
    press.tick()
    assert recipients() == Counter([ids[0], ids[2]])


def test_a_batch_has_at_most_fifty_readers_of_one_variant(cloud: object) -> None:
    press.join(120, language="sv")
    press.join(3, language="de")
    press.publish("en", "sv")
    press.tick()
    sizes = sorted((b.variant.name, len(b.recipients)) for b in batches.of_issue(press.SLUG))
    assert sizes == [("en", 3), ("sv", 20), ("sv", 50), ("sv", 50)]


def test_three_languages_go_to_their_readers(office: PostOffice) -> None:
    for language in ("en", "sv", "de"):
        press.join(1, language=language)
    press.publish("en", "sv", "de")
    press.tick()
    press.deliver()
    calls = [call["DefaultContent"]["Template"]["TemplateContent"] for call in office.calls]
    assert sorted(each["Subject"] for each in calls) == ["News de", "News en", "News sv"]
    assert sorted(office.mails().values()) == [1, 1, 1]


def test_every_batch_is_queued_and_names_only_itself(small: None) -> None:
    press.join(23)
    press.publish()
    press.tick()
    named = sorted(each["body"] for each in press.take())
    numbers = range(press.the_issue().batches)
    assert named == sorted(f'{{"issue": "autumn", "number": {number}}}' for number in numbers)


def test_nothing_is_planned_before_its_time(small: None, cloud) -> None:
    press.join(2)
    press.publish(at=DAY)
    press.tick()
    assert press.the_issue().state is IssueState.SCHEDULED
    cloud.pass_(DAY)
    press.tick()
    assert recipients().total() == 2


def test_a_planner_without_time_is_followed_by_the_next_tick(small: None, monkeypatch) -> None:
    ids = press.join(12)
    press.publish()
    monkeypatch.setattr(handler, "TICK_RESERVE_MS", 0)
    left = iter([1, 0, 0, 1, 0, 0, 1, 1, 1, 1])
    context = press.Context()
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: next(left, 1))
    for _ in range(6):
        handler.tick({}, context)
    assert recipients() == Counter(ids)


class KilledError(BaseException):
    """As if the process were gone: nothing catches it."""


def killed(*_: object) -> None:
    raise KilledError


@pytest.mark.parametrize("place", [(send_queue, "put"), (pages, "save_page"), (pages, "next_page")])
def test_a_killed_planner_is_taken_over_and_nobody_is_lost(office, small, cloud, place) -> None:
    ids = press.join(12)
    press.publish()
    for _ in range(3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(*place, killed)
            with pytest.raises(KilledError):
                press.tick()
        cloud.pass_(MINUTE)
    _until_sent(cloud)
    assert office.mails() == Counter(map(press.address_of, ids))


def _until_sent(cloud) -> None:
    for _ in range(10):
        press.tick()
        press.deliver()
        cloud.pass_(REQUEUE_SECONDS + MINUTE)
    assert press.the_issue().state is IssueState.SENT


def test_two_planners_at_once_plan_everybody_once(small: None, monkeypatch) -> None:
    ids = press.join(23)
    press.publish()
    read, turns = pages.next_page, iter(range(100))

    def overtaken(*given):
        page = read(*given)
        if next(turns) % 3 == 1:
            planner.advance(press.SLUG, lambda: next(turns) % 4 != 3)
        return page

    monkeypatch.setattr(pages, "next_page", overtaken)
    for _ in range(8):
        press.tick()
    assert recipients() == Counter(ids)
    assert press.the_issue().planned == 23


def test_an_overtaken_planner_does_not_put_the_cursor_back(cloud: object) -> None:
    press.publish()
    assert issues.begin(press.the_issue())
    stale = press.the_issue()
    assert pages.save_page(stale, Page([], 0), "5")  # a page without subscribers makes no batch
    assert pages.save_page(press.the_issue(), Page([], 0), "9")
    assert not pages.save_page(stale, Page([], 0), "5")
    assert press.the_issue().cursor == "9"


def test_a_planner_goes_on_when_a_batch_was_halved_under_it(small: None, monkeypatch) -> None:
    ids = press.join(12)
    press.publish()
    read = pages.next_page

    def halved(*given):
        monkeypatch.setattr(pages, "next_page", read)
        assert table.try_write(issues.count_batch(press.the_issue()))
        return read(*given)

    monkeypatch.setattr(pages, "next_page", halved)
    press.tick()
    assert recipients() == Counter(ids)


def test_members_who_join_or_leave_meanwhile_disturb_nobody(small: None, monkeypatch) -> None:
    ids = press.join(12)
    press.publish()
    save = pages.save_page

    def joined(*given):
        press.join(1)
        return save(*given)

    monkeypatch.setattr(pages, "save_page", joined)
    press.tick()
    assert set(recipients().values()) == {1}
    assert set(ids) <= set(recipients())


def test_what_the_queue_refused_is_queued_by_the_sweep(office, small, cloud, monkeypatch) -> None:
    ids = press.join(6)
    press.publish()
    refuse = {"Failed": [{"Id": "0"}], "Successful": []}
    with monkeypatch.context() as patch:
        patch.setattr(client("sqs"), "send_message_batch", lambda **_: refuse)
        press.tick()
    assert press.take() == []
    cloud.pass_(REQUEUE_SECONDS + 1)
    press.tick()
    press.deliver()
    assert office.mails() == Counter(map(press.address_of, ids))


def test_a_batch_that_waits_in_the_queue_is_not_queued_twice(small: None, cloud) -> None:
    press.join(6)
    press.publish()
    press.tick()
    before = _waiting()
    cloud.pass_(REQUEUE_SECONDS + 1)
    press.tick()
    assert _waiting() == before


def _waiting() -> str:
    name = "ApproximateNumberOfMessages"
    url = settings().send_queue_url
    return boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])[
        "Attributes"
    ][name]


def test_an_issue_without_subscribers_ends_at_once(cloud: object) -> None:
    press.publish()
    press.tick()
    assert (press.the_issue().state, press.the_issue().counts) == (IssueState.SENT, {})


def test_an_issue_found_after_its_deadline_plans_nobody(small: None, cloud) -> None:
    press.join(2)
    press.publish(deadline=MINUTE)
    cloud.pass_(2 * MINUTE)
    press.tick()
    assert (press.the_issue().state, recipients()) == (IssueState.MISSED, Counter())


def test_old_issues_of_a_new_network_are_not_mailed(small: None) -> None:
    press.join(2)
    press.publish(at=-2 * DAY)
    press.tick()
    assert (press.the_issue().state, recipients()) == (IssueState.MISSED, Counter())


def test_an_issue_whose_planning_outlasts_its_deadline_has_everybody_expired(small, cloud) -> None:
    press.join(12)
    press.publish(deadline=MINUTE)
    planning_only = iter([True])
    planner.advance(press.SLUG, lambda: next(planning_only, False))
    cloud.pass_(2 * MINUTE)
    press.tick()
    press.tick()
    assert press.the_issue().counts == {"expired": 12}


def test_one_issue_that_fails_holds_up_no_other(office: PostOffice, monkeypatch) -> None:
    press.join(2)
    press.publish()
    press.publish(slug="winter")
    advance = planner.advance

    def failing(slug, has_time):
        if slug == "autumn":
            raise ValueError
        advance(slug, has_time)

    monkeypatch.setattr(planner, "advance", failing)
    with pytest.raises(RuntimeError, match="autumn"):
        press.tick()
    assert press.counts("winter") == {State.PLANNED: 2}
