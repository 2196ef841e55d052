"""HR's day with people, in a browser only: find and correct somebody, take them off the newsletter
or off everything, and answer what is known about them. At most 6 clicks each, from Today."""

import json
import re
import time
import zipfile

from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.at_the_desk import AtTheDesk, team_member
from tests.e2e.browser_steps import sign_up
from tests.e2e.form_client import FormClient, person
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.page_checks import page_problems
from tests.e2e.project_copy import EVENT

MOST_CLICKS = 6


def finds(hr: AtTheDesk, text: str, name: str = "") -> None:
    """Search for somebody; an exact address leads to them at once."""
    hr.starts()
    hr.click(hr.page.get_by_role("navigation", name="The desk").get_by_text("People", exact=True))
    hr.types("Name, company or email address", text)
    hr.page.keyboard.press("Enter")
    if name:
        hr.clicks_on(name)


def types_without_a_button(page: Page, letters: str, name: str) -> None:
    """The page stays: only the number and the list change, and its address."""
    page.goto("/desk/people/")
    page.evaluate("() => { window.isTheSame = true; }")
    page.get_by_label("Name, company or email address").press_sequentially(letters)
    expect(page.locator("#people-number")).to_contain_text("match")
    expect(page.locator("#people-list").get_by_role("link", name=name)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?q={letters}&"))
    assert page.evaluate("() => window.isTheSame")


def has_done_it(hr: AtTheDesk, message: str) -> None:
    expect(hr.page.get_by_role("status")).to_contain_text(message)
    assert hr.clicks <= MOST_CLICKS


def answers(hr: AtTheDesk, address: str) -> dict[str, object]:
    """What the file holds that HR sends to whoever asks what is known about them."""
    finds(hr, address)
    with hr.page.expect_download() as download:
        hr.clicks_on("Download what we know")
    assert hr.clicks <= MOST_CLICKS
    archive = zipfile.ZipFile(download.value.path())
    (name,) = (name for name in archive.namelist() if name.endswith(".json"))
    known: dict[str, object] = json.loads(archive.read(name))
    return known


def test_hrs_day_with_a_member(
    page: Page, stack: Stack, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "nystrom@example.com"
    form_client.join(person("Åsa Nystrøm", address))
    hr = team_member(page, stack, mailbox, "coordinator")

    types_without_a_button(page, "nys", "Åsa Nystrøm")
    finds(hr, "nystrom", "Åsa Nystrøm")
    assert page_problems(page, "desk-person") == []
    hr.types("Name", "Åsa Nyström")
    hr.clicks_on("Save changes")
    has_done_it(hr, "The changes are saved.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Åsa Nyström")

    finds(hr, "nystrom", "Åsa Nyström")
    hr.clicks_on("Stop the newsletter only")
    has_done_it(hr, "They get no more newsletters.")

    assert answers(hr, address)["person"]["email"] == address  # type: ignore[index]

    finds(hr, "nystrom", "Åsa Nyström")
    hr.clicks_on("Stop all email")
    has_done_it(hr, "They get no more emails from us")
    assert page_problems(page, "desk-person-stopped") == []
    hr.types("Why?", "Has changed her mind")
    hr.clicks_on("Let them get email again")
    has_done_it(hr, "They get email again.")

    finds(hr, "nystrom", "Åsa Nyström")
    hr.clicks_on("Send a sign-in link")
    has_done_it(hr, "The link is on its way")
    mailbox.wait(address, "Sign in")

    finds(hr, "nystrom", "Åsa Nyström")
    hr.clicks_on("Erase …")
    assert page_problems(page, "desk-person-erase") == []
    hr.types("To erase them, type", "Åsa Nyström")
    hr.clicks_on("Erase for good")
    expect(page.get_by_role("heading", level=1)).to_have_text("Erased")
    assert hr.clicks <= MOST_CLICKS
    mailbox.wait(address, "deleted")


def test_hrs_day_with_a_guest(
    page: Page, scriptless: Page, stack: Stack, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "gunvor.guest@example.com"
    sign_up(page, EVENT, "Gunvor Guest", address, guests=1)
    link = link_in(mailbox.wait(address, "Please confirm your"), "/api/rsvp/confirm")
    form_client.press_button(link)
    hr = team_member(scriptless, stack, mailbox, "coordinator")

    assert answers(hr, address)["person"]["email"] == address  # type: ignore[index]

    finds(hr, address)
    hr.clicks_on("Cancel this sign-up")
    has_done_it(hr, "The sign-up is cancelled")
    mailbox.wait(address, "no longer signed up")


def test_hr_gets_a_filtered_list_as_an_excel_file(
    page: Page, stack: Stack, form_client: FormClient, mailbox: Mailbox
) -> None:
    form_client.join(person("Eva Ask", "eva-ask@example.com"))
    hr = team_member(page, stack, mailbox, "coordinator")
    hr.starts()
    hr.click(page.get_by_role("navigation", name="The desk").get_by_text("People", exact=True))
    hr.types("Only", "active")
    page.keyboard.press("Enter")
    hr.clicks_on("Get them as an Excel file")
    until = time.monotonic() + 100  # the tick comes each minute, if the stream brings nothing
    while page.get_by_text("See whether it is ready").count() and time.monotonic() < until:
        page.wait_for_timeout(1000)
        page.reload()
    assert page_problems(page, "desk-file") == []
    with page.expect_download() as download:
        hr.clicks_on("Download the file")
    assert hr.clicks <= MOST_CLICKS
    with zipfile.ZipFile(download.value.path()) as book:
        assert b"eva-ask@example.com" in book.read("xl/worksheets/sheet1.xml")
