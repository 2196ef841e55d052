"""Signing in to /me/ by link and by code, with and without scripts."""

import re
import zipfile
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.form_client import FormClient, person
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.page_checks import page_problems
from tests.e2e.project_copy import EVENT

SIGN_IN = "Sign in to your page"


@pytest.fixture(params=["page", "scriptless"])
def any_browser(request: pytest.FixtureRequest) -> Page:
    """A browser that runs scripts, and one that does not."""
    page: Page = request.getfixturevalue(request.param)
    return page


def ask_for_link(page: Page, address: str) -> None:
    page.goto("/me/")
    page.fill("input[name=email]", address)
    page.get_by_role("button", name="Email me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")


def sign_in(page: Page, mailbox: Mailbox, address: str) -> None:
    before = len([mail for mail in mailbox.to(address) if SIGN_IN in mail["subject"]])
    ask_for_link(page, address)
    page.goto(link_in(mailbox.wait(address, SIGN_IN, before), "/me/sign-in/link"))
    page.get_by_role("button", name="Sign in").click()


def code_in(mail: dict[str, Any]) -> str:
    return re.search(r"\b\d{4} \d{4}\b", mail["text"])[0]  # type: ignore[index]


def test_a_member_signs_in_by_link_changes_their_name_and_signs_out(
    any_browser: Page, form_client: FormClient, mailbox: Mailbox, request: pytest.FixtureRequest
) -> None:
    address = f"own-{request.node.callspec.params['any_browser']}@example.com"
    form_client.join(person("Tova Lind", address))
    ask_for_link(any_browser, address)
    any_browser.goto(link_in(mailbox.wait(address, SIGN_IN), "/me/sign-in/link"))
    any_browser.get_by_role("button", name="Sign in").click()
    expect(any_browser.get_by_role("heading", level=1)).to_have_text("Hello Tova Lind")
    any_browser.reload()
    expect(any_browser.get_by_text(f"You are signed in as {address}")).to_be_visible()
    any_browser.fill("input[name=name]", "Tova Lind-Ek")
    any_browser.get_by_role("button", name="Save changes").click()
    expect(any_browser.get_by_role("status")).to_have_text("Your changes are saved.")
    expect(any_browser.locator("del")).to_have_text("Tova Lind")
    any_browser.get_by_role("button", name="Stop invitations").click()
    any_browser.get_by_role("button", name="I agree, invite me").click()
    expect(any_browser.get_by_role("button", name="Stop invitations")).to_be_visible()
    any_browser.get_by_role("button", name="Sign out", exact=True).click()
    expect(any_browser.get_by_role("status")).to_have_text("You are signed out.")
    any_browser.goto("/me/")
    expect(any_browser.get_by_label("Email address")).to_be_visible()


def test_offices_are_added_on_a_phone_without_scripts_in_swedish(
    scriptless: Page, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "own-offices@example.com"
    form_client.join(person("Gun Ahl", address, language="sv"))
    scriptless.set_viewport_size({"width": 390, "height": 844})
    ask_for_link(scriptless, address)
    scriptless.goto(link_in(mailbox.wait(address, "Logga in"), "/me/sign-in/link"))
    scriptless.locator("main form button.primary").click()
    scriptless.get_by_text("Har du arbetat på fler kontor?").click()
    row = scriptless.get_by_role("group", name="Kontor 2")
    row.get_by_label("Vilket kontor?").select_option("stockholm")
    row.get_by_label("Från (år)").fill("2001")
    row.get_by_label("Till (år)").fill("1999")
    scriptless.get_by_role("button", name="Spara ändringar").click()
    scriptless.locator(".error-summary a").click()
    expect(row.get_by_label("Till (år)")).to_be_focused()
    row.get_by_label("Till (år)").fill("2008")
    scriptless.get_by_role("button", name="Spara ändringar").click()
    expect(scriptless.get_by_role("status")).to_have_text("Dina ändringar är sparade.")
    expect(row.get_by_label("Till (år)")).to_have_value("2008")
    row.get_by_label("Ta bort det här kontoret").check()
    scriptless.get_by_role("button", name="Spara ändringar").click()
    expect(scriptless.locator("ins").first).not_to_contain_text("2008")
    expect(row).to_be_hidden()


def test_a_member_changes_their_address_and_takes_it_back(
    page: Page, scriptless: Page, form_client: FormClient, mailbox: Mailbox
) -> None:
    old, new = "own-old@example.com", "own-new@example.com"
    form_client.join(person("Alva Ström", old))
    form_client.post_sign_up_form(EVENT, "Alva Ström", old)
    form_client.press_button(link_in(mailbox.wait(old, "Please confirm your"), "/api/rsvp/confirm"))
    sign_in(page, mailbox, old)
    page.fill("input[name=new_email]", new)
    page.get_by_role("button", name="Email a link to it").click()
    expect(page.get_by_text(f"We have emailed a link to {new}")).to_be_visible()
    assert page_problems(page, "own-page-address") == []
    link = link_in(mailbox.wait(new, "confirm your new address"), "/me/address/confirm")
    page.goto(link)
    assert page_problems(page, "own-page-new-address") == []
    # In another browser, which runs no scripts.
    scriptless.goto(link)
    scriptless.get_by_role("button", name="Change my address").click()
    expect(scriptless.get_by_role("heading", level=1)).to_have_text("Your address has changed")
    mailbox.wait(new, "sign-up")
    page.reload()
    assert page_problems(page, "own-page-address-changed") == []
    page.goto("/me/")
    expect(page.get_by_role("button", name="Email me a link")).to_be_visible()
    page.goto(link_in(mailbox.wait(old, "has changed"), "/me/address/undo"))
    assert page_problems(page, "own-page-undo") == []
    page.get_by_role("button", name="Take the change back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The change is taken back")
    assert page_problems(page, "own-page-address-undone") == []
    mailbox.wait(new, "taken back")
    page.wait_for_timeout(1000)  # a sign-in asked for in the second of a change is void
    sign_in(page, mailbox, old)
    expect(page.get_by_text(f"You are signed in as {old}")).to_be_visible()
    expect(page.locator("ins", has_text=old)).to_be_visible()


def test_a_member_leaves_by_one_button(
    page: Page, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "own-leaving@example.com"
    form_client.join(person("Siv Ek", address))
    form_client.post_sign_up_form(EVENT, "Siv Ek", address)
    form_client.press_button(
        link_in(mailbox.wait(address, "Please confirm your"), "/api/rsvp/confirm")
    )
    ask_for_link(page, address)
    page.goto(link_in(mailbox.wait(address, SIGN_IN), "/me/sign-in/link"))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Contents").get_by_role("link", name="Leave the network").click()
    page.locator("a.button", has_text="Leave the network").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leave the network?")
    assert page_problems(page, "own-page-leave") == []
    page.get_by_role("button", name="Leave for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have left")
    mailbox.wait(address, "deleted")
    page.goto("/me/")
    expect(page.get_by_label("Email address")).to_be_visible()


def test_the_code_works_where_it_was_asked_for_and_the_link_anywhere(
    page: Page, scriptless: Page, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "own-code@example.com"
    form_client.join(person("Sten Holm", address))
    page.goto("/me/")
    assert page_problems(page, "own-page-sign-in") == []
    ask_for_link(page, address)
    assert page_problems(page, "own-page-code") == []
    mail = mailbox.wait(address, SIGN_IN)
    page.goto(link_in(mail, "/me/sign-in/link"))
    assert page_problems(page, "own-page-link") == []
    page.go_back()
    ask_for_link(scriptless, "nobody@example.com")
    scriptless.fill("input[name=code]", code_in(mail))
    scriptless.get_by_role("button", name="Sign in").click()
    expect(scriptless.locator(".error-summary")).to_contain_text("isn't the code")
    page.fill("input[name=code]", code_in(mail))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Sten Holm")
    assert page_problems(page, "own-page") == []
    page.get_by_text("Did you work at another office, too?").click()
    page.locator("#details-office-2").select_option("stockholm")
    page.fill("#details-from_year-2", "2001")
    page.fill("#details-to_year-2", "1999")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".error-summary")).to_contain_text("before the year you started")
    assert page_problems(page, "own-page-refused") == []
    scriptless.goto(link_in(mail, "/me/sign-in/link"))
    expect(scriptless.get_by_role("heading", level=1)).to_have_text("This link no longer works")


def test_everything_is_downloaded_by_one_button(
    page: Page, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "own-download@example.com"
    form_client.join(person("Tora Berg", address))
    ask_for_link(page, address)
    page.goto(link_in(mailbox.wait(address, SIGN_IN), "/me/sign-in/link"))
    page.get_by_role("button", name="Sign in").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download everything").click()
    archive = zipfile.ZipFile(started.value.path())
    assert sorted(archive.namelist()) == ["your-data.html", "your-data.json"]
    assert address in archive.read("your-data.json").decode()
    html = archive.read("your-data.html").decode()
    assert address in html
    page.goto("about:blank")
    page.set_content(html)
    assert page_problems(page, "own-download-file") == []
