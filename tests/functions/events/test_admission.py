"""Who may come to an event, and from when on: the page is the same for all, the email explains."""

import pytest

from functions.core import clock
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.membership import actions as membership

MEMBER = str(membership.ASA["email"])
STRANGER = "stranger@example.net"


@pytest.fixture
def members(cloud):
    membership.become_member()
    sent_emails.deliver()
    return cloud


def email_after_sign_up(address):
    before = len(sent_emails.sent())
    answer = actions.sign_up(email=address)
    assert answer["statusCode"] == 303
    (mail,) = sent_emails.deliver()[before:]
    assert mail["To"] == address
    return mail


def test_a_members_event_gives_its_link_to_members_only(members):
    actions.publish(open_to="members")
    assert "/api/rsvp/confirm" in sent_emails.text(email_after_sign_up(MEMBER))
    text = sent_emails.text(email_after_sign_up(STRANGER))
    assert "for members of our alumni network" in text
    assert "/join/" in text
    assert "token" not in text
    assert "Åsa" not in text


def test_the_page_is_the_same_for_a_member_and_a_stranger(members):
    actions.publish(open_to="members")
    ours, theirs = (actions.sign_up(email=address) for address in (MEMBER, STRANGER))
    assert ours == theirs


def test_whoever_joins_after_all_gets_the_link_by_signing_up_again(cloud):
    actions.publish(open_to="members")
    assert "/join/" in sent_emails.text(email_after_sign_up(MEMBER))
    membership.become_member()
    sent_emails.deliver()
    assert "/api/rsvp/confirm" in sent_emails.text(email_after_sign_up(MEMBER))


@pytest.mark.parametrize(("office", "is_let_in"), [("malmo", True), ("stockholm", False)])
def test_an_event_for_the_invited_is_for_whom_its_segment_holds(members, office, is_let_in):
    actions.publish(open_to="invited", invite={"office": [office]})
    text = sent_emails.text(email_after_sign_up(MEMBER))
    assert ("/api/rsvp/confirm" in text) is is_let_in
    assert ("for those whom we have invited" in text) is not is_let_in


def test_sign_up_opens_at_its_time(cloud, moment):
    actions.publish(opens_at="2026-11-20T08:00:00Z")
    early = actions.sign_up()
    assert early["statusCode"] == 409
    assert "20 November 2026" in early["body"].replace("\N{NO-BREAK SPACE}", " ")
    assert actions.rsvp() == {}
    assert '"open": false, "soon": true' in seats()
    moment.now = clock.epoch("2026-11-20T08:00:00Z")
    assert actions.sign_up()["statusCode"] == 303
    assert '"open": true, "soon": false' in seats()


def seats():
    path = f"/api/events/{actions.SLUG}/seats"
    return actions.send_request("GET", path)["body"]
