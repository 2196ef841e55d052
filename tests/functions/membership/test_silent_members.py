"""Years pass: whoever is silent is asked twice whether they want to stay, and else erased."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest

from functions.core import site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR, MINUTE
from functions.core.keep import MONTH
from functions.core.mail import suppression
from functions.membership import erasing, handler, silent_members, store
from functions.people.silence import Stage
from functions.people.store import members as people
from functions.people.store import signs_of_life
from functions.post import handler as post
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.functions.newsletter import team_emails
from tests.functions.sent_emails import Context
from tests.functions.support import NOW, before_writing, dump

STAY, RIGHT = "Do you still want to be in the", "Is this still right?"
LAST = "Last reminder"
ASA = "asa@example.com"


@pytest.fixture
def asa(cloud):
    """Åsa is a member of a network whose ticks run; nobody asks yearly. Her id."""
    set_keep(still_right_months=0)
    member_id = actions.become_member()
    day(cloud)
    return member_id


def set_keep(**keep):
    known = table.get(("CATALOGUE", "CATALOGUE"))
    known["site"]["keep"] = keep
    table.write(table.put(known))
    site.forget()


def tick():
    handler.tick({"tick": True}, Context())


def day(cloud, days=1):
    """Days pass, each with a tick after eight and the emails of it."""
    for _ in range(days):
        cloud.pass_(DAY)
        tick()
        sent_emails.deliver()


def until(cloud, at):
    """Time passes until two days before `at`, with no tick; then day by day to behind it."""
    cloud.now = max(cloud.now, at - 3 * DAY)
    day(cloud, 4)


def subjects(address=ASA):
    return [mail["Subject"] for mail in sent_emails.sent() if mail["To"] == address]


def questions(address=ASA):
    return [s for s in subjects(address) if "do you still want" in s.lower()]


def stage(member_id):
    return signs_of_life.silence_of(member_id).stage


END = NOW + 36 * MONTH


# ---- Three silent years


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


def due_at(member_id):
    return table.get(signs_of_life.life_key(member_id))["due_at"]


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


# ---- Never unwarned


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


# ---- Interrupted, repeated, at once


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


# ---- Once a year


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
