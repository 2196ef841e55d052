"""Somebody leaves, is invited and joins; somebody else gets a letter: in a browser only."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.at_the_desk import AtTheDesk, team_member
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.page_checks import page_problems

INVITES = "invites you to the"


def fills_in(hr: AtTheDesk, name: str, email: str, *, agreed: bool) -> None:
    hr.starts()
    hr.click(hr.page.get_by_role("navigation", name="The desk").get_by_text("People who left"))
    hr.clicks_on("Somebody is leaving")
    assert page_problems(hr.page, "desk-leaver-form") == []
    hr.types("Name", name)
    hr.types("Private email address", email)
    hr.page.locator("#leaver-office").select_option(index=1)
    hr.page.locator("#leaver-contact").select_option(index=1)
    hr.types("First day", "1998-08-01")
    hr.types("Last day", "2026-10-30")
    if agreed:
        hr.clicks_on("They agreed to be written to")
        hr.types("When", "2026-10-12")
        hr.types("How", "exit talk")
    hr.clicks_on("Invite", exact=True)


def test_somebody_who_leaves_is_invited_and_joins_by_one_form(
    page: Page, scriptless: Page, stack: Stack, mailbox: Mailbox
) -> None:
    """HR's browser runs scripts; that of whoever joins runs none."""
    hr, email = team_member(page, stack, mailbox, "coordinator"), f"{uuid4().hex}@example.com"
    fills_in(hr, "Åsa Ek", email, agreed=True)
    expect(page.get_by_role("status")).to_contain_text("the email is on its way")
    mail = mailbox.wait(email, INVITES)
    page.goto(link_in(mail, "/api/invitation?"))
    assert page_problems(page, "invitation") == []
    scriptless.goto(page.url)
    scriptless.locator("#join-kinds").get_by_role("checkbox").first.check()
    scriptless.locator("#join-consent_membership").check()
    scriptless.get_by_role("button", name="Join the network").click()
    expect(scriptless.get_by_role("heading", level=1)).to_contain_text("Welcome")
    mailbox.wait(email, "Welcome")
    page.goto("/desk/leavers/")
    expect(page.locator("main")).not_to_contain_text(email)


def test_never_again_is_one_button(
    page: Page, scriptless: Page, stack: Stack, mailbox: Mailbox
) -> None:
    hr, email = team_member(page, stack, mailbox, "coordinator"), f"{uuid4().hex}@example.com"
    fills_in(hr, "Bo Ek", email, agreed=True)
    mail = mailbox.wait(email, INVITES)
    page.goto(link_in(mail, "/api/invitation/never"))
    assert page_problems(page, "invitation-never") == []
    scriptless.goto(page.url)
    scriptless.get_by_role("button", name="Never write to me again").click()
    expect(scriptless.get_by_role("heading", level=1)).to_have_text("We won't write to you again")
    fills_in(hr, "Bo Ek", email, agreed=True)
    expect(page.get_by_role("alert")).to_contain_text("never to write again")


def test_without_an_agreement_there_is_a_letter_on_one_sheet(
    page: Page, stack: Stack, mailbox: Mailbox
) -> None:
    hr = team_member(page, stack, mailbox, "coordinator")
    fills_in(hr, "Eva Ek", "", agreed=False)
    expect(page.get_by_role("status")).to_contain_text("print a letter")
    assert page_problems(page, "desk-leaver") == []
    hr.clicks_on("Letter to print")
    assert page_problems(page, "desk-letter") == []
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 1
    page.goto("/desk/leavers/")
    assert page_problems(page, "desk-leavers") == []
