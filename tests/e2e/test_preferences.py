"""The page behind a mail's unsubscribe link: fewer emails, none, or all; unsubscribing by mail."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import browser_steps
from tests.e2e.conftest import watched_page_of
from tests.e2e.form_client import FormClient, person, token_of
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.page_checks import page_problems
from tests.e2e.page_list import PageRequest
from tests.e2e.stack_access import invoke, member_item

TOPICS = "#preferences-interests input"


def unsubscribe_link(mail: dict[str, Any]) -> str:
    return link_in(mail, "/api/unsubscribe")


def choose(page: Page, *topics: int) -> None:
    """Choose once a quarter and these topics only; then save."""
    page.get_by_label("Once a quarter").check()
    checkboxes = page.locator(TOPICS)
    for n in range(checkboxes.count()):
        checkboxes.nth(n).set_checked(n in topics)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your changes are saved")


def expect_chosen(page: Page, *topics: int) -> None:
    expect(page.get_by_label("Once a quarter")).to_be_checked()
    checkboxes = page.locator(TOPICS)
    checked = [n for n in range(checkboxes.count()) if checkboxes.nth(n).is_checked()]
    assert checked == list(topics)


@pytest.fixture(params=["page", "scriptless"])
def any_browser(request: pytest.FixtureRequest) -> Page:
    """A browser that runs scripts, and one that does not."""
    page: Page = request.getfixturevalue(request.param)
    return page


def test_a_member_chooses_fewer_emails_and_sees_the_choice_again(
    any_browser: Page, form_client: FormClient, stack: Stack, request: pytest.FixtureRequest
) -> None:
    address = f"{request.node.callspec.params['any_browser']}@example.com"
    welcome = form_client.join(person("Tova Lind", address))
    any_browser.goto(unsubscribe_link(welcome))
    expect(any_browser.get_by_label("Every issue")).to_be_checked()
    expect(any_browser.locator("main")).not_to_contain_text("Tova")
    choose(any_browser, 1, 2)
    expect_chosen(any_browser, 1, 2)
    any_browser.goto(unsubscribe_link(welcome))
    expect_chosen(any_browser, 1, 2)
    member = member_item(stack, address)
    assert member["frequency"] == {"S": "quarterly"}
    assert len(member["interests"]["L"]) == 2
    assert member["newsletter"] == {"BOOL": True}


@pytest.fixture(scope="module")
def unsubscribed(form_client: FormClient) -> dict[str, Any]:
    """The welcome email of somebody who then unsubscribed."""
    ulla = person("Ulla Ek", "ulla@example.com")
    welcome = form_client.join(ulla)
    form_client.unsubscribe(ulla)
    return welcome


def test_the_pages_of_a_member_have_no_problems(page: Page, form_client: FormClient) -> None:
    welcome = form_client.join(person("Vide Lund", "vide@example.com"))
    page.goto(unsubscribe_link(welcome))
    assert page_problems(page, "preferences") == []
    choose(page, 0)
    assert page_problems(page, "preferences-saved") == []
    path = f"/api/preferences?token={token_of(unsubscribe_link(welcome))}"
    PageRequest(path, {"frequency": "daily"}).open_in(page)
    expect(page.get_by_role("alert")).to_contain_text("how often you want the newsletter")
    assert page_problems(page, "preferences-errors") == []


def test_somebody_unsubscribed_gets_it_again_only_by_asking_for_it(
    page: Page, unsubscribed: dict[str, Any], stack: Stack
) -> None:
    page.goto(unsubscribe_link(unsubscribed))
    expect(page.get_by_role("heading", level=1)).to_have_text("You're unsubscribed")
    assert page_problems(page, "preferences-stopped") == []
    choose(page, 0)
    expect(page.get_by_role("status")).to_contain_text("You don't get the newsletter.")
    assert member_item(stack, "ulla@example.com")["newsletter"] == {"BOOL": False}
    page.locator("#preferences-again input[type=checkbox]").check()
    choose(page, 0)
    expect(page.get_by_role("status")).to_contain_text("one email a quarter")
    assert member_item(stack, "ulla@example.com")["newsletter"] == {"BOOL": True}


def test_a_member_who_joins_again_after_unsubscribing_gets_the_newsletter_by_one_button(
    page: Page, form_client: FormClient, mailbox: Mailbox, stack: Stack
) -> None:
    olle = person("Olle Berg", "olle@example.com")
    form_client.join(olle)
    form_client.unsubscribe(olle)
    form_client.post_join_form(olle)
    already = mailbox.wait(olle.address, "You are already a member")
    page.goto(link_in(already, "/api/unsubscribe"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Subscribe to the newsletter?")
    assert page_problems(page, "subscribe-again") == []
    page.get_by_role("button", name="I agree, subscribe").click()
    expect(page.get_by_role("status")).to_have_text("From now on you get every issue.")
    assert member_item(stack, olle.address)["newsletter"] == {"BOOL": True}
    started = mailbox.wait(olle.address, "newsletter again")
    page.goto(unsubscribe_link(started))
    page.get_by_role("button", name="Unsubscribe from the newsletter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You're unsubscribed")
    page.goto(link_in(already, "/api/unsubscribe"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Subscribe to the newsletter?")


@pytest.fixture
def swedish_page(browser: Browser, stack: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.site_url, locale="sv")
    yield from watched_page_of(context, stack.site_url)


def test_the_page_is_in_the_language_of_the_mail(swedish_page: Page, mailbox: Mailbox) -> None:
    browser_steps.fill_join_form(swedish_page, "Åsa Öst", "asa.ost@example.com", language="sv")
    browser_steps.submit_form(swedish_page)
    swedish_page.wait_for_url("**/join/check-your-mail/")
    confirm_mail = mailbox.wait("asa.ost@example.com", "")
    browser_steps.confirm(swedish_page, confirm_mail, "/api/join/confirm")
    expect(swedish_page.locator("[lang=sv] h1")).to_have_text("Välkommen tillbaka")
    swedish_page.goto(unsubscribe_link(mailbox.wait("asa.ost@example.com", "", after=1)))
    expect(swedish_page.locator("[lang=sv] h1")).to_have_text("Vill du avsluta prenumerationen?")
    assert page_problems(swedish_page, "preferences-sv") == []


def send_to_unsubscribe_address(stack: Stack, subject: str) -> None:
    """A mail arrives at the unsubscribe address, and SES reports it to the function."""
    headers = {"from": ["ulla@example.com"], "subject": subject}
    mail = {"source": "ulla@example.com", "commonHeaders": headers}
    event = {"Records": [{"eventSource": "aws:ses", "eventVersion": "1.0", "ses": {"mail": mail}}]}
    invoke(stack, "MembershipMail", event)


def test_a_mail_to_the_unsubscribe_address_needs_the_right_token(
    form_client: FormClient, stack: Stack
) -> None:
    address = "wilma@example.com"
    welcome = form_client.join(person("Wilma Alm", address))
    token = token_of(unsubscribe_link(welcome))
    send_to_unsubscribe_address(stack, "unsubscribe")
    send_to_unsubscribe_address(stack, f"unsubscribe {token[:-4]}AAAA")
    assert member_item(stack, address)["newsletter"] == {"BOOL": True}
    send_to_unsubscribe_address(stack, f"Re: UNSUBSCRIBE\r\n {token}")
    unsubscribed = member_item(stack, address)
    assert unsubscribed["newsletter"] == {"BOOL": False}
    send_to_unsubscribe_address(stack, f"unsubscribe {token}")
    assert member_item(stack, address) == unsubscribed
