"""Once a year every member is asked whether their details are still right."""

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.keep import MONTH
from functions.core.mail import suppression
from functions.people.store import signs_of_life
from tests.functions import sent_emails
from tests.functions.membership import actions
from tests.functions.membership.silent_members.years import (
    ASA,
    RIGHT,
    STAY,
    day,
    questions,
    set_keep,
    subjects,
    until,
)
from tests.functions.support import NOW


def test_once_a_year_everybody_is_asked_if_all_is_still_right(cloud):
    asa = actions.become_member()
    until(cloud, NOW + 12 * MONTH - 3 * DAY)
    assert not [s for s in subjects() if RIGHT in s]
    until(cloud, NOW + 12 * MONTH)
    assert len([s for s in subjects() if RIGHT in s]) == 1
    until(cloud, NOW + 24 * MONTH)
    assert len([s for s in subjects() if RIGHT in s]) == 2
    mail = sent_emails.sent()[-1]
    assert "Malmö harbour" in sent_emails.text(mail)
    pressed = actions.press_button(sent_emails.newest_link())
    assert "Thank you" in pressed["body"]
    assert signs_of_life.silence_of(asa).seen_at == cloud.now
    until(cloud, cloud.now + 11 * MONTH)
    assert len([s for s in subjects() if RIGHT in s]) == 2


def test_the_yearly_question_is_not_asked_shortly_before_a_warning(cloud):
    set_keep(contact_months=14, still_right_months=12)
    actions.become_member()
    until(cloud, NOW + 12 * MONTH)
    day(cloud, 10)
    assert [RIGHT in s or STAY in s for s in subjects()].count(True) == 1
    assert len(questions()) == 1


def test_zero_months_switch_the_yearly_question_off(asa, cloud):
    until(cloud, NOW + 24 * MONTH)
    assert not [s for s in subjects() if RIGHT in s]


def test_who_gets_no_email_is_not_asked_again_every_day(cloud):
    asa = actions.become_member()
    suppression.stop(address_hash(ASA), "bounce", cloud.now)
    until(cloud, NOW + 12 * MONTH)
    due_at = table.get(signs_of_life.still_right_key(asa))["due_at"]
    assert due_at > NOW + 11 * MONTH
