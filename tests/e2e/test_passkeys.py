"""A passkey as second factor, with Chromium's virtual authenticator (WebAuthn 3, 11)."""

from playwright.sync_api import CDPSession, Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.at_the_desk import AtTheDesk, team_member
from tests.e2e.mailbox import Mailbox
from tests.e2e.page_checks import page_problems
from tests.e2e.stack_access import alumni

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> tuple[CDPSession, str]:
    """A phone or computer that knows its owner; its session, and its number there."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    device = browser.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return browser, device["authenticatorId"]


def test_a_passkey_is_set_up_asked_for_and_reset_when_lost(
    page: Page, scriptless: Page, stack: Stack, mailbox: Mailbox
) -> None:
    browser, device = with_device(page)
    owner = team_member(page, stack, mailbox, "owner", name="Karin Ek")
    title = page.get_by_role("heading", level=1)

    page.get_by_role("link", name="Your passkeys").click()
    assert page_problems(page, "desk-passkeys") == []
    page.get_by_role("button", name="Set up a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("Your passkey is set up.")
    assert page_problems(page, "desk-passkeys-own") == []
    mailbox.wait(owner.address, "who may use it", 1)  # the first says that she is an owner
    page.get_by_role("button", name="Set up a passkey").click()
    expect(page.get_by_role("alert")).to_have_text(
        "This device has a passkey for the desk already."
    )

    page.get_by_role("button", name="Sign out").click()
    owner.signs_in()
    expect(title).to_have_text("Confirm with your passkey")
    assert page_problems(page, "desk-passkey-confirm") == []
    page.goto("/desk/team/")
    expect(title).to_have_text("Confirm with your passkey")
    page.get_by_role("button", name="Confirm with passkey").click()
    expect(title).to_have_text("Hello Karin Ek")

    without_scripts = AtTheDesk(scriptless, mailbox, owner.address)
    without_scripts.signs_in()
    expect(scriptless.get_by_text("Passkeys need JavaScript.")).to_be_visible()
    expect(scriptless.get_by_role("button", name="Confirm with passkey")).to_be_hidden()

    browser.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    alumni(stack, "team", "reset-passkey", owner.address, "--yes")
    page.goto("/desk/")
    expect(title).to_have_text("The desk")  # signed out
    page.wait_for_timeout(1100)  # who asks in the second of the reset is not let in
    owner.signs_in()
    expect(title).to_have_text("Hello Karin Ek")
