"""Joining where the team decides: nobody joins or hears of it before, and nothing is done twice."""

import datetime as dt

import pytest

from functions.approvals import rules
from functions.approvals.rules import REMIND_DAYS, UNDO_SECONDS, State
from functions.approvals.store import applications as store
from functions.approvals.store import queue
from functions.core import clock, site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.errors import RefusedError
from functions.invitations.rules import Outcome
from functions.membership import erasing, handler
from functions.people.member import Arrival, new_member
from functions.people.store import consents
from functions.people.store import members as people
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from tests.functions import sent_emails
from tests.functions.invitations.actions import invite
from tests.functions.membership import actions
from tests.functions.sent_emails import Context
from tests.functions.support import SITE, dump

HASH_OF = address_hash
ASA = "asa@example.com"


@pytest.fixture(autouse=True)
def mode(cloud) -> None:
    publish("approve")


def publish(joining: str) -> None:
    known = SITE | {"joining": joining, "team": {"email": "team@fjardholm.test"}}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()


def wait(email: str = ASA, **details: str) -> dict[str, object]:
    """Somebody sends the form and confirms the address."""
    actions.join(email=email, **details)
    return actions.press_button(actions.newest_link())


def tick() -> None:
    handler.tick({"tick": True}, Context())


def decide(browser, decision: str, email: str = ASA, **form: str):
    one = store.get(HASH_OF(email))
    assert one
    path = f"/desk/approvals/{one.address_hash}/"
    return browser.post(path, decision=decision, step=str(one.step), **form)


def subjects() -> list[str]:
    return [str(mail["Subject"]) for mail in sent_emails.deliver()]


def is_member(email: str = ASA) -> bool:
    return people.member_id_at(HASH_OF(email)) is not None


def test_whoever_confirms_waits_and_reads_so(desk):
    answer = wait()
    assert "Thank you, we will be in touch" in str(answer["body"])
    assert not is_member()
    assert set(subjects()[-2:]) == {
        "Your sign-up for the alumni network of Fjärdholm",
        "1 person wants to join the alumni network",
    }
    assert "Åsa" in desk().get("/desk/approvals/")["body"]


def test_without_a_confirmed_address_nobody_waits(desk):
    actions.join(email=ASA)
    assert store.get(HASH_OF(ASA)) is None
    assert "Nobody waits for a decision." in desk().get("/desk/approvals/")["body"]


def test_an_approved_person_joins_with_the_consents_that_they_gave(desk, cloud):
    wait()
    browser = desk()
    assert decide(browser, "approve")["statusCode"] == 303
    tick()
    assert not is_member()  # until it can't be taken back any more
    cloud.pass_(UNDO_SECONDS)
    tick()
    assert is_member()
    assert "Welcome" in subjects()[-1]
    lines = consents.of_member(people.member_id_at(HASH_OF(ASA)))
    assert {line.what for line in lines} >= {"membership given", "newsletter given"}
    assert store.get(HASH_OF(ASA)) is None
    tick()
    assert len([subject for subject in subjects() if "Welcome" in subject]) == 1


def test_a_decision_is_taken_back_and_nobody_hears_of_it(desk, cloud):
    wait()
    browser = desk()
    before = subjects()
    for decision in ("decline", "undo", "approve", "undo"):
        assert decide(browser, decision)["statusCode"] == 303
        cloud.pass_(1)
    cloud.pass_(UNDO_SECONDS)
    tick()
    assert (is_member(), subjects()) == (False, before)
    assert store.get(HASH_OF(ASA)).state is State.WAITING


@pytest.mark.parametrize(("form", "is_sent"), [({"send_reason": "yes"}, True), ({}, False)])
def test_a_reason_is_sent_only_if_it_is_ticked(desk, cloud, form, is_sent):
    wait()
    decide(desk(), "decline", reason="You never worked here.", **form)
    cloud.pass_(UNDO_SECONDS)
    tick()
    mail = sent_emails.deliver()[-1]
    assert "we can't take you in" in sent_emails.text(mail)
    assert ("You never worked here." in sent_emails.text(mail)) is is_sent


def test_somebody_declined_is_approved_after_all(desk, cloud):
    wait()
    browser = desk()
    decide(browser, "decline")
    cloud.pass_(UNDO_SECONDS)
    tick()
    assert "Declined within 30 days" in browser.get("/desk/approvals/")["body"]
    decide(browser, "approve")
    cloud.pass_(UNDO_SECONDS)
    tick()
    assert is_member()


def test_of_two_who_click_at_once_the_second_reads_what_the_first_decided(desk):
    wait()
    first, second = desk(), desk()
    one = store.get(HASH_OF(ASA))
    assert one
    path = f"/desk/approvals/{one.address_hash}/"
    assert first.post(path, decision="approve", step=str(one.step))["statusCode"] == 303
    answer = second.post(path, decision="decline", step=str(one.step))
    assert answer["statusCode"] == 400
    assert "Somebody else was first." in answer["body"]
    assert "Approved by" in answer["body"]
    assert store.get(HASH_OF(ASA)).state is State.APPROVED


def test_each_decision_has_its_line_in_the_log(desk):
    wait()
    browser = desk()
    decide(browser, "approve")
    decide(browser, "undo")
    lines = list(deeds.lines(clock.month_of(clock.now())))
    mine = {line.deed for line in lines if line.by == browser.actor.id}
    assert mine >= {Deed.APPROVED, Deed.DECISION_UNDONE}


def test_the_team_is_reminded_after_three_working_days_and_once(desk, cloud):
    wait()
    sent_emails.deliver()
    one = store.get(HASH_OF(ASA))
    assert one
    before = len(subjects())
    cloud.now = one.due_at - 1
    tick()
    assert len(subjects()) == before
    cloud.pass_(1)
    tick()
    assert subjects()[-1] == "1 person wants to join the alumni network"
    cloud.pass_(10 * DAY)
    tick()
    assert len([text for text in subjects() if "wants to join" in text]) == 2


def test_the_team_is_emailed_once_however_many_begin_to_wait_on_a_day(cloud):
    for name in ("asa", "bo", "cay"):
        actions.join(email=f"{name}@example.com")
        actions.press_button(sent_emails.newest_link_to("/api/join/confirm"))
        sent_emails.deliver()
        cloud.pass_(60)
    assert len([text for text in subjects() if "to join the alumni network" in text]) == 1


@pytest.mark.parametrize(
    ("begun", "reminded"),
    [
        ("2026-11-18", "2026-11-23"),  # Wednesday: Thursday, Friday, Monday
        ("2026-11-20", "2026-11-25"),
        ("2026-11-21", "2026-11-25"),
    ],
)
def test_weekends_are_no_working_days(begun, reminded):
    at = int(dt.datetime.fromisoformat(f"{begun}T12:00:00+01:00").timestamp())
    due = rules.remind_at(at, "Europe/Stockholm")
    assert dt.datetime.fromtimestamp(due, dt.UTC).date().isoformat() == reminded
    assert REMIND_DAYS == 3


@pytest.mark.parametrize("decision", ["", "decline"])
def test_what_nobody_decided_and_what_was_declined_is_deleted(desk, cloud, decision):
    wait()
    if decision:
        decide(desk(), decision)
    for days in (1, 10, 30, 60):
        cloud.pass_(days * DAY)
        tick()
    assert not [item for item in dump() if item["sk"] == "APPLICATION"]
    assert not is_member()


def test_an_erased_person_waits_no_more(desk):
    wait()
    erasing.begin(HASH_OF(ASA), clock.now())
    assert not [item for item in dump() if item["sk"] == "APPLICATION"]


def test_a_form_sent_again_waits_once_with_the_newest_details(desk, cloud):
    wait()
    cloud.pass_(60)
    wait(name="Åsa Berg")
    (one,) = store.waiting(10, lambda _: True)
    assert one.signup.profile.name == "Åsa Berg"


def test_another_offices_people_are_not_there(desk):
    wait(office="malmo")
    browser = desk(Role.COORDINATOR, ("stockholm",))
    assert "Nobody waits for a decision." in browser.get("/desk/approvals/")["body"]
    assert decide(browser, "approve")["statusCode"] == 410
    assert store.get(HASH_OF(ASA)).state is State.WAITING


def test_more_people_of_other_offices_hide_nobody(desk, cloud, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    for number in range(5):
        wait(f"other{number}@example.com", office="stockholm")
        cloud.pass_(1)
    wait(office="malmo")
    body = desk(Role.COORDINATOR, ("malmo",)).get("/desk/")["body"]
    assert ASA in body
    assert "other" not in body


def test_whoever_joins_by_an_invitation_waits_no_more(desk, cloud):
    invite(email=ASA)
    actions.join()
    actions.press_button(sent_emails.newest_link_to("/api/join/confirm", ASA))
    decide(desk(), "decline")
    link = sent_emails.newest_link_to("/api/invitation?", ASA)
    agreed = {"consent_membership": actions.fingerprint("membership")}
    actions.press_button(link, **actions.ASA | agreed)
    assert people.member_id_at(HASH_OF(ASA))
    assert store.get(HASH_OF(ASA)) is None
    cloud.pass_(UNDO_SECONDS)
    tick()
    assert not [text for text in subjects() if "can't" in text]


def test_whoever_waits_is_neither_invited_nor_brought_in_by_others(cloud):
    wait()
    assert invite(email=ASA) is Outcome.WAITING
    one = store.get(HASH_OF(ASA))
    assert one
    member = new_member(one.signup.profile, HASH_OF(ASA), clock.now())
    with pytest.raises(RefusedError):
        people.add(member, [], arrival=Arrival.IMPORTED)


def test_a_decision_that_is_taken_back_keeps_the_reminder(desk, cloud):
    wait()
    due_at = store.get(HASH_OF(ASA)).due_at
    browser = desk()
    decide(browser, "decline")
    decide(browser, "undo")
    assert store.get(HASH_OF(ASA)).due_at == due_at
    cloud.now = due_at
    tick()
    assert len([text for text in subjects() if "to join the alumni network" in text]) == 2


@pytest.mark.parametrize("decision", ["undo", "nothing", ""])
def test_what_the_page_does_not_offer_changes_nothing(desk, decision):
    wait()
    before = store.get(HASH_OF(ASA))
    browser = desk()
    assert decide(browser, decision)["statusCode"] == 400
    assert store.get(HASH_OF(ASA)) == before
    assert not [
        line for line in deeds.lines(clock.month_of(clock.now())) if line.about == HASH_OF(ASA)
    ]


def test_nobody_is_declined_twice(desk, cloud):
    wait()
    browser = desk()
    decide(browser, "decline")
    cloud.pass_(UNDO_SECONDS)
    tick()
    sent_emails.deliver()
    assert decide(browser, "decline")["statusCode"] == 400
    path = f"/desk/approvals/{HASH_OF(ASA)}/"
    assert "Somebody else was first." in browser.get(path)["body"]
    decide(browser, "approve")
    decide(browser, "undo")
    cloud.pass_(UNDO_SECONDS)
    tick()
    one = store.get(HASH_OF(ASA))
    assert (one.state, one.is_final) == (State.DECLINED, True)
    texts = [" ".join(sent_emails.text(mail).split()) for mail in sent_emails.deliver()]
    assert len([text for text in texts if "we can't take you in" in text]) == 1


def test_an_open_network_lets_everybody_join(desk):
    publish("open")
    wait()
    assert is_member()


def test_where_only_the_invited_may_join_the_email_explains(desk):
    publish("invited")
    answer = actions.join(email=ASA)
    assert answer["statusCode"] == 303
    mail = sent_emails.deliver()[-1]
    assert "there is no invitation for it" in sent_emails.text(mail)
    assert "token=" not in sent_emails.text(mail)
