"""The main journey, in a real browser on the running stack: read, join, sign up, change, cancel."""

from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import browser_steps
from tests.e2e.form_client import FormClient, person
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.project_copy import EVENT, SEATS, SMALL_EVENT
from tests.e2e.stack_access import invoke, member_item, table_items, table_without_upkeep


def test_everyone_can_read_the_site(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Events").click()
    page.get_by_role("link", name="A talk about journeys").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A talk about journeys")
    expect(page.locator("[data-seats]")).to_contain_text(f"of {SEATS}")


def test_a_person_joins_with_two_clicks_and_a_mail(
    page: Page, mailbox: Mailbox, stack: Stack
) -> None:
    welcome = browser_steps.join(page, mailbox, "Åsa Öberg", "asa@example.com")
    assert "Åsa" in welcome["text"]
    member = member_item(stack, "asa@example.com")
    assert member["office"] == {"S": "malmo"}
    member_key = {"S": f"MEMBER#{member['sk']['S']}"}
    items = [item for item in table_items(stack) if item["pk"] == member_key]
    lines = [item for item in items if item["sk"]["S"] != "CHAIN"]
    purposes = ("membership", "newsletter", "invitations")
    assert {line["what"]["S"] for line in lines} == {f"{purpose} given" for purpose in purposes}
    assert all(line["message_id"]["S"] and line["shown_at"]["N"] for line in lines)


def test_joining_again_gets_the_same_page_and_another_mail(
    page: Page, form_client: FormClient, mailbox: Mailbox
) -> None:
    form_client.join(person("Bo Ek", "bo@example.com"))
    browser_steps.fill_join_form(page, "Bo Ek", "bo@example.com")
    browser_steps.submit_form(page)
    page.wait_for_url("**/join/check-your-mail/")
    already = mailbox.wait("bo@example.com", "You are already a member")
    assert already["recipients"] == ["bo@example.com"]


def test_confirming_takes_seats_which_can_be_changed_and_given_back(
    page: Page, mailbox: Mailbox
) -> None:
    before = browser_steps.free_seats(page, EVENT)
    browser_steps.sign_up(page, EVENT, "Cecilia Dahl", "cecilia@example.com", guests=1)
    page.wait_for_url("**/events/check-your-mail/")
    assert browser_steps.free_seats(page, EVENT) == before
    browser_steps.confirm(
        page,
        mailbox.wait("cecilia@example.com", "Please confirm your"),
        "/api/rsvp/confirm",
    )
    wait_until(lambda: browser_steps.free_seats(page, EVENT) == before - 2, "two seats fewer")
    confirmation = mailbox.wait("cecilia@example.com", "You are signed up")
    assert any("calendar" in file["type"] for file in confirmation["files"])
    browser_steps.sign_up(page, EVENT, "Cecilia Dahl", "cecilia@example.com")
    mailbox.wait("cecilia@example.com", "You are already signed up")
    page.goto(link_in(confirmation, "/api/rsvp/change"))
    browser_steps.set_guests(page, 0)
    page.locator("main form button.primary").first.click()
    wait_until(lambda: browser_steps.free_seats(page, EVENT) == before - 1, "one seat back")
    mailbox.wait("cecilia@example.com", "Your sign-up has been changed")
    page.goto(link_in(confirmation, "/api/rsvp/change"))
    page.get_by_role("button", name="Send me the newest link").click()
    newest = mailbox.wait("cecilia@example.com", "Your newest link")
    page.goto(link_in(newest, "/api/rsvp/change"))
    page.locator("main button[value=cancel]").click()
    wait_until(lambda: browser_steps.free_seats(page, EVENT) == before, "all seats back")
    page.goto(link_in(confirmation, "/api/rsvp/change"))
    page.get_by_role("link", name="Sign up again").click()
    expect(page.get_by_role("heading", name="Sign up")).to_be_visible()


def test_a_full_event_has_a_waiting_list_and_a_seat_that_frees_goes_on(
    page: Page, form_client: FormClient, mailbox: Mailbox, stack: Stack
) -> None:
    """In this network a seat is given at once, because offers wait for the morning."""
    for name in ("dan", "eva"):
        form_client.post_sign_up_form(SMALL_EVENT, name.title(), f"{name}@example.com")
    for name in ("dan", "eva"):
        mail = mailbox.wait(f"{name}@example.com", "Please confirm your")
        form_client.press_button(link_in(mail, "/api/rsvp/confirm"))
    wait_until(lambda: browser_steps.free_seats(page, SMALL_EVENT) == 0, "a full event")
    page.goto(f"/events/{SMALL_EVENT}/")
    expect(page.locator("[data-when-full]")).to_be_visible()
    browser_steps.sign_up(page, SMALL_EVENT, "Fia", "fia@example.com")
    page.wait_for_url("**/events/check-your-mail/")
    mail = mailbox.wait("fia@example.com", "Please confirm your")
    page.goto(link_in(mail, "/api/rsvp/confirm"))
    expect(page.locator("main")).to_contain_text("you would be number 1 of 1")
    page.get_by_role("button", name="Join the waiting list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are on the waiting list")
    mailbox.wait("fia@example.com", "You are on the waiting list")
    mail = mailbox.wait("dan@example.com", "You are signed up")
    form_client.press_button(link_in(mail, "/api/rsvp/change"), action="cancel")
    gone = "gia@example.com"
    form_client.post_sign_up_form(SMALL_EVENT, "Gia", gone)
    confirm = link_in(mailbox.wait(gone, "Please confirm your"), "/api/rsvp/confirm")
    form_client.press_button(confirm, queue="yes")
    leaving = link_in(mailbox.wait(gone, "You are on the waiting list"), "/api/rsvp/change")
    form_client.press_button(leaving, action="cancel")
    invoke(stack, "EventsTick", {"tick": True})  # as each minute
    mail = mailbox.wait("fia@example.com", "You have a place")
    page.goto(link_in(mail, "answer=no"))
    page.get_by_role("button", name="Cancel my sign-up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are no longer signed up")
    mail = mailbox.wait("fia@example.com", "You are no longer signed up")
    page.goto(link_in(mail, "/api/rsvp/change"))
    page.get_by_role("button", name="I'm coming after all").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed up")


def test_joining_and_signing_up_work_without_javascript(scriptless: Page, mailbox: Mailbox) -> None:
    browser_steps.join(scriptless, mailbox, "Gun Hall", "gun@example.com")
    browser_steps.sign_up(scriptless, EVENT, "Gun Hall", "gun@example.com")
    scriptless.wait_for_url("**/events/check-your-mail/")
    mail = mailbox.wait("gun@example.com", "Please confirm your")
    before = browser_steps.free_seats(scriptless, EVENT)
    browser_steps.confirm(scriptless, mail, "/api/rsvp/confirm")
    wait_until(lambda: browser_steps.free_seats(scriptless, EVENT) < before, "a seat fewer")
    assert browser_steps.free_seats(scriptless, EVENT) == before - 1


def test_a_form_with_errors_is_shown_again_as_typed_and_writes_nothing(
    scriptless: Page, stack: Stack
) -> None:
    scriptless.goto("/join/")
    scriptless.eval_on_selector("form.alumni-form", "form => form.noValidate = true")
    scriptless.fill("input[name=name]", "Ida <b>")
    scriptless.fill("input[name=email]", "ida@nowhere")
    before = table_without_upkeep(stack)
    browser_steps.submit_form(scriptless)
    expect(scriptless.locator(".error-summary")).to_be_visible()
    expect(scriptless.locator("input[name=name]")).to_have_value("Ida <b>")
    assert table_without_upkeep(stack) == before
