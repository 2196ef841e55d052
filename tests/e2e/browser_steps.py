"""What a person does on the site in a browser, step by step."""

from typing import Any

from playwright.sync_api import Page

from tests.e2e.mailbox import Mailbox, link_in

FILL_SECONDS = 3.2  # slower than a robot


def fill_join_form(page: Page, name: str, address: str, *, language: str = "en") -> None:
    page.goto("/join/")
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", address)
    page.select_option("select[name=office]", "malmo")
    page.fill("input[name=from_year]", "2009")
    page.fill("input[name=to_year]", "2019")
    page.check("input[name=kinds] >> nth=0")
    page.locator("input[name=interests]").first.check()
    page.select_option("select[name=language]", language)
    for purpose in ("membership", "newsletter", "invitations"):
        page.check(f"input[name=consent_{purpose}]")


def submit_form(page: Page) -> None:
    """Press the form's button, as late as a person would."""
    page.wait_for_timeout(FILL_SECONDS * 1000)
    page.locator("form button[type=submit].primary").first.click()


def join(page: Page, mailbox: Mailbox, name: str, address: str) -> dict[str, Any]:
    """From the form to the welcome mail, which is returned."""
    fill_join_form(page, name, address)
    submit_form(page)
    page.wait_for_url("**/join/check-your-mail/")
    confirm(page, mailbox.wait(address, "Please confirm that"), "/api/join/confirm")
    page.wait_for_url("**/join/welcome/")
    return mailbox.wait(address, "Welcome")


def confirm(page: Page, mail: dict[str, Any], path: str) -> None:
    """Open the mail's link and press the button there."""
    page.goto(link_in(mail, path))
    page.locator("main form button.primary").click()


def sign_up(page: Page, slug: str, name: str, address: str, guests: int = 0) -> None:
    page.goto(f"/events/{slug}/")
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", address)
    set_guests(page, guests)
    page.fill("[name=dietary]", "vegetarian")
    page.check("[name=food_consent]")
    submit_form(page)


def set_guests(page: Page, guests: int) -> None:
    page.select_option("select[name=guests]", str(guests))


def free_seats(page: Page, slug: str) -> int:
    response = page.request.get(f"/api/events/{slug}/seats")
    return int(response.json()["free"])
