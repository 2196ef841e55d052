"""What stands behind a link to confirm joining that no longer works, and what to do about it."""

import pytest

from functions.core.clock import DAY
from functions.membership import handler
from tests.functions import sent_emails
from tests.functions.membership import actions
from tests.functions.membership.actions import ASA, join, open_link, press_button, send_request
from tests.functions.sent_emails import Context
from tests.functions.support import dump, outbox

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def older_link(confirm_link):
    """Åsa has sent the form again since."""
    join(office="stockholm")
    sent_emails.deliver()
    return confirm_link


def ask_for_the_newest(link):
    """Press the button of the page; returns its answer and the emails that followed."""
    before = len(sent_emails.sent())
    answer = press_button(link, action="newest")
    return answer, sent_emails.deliver()[before:]


def test_behind_a_link_with_a_newer_one_is_a_button_that_sends_it(older_link):
    before = dump()
    page = open_link(older_link)
    assert page["statusCode"] == 409
    for shown in ("There is a newer link", "Send me the newest link"):
        assert shown in page["body"]
    assert "Åsa" not in page["body"]
    assert dump() == before


def test_the_newest_link_goes_to_the_address_that_joins_and_confirms(older_link):
    _, (mail,) = ask_for_the_newest(older_link)
    assert mail["To"] == ASA["email"]
    (newest,) = actions.links(sent_emails.text(mail))
    assert press_button(newest)["statusCode"] == 303
    assert [member["office"] for member in actions.members()] == ["stockholm"]


def test_the_answer_is_the_same_whether_or_not_there_is_a_newer_link(older_link, cloud):
    answer, mails = ask_for_the_newest(older_link)
    assert (answer["statusCode"], len(mails)) == (200, 1)
    (newest,) = actions.links(sent_emails.text(mails[0]))
    press_button(newest)
    sent_emails.deliver()
    assert ask_for_the_newest(older_link) == (answer, [])


def test_behind_a_link_that_nobody_confirmed_in_time_is_the_way_to_join_again(confirm_link, cloud):
    cloud.pass_(7 * DAY)
    for _ in ("before the sweep", "after it"):
        page = open_link(confirm_link)
        assert page["statusCode"] == 410
        assert "This sign-up no longer exists" in page["body"]
        assert "within 7 days" in page["body"]
        assert 'href="https://alumni.example.com/join/"' in page["body"]
        assert ask_for_the_newest(confirm_link)[1] == []
        handler.tick({"tick": True}, Context())


def test_newest_links_count_against_the_emails_of_the_address(older_link):
    answers = [ask_for_the_newest(older_link) for _ in range(6)]
    assert len({answer["body"] for answer, _ in answers}) == 1
    assert sum(len(mails) for _, mails in answers) == 5


def test_a_stranger_who_uses_up_the_form_keeps_nobody_from_the_newest_link(older_link):
    for _ in range(6):
        join(office="stockholm")
    sent_emails.deliver()
    assert len(ask_for_the_newest(older_link)[1]) == 1


def test_newest_links_count_against_the_network_though_confirming_does_not(older_link):
    statuses = {press_button(older_link, action="newest")["statusCode"] for _ in range(61)}
    assert statuses == {200, 429}
    assert press_button(older_link)["statusCode"] == 409


def test_a_form_that_comes_between_sends_its_own_link(older_link, monkeypatch):
    actions.before_writing(monkeypatch, join)
    assert press_button(older_link, action="newest")["statusCode"] == 200
    assert [mail["mail"] for mail in outbox()] == ["confirm_join"]


def test_a_forged_link_sends_nothing(older_link):
    form = {"token": "W10.abc.def", "action": "newest"}
    assert send_request("POST", actions.CONFIRM, form=form)["statusCode"] == 410
    assert outbox() == []
