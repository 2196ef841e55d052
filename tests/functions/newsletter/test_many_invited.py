"""Many are invited: they are counted, and written to some at a time, each once."""

import contextlib
from typing import Any

import pytest

from functions.core import clock
from functions.events import messaging
from functions.events.store import declines, team_messages
from functions.events.store.reached_guests import number_of_recipients
from functions.events.store.team_messages import Message, To
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes
from tests.functions.newsletter.test_event_invitations import SLUG, publish, send_out


@pytest.fixture(autouse=True)
def invited(fake_ses: FakeSes) -> list[str]:
    """Seven members hold the invitation: one comes, one declined. Somebody uninvited comes, too."""
    members = issue_runs.join(7)
    publish()
    send_out()
    actions.accepted(email=issue_runs.address_of(members[5]), guests="0")
    actions.accepted()
    declines.decline(SLUG, members[6], 1)
    sent_emails.deliver()
    return sorted(map(issue_runs.address_of, members[:5]))


def message() -> Message:
    return Message(SLUG, 1, To.UNANSWERED, "Still places", "Come!")


def test_who_signed_up_or_declined_is_not_counted(invited: list[str]) -> None:
    assert number_of_recipients(message()) == len(invited)


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("in_one", [1, 2, 50])
def test_a_tick_that_dies_between_some_writes_to_nobody_twice(
    invited: list[str], monkeypatch: pytest.MonkeyPatch, in_one: int, call: int
) -> None:
    team_messages.send(message(), clock.now())
    monkeypatch.setattr(messaging, "IN_ONE", in_one)
    queue, calls = team_messages.queue_to_invited, []

    def die(*given: Any) -> bool:
        calls.append(given)
        if len(calls) == call:
            raise SystemExit
        return queue(*given)

    with monkeypatch.context() as patch:
        patch.setattr(team_messages, "queue_to_invited", die)
        with contextlib.suppress(SystemExit):
            actions.tick()
    actions.tick()
    actions.tick()
    mails = sent_emails.deliver()
    assert sorted(one["To"] for one in mails if "Still" in one["Subject"]) == invited
