"""Members who hold an invitation without an answer: they hear of changes, and the team can write to
them; whoever declined, signed up or wants no invitations any more hears nothing."""

from typing import Any

import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.mail import suppression
from functions.events import messaging
from functions.events.store import declines, event_facts, team_messages
from functions.events.store.team_messages import Message, To
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes
from tests.functions.newsletter.test_event_invitations import SLUG, publish, send_out

LATER = {"starts_at": "2026-12-04T16:30:00Z", "ends_at": "2026-12-04T19:00:00Z"}


@pytest.fixture(autouse=True)
def invited(fake_ses: FakeSes) -> list[str]:
    """Five members hold the invitation: one comes, one declined, one has left invitations."""
    members = issue_runs.join(5)
    publish()
    send_out()
    actions.accepted(email=issue_runs.address_of(members[2]), guests="0")
    sent_emails.deliver()
    declines.decline(SLUG, members[3], 1)
    issue_runs.change_member(members[4], invitations=False)
    return members


def mailed(subject: str) -> list[str]:
    """Whom the next tick writes to, by that subject."""
    before = len(sent_emails.sent())
    actions.tick()
    mails = sent_emails.deliver()[before:]
    return sorted(mail["To"] for mail in mails if subject in mail["Subject"])


def addresses(*members: str) -> list[str]:
    return sorted(map(issue_runs.address_of, members))


def write(number: int = 1, subject: str = "Still places") -> None:
    message = Message(SLUG, number, To.UNANSWERED, subject, "Come!")
    assert team_messages.send(message, clock.now())


def test_a_change_reaches_who_comes_and_who_is_invited_once(invited: list[str]) -> None:
    actions.publish(**LATER)
    first, second, coming, *_ = invited
    assert mailed("Please note what has changed") == addresses(first, second, coming)
    assert mailed("") == []
    assert event_facts.read_change(SLUG) is None


def test_the_email_has_both_answers_and_ends_invitations_in_one_click(invited: list[str]) -> None:
    actions.publish(**LATER)
    actions.tick()
    first = issue_runs.address_of(invited[0])
    (mail,) = [one for one in sent_emails.deliver() if one["To"] == first]
    text = sent_emails.text(mail)
    assert "This is how it is now" in text
    assert "answer=yes" in text
    assert "answer=no" in text
    assert mail["List-Unsubscribe"].startswith("<https://")
    assert "attachment" not in str(mail.get("Content-Disposition", ""))


def test_a_cancelled_event_is_said_with_its_reason_and_no_button(invited: list[str]) -> None:
    actions.publish(cancelled="The speaker is ill.")
    actions.tick()
    first = issue_runs.address_of(invited[0])
    (mail,) = [one for one in sent_emails.deliver() if one["To"] == first]
    assert mail["Subject"] == "Cancelled: Autumn talk"
    text = sent_emails.text(mail)
    assert "The speaker is ill." in text
    assert "answer=yes" not in text


def test_what_concerns_nobody_mails_nobody(invited: list[str]) -> None:
    actions.publish(title="Winter talk")
    assert mailed("") == []


def test_a_title_changed_meanwhile_takes_no_news_away_from_the_invited(invited: list[str]) -> None:
    actions.publish(**LATER)
    actions.publish(**LATER, title="Winter talk")
    assert set(addresses(*invited[:2])) <= set(mailed("Please note what has changed"))


@pytest.mark.parametrize("page", [1, 2, 100])
def test_the_team_writes_to_who_has_not_answered_and_only_once(
    invited: list[str], monkeypatch: Any, page: int
) -> None:
    monkeypatch.setattr(messaging, "INVITED_AT_ONCE", page)
    write()
    everybody = [*mailed("Still"), *mailed("Still"), *mailed("Still")]
    assert sorted(everybody) == addresses(*invited[:2])
    assert mailed("") == []


def test_whoever_answers_before_it_leaves_gets_none(invited: list[str]) -> None:
    write()
    actions.tick()
    declines.decline(SLUG, invited[0], 2)
    mails = [one["To"] for one in sent_emails.deliver() if "Still" in one["Subject"]]
    assert mails == addresses(invited[1])


def test_an_address_that_is_stopped_gets_none_though_the_email_was_queued_for_the_one_before(
    invited: list[str],
) -> None:
    first, second, *_ = invited
    write()
    actions.tick()
    new = "new@example.org"
    issue_runs.change_member(first, email=new, address_hash=address_hash(new))
    suppression.stop(address_hash(new), suppression.COMPLAINT, 1)
    mails = [mail["To"] for mail in sent_emails.deliver() if "Still places" in mail["Subject"]]
    assert mails == addresses(second)
