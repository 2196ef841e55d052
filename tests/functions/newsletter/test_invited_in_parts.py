"""An event changes while its invitation goes out, or while emails about a change wait: whoever is
invited hears once of what is true, whatever dies half-way."""

import contextlib
from collections import Counter
from typing import Any

import pytest

from functions.core.clock import MINUTE
from functions.events import changes
from functions.events.store import event_facts, invited_facts
from functions.newsletter import planner
from functions.newsletter.rules.ledger import Cause, Pause
from functions.newsletter.store import issues
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes
from tests.functions.newsletter.test_event_invitations import SLUG, publish
from tests.functions.support import before_writing, outbox

LATER = {"starts_at": "2026-12-04T16:30:00Z", "ends_at": "2026-12-04T19:00:00Z"}
TYPO = {"title": "Autumn talks"}
BY_HR = Pause(Cause.PERSON)


@pytest.fixture(autouse=True)
def invited(fake_ses: FakeSes, monkeypatch: Any) -> list[str]:
    """Four members are invited, each by a batch of their own; none has the invitation yet."""
    monkeypatch.setattr(planner, "batch_size", lambda *_: 1)
    members = issue_runs.join(4)
    publish()
    issue_runs.tick()
    return sorted(map(issue_runs.address_of, members))


def send_invitations() -> None:
    issue_runs.deliver()
    issue_runs.tick()


def send_some(cloud: Any, count: int) -> None:
    """Some leave before HR pauses the invitation."""
    issue_runs.deliver_some(count)
    issues.pause(SLUG, BY_HR, cloud.now)


def send_the_rest(cloud: Any) -> None:
    issues.resume(SLUG, cloud.now)
    issue_runs.tick()
    send_invitations()


def minutes(cloud: Any, count: int = 3) -> None:
    for _ in range(count):
        cloud.pass_(MINUTE)
        actions.tick()


def who_heard(subject: str = "what has changed") -> list[str]:
    """Whoever got it twice is in it twice."""
    sent_emails.deliver()
    return sorted(mail["To"] for mail in sent_emails.sent() if subject in mail["Subject"])


def test_whoever_is_invited_after_a_change_hears_of_it_too(cloud: Any, invited: list[str]) -> None:
    send_some(cloud, 2)
    actions.publish(**LATER)
    minutes(cloud)
    assert len(who_heard()) == 2
    send_the_rest(cloud)
    minutes(cloud)
    assert who_heard() == invited
    assert event_facts.read_change(SLUG) is None


def test_whoever_is_invited_after_a_cancellation_is_not_or_hears_of_it(
    cloud: Any, invited: list[str]
) -> None:
    send_some(cloud, 2)
    actions.publish(cancelled="Storm")
    minutes(cloud)
    issue_runs.tick()
    send_invitations()
    minutes(cloud)
    assert len(who_heard("Cancelled")) == 2
    assert event_facts.read_change(SLUG) is None


def test_whoever_is_invited_with_the_new_facts_hears_nothing_more(cloud: Any) -> None:
    newer = "winter-talk"
    actions.events.upsert(newer, actions.EVENT, cloud.now)
    actions.events.upsert(newer, actions.EVENT | LATER, cloud.now)
    issue_runs.publish(slug=newer, kind="event_invitation")
    issue = issues.get(newer)
    assert issue
    minutes(cloud, 1)
    assert event_facts.read_change(newer) is None


@pytest.mark.parametrize("seen", [False, True])
def test_a_typo_corrected_meanwhile_takes_no_news_away(
    cloud: Any, invited: list[str], *, seen: bool
) -> None:
    send_invitations()
    actions.publish(**LATER)
    actions.tick()
    actions.publish(**LATER, **TYPO)  # while the emails wait
    if seen:
        minutes(cloud)
    assert who_heard() == invited
    minutes(cloud)
    assert who_heard() == invited


def test_a_typo_corrected_while_the_first_are_mailed_mails_nobody_twice(
    cloud: Any, invited: list[str], monkeypatch: Any
) -> None:
    send_invitations()
    actions.publish(**LATER)
    with monkeypatch.context() as patch:
        patch.setattr(changes, "BATCHES", 1)
        patch.setattr(changes, "AT_ONCE", 3)  # one page of sign-ups, two of the invited
        actions.tick()
    assert len(who_heard()) == 2
    actions.publish(**LATER, **TYPO)
    minutes(cloud)
    assert who_heard() == invited


def test_a_second_change_reaches_whoever_heard_of_the_first(
    cloud: Any, invited: list[str], monkeypatch: Any
) -> None:
    send_invitations()
    actions.publish(**LATER)
    monkeypatch.setattr(changes, "BATCHES", 1)
    monkeypatch.setattr(changes, "AT_ONCE", 3)
    actions.tick()
    first = who_heard()
    actions.publish(place="Library")
    minutes(cloud, 6)
    assert Counter(who_heard()) == Counter(invited) + Counter(first)


@pytest.mark.parametrize("call", range(1, 5))
@pytest.mark.parametrize("name", ["queue", "move_on_among_invited"])
def test_a_tick_that_dies_between_two_mails_nobody_twice(
    cloud: Any, invited: list[str], monkeypatch: Any, call: int, name: str
) -> None:
    send_some(cloud, 3)
    actions.publish(**LATER)
    monkeypatch.setattr(changes, "BATCHES", 1)
    module = invited_facts if name == "queue" else event_facts
    act, calls = getattr(module, name), []

    def die(*given: Any, **more: Any) -> bool:
        calls.append(given)
        if len(calls) == call:
            raise SystemExit
        return bool(act(*given, **more))

    with monkeypatch.context() as patch:
        patch.setattr(module, name, die)
        with contextlib.suppress(SystemExit):
            minutes(cloud)
    send_the_rest(cloud)
    minutes(cloud)
    assert who_heard() == invited


def test_the_invited_hear_that_it_is_online_now(cloud: Any, invited: list[str]) -> None:
    send_invitations()
    actions.publish(attend="online")
    minutes(cloud)
    assert who_heard() == invited
    assert "How you attend: online" in sent_emails.text(sent_emails.sent()[-1])


def test_no_email_is_queued_about_facts_that_are_no_longer_the_newest(
    cloud: Any, invited: list[str], monkeypatch: Any
) -> None:
    send_invitations()
    sent_emails.deliver()
    actions.publish(**LATER)
    before_writing(monkeypatch, lambda: actions.publish(place="Library"))
    minutes(cloud)
    assert len(outbox()) == len(invited)
    assert who_heard() == invited
