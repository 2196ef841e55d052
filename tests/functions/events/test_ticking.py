"""What the minute does for events: one step that fails doesn't hold up the others."""

from typing import Any

import pytest

from functions.core.errors import TooManyError
from functions.events.store import events
from tests.functions import sent_emails
from tests.functions.events import actions

pytestmark = pytest.mark.usefixtures("published")


def test_a_queue_that_cannot_be_served_delays_no_change_and_raises_the_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actions.publish(seats=2)
    actions.accepted()
    actions.sign_up(email="bo@example.org", guests="0")
    actions.press_button(actions.newest_link(), queue="yes")
    sent_emails.deliver()
    actions.publish(seats=9, place="Library")

    def fail(*_: Any, **__: Any) -> None:
        raise TooManyError("conflicts")

    monkeypatch.setattr("functions.events.store.rsvps.save", fail)
    with pytest.raises(RuntimeError, match="served"):
        actions.tick()
    mails = sent_emails.deliver()[-2:]
    assert {mail["Subject"] for mail in mails} == {"Please note what has changed: Autumn talk"}


def test_a_step_that_works_raises_nothing() -> None:
    actions.tick()
    assert events.get(actions.SLUG)
