"""Stopping the newsletter: by one click of a mail programme (RFC 8058) and by the page's button."""

import base64

import pytest

from functions.core import tokens
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.tokens import Purpose
from functions.membership import handler
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions.membership import actions
from tests.functions.membership.actions import UNSUBSCRIBE, send_request
from tests.functions.support import SITE_URL, dump, left_of, request

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
PART = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--'

pytestmark = pytest.mark.usefixtures("cloud")


def token(member_id):
    return tokens.make(Purpose.UNSUBSCRIBE, member_id)


def one_click(token, body="List-Unsubscribe=One-Click", kind=FORM):
    """As a mail provider sends it: to the header's address, without Origin."""
    event = request("POST", UNSUBSCRIBE, query={"token": token}, body=body)
    del event["headers"]["origin"]
    event["headers"]["content-type"] = kind
    return handler.web(event, None)


def gets_it(member_id):
    return people.member(member_id).newsletter


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("List-Unsubscribe=One-Click", FORM),
        (PART, MULTIPART),
        ("", FORM),
        (None, ""),
        ("{}", "application/json"),
        ("\xff" * 200_000, "text/plain"),
    ],
)
def test_one_click_unsubscribes_whatever_the_body(asa, body, kind):
    assert gets_it(asa)
    answer = one_click(token(asa), body, kind)
    assert (answer["statusCode"], answer["body"]) == (200, "")
    assert not gets_it(asa)


def test_a_base64_body_is_accepted(asa):
    event = request("POST", UNSUBSCRIBE, query={"token": token(asa)})
    event |= {"body": base64.b64encode(PART.encode()).decode(), "isBase64Encoded": True}
    assert handler.web(event, None)["statusCode"] == 200
    assert not gets_it(asa)


def test_a_withdrawal_is_added_and_the_consent_stays_on_record(asa, cloud):
    given = consents.of_member(asa)
    cloud.pass_(DAY)
    one_click(token(asa))
    (*first, withdrawn) = consents.of_member(asa)
    assert first == given
    assert (withdrawn.what, withdrawn.at) == ("newsletter withdrawn", cloud.now)
    assert withdrawn.how == "one click in the mail"


def test_a_consent_is_never_overwritten_and_an_unsubscribe_never_lost(asa):
    one_click(token(asa))
    back = table.update(people.member_key(asa), "SET #newsletter = :yes", {":yes": True})
    table.write(back)
    before = consents.of_member(asa)
    one_click(token(asa))  # in the same second
    assert not gets_it(asa)
    assert consents.of_member(asa)[: len(before)] == before
    assert len(consents.of_member(asa)) == len(before) + 1


def test_unsubscribing_twice_is_like_once(asa):
    one_click(token(asa))
    after = dump()
    assert one_click(token(asa))["statusCode"] == 200
    assert dump() == after


def test_two_concurrent_clicks_leave_one_record(asa, monkeypatch):
    given = len(consents.of_member(asa))
    actions.before_writing(monkeypatch, lambda: one_click(token(asa)))
    assert one_click(token(asa))["statusCode"] == 200
    assert len(consents.of_member(asa)) == given + 1


def test_a_link_still_works_after_years_and_after_changes(asa, cloud):
    old = token(asa)
    table.write(table.update(people.member_key(asa), "SET #revision = :n", {":n": 99}))
    cloud.pass_(12 * 365 * DAY)
    assert one_click(old)["statusCode"] == 200
    assert not gets_it(asa)


def test_an_erased_member_gets_a_friendly_page_and_is_not_created_again(asa):
    actions.erase()
    before = dump()
    assert one_click(token(asa))["statusCode"] == 200
    assert actions.open_link(f"{UNSUBSCRIBE}?token={token(asa)}")["statusCode"] == 200
    assert dump() == before
    assert left_of(asa) == ["ERASED"]


def test_unsubscribing_during_erasure_does_not_undo_it(asa, monkeypatch):
    actions.before_writing(monkeypatch, lambda: one_click(token(asa)))
    actions.erase()
    assert left_of(asa) == ["ERASED"]
    assert actions.member_id() is None


def test_the_button_leads_to_the_unsubscribed_page(asa):
    answer = actions.press_button(f"{UNSUBSCRIBE}?token={token(asa)}")
    assert (answer["statusCode"], answer["headers"]["Location"]) == (
        303,
        f"{SITE_URL}{UNSUBSCRIBE}?token={token(asa)}",
    )
    page = actions.open_link(answer["headers"]["Location"].removeprefix(SITE_URL))
    assert "You're unsubscribed" in page["body"]
    assert "You still get invitations to events" in page["body"]
    withdrawn = consents.of_member(asa)[-1]
    assert withdrawn.how == "button on the page"
    assert withdrawn.circumstances.page == UNSUBSCRIBE
    assert withdrawn.address_hash == people.member(asa).address_hash


def test_unsubscribing_leaves_the_consent_to_invitations_as_it_was(asa):
    one_click(token(asa))
    member = people.member(asa)
    assert (member.newsletter, member.invitations) == (False, True)
    assert consents.of_member(asa)[-1].what == "newsletter withdrawn"


def test_opening_the_page_changes_nothing(asa):
    before = dump()
    link = f"{UNSUBSCRIBE}?token={token(asa)}"
    page = actions.open_link(link)
    assert token(asa) in page["body"]
    assert "Unsubscribe from the newsletter?" in page["body"]
    assert actions.open_link(link, "HEAD") == page | {"body": ""}
    assert dump() == before


@pytest.mark.parametrize("forged", ["x", "a" * 5000, "W10.abc.def", "å"])
def test_a_forged_link_is_refused_and_writes_nothing(asa, forged):
    before = dump()
    assert one_click(forged)["statusCode"] == 410
    assert send_request("POST", UNSUBSCRIBE, form={"token": forged})["statusCode"] == 410
    assert send_request("GET", UNSUBSCRIBE, query={"token": forged})["statusCode"] == 410
    assert dump() == before


def test_a_post_without_a_token_is_refused(asa):
    assert send_request("POST", UNSUBSCRIBE, form={})["statusCode"] == 410
    assert gets_it(asa)


def test_a_token_for_another_purpose_does_not_unsubscribe(asa):
    other = tokens.make(Purpose.CONFIRM_JOIN, asa, 1)
    assert one_click(other)["statusCode"] == 410
    assert gets_it(asa)


def test_unsubscribing_is_not_limited_per_network(asa):
    answers = {one_click(token(asa))["statusCode"] for _ in range(70)}
    assert answers == {200}
    assert next(item for item in dump() if "LIMIT#network" in item["pk"])["count"] == 1
