"""The sweep of silent members is killed, repeated, run twice at once and throttled: each member is
asked once."""

from contextlib import suppress

import pytest

from functions.core.aws import table
from functions.core.clock import DAY, HOUR, MINUTE
from functions.membership import silent_members, store
from functions.people.silence import Stage
from functions.people.store import signs_of_life
from tests.functions import sent_emails
from tests.functions.membership import actions
from tests.functions.membership.silent_members.years import (
    ASA,
    END,
    day,
    questions,
    set_keep,
    stage,
    tick,
)
from tests.functions.support import before_writing, dump


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("position", range(4))
def test_killed_at_any_write_the_next_tick_goes_on_and_asks_once(asa, cloud, monkeypatch, position):
    cloud.now = END - 60 * DAY + HOUR
    left = [position]
    write = table.write

    def write_or_die(*writes):
        if not left[0]:
            raise Killed
        left[0] -= 1
        write(*writes)

    with monkeypatch.context() as patch:
        patch.setattr(table, "write", write_or_die)
        with suppress(Killed):
            silent_members.sweep(cloud.now, lambda: True)
    cloud.pass_(MINUTE)
    tick()
    sent_emails.deliver()
    cloud.pass_(MINUTE)
    tick()
    sent_emails.deliver()
    assert len(questions()) == 1


def test_two_ticks_at_once_ask_once(asa, cloud, monkeypatch):
    cloud.now = END - 60 * DAY + HOUR
    before_writing(monkeypatch, lambda: silent_members.sweep(cloud.now, lambda: True), "write")
    tick()
    sent_emails.deliver()
    assert len(questions()) == 1


def test_one_that_fails_does_not_hold_up_the_others_and_raises_the_alarm(asa, cloud, monkeypatch):
    actions.become_member(email="bo@example.org")
    cloud.now = END + 10 * DAY
    warn = store.warn

    def fail_for_asa(silence, *rest):
        if silence.member_id == asa:
            raise ValueError(ASA)
        return warn(silence, *rest)

    monkeypatch.setattr(store, "warn", fail_for_asa)
    with pytest.raises(RuntimeError, match="failed"):
        tick()
    sent_emails.deliver()
    assert (questions(), len(questions("bo@example.org"))) == ([], 1)


def test_no_more_emails_a_day_than_a_part_of_the_quota(cloud, account, monkeypatch):
    set_keep(still_right_months=0)
    monkeypatch.setattr(silent_members, "FEWEST", 1)
    account["SendQuota"]["Max24HourSend"] = 40.0
    addresses = [f"member{n}@example.org" for n in range(3)]
    for address in addresses:
        actions.become_member(email=address)
        cloud.pass_(DAY)
    cloud.now = END + 50 * DAY
    day(cloud)
    assert sum(len(questions(address)) for address in addresses) == 2
    day(cloud)
    assert [len(questions(address)) for address in addresses] == [1, 1, 1]


def test_no_email_while_ses_sends_nothing(asa, cloud, account):
    account["SendingEnabled"] = False
    cloud.now = END
    day(cloud)
    assert stage(asa) is Stage.QUIET
    assert not [item for item in dump() if item.get("mail") == "still_there"]


def test_the_sweep_reads_nobody_who_is_not_due(asa, cloud, monkeypatch):
    read = []
    monkeypatch.setattr(signs_of_life, "silences", lambda ids: read.extend(ids) or [])
    day(cloud, 3)
    assert read == []
