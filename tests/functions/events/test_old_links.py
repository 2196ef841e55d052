"""What stands behind a link that no longer works: which it is, and what to do about it."""

import pytest

from functions.core import settings, site
from functions.core.aws import table
from functions.core.clock import DAY
from functions.events import handler
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import ASA, open_link, press_button, send_request
from tests.functions.support import SITE, dump, outbox

pytestmark = pytest.mark.usefixtures("published")

PRIVATE = ("Åsa", "asa@example.com", "nuts", "2 places")


@pytest.fixture
def changed_link(change_link):
    """Åsa has changed her sign-up since; the link that did it, and no longer works."""
    press_button(change_link, action="save", guests="0", dietary="")
    sent_emails.deliver()
    return change_link


def ask_for_the_newest(link):
    """Press the button of the page; returns its answer and the emails that followed."""
    before = len(sent_emails.sent())
    answer = press_button(link, action="newest")
    return answer, sent_emails.deliver()[before:]


def cancel():
    press_button(actions.newest_link(), action="cancel")
    sent_emails.deliver()


# ---- The page says which it is


def test_behind_a_link_with_a_newer_one_is_a_button_that_sends_it(changed_link):
    before = dump()
    page = open_link(changed_link)
    assert page["statusCode"] == 409
    assert "There is a newer link" in page["body"]
    assert "Send me the newest link" in page["body"]
    assert dump() == before


def test_behind_a_link_of_a_cancelled_sign_up_is_the_way_to_sign_up_again(change_link):
    confirm = actions.links(sent_emails.text(sent_emails.sent()[0]))[0]
    press_button(change_link, action="cancel")
    assert "I'm coming after all" in open_link(change_link)["body"]
    page = open_link(confirm)
    assert page["statusCode"] == 410
    assert "This sign-up was cancelled" in page["body"]
    assert "/events/autumn-talk/#signup" in page["body"]


def test_after_the_closing_time_nobody_is_sent_to_a_closed_form(change_link):
    actions.publish(closes_at="2026-11-18T00:00:00Z")
    pages = [press_button(change_link, action="cancel"), open_link(change_link)]
    for page in pages:
        assert "#signup" not in page["body"]
        assert "View upcoming events" in page["body"]


def test_behind_a_link_that_nobody_confirmed_in_time_is_the_way_to_sign_up_again(
    confirm_link, published
):
    published.pass_(2 * DAY)
    for _ in ("before the sweep", "after it"):
        page = open_link(confirm_link)
        assert page["statusCode"] == 410
        assert "This sign-up no longer exists" in page["body"]
        assert "#signup" in page["body"]
        handler.tick({"tick": True}, None)


def test_after_the_form_was_sent_again_the_newer_link_to_confirm_is_offered(confirm_link):
    actions.sign_up(guests="0")
    sent_emails.deliver()
    assert "Send me the newest link" in open_link(confirm_link)["body"]
    _, (mail,) = ask_for_the_newest(confirm_link)
    assert mail["Subject"] == "Please confirm your sign-up: Autumn talk"
    assert press_button(actions.newest_link())["statusCode"] == 200


def test_behind_a_link_that_was_confirmed_is_a_button_for_the_link_to_change(change_link):
    confirm = actions.links(sent_emails.text(sent_emails.sent()[0]))[0]
    page = open_link(confirm)
    assert page["statusCode"] == 200
    assert "Send me the newest link" in page["body"]
    _, (mail,) = ask_for_the_newest(confirm)
    (newest,) = actions.links(sent_emails.text(mail))
    assert "Save changes" in open_link(newest)["body"]


def test_an_old_link_shows_nothing_of_the_sign_up(changed_link):
    pages = [open_link(changed_link), press_button(changed_link, action="newest")]
    cancel()
    pages.append(open_link(changed_link))
    for page in pages:
        assert not [private for private in PRIVATE if private in page["body"]]


# ---- The newest link


def test_the_newest_link_goes_to_the_address_that_signed_up_and_works(changed_link):
    _, (mail,) = ask_for_the_newest(changed_link)
    assert (mail["To"], mail["Subject"]) == (ASA["email"], "Your newest link: Autumn talk")
    (newest,) = actions.links(sent_emails.text(mail))
    assert "Save changes" in open_link(newest)["body"]


def test_the_answer_is_the_same_whether_or_not_there_is_a_newer_link(changed_link):
    answer, mails = ask_for_the_newest(changed_link)
    assert (answer["statusCode"], len(mails)) == (200, 1)
    cancel()
    assert ask_for_the_newest(changed_link) == (answer, [])
    actions.erase()
    assert ask_for_the_newest(changed_link) == (answer, [])


def test_behind_every_link_to_a_cancelled_event_is_the_reason(changed_link):
    actions.publish(cancelled="Storm")
    assert "Storm" in open_link(changed_link)["body"]
    assert ask_for_the_newest(changed_link)[1] == []


def test_no_link_is_sent_to_an_event_that_has_begun(changed_link):
    actions.publish(starts_at="2026-11-18T10:00:00Z")
    assert ask_for_the_newest(changed_link)[1] == []


def test_newest_links_count_against_the_emails_of_the_address(changed_link):
    answers = [ask_for_the_newest(changed_link) for _ in range(6)]
    assert len({answer["body"] for answer, _ in answers}) == 1
    assert sum(len(mails) for _, mails in answers) == 5


def test_a_stranger_who_uses_up_the_form_keeps_nobody_from_the_newest_link(changed_link):
    for _ in range(6):
        actions.sign_up()
    sent_emails.deliver()
    assert len(ask_for_the_newest(changed_link)[1]) == 1


def test_no_newest_link_is_sent_while_the_breaker_is_open(changed_link, monkeypatch):
    monkeypatch.setenv("MAILS_PER_HOUR", "0")
    settings.settings.cache_clear()
    answer, mails = ask_for_the_newest(changed_link)
    assert (answer["statusCode"], mails) == (429, [])


def test_a_change_that_comes_between_sends_its_own_link(changed_link, monkeypatch):
    newest = actions.newest_link()
    save = {"action": "save", "guests": "1", "dietary": ""}
    actions.before_writing(monkeypatch, lambda: press_button(newest, **save))
    assert press_button(changed_link, action="newest")["statusCode"] == 200
    assert [mail["mail"] for mail in outbox()] == ["rsvp_changed"]


@pytest.mark.parametrize("path", [actions.CONFIRM, actions.CHANGE])
def test_a_forged_link_sends_nothing(changed_link, path):
    form = {"token": "W10.abc.def", "action": "newest"}
    assert send_request("POST", path, form=form)["statusCode"] == 410
    assert outbox() == []


def test_the_former_contact_can_only_have_the_list_sent_to_the_present_one(published):
    link = actions.guest_list_link()
    anna = SITE["contacts"]["anna"] | {"email": "bo@example.org"}
    known = SITE | {"contacts": {"anna": anna}}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()
    assert "Send me the newest link" in open_link(link)["body"]
    _, (mail,) = ask_for_the_newest(link)
    assert mail["To"] == "bo@example.org"
