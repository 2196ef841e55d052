"""What the tests of a new address act with: the form, the links in the emails, the tick."""

from functions.membership import handler as membership_handler
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.events.crowd import crowd
from tests.functions.sent_emails import Context

NEW = "asa@example.net"
CONFIRM, UNDO = "/me/address/confirm", "/me/address/undo"
SIGN_IN, JOIN, CHANGE = "/me/sign-in/link", "/api/join/confirm", "/api/rsvp/change"


def ask(browser, address=NEW):
    return browser.post("/me/address", new_email=address)


def link_to(path, address=NEW):
    return sent_emails.newest_link_to(path, address)


def changed(browser, address=NEW):
    """Change to this address; the link in the email to it."""
    ask(browser, address)
    link = link_to(CONFIRM, address)
    assert Browser().press_button(link)["statusCode"] == 200
    return link


def tick():
    membership_handler.tick({"tick": True}, Context())


def at_once(click):
    return crowd(20, lambda _: click().stage)
