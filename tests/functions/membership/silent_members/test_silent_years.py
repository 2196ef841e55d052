"""Years pass: whoever is silent is asked twice whether they want to stay, and else erased."""

from datetime import UTC, datetime

import pytest

from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.keep import MONTH
from functions.people.silence import Stage
from functions.people.store import members as people
from functions.people.store import signs_of_life
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.functions.membership.silent_members.years import (
    ASA,
    END,
    LAST,
    STAY,
    day,
    due_at,
    questions,
    set_keep,
    stage,
    subjects,
    tick,
    until,
)
from tests.functions.support import NOW, dump


def test_a_silent_member_is_asked_twice_and_then_erased(asa, cloud):
    until(cloud, END - 62 * DAY)
    assert questions() == []
    until(cloud, END - 60 * DAY)
    assert [STAY in subject for subject in questions()] == [True]
    until(cloud, END - 16 * DAY)
    assert len(questions()) == 1
    until(cloud, END - 14 * DAY)
    assert [LAST in subject for subject in questions()] == [False, True]
    until(cloud, END - 3 * DAY)
    assert people.member(asa)
    until(cloud, END + 2 * DAY)
    assert people.member(asa) is None
    assert subjects()[-1] == "Your data at the Fjärdholm alumni network is deleted"
    day(cloud)
    assert ASA not in str(dump())
    assert not [item for item in dump() if item["pk"].startswith("LIFE#")]


def test_the_email_names_the_day_and_that_day_holds(asa, cloud):
    until(cloud, END - 60 * DAY)
    (mail,) = [m for m in sent_emails.sent() if STAY in m["Subject"]]
    named = datetime.fromtimestamp(END, UTC)
    assert f"{named.day}\N{NO-BREAK SPACE}{named:%B} {named.year}" in sent_emails.text(mail)


def test_the_button_keeps_them_for_three_more_years(asa, cloud):
    until(cloud, END - 60 * DAY)
    link = sent_emails.newest_link()
    before = dump()
    page = actions.open_link(link)
    assert (page["statusCode"], dump()) == (200, before)
    assert page["body"].count("<button") == 1
    assert "Åsa" not in page["body"]
    assert ASA not in page["body"]
    pressed = actions.press_button(link)
    assert (pressed["statusCode"], "You stay with us" in pressed["body"]) == (200, True)
    until(cloud, END + 30 * DAY)
    assert (people.member(asa) is not None, len(questions())) == (True, 1)
    until(cloud, cloud.now + 36 * MONTH - 60 * DAY)
    assert len(questions()) == 2


def test_the_buttons_links_of_others_and_of_the_erased_do_nothing(asa, cloud):
    until(cloud, END - 60 * DAY)
    link = sent_emails.newest_link()
    assert actions.press_button(link.replace("token=", "token=x"))["statusCode"] == 410
    other = link.replace("/api/still-here", "/api/unsubscribe")
    assert actions.press_button(other)["statusCode"] == 410
    actions.erase()
    before = dump()
    assert actions.open_link(link)["statusCode"] == 200
    assert actions.press_button(link)["statusCode"] == 410
    assert dump() == before


# ---- Signs of life


def sign_in(_member_id):
    Browser().sign_in(ASA)


def change_details(_member_id):
    browser = Browser()
    browser.sign_in(ASA)
    assert browser.post("/me/details", name="Åsa Berg", **FORM)["statusCode"] == 303


def come_to_an_event(_member_id):
    events.publish(
        starts_at="2030-01-01T16:30:00Z",
        ends_at="2030-01-01T18:30:00Z",
        closes_at="2030-01-01T16:30:00Z",
    )
    events.accepted()
    sent_emails.deliver()


def unsubscribe(member_id):
    actions.unsubscribe(member_id)


FORM = {
    "office": "malmo", "from_year": "1998", "to_year": "2019", "kinds": ["engineer"],
    "interests": [], "language": "en", "frequency": "every",
}  # fmt: skip


@pytest.mark.parametrize("act", [sign_in, change_details, come_to_an_event, unsubscribe])
def test_what_a_member_does_is_a_sign_of_life(asa, cloud, act):
    until(cloud, END - 60 * DAY)
    assert stage(asa) is Stage.WARNED
    act(asa)
    assert stage(asa) is Stage.QUIET
    assert signs_of_life.silence_of(asa).seen_at == cloud.now


def test_asking_to_sign_in_is_none_since_anybody_can(asa, cloud):
    seen_at = signs_of_life.silence_of(asa).seen_at
    Browser().ask(ASA)
    sent_emails.deliver()
    assert signs_of_life.silence_of(asa).seen_at == seen_at


def test_a_sign_of_life_is_written_once_a_day_at_most(asa, cloud):
    signs_of_life.sign_of_life(asa, cloud.now)
    before = dump()
    cloud.pass_(DAY - 1)
    signs_of_life.sign_of_life(asa, cloud.now)
    assert dump() == before
    cloud.pass_(1)
    signs_of_life.sign_of_life(asa, cloud.now)
    assert dump() != before


def test_whom_the_sweep_finds_too_early_is_put_off_to_the_time_of_their_last_sign(asa, cloud):
    joined_at = due_at(asa)
    cloud.now = NOW + 20 * MONTH
    signs_of_life.sign_of_life(asa, cloud.now)
    seen_at = signs_of_life.silence_of(asa).seen_at
    assert (due_at(asa), seen_at) == (joined_at, cloud.now)
    until(cloud, END - 60 * DAY)
    assert (due_at(asa), questions()) == (seen_at, [])
    until(cloud, seen_at + 36 * MONTH - 60 * DAY)
    assert len(questions()) == 1


def test_a_sign_while_the_question_waits_keeps_it_from_being_sent(asa, cloud):
    cloud.now = END - 59 * DAY
    tick()
    signs_of_life.sign_of_life(asa, cloud.now)
    sent_emails.deliver()
    assert (questions(), stage(asa)) == ([], Stage.QUIET)


def test_nobody_comes_to_life_by_a_sign(cloud):
    before = dump()
    signs_of_life.sign_of_life("0" * 32, cloud.now)
    signs_of_life.answer("0" * 32, cloud.now)
    assert dump() == before


# ---- Members from before there were signs of life


def test_who_joined_before_is_counted_from_that_day(cloud):
    set_keep(still_right_months=0)
    members = [actions.become_member(email=f"m{n}@example.org") for n in range(3)]
    for member_id in members:
        for key in (signs_of_life.life_key(member_id), signs_of_life.still_right_key(member_id)):
            table.write(table.delete(key))
    tick()
    assert [signs_of_life.silence_of(m).seen_at for m in members] == [NOW] * 3
    before = dump()
    tick()
    assert dump() == before
