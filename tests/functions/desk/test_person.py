"""One person at the desk: everything known, and what the team does as they asked."""

import io
import json
import zipfile
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.core.mail import suppression
from functions.desk import person_form
from functions.events.rules import Status
from functions.events.store import events as event_store
from functions.events.store import rsvps
from functions.people.form import form_of
from functions.people.store import consents, corrections
from functions.people.store import members as people
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from tests.functions import sent_emails
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.functions.newsletter import issue_runs
from tests.functions.support import EVENT, NOW, before_writing

ASA = "asa@example.com"


@pytest.fixture
def asa(cloud) -> str:
    """A member of Malmö, who is signed up for the autumn talk there; her id."""
    member_id = actions.become_member()
    events.publish()
    events.accepted()
    sent_emails.deliver()
    return member_id


@pytest.fixture
def bo(cloud) -> str:
    """A guest of the autumn talk; the hash of his address."""
    events.publish()
    events.accepted(name="Bo Berg", email="bo@example.org", guests="0", dietary="")
    sent_emails.deliver()
    return address_hash("bo@example.org")


def page_of(person: str) -> str:
    return f"/desk/people/{person}/"


def guest_page(hashed: str) -> str:
    return f"/desk/guests/{hashed}/"


def last_line() -> tuple[Deed, str, dict[str, str]]:
    lines = deeds.lines(clock.month_of(clock.now()))
    line = next(line for line in lines if line.deed is not Deed.SIGNED_IN)
    return line.deed, line.about, line.facts


def form_shown(member_id: str, **changes: Any) -> dict[str, Any]:
    """The form as the page showed it, with these changes."""
    member = people.member(member_id)
    assert member
    known = {field: form_of(member)[field] for field in person_form.FIELDS}
    return known | {"before": person_form.shown(member)} | changes


def seen(member_id: str) -> dict[str, str]:
    member = people.member(member_id)
    assert member
    return {"seen": str(member.revision)}


# ---- What is shown


def test_everything_known_of_a_member_is_on_one_page(asa, desk):
    body = desk().get(page_of(asa))["body"]
    for text in ("Åsa Ek", ASA, "Autumn talk", "No nuts, please", "Joined the network"):
        assert text in body
    assert "They get the newsletter." in body


def test_a_guest_has_a_page_of_their_own(bo, desk):
    body = desk().get(guest_page(bo))["body"]
    assert "Bo Berg" in body
    assert "signed up for an event without joining" in body
    assert "Stop the newsletter only" not in body


def test_a_guest_who_has_joined_since_is_shown_as_a_member(bo, desk):
    actions.become_member(name="Bo Berg", email="bo@example.org")
    assert "Member since" in desk().get(guest_page(bo))["body"]


def test_the_page_shows_which_newsletters_they_were_sent(cloud, desk):
    (member_id,) = issue_runs.join()
    issue_runs.publish(at=60)
    cloud.pass_(60)
    issue_runs.tick()
    issue_runs.tick()
    body = desk().get(page_of(member_id))["body"]
    assert f'href="/desk/newsletters/{issue_runs.SLUG}/"' in body.split('id="newsletters"')[1]


# ---- Who may see whom


@pytest.mark.parametrize("path", ["", "erase"])
def test_somebody_of_another_office_is_not_there(asa, bo, desk, path):
    lund = desk(Role.COORDINATOR, ("lund",))
    malmo = desk(Role.COORDINATOR, ("malmo",))
    for page in (page_of(asa), guest_page(bo)):
        assert lund.get(page + path)["statusCode"] == 410
        assert "Nobody here" in lund.get(page + path)["body"]
        assert malmo.get(page + path)["statusCode"] == 200


@pytest.mark.parametrize(
    "deed",
    [
        "correct",
        "unsubscribe",
        "cancel",
        "send-link",
        "stop",
        "resume",
        "file",
        "erase",
    ],
)
def test_nobody_acts_on_somebody_of_another_office(asa, desk, deed):
    form = {"seen": "1", "event": events.SLUG, "name": "Åsa Ek", "why": "phoned"}
    before = people.member(asa)
    answer = desk(Role.COORDINATOR, ("lund",)).post(f"{page_of(asa)}{deed}", **form)
    assert answer["statusCode"] == 410
    assert people.member(asa) == before
    assert not suppression.is_stopped(address_hash(ASA))


def test_an_editor_sees_nobody(asa, bo, desk):
    editor = desk(Role.EDITOR)
    for page in (page_of(asa), guest_page(bo)):
        answer = editor.get(page)
        assert answer["statusCode"] == 400
        assert "Ek" not in answer["body"]


@pytest.mark.parametrize("wrong", ["x", "MEMBERS%230", "0" * 32, "..", "long" * 70])
def test_an_id_of_nobody_is_gone(cloud, desk, wrong):
    hr = desk()
    assert hr.get(page_of(wrong))["statusCode"] == 410
    assert hr.get(guest_page(wrong))["statusCode"] == 410


def test_a_guest_of_two_offices_is_whole_only_for_who_works_with_both(bo, desk):
    event_store.upsert("lund-talk", EVENT | {"office": "lund"}, NOW)
    known = rsvps.get(events.SLUG, bo)
    assert known
    pending = replace(known, slug="lund-talk", status=Status.PENDING, expires_at=NOW + DAY)
    rsvps.save_pending(None, pending, NOW)
    malmo = desk(Role.COORDINATOR, ("malmo",))
    body = malmo.post(f"{guest_page(bo)}file", seen=bo)["body"]
    assert "other offices, too" in body
    assert desk().post(f"{guest_page(bo)}file", seen=bo)["statusCode"] == 200


# ---- Correcting


def test_a_name_is_corrected_with_a_line_that_names_the_field(asa, desk):
    hr = desk()
    answer = hr.post(f"{page_of(asa)}correct", **form_shown(asa, name="Åsa Nyström"))
    assert answer["statusCode"] == 303
    assert people.member(asa).name == "Åsa Nyström"
    assert last_line() == (Deed.PERSON_CORRECTED, asa, {"fields": "name"})
    body = hr.get(page_of(asa))["body"]
    assert f" · {hr.actor.name}</p>" in body.split('id="history"')[1]


def test_a_wrong_field_is_said_and_what_was_typed_stays(asa, desk):
    answer = desk().post(f"{page_of(asa)}correct", **form_shown(asa, name="", works_at="Volvo"))
    assert answer["statusCode"] == 400
    assert "Please enter your name." in answer["body"]
    assert 'value="Volvo"' in answer["body"]
    assert people.member(asa).works_at == ""


def test_two_of_the_team_change_different_fields_and_both_stay(asa, desk):
    one, two = desk(), desk()
    opened = form_shown(asa)
    one.post(f"{page_of(asa)}correct", **opened | {"name": "Åsa Nyström"})
    assert two.post(f"{page_of(asa)}correct", **opened | {"works_at": "Volvo"})["statusCode"] == 303
    member = people.member(asa)
    assert (member.name, member.works_at) == ("Åsa Nyström", "Volvo")


def test_who_changes_the_same_field_second_hears_of_the_first_and_may_replace_it(asa, desk):
    one, two = desk(), desk()
    opened = form_shown(asa)
    one.post(f"{page_of(asa)}correct", **opened | {"name": "Åsa Nyström"})
    answer = two.post(f"{page_of(asa)}correct", **opened | {"name": "Åsa Ström"})
    assert answer["statusCode"] == 400
    assert "This was changed since you opened the page" in answer["body"]
    assert 'value="Åsa Ström"' in answer["body"]
    assert people.member(asa).name == "Åsa Nyström"
    two.post(f"{page_of(asa)}correct", **form_shown(asa, name="Åsa Ström"))
    assert people.member(asa).name == "Åsa Ström"


def test_a_new_address_takes_the_sign_ups_along_and_an_address_of_another_is_refused(asa, desk):
    actions.become_member(name="Eva Ask", email="eva@example.net")
    hr = desk()
    answer = hr.post(f"{page_of(asa)}correct", **form_shown(asa, email="eva@example.net"))
    assert "The new address belongs to another member." in answer["body"]
    hr.post(f"{page_of(asa)}correct", **form_shown(asa, email="asa@example.net"))
    assert people.member(asa).email == "asa@example.net"
    assert rsvps.get(events.SLUG, address_hash("asa@example.net"))


@pytest.mark.parametrize("before", ["", "[]", "{", '{"name": 7, "kinds": {"a": 1}}'])
def test_a_form_with_a_forged_memory_saves_only_what_it_may(asa, desk, before):
    form = form_shown(asa, name="Åsa Nyström") | {"before": before}
    assert desk().post(f"{page_of(asa)}correct", **form)["statusCode"] in {303, 400}


# ---- Less email


def test_the_newsletter_only_is_stopped_as_they_wished(asa, desk):
    assert desk().post(f"{page_of(asa)}unsubscribe")["statusCode"] == 303
    member = people.member(asa)
    assert (member.newsletter, member.invitations) == (False, True)
    assert consents.of_member(asa)[-1].how == "the team, as the person asked"
    assert last_line() == (Deed.NEWSLETTER_STOPPED, asa, {})


def test_stopping_twice_writes_one_line(asa, desk):
    hr = desk()
    for _ in range(2):
        assert hr.post(f"{page_of(asa)}unsubscribe")["statusCode"] == 303
    lines = [line.deed for line in deeds.lines(clock.month_of(clock.now()))]
    assert lines.count(Deed.NEWSLETTER_STOPPED) == 1


def test_all_email_is_stopped_and_let_through_again_for_a_reason(asa, cloud, desk):
    hr = desk()
    hr.post(f"{page_of(asa)}stop", **seen(asa))
    assert suppression.get(address_hash(ASA))["reason"] == suppression.WISH
    assert last_line() == (Deed.EMAIL_STOPPED, asa, {})
    assert "they asked us to stop" in hr.get(page_of(asa))["body"]
    answer = hr.post(f"{page_of(asa)}resume", why=" ", **seen(asa))
    assert "Please write why they may get email again." in answer["body"]
    cloud.pass_(1)
    assert hr.post(f"{page_of(asa)}resume", why="phoned", **seen(asa))["statusCode"] == 303
    assert not suppression.is_stopped(address_hash(ASA))


def test_a_reason_is_kept_with_the_member_and_not_in_the_log(asa, cloud, desk):
    suppression.stop(address_hash(ASA), suppression.BOUNCE, cloud.now)
    desk().post(f"{page_of(asa)}resume", why="The mailbox works again", **seen(asa))
    assert not suppression.is_stopped(address_hash(ASA))
    assert corrections.of_member(asa)[-1].after["why"] == "The mailbox works again"
    assert last_line() == (Deed.EMAIL_RESUMED, asa, {"was": "bounce"})


def test_a_complaint_is_lifted_only_if_they_asked_for_it(bo, cloud, desk):
    suppression.stop(bo, suppression.COMPLAINT, cloud.now)
    hr = desk()
    answer = hr.post(f"{guest_page(bo)}resume", why="phoned", seen=bo)
    assert "They reported us as spam." in answer["body"]
    hr.post(f"{guest_page(bo)}resume", why="phoned", wanted="yes", seen=bo)
    assert not suppression.is_stopped(bo)


def test_a_wish_outweighs_a_bounce_and_a_complaint_both(cloud):
    for reason, kept in (("bounce", "bounce"), ("wish", "wish"), ("bounce", "wish")):
        suppression.stop("0" * 32, reason, cloud.now)
        assert suppression.get("0" * 32)["reason"] == kept
    suppression.stop("0" * 32, "complaint", cloud.now)
    suppression.stop("0" * 32, "wish", cloud.now)
    assert suppression.get("0" * 32)["reason"] == "complaint"


# ---- Sign-ups, link, file


def test_a_sign_up_is_cancelled_and_its_seats_are_free(asa, desk):
    free = events.event()["free"]
    desk().post(f"{page_of(asa)}cancel", event=events.SLUG)
    assert events.rsvp()["status"] == "cancelled"
    assert events.event()["free"] == free + 2
    assert last_line() == (Deed.SIGN_UP_CANCELLED, asa, {"event": events.SLUG})
    assert "no longer signed up" in sent_emails.deliver()[-1]["Subject"]


def test_cancelling_twice_is_harmless_and_another_event_is_not_theirs(bo, desk):
    hr, path = desk(), f"{guest_page(bo)}cancel"
    for _ in range(2):
        assert hr.post(path, event=events.SLUG)["statusCode"] == 303
    assert hr.post(path, event="no-such-event")["statusCode"] == 400


def test_a_guest_who_changes_their_sign_up_at_that_moment_is_cancelled_all_the_same(
    bo, desk, monkeypatch
):
    hr, before = desk(), rsvps.get(events.SLUG, bo)
    assert before
    after = replace(before, dietary="No fish", revision=before.revision + 1)
    before_writing(monkeypatch, lambda: rsvps.save(before, after, "rsvp_changed", NOW))
    assert hr.post(f"{guest_page(bo)}cancel", event=events.SLUG)["statusCode"] == 303
    assert events.rsvp("bo@example.org")["status"] == "cancelled"


def test_a_link_to_sign_in_is_sent(asa, desk):
    desk().post(f"{page_of(asa)}send-link", **seen(asa))
    mail = sent_emails.deliver()[-1]
    assert (mail["To"], "/me/sign-in/link" in sent_emails.text(mail)) == (
        ASA,
        True,
    )
    assert last_line() == (Deed.SIGN_IN_SENT, asa, {})


@pytest.mark.parametrize("who", ["asa", "bo"])
def test_what_do_you_know_about_me_is_answered_with_a_file(who, request, desk):
    person = request.getfixturevalue(who)
    path, form = (
        (page_of(person), seen(person)) if who == "asa" else (guest_page(person), {"seen": person})
    )
    answer = desk().post(f"{path}file", **form)
    archive = zipfile.ZipFile(io.BytesIO(b64decode(answer["body"])))
    (name,) = (name for name in archive.namelist() if name.endswith(".json"))
    known = json.loads(archive.read(name))
    assert known["person"]["email"] == {"asa": ASA, "bo": "bo@example.org"}[who]
    assert last_line() == (Deed.PERSON_DOWNLOADED, person, {})


# ---- Erasing


def test_a_member_is_erased_by_typing_the_name(asa, desk):
    hr = desk()
    assert "Erase Åsa Ek for good?" in hr.get(f"{page_of(asa)}erase")["body"]
    answer = hr.post(f"{page_of(asa)}erase", name="Asa", **seen(asa))
    assert "Nothing was erased." in answer["body"]
    assert people.member(asa)
    hr.post(f"{page_of(asa)}erase", name=" åsa  EK ", **seen(asa))
    assert people.member(asa) is None
    assert last_line() == (Deed.PERSON_ERASED, asa, {})
    assert "Nothing finds them any more." in hr.get(f"{page_of(asa)}?step=erased")["body"]
    assert rsvps.of_address(address_hash(ASA)) == []


def test_a_guest_is_erased_too(bo, desk):
    desk().post(f"{guest_page(bo)}erase", name="Bo Berg", seen=bo)
    assert rsvps.of_address(bo) == []
    assert last_line() == (Deed.PERSON_ERASED, bo, {})


def test_somebody_erased_meanwhile_is_gone_with_a_clear_page(asa, desk):
    one, two = desk(), desk()
    opened = form_shown(asa)
    one.post(f"{page_of(asa)}erase", name="Åsa Ek", **seen(asa))
    answer = two.post(f"{page_of(asa)}correct", **opened | {"name": "Åsa Nyström"})
    assert answer["statusCode"] == 410
    assert "They have been erased" in answer["body"]


@pytest.mark.parametrize("deed", ["stop", "send-link", "file", "erase"])
def test_an_address_that_changed_meanwhile_is_shown_before_anything_is_done(asa, desk, deed):
    hr, before = desk(), seen(asa)
    actions.correct_address()
    answer = hr.post(f"{page_of(asa)}{deed}", name="Åsa Ek", **before)
    assert answer["statusCode"] == 400
    assert "changed this since you opened the page" in answer["body"]
    assert "asa@example.net" in answer["body"]
    assert people.member(asa)
