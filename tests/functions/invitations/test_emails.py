"""The invitation's email: in whose name, with what, and the one reminder."""

import pytest

from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.core.mail import suppression
from functions.core.mail.message import Mail, Writer
from functions.invitations import store
from functions.invitations.rules import Agreed
from functions.post import mime
from functions.post.render import Rendered
from tests.functions import sent_emails
from tests.functions.invitations.actions import ASA, EMAIL, invitation, invite, set_keep
from tests.functions.membership import actions as membership
from tests.functions.support import NOW, outbox

pytestmark = pytest.mark.usefixtures("cloud")


def test_it_comes_in_the_name_of_the_contact_partner_who_gets_the_answers():
    invite()
    (mail,) = sent_emails.deliver()
    assert str(mail["From"]) == '"Anna Lindqvist, Fjärdholm Alumni" <alumni@example.com>'
    assert mail["Reply-To"] == "anna@fjardholm.test"
    assert mail["Subject"] == "Anna Lindqvist invites you to the Fjärdholm alumni network"


def test_the_contact_of_the_office_takes_the_place_of_one_who_has_gone():
    invite(contact="gone")
    (mail,) = sent_emails.deliver()
    assert mail["Reply-To"] == "anna@fjardholm.test"


def test_without_any_contact_it_comes_from_the_sender():
    invite(contact="gone", office="stockholm")
    (mail,) = sent_emails.deliver()
    assert (str(mail["From"]), mail["Reply-To"]) == ("Fjärdholm Alumni <alumni@example.com>", None)
    assert "invited" in mail["Subject"]


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: eve@example.com", "=?utf-8?q?=0ABcc:_x?=", 'A" <x@y.z>']
)
def test_a_writers_name_adds_no_header(name):
    mail = Mail(
        "invited",
        "en",
        "Bo",
        "bo@example.com",
        writer=Writer(name.replace("\r\n", " "), "a@b.example"),
    )
    message = mime.build(mail, Rendered("s", "t", "h"), "Us <us@example.com>", NOW).decode()
    head = message.partition("\r\n\r\n")[0].lower()
    assert "\r\nbcc:" not in head
    assert "<us@example.com>" in head


def test_it_says_where_the_data_is_from_and_what_can_be_done():
    """Art. 14 GDPR."""
    invite()
    (mail,) = sent_emails.deliver()
    for body in (sent_emails.text(mail), sent_emails.html(mail)):
        for part in ("your time at Fjärdholm", "exit talk", "November 2026", "6 months"):
            assert part in body
        for link in ("/api/invitation?token=", "/api/invitation/never?token=", "/privacy/", "/me/"):
            assert link in body


def test_there_is_no_reminder_unless_the_company_wants_one(cloud):
    invite()
    assert len(outbox()) == 1
    sent_emails.deliver()
    cloud.pass_(150 * DAY)
    assert len(sent_emails.deliver()) == 1


def test_one_reminder_comes_if_the_company_wants_it(cloud):
    set_keep(invitation_reminder_days=14)
    invite()
    assert len(sent_emails.deliver()) == 1
    cloud.pass_(14 * DAY)
    _first, second = sent_emails.deliver()
    assert second["To"] == EMAIL
    assert "only reminder" in sent_emails.text(second)
    cloud.pass_(100 * DAY)
    assert len(sent_emails.deliver()) == 2
    assert outbox() == []


@pytest.mark.parametrize(
    "react",
    [
        membership.become_member,
        lambda: store.refuse_for_good(address_hash(EMAIL), NOW, has_address=True),
        lambda: store.withdraw(address_hash(EMAIL)),
        membership.erase,
        lambda: suppression.stop(address_hash(EMAIL), suppression.BOUNCE, NOW),
        lambda: set_keep(invitation_reminder_days=0),
    ],
    ids=["joined", "refused", "withdrawn", "erased", "bounced", "switched off"],
)
def test_nobody_is_reminded_who_has_reacted(cloud, react):
    set_keep(invitation_reminder_days=14)
    invite()
    sent_emails.deliver()
    react()
    sent_emails.deliver()
    before = len(sent_emails.sent())
    cloud.pass_(14 * DAY)
    assert len(sent_emails.deliver()) == before


def test_a_later_invitation_is_not_reminded_by_an_earlier_ones_reminder(cloud):
    set_keep(invitation_reminder_days=14)
    invite()
    store.withdraw(address_hash(EMAIL))
    cloud.pass_(DAY)
    invite(now=cloud.now)
    sent_emails.deliver()
    cloud.pass_(13 * DAY)
    assert len(sent_emails.deliver()) == 1
    cloud.pass_(DAY)
    assert len(sent_emails.deliver()) == 2


def test_the_agreement_is_shown_as_the_team_wrote_it_escaped():
    invite(agreed=Agreed("2026-11-12", "<b>call</b>"))
    (mail,) = sent_emails.deliver()
    assert "<b>call</b>" not in sent_emails.html(mail)
    assert "&lt;b&gt;call" in sent_emails.html(mail)
    assert invitation().leaver.name == ASA.name
