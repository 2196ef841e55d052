"""The team's daily email: how many joined, left and unsubscribed; once, and nobody by name."""

from datetime import UTC, datetime

import pytest

from functions.core import site
from functions.core.aws import table
from functions.core.clock import DAY, HOUR, MINUTE
from functions.membership import handler, store
from functions.membership.rules import last_digest_hour
from functions.people.store import activities, subscriptions
from tests.functions import sent_emails
from tests.functions.membership import actions
from tests.functions.newsletter import team_emails
from tests.functions.sent_emails import Context
from tests.functions.support import NOW, before_writing, dump

EIGHT = int(datetime(2026, 11, 18, 7, 0, tzinfo=UTC).timestamp())  # in Stockholm, on NOW's day
SENT = EIGHT + DAY + MINUTE  # when the next digest goes


@pytest.fixture
def team(cloud):
    """The first tick has begun to count, on a day at 8."""
    team_emails.set_team()
    cloud.now = EIGHT + MINUTE
    tick()
    cloud.now = NOW
    return cloud


def tick():
    handler.tick({"tick": True}, Context())


def digests():
    mails = sent_emails.deliver()
    return [mail for mail in mails if mail["To"] == team_emails.ADDRESS]


def test_the_team_learns_how_many_joined_left_and_unsubscribed(team):
    asa = actions.become_member()
    actions.become_member(email="bo@example.org", name="Bo Ek")
    actions.become_member(email="eva@example.org", name="Eva Ek")
    subscriptions.stop_newsletter(asa, "link", team.now)
    actions.begin_erasing("eva@example.org")
    team.now = SENT
    tick()
    (mail,) = digests()
    assert mail["Subject"] == "Fjärdholm alumni network: 3 joined, 1 left"
    shown = sent_emails.text(mail).replace("\r\n", "\n")
    assert "since Wednesday 18~November 2026, 08:00:".replace("~", "\N{NO-BREAK SPACE}") in shown
    assert "Joined: 3\nLeft: 1\nUnsubscribed from the newsletter: 1\n" in shown
    assert "alumni members activity --since 2026-11-18T08:00" in shown


def test_nobody_is_named_in_it(team):
    asa = actions.become_member()
    team.now = SENT
    tick()
    (mail,) = digests()
    assert not [
        word for word in ("Åsa", "asa@example.com", asa) if word in sent_emails.decoded(mail)
    ]


def test_it_goes_out_once_and_not_before_eight(team):
    actions.become_member()
    team.now = SENT - 1
    tick()
    assert digests() == []
    for _ in range(3):
        team.pass_(MINUTE)
        tick()
    assert len(digests()) == 1
    team.pass_(DAY)
    tick()
    assert len(digests()) == 1


def test_two_ticks_at_once_send_one(team, monkeypatch):
    actions.become_member()
    team.now = SENT
    before_writing(monkeypatch, tick)
    tick()
    assert len(digests()) == 1


def test_a_day_without_changes_has_no_digest(team):
    team.now = SENT
    tick()
    assert digests() == []


def test_a_missed_day_is_in_the_next_one(team):
    actions.become_member()
    team.pass_(DAY)
    actions.become_member(email="bo@example.org")
    team.now = SENT + 2 * DAY
    tick()
    (mail,) = digests()
    assert "2 joined" in mail["Subject"]


def test_what_happens_after_eight_is_in_the_next_one(team):
    team.now = SENT
    actions.become_member()
    tick()
    assert digests() == []
    team.pass_(DAY)
    tick()
    assert "1 joined" in digests()[0]["Subject"]


def test_unsubscribing_by_email_counts_too(team):
    asa = actions.become_member()
    team.now = SENT
    tick()
    subscriptions.stop_newsletter(asa, "mail to the unsubscribe address", team.now)
    subscriptions.stop_newsletter(asa, "mail to the unsubscribe address", team.now)
    team.pass_(DAY)
    tick()
    assert "Unsubscribed from the newsletter: 1\r\n" in sent_emails.text(digests()[-1])


def test_without_a_team_nothing_is_counted(cloud):
    tick()
    assert store.digest_until() is None


def test_a_team_that_is_removed_meanwhile_gets_nothing(team):
    actions.become_member()
    team.now = SENT
    tick()
    known = table.get(("CATALOGUE", "CATALOGUE"))
    del known["site"]["team"]
    table.write(table.put(known))
    site.forget()
    assert digests() == []
    assert not [item for item in dump() if item["sk"] == "OUTBOX"]


@pytest.mark.parametrize(
    ("now", "hour"),
    [
        (datetime(2026, 11, 18, 7, 1, tzinfo=UTC), datetime(2026, 11, 18, 7, tzinfo=UTC)),
        (datetime(2026, 11, 18, 7, 0, 59, tzinfo=UTC), datetime(2026, 11, 17, 7, tzinfo=UTC)),
        # The night in which clocks go back, and the one in which they go forward.
        (datetime(2026, 10, 25, 6, 30, tzinfo=UTC), datetime(2026, 10, 24, 6, tzinfo=UTC)),
        (datetime(2027, 3, 28, 5, 59, tzinfo=UTC), datetime(2027, 3, 27, 7, tzinfo=UTC)),
        (datetime(2027, 3, 28, 6, 1, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC)),
    ],
)
def test_its_hour_is_eight_on_the_companys_clock(now, hour):
    assert last_digest_hour(int(now.timestamp()), "Europe/Stockholm") == hour.timestamp()


def test_activities_are_those_of_the_time_in_question(team):
    asa = actions.become_member()
    assert [a.member_id for a in activities.between(team.now, team.now + 1)] == [asa]
    assert list(activities.between(team.now + 1, team.now + DAY)) == []
    assert list(activities.between(0, team.now)) == []
    assert len(list(activities.between(team.now - 91 * DAY, team.now + HOUR))) == 1
