"""A person is erased in steps: gone from every use at once, told by email, then deleted."""

from dataclasses import replace

import pytest

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import HOUR
from functions.events.store import rsvps
from functions.figures import store as figures
from functions.membership import correcting, erasing, handler, silent_members, store
from functions.membership.rules import GOODBYE_SECONDS
from functions.people.member import SHARDS
from functions.people.store import consents, erased, subscriptions, tallies
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.functions.sent_emails import Context
from tests.functions.support import before_writing, dump, left_of, outbox


class Killed(BaseException):
    """The process ends here, whatever it was about to do."""


@pytest.fixture
def guest(asa):
    """Åsa is a member and comes to an event with a guest; her id."""
    events.publish()
    events.accepted()
    return asa


def begin(cloud, email="asa@example.com"):
    return erasing.begin(address_hash(email), cloud.now)


def tick():
    handler.tick({"tick": True}, Context())


def finish(cloud):
    cloud.pass_(GOODBYE_SECONDS)
    tick()


def goodbyes():
    return [mail for mail in sent_emails.deliver() if "is deleted" in str(mail["Subject"])]


def test_at_once_no_use_finds_the_person(guest, cloud):
    begin(cloud)
    assert people.member(guest) is None
    assert actions.member_id() is None
    assert [member for shard in SHARDS for member in people.members(shard)] == []
    assert rsvps.of_event(events.SLUG) == []
    assert events.event()["free"] == 40


def test_then_an_email_says_so_to_the_address_that_is_kept_for_it(guest, cloud):
    begin(cloud)
    (goodbye,) = goodbyes()
    assert goodbye["To"] == "asa@example.com"
    assert "Hello Åsa Ek," in sent_emails.text(goodbye)
    assert "within the hour" in sent_emails.text(goodbye)


def test_within_the_hour_the_rest_is_deleted(guest, cloud):
    assert GOODBYE_SECONDS < HOUR
    begin(cloud)
    sent_emails.deliver()
    cloud.pass_(GOODBYE_SECONDS - 1)
    tick()
    assert len(store.erasures_at(address_hash("asa@example.com"))) == 1
    cloud.pass_(1)
    tick()
    assert left_of(guest) == ["ERASED"]
    assert "asa@example.com" not in str(dump())
    assert "Åsa" not in str(dump())


def test_without_an_email_service_the_rest_is_deleted_all_the_same(guest, cloud):
    begin(cloud)
    finish(cloud)
    assert goodbyes() == []
    assert outbox() == []
    assert "asa@example.com" not in str(dump())


def test_beginning_twice_sends_one_email(guest, cloud):
    assert begin(cloud).is_stored
    after = dump()
    assert not begin(cloud).is_stored
    assert dump() == after
    assert len(goodbyes()) == 1


def test_finishing_twice_changes_nothing(guest, cloud):
    begin(cloud)
    (erasure,) = store.erasures_at(address_hash("asa@example.com"))
    finish(cloud)
    after = dump()
    erasing.finish(erasure)
    tick()
    assert dump() == after


def kill_at(monkeypatch, position):
    """The write at this position, counted from 0, is not done, and nothing after it."""
    count = iter(range(100))

    def mortal(write):
        def write_or_die(*writes):
            if next(count) == position:
                raise Killed
            write(*writes)

        return write_or_die

    for name in ("write", "transact"):
        monkeypatch.setattr(table, name, mortal(getattr(table, name)))


@pytest.mark.parametrize("position", range(9))
def test_killed_at_any_write_the_next_run_goes_on(guest, cloud, monkeypatch, position):
    monkeypatch.setattr(erasing, "RSVPS_IN_ONE", 0)  # so that the tick has to delete the sign-up
    monkeypatch.setattr(silent_members, "sweep", lambda *_: [])  # which the tick does after that
    tallies.save_progress("", tallies.COUNTED)
    figures.ask("", cloud.now)
    killed = False
    with monkeypatch.context() as patch:
        kill_at(patch, position)
        try:
            begin(cloud)
            finish(cloud)
        except Killed:
            killed = True
    # begin; the sign-up, four lines of emails, the history, the record of the erasure
    assert killed == (position < 8)
    begin(cloud)
    finish(cloud)
    assert left_of(guest) == ["ERASED"]
    assert "asa@example.com" not in str(dump())
    assert events.event()["free"] == 40


def test_a_sign_up_confirmed_meanwhile_frees_its_seats(asa, cloud, monkeypatch):
    events.publish()
    events.sign_up()
    link = events.newest_link()
    before_writing(monkeypatch, lambda: events.press_button(link))
    begin(cloud)
    assert (rsvps.of_event(events.SLUG), events.event()["free"]) == ([], 40)


def test_who_joins_again_meanwhile_starts_afresh_and_stays(guest, cloud):
    begin(cloud)
    cloud.pass_(60)
    again = actions.become_member()
    events.accepted()
    finish(cloud)
    assert left_of(guest) == ["ERASED"]
    assert actions.member_id() == again != guest
    assert len(consents.of_member(again)) == 3
    assert events.rsvp()["status"] == "accepted"
    assert events.event()["free"] == 38


def test_who_moves_to_the_address_meanwhile_keeps_their_sign_ups(guest, cloud):
    before = people.member(guest)
    actions.become_member(email="bo@example.org")
    begin(cloud, "bo@example.org")
    cloud.pass_(60)
    after = replace(before, email="bo@example.org")
    assert correcting.correct(before, after, "arn:aws:iam::1:user/hr", cloud.now) == ""
    finish(cloud)
    assert events.rsvp("bo@example.org")["status"] == "accepted"
    assert events.event()["free"] == 38


def test_who_is_erased_twice_within_the_hour_is_gone(guest, cloud):
    begin(cloud)
    cloud.pass_(60)
    again = actions.become_member()
    begin(cloud)
    finish(cloud)
    assert (left_of(guest), left_of(again)) == (["ERASED"], ["ERASED"])
    assert "asa@example.com" not in str(dump())


def test_an_address_that_nobody_confirmed_gets_no_email(cloud):
    events.publish()
    events.sign_up()
    actions.join()
    sent_emails.deliver()
    begin(cloud)
    assert goodbyes() == []
    assert "asa@example.com" not in str(dump())


def test_a_guest_who_is_no_member_is_told_in_the_language_of_the_sign_up(cloud):
    events.publish()
    events.accepted(language="sv")
    begin(cloud)
    goodbye = sent_emails.deliver()[-1]
    assert goodbye["Content-Language"] == "sv"
    assert "anmälningar" in sent_emails.text(goodbye)
    assert "medlemskap" not in sent_emails.text(goodbye)


def test_more_sign_ups_than_fit_into_one_transaction_are_deleted_by_the_tick(
    guest, cloud, monkeypatch
):
    monkeypatch.setattr(erasing, "RSVPS_IN_ONE", 0)
    begin(cloud)
    assert events.event()["free"] == 38
    finish(cloud)
    assert (events.rsvp(), events.event()["free"]) == ({}, 40)


def test_a_member_with_a_hundred_records_is_erased(guest, cloud):
    for second in range(60):
        subscriptions.stop_newsletter(guest, "link", cloud.now + second)
        back = table.update(people.member_key(guest), "SET #newsletter = :yes", {":yes": True})
        table.write(back)
        subscriptions.stop_newsletter(guest, "link", cloud.now + second)
        table.write(back)
    assert len(consents.of_member(guest)) > table.MOST_WRITES
    begin(cloud)
    finish(cloud)
    assert left_of(guest) == ["ERASED"]


def test_a_failing_erasure_doesnt_hold_up_the_others_and_raises_the_alarm(
    guest, cloud, monkeypatch, caplog
):
    actions.become_member(email="bo@example.org")
    begin(cloud)
    begin(cloud, "bo@example.org")
    delete = erased.reduce_to_hashes

    def fail_for_asa(member_id):
        if member_id == guest:
            raise ValueError("asa@example.com")
        delete(member_id)

    monkeypatch.setattr(erased, "reduce_to_hashes", fail_for_asa)
    with pytest.raises(RuntimeError, match="erasures failed"):
        finish(cloud)
    assert "bo@example.org" not in str(dump())
    assert "asa@example.com" not in caplog.text
    monkeypatch.setattr(erased, "reduce_to_hashes", delete)
    tick()
    assert "asa@example.com" not in str(dump())


def test_the_tick_stops_in_time(guest, cloud):
    begin(cloud)
    cloud.pass_(GOODBYE_SECONDS)
    handler.tick({"tick": True}, Context(left_ms=1))
    assert len(store.erasures_at(address_hash("asa@example.com"))) == 1
