"""The form of /join/, through the real handler."""

import re

import pytest

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.core.mail import suppression
from functions.core.web.requests import FIELDS_MAX
from functions.membership import handler, store
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.membership import actions
from tests.functions.membership.actions import ASA, JOIN, join, send_request
from tests.functions.support import (
    NOW,
    SITE_URL,
    break_at_once,
    but_limits,
    dump,
    outbox,
    request,
    table_calls,
)

CHECK_YOUR_MAIL = f"{SITE_URL}/join/check-your-mail/"
EMAIL = str(ASA["email"])

pytestmark = pytest.mark.usefixtures("cloud")


def test_joining_leads_to_the_check_your_inbox_page_and_creates_no_member_yet():
    answer = join()
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, CHECK_YOUR_MAIL)
    assert actions.members() == []
    kept = actions.signup()
    assert {name: kept[name] for name in ("name", "email", "office", "from_year", "to_year")} == {
        "name": "Åsa Ek",
        "email": EMAIL,
        "office": "malmo",
        "from_year": 1998,
        "to_year": 2019,
    }
    assert kept["consents"]["newsletter"] == {
        "text_id": "newsletter",
        "version": "2026-11",
        "ticked_at": NOW,
        "language": "en",
        "text_sha256": ASA["consent_newsletter"],
        "words": "Write to me.",
    }
    assert set(kept["consents"]) == {"membership", "newsletter", "invitations"}
    assert (kept["page"], kept["shown_at"]) == ("/join/", NOW - 12)
    assert kept["expires_at"] == kept["due_at"] == NOW + 7 * DAY


def test_one_outbox_item_is_stored_without_address_or_token():
    join()
    (mail,) = outbox()
    assert (mail["mail"], mail["revision"]) == ("confirm_join", actions.signup()["revision"])
    assert EMAIL not in str(mail)
    assert "token" not in str(mail)


def test_no_key_of_the_table_holds_the_address():
    join()
    assert not [item for item in dump() if "asa" in (item["pk"] + item["sk"]).lower()]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Please enter your name."),
        ("name", "See www.example.org", "without links"),
        ("email", "asa@", "an email address, such as"),
        ("email", "åsa@example.com", "an email address, such as"),
        ("email", "asa@example.com\r\nBcc: bo@example.com", "an email address, such as"),
        ("office", None, "choose the office"),
        ("office", "atlantis", "choose the office"),
        ("from_year", "soon", "the year you started"),
        ("to_year", "1066", "the year you left"),
        ("kinds", None, "describes you"),
        ("interests", ["piracy"], "The list has changed"),
        ("language", "xx", "one of these languages"),
        ("consent_membership", None, "tick the box"),
        ("consent_membership", "0" * 64, "has changed since"),
        ("consent_newsletter", "yes", "has changed since"),
    ],
)
def test_invalid_input_returns_the_form_with_a_message_and_writes_nothing(field, value, message):
    before = but_limits()
    answer = join(**{field: value})
    assert answer["statusCode"] == 400
    assert message in answer["body"]
    assert f'href="#join-{field}"' in answer["body"]
    assert but_limits() == before
    assert [item["pk"].split("#")[1] for item in dump() if item["sk"] == "LIMIT"] == ["network"]


def test_all_mistakes_are_reported_at_once_and_the_input_is_kept():
    answer = join(name='<b>"Åsa"', email="a<", office="", from_year="<i>", kinds="")
    assert answer["body"].count('class="field-error"') == 5
    assert 'value="&lt;b&gt;&#34;Åsa&#34;"' in answer["body"]
    assert "<b>" not in answer["body"]
    assert "<i>" not in answer["body"]
    assert 'value="2019"' in answer["body"]
    assert 'value="law" checked' in answer["body"]
    assert 'value="energy" checked' in answer["body"]


def test_an_empty_form_is_no_server_error():
    assert send_request("POST", JOIN, form={})["statusCode"] == 400
    assert send_request("POST", JOIN, body=None)["statusCode"] == 400


def boxes(answer):
    """The boxes of consents: purpose → whether it is ticked and whether it is required."""
    shown = re.findall(
        r'name="consent_(\w+)" type="checkbox" value="\w{64}"([^>]*)>', answer["body"]
    )
    return {purpose: ("checked" in rest, "required" in rest) for purpose, rest in shown}


@pytest.mark.parametrize("box", ["", " ", "no"])
def test_each_box_comes_back_as_it_was_left_and_only_membership_is_required(box):
    answer = join(name="", consent_membership=box, consent_invitations=None)
    assert boxes(answer) == {
        "membership": (False, True),
        "newsletter": (True, False),
        "invitations": (False, False),
    }


def test_newsletter_and_invitations_are_free_to_leave_out():
    join(consent_newsletter=None, consent_invitations=None)
    assert set(actions.signup()["consents"]) == {"membership"}


def test_a_form_from_before_there_was_a_consent_for_each_purpose_comes_back():
    answer = join(**dict.fromkeys(actions.boxes("en")), consent="yes", consent_version="2026-11")
    assert answer["statusCode"] == 400
    assert boxes(answer)["membership"] == (False, True)


@pytest.mark.parametrize("elapsed", ["", "soon", "-5", str(25 * 3600), None])
def test_a_time_that_no_form_can_have_been_shown_at_is_not_kept(elapsed):
    join(elapsed=elapsed)
    assert "shown_at" not in actions.signup()


@pytest.mark.parametrize("trap", [{"motto": "Buy!"}, {"elapsed": "0.8"}])
def test_a_robot_gets_the_same_response_and_no_email(trap):
    before = but_limits()
    assert join(**trap) == join(email="x@example.org", **trap)
    assert join(**trap)["headers"]["Location"] == CHECK_YOUR_MAIL
    assert but_limits() == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", f"{SITE_URL}.evil.example"])
def test_another_sites_form_is_refused(origin):
    before = dump()
    assert send_request("POST", JOIN, form=ASA, headers={"origin": origin})["statusCode"] == 400
    assert dump() == before


def test_a_post_without_an_origin_is_refused():
    before = dump()
    event = request("POST", JOIN, form=ASA)
    del event["headers"]["origin"]
    assert handler.web(event, None)["statusCode"] == 400
    assert dump() == before


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"body": "{}", "headers": {"content-type": "application/json"}}, 415),
        ({"body": "name=x", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 415),
        ({"body": "name=" + "x" * 70_000}, 413),
        ({"body": "name=%ff%fe"}, 400),
        ({"body": "name=\xe5"}, 400),
        ({"body": "&".join("a=1" for _ in range(FIELDS_MAX + 1))}, 400),
    ],
)
def test_a_request_that_is_not_a_valid_form_is_refused(sent, status):
    before = dump()
    assert send_request("POST", JOIN, **sent)["statusCode"] == status
    assert dump() == before


def test_a_request_that_bypasses_the_distribution_is_refused():
    before = dump()
    answer = send_request("POST", JOIN, form=ASA, headers={"x-origin-secret": "guessed"})
    assert answer["statusCode"] == 400
    assert dump() == before


def test_requests_per_network_are_limited_by_the_hour(cloud):
    answers = [join(name="")["statusCode"] for _ in range(61)]
    assert answers == [400] * 60 + [429]
    assert join()["statusCode"] == 429
    assert outbox() == []
    cloud.pass_(HOUR)
    assert join()["statusCode"] == 303


def test_the_hourly_limit_asks_people_to_try_later_and_is_logged(monkeypatch, caplog):
    break_at_once(monkeypatch)
    assert join()["statusCode"] == 429
    assert (actions.signup(), outbox()) == ({}, [])
    assert "mail breaker" in caplog.messages


def test_emails_per_address_and_day_are_limited_without_revealing_it(cloud):
    answers = [join() for _ in range(7)]
    assert answers == [answers[0]] * 7
    assert len(outbox()) == 5
    assert join(email="x@example.org") == answers[0]
    cloud.pass_(DAY)
    join()
    assert len([mail for mail in outbox() if mail["address_hash"] == address_hash(EMAIL)]) == 6


@pytest.mark.parametrize(
    "spellings",
    [
        [f"asa.ek+{n}@example.com" for n in range(7)],
        ["asa.ek@gmail.com", "asaek@gmail.com", "a.s.a.e.k@gmail.com"] * 2
        + ["AsaEk+a@googlemail.com"],
    ],
)
def test_spellings_of_one_inbox_share_its_emails_of_the_day(spellings):
    answers = [join(email=address) for address in spellings]
    assert answers == [answers[0]] * 7
    assert len(outbox()) == 5


def test_dots_tell_inboxes_apart_except_at_gmail():
    for address in ["asa.ek@example.com", "asaek@example.com"] * 4:
        join(email=address)
    assert len(outbox()) == 8


KNOWN_AND_UNKNOWN = ("new", "pending", "member", "unsubscribed", "stopped")


def use_up_the_day(_monkeypatch):
    for who in KNOWN_AND_UNKNOWN:
        for _ in range(6):
            join(email=f"{who}@example.com")


LIMITS = [lambda _monkeypatch: None, break_at_once, use_up_the_day]


@pytest.mark.parametrize("reach", LIMITS, ids=["no limit", "breaker open", "day used up"])
def test_the_response_reveals_neither_membership_nor_pending_sign_up_nor_complaint(
    reach, monkeypatch, cloud
):
    actions.become_member(email="member@example.com")
    actions.unsubscribe(actions.become_member(email="unsubscribed@example.com"))
    join(email="pending@example.com")
    for name in ("member", "stopped"):
        suppression.stop(address_hash(f"{name}@example.com"), "complaint", NOW)
    reach(monkeypatch)
    cloud.pass_(HOUR)
    join(name="")  # reads the site's settings, for a minute
    calls = [
        table_calls(lambda who=who: join(email=f"{who}@example.com")) for who in KNOWN_AND_UNKNOWN
    ]
    assert calls == [calls[0]] * len(KNOWN_AND_UNKNOWN)
    assert ("TransactWriteItems", 4) in calls[0][0]


def test_a_second_form_replaces_the_first_and_its_link(cloud):
    join(office="stockholm")
    first = actions.newest_link()
    cloud.pass_(DAY)
    join(office="malmo", name="Åsa Öberg")
    kept = actions.signup()
    assert (kept["office"], kept["name"]) == ("malmo", "Åsa Öberg")
    assert kept["expires_at"] == NOW + 8 * DAY
    assert (
        actions.open_link(first)["statusCode"] == actions.press_button(first)["statusCode"] == 409
    )
    assert actions.members() == []
    assert actions.press_button(actions.newest_link())["statusCode"] == 303
    assert actions.members()[0]["office"] == "malmo"


def test_addresses_differing_only_in_case_are_one_person(asa):
    join(email="ASA@example.com")
    assert [mail["mail"] for mail in outbox()] == ["already_member"]


def test_before_confirming_the_email_holds_nothing_that_the_form_held():
    join(name="Win a car today")
    (mail,) = sent_emails.deliver()
    assert "Win a car" not in sent_emails.decoded(mail)
    assert "Hello," in sent_emails.text(mail).splitlines()


def test_joining_again_emails_the_member_and_changes_nothing(asa):
    before = actions.members()
    assert join(office="stockholm") == join(email="new@example.org")
    assert (actions.members(), actions.signup()) == (before, {})
    mail = next(
        m for m in sent_emails.deliver() if m["Subject"].startswith("You are already a member")
    )
    assert mail["To"] == "asa@example.com"
    assert "Nothing has changed" in sent_emails.text(mail)


def test_two_concurrent_forms_leave_one_sign_up_with_one_valid_link(monkeypatch):
    actions.before_writing(monkeypatch, lambda: join(office="stockholm"))
    assert join(office="malmo")["statusCode"] == 303
    assert actions.signup()["office"] == "malmo"
    mails = sent_emails.deliver()
    assert len(mails) == 1
    assert actions.press_button(actions.newest_link())["statusCode"] == 303


def test_confirming_while_a_second_form_is_sent_creates_one_member(monkeypatch, confirm_link):
    actions.before_writing(monkeypatch, lambda: actions.press_button(confirm_link))
    assert join(office="stockholm")["statusCode"] == 303
    assert [member["office"] for member in actions.members()] == ["malmo"]
    assert actions.signup() == {}
    assert sorted(mail["mail"] for mail in outbox()) == ["already_member", "welcome"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_a_wrong_method_is_no_server_error(method):
    answer = send_request(method, JOIN)
    assert answer["statusCode"] == 410
    assert (answer["body"] == "") is (method == "HEAD")


@pytest.mark.parametrize(("shown", "kept"), [("sv", "sv"), ("xx", "en"), (None, "en")])
def test_a_consent_is_stored_with_the_language_it_was_shown_in(shown, kept):
    actions.join(**actions.shown_in(kept) | {"page_language": shown})
    assert actions.signup()["consents"]["membership"]["language"] == kept


def test_a_person_may_be_of_several_kinds():
    join(kinds=["retired", "engineer"])
    page = actions.open_link(actions.newest_link())["body"]
    assert "Engineer, Retired" in page
    member_id = actions.become_member(kinds=["retired", "engineer"])
    assert people.member(member_id).kinds == ("engineer", "retired")


def test_a_page_from_when_a_person_could_be_of_one_kind_still_works():
    member_id = actions.become_member(kinds=None, kind="retired")
    assert people.member(member_id).kinds == ("retired",)
    again = join(kinds=None, kind="retired", name="")
    assert 'value="retired" checked' in again["body"]


def test_a_sign_up_from_then_can_still_be_confirmed():
    join()
    link = actions.newest_link()
    key = store.signup_key(address_hash("asa@example.com"))
    one = "SET #kind = :kind REMOVE #kinds"
    table.write(table.update(key, one, {":kind": "retired"}))
    actions.press_button(link)
    assert people.member(actions.member_id()).kinds == ("retired",)
