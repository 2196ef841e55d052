"""No member is erased without both emails, whatever SES, ticks, clocks and settings do."""

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.core.keep import MONTH
from functions.core.mail import suppression
from functions.membership import erasing
from functions.people.silence import Stage
from functions.people.store import members as people
from functions.people.store import signs_of_life
from functions.post import handler as post
from tests.functions import sent_emails
from tests.functions.membership.silent_members.years import (
    ASA,
    END,
    day,
    due_at,
    questions,
    set_keep,
    stage,
    tick,
    until,
)
from tests.functions.newsletter import team_emails
from tests.functions.support import NOW, before_writing


def test_emails_that_ses_refuses_erase_nobody(asa, cloud, monkeypatch):
    def refuse(*_):
        raise TimeoutError("SES")

    with monkeypatch.context() as patch:
        patch.setattr(post, "_send", refuse)
        cloud.now = END - 61 * DAY
        for _ in range(10):
            cloud.pass_(10 * DAY)
            day(cloud)
        assert (people.member(asa) is not None, stage(asa)) == (True, Stage.QUIET)
    cloud.pass_(DAY)
    day(cloud, 2)
    first_at = cloud.now
    assert (stage(asa), len(questions())) == (Stage.WARNED, 1)
    until(cloud, first_at + 46 * DAY)
    until(cloud, first_at + 57 * DAY)
    assert (people.member(asa) is not None, len(questions())) == (True, 2)
    until(cloud, first_at + 61 * DAY)
    assert people.member(asa) is None


def test_a_tick_that_was_off_for_months_warns_twice_before_it_erases(asa, cloud):
    cloud.now = END + 200 * DAY
    day(cloud)
    assert (people.member(asa) is not None, len(questions())) == (True, 1)
    cloud.pass_(200 * DAY)
    day(cloud)
    assert (people.member(asa) is not None, len(questions())) == (True, 2)
    cloud.pass_(200 * DAY)
    day(cloud)
    assert people.member(asa)  # the tick stood still: nobody is erased that day
    day(cloud)
    assert people.member(asa) is None


def test_a_clock_that_jumps_years_ahead_and_back_erases_nobody(asa, cloud):
    right = cloud.now
    for years in (4, 5, 6):
        cloud.now = right + years * 12 * MONTH
        day(cloud)
    assert people.member(asa)
    cloud.now = right
    day(cloud, 3)
    assert people.member(asa)


def test_a_sign_of_life_from_a_clock_that_was_ahead_keeps_nobody_for_years(asa, cloud):
    signs_of_life.sign_of_life(asa, cloud.now + 3650 * DAY)
    signs_of_life.sign_of_life(asa, cloud.now)
    assert signs_of_life.silence_of(asa).seen_at == cloud.now


def test_an_index_from_a_clock_that_was_ahead_keeps_nobody_for_years(asa, cloud):
    life = table.get(signs_of_life.life_key(asa))
    ahead = cloud.now + 3650 * DAY
    table.write(table.put(life | {"seen_at": ahead, "due_at": ahead}))
    signs_of_life.sign_of_life(asa, cloud.now)
    assert (signs_of_life.silence_of(asa).seen_at, due_at(asa)) == (cloud.now, cloud.now)


def test_a_clock_that_is_set_back_a_little_undoes_no_sign_of_life(asa, cloud):
    signs_of_life.sign_of_life(asa, cloud.now)
    signs_of_life.sign_of_life(asa, cloud.now - HOUR)
    assert signs_of_life.silence_of(asa).seen_at == cloud.now


def test_shorter_settings_erase_nobody_without_both_emails(asa, cloud):
    cloud.now = NOW + 30 * MONTH
    day(cloud)
    assert questions() == []
    set_keep(contact_months=24, still_right_months=0)
    day(cloud)
    assert len(questions()) == 1
    first_at = cloud.now
    until(cloud, first_at + 46 * DAY)
    until(cloud, first_at + 57 * DAY)
    assert (people.member(asa) is not None, len(questions())) == (True, 2)
    until(cloud, first_at + 61 * DAY)
    assert people.member(asa) is None


def test_longer_settings_take_the_warning_back(asa, cloud):
    until(cloud, END - 60 * DAY)
    set_keep(contact_months=48, still_right_months=0)
    until(cloud, END - 14 * DAY)
    assert (stage(asa), len(questions())) == (Stage.QUIET, 1)


def test_who_signs_in_before_the_email_is_sent_is_not_asked(asa, cloud):
    cloud.now = END - 60 * DAY + HOUR
    cloud.pass_(DAY)
    tick()
    signs_of_life.sign_of_life(asa, cloud.now)
    sent_emails.deliver()
    assert (questions(), stage(asa)) == ([], Stage.QUIET)


def test_who_signs_in_while_they_are_being_erased_stays(asa, cloud, monkeypatch):
    until(cloud, END - 60 * DAY)
    until(cloud, END - 14 * DAY)
    until(cloud, END - 4 * DAY)
    cloud.now = END + DAY
    silence = signs_of_life.silence_of(asa)
    before_writing(monkeypatch, lambda: signs_of_life.sign_of_life(asa, cloud.now))
    erasing.begin(address_hash(ASA), cloud.now, silence=silence)
    assert people.member(asa)


def test_an_address_that_bounces_is_erased_in_time_and_the_team_hears_of_it(asa, cloud):
    team_emails.set_team()
    set_keep(still_right_months=0)
    suppression.stop(address_hash(ASA), "bounce", cloud.now)
    until(cloud, END - 60 * DAY)
    day(cloud, 2)
    assert (questions(), stage(asa)) == ([], Stage.WARNED)
    digest = [mail for mail in sent_emails.sent() if mail["To"] == team_emails.ADDRESS][-1]
    assert "deleted in 60 days: 1" in sent_emails.text(digest)
    until(cloud, END - 14 * DAY)
    until(cloud, END + 2 * DAY)
    assert people.member(asa) is None
