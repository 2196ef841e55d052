"""The main journey, in a real browser on the running stack: read, join, sign up, change, cancel."""

from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import journeys
from tests.e2e.readers import Door, reader
from tests.e2e.stage import (
    EVENT,
    SEATS,
    SMALL_EVENT,
    Mailbox,
    dump,
    dump_without_upkeep,
    eventually,
    link,
)


def test_everyone_can_read_the_site(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Events").click()
    page.get_by_role("link", name="A talk about journeys").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A talk about journeys")
    expect(page.locator("[data-seats]")).to_contain_text(f"of {SEATS}")


def test_a_person_joins_with_two_clicks_and_a_mail(
    page: Page, mailbox: Mailbox, stack: Stack
) -> None:
    welcome = journeys.join(page, mailbox, "Åsa Öberg", "asa@example.com")
    assert "Åsa" in welcome["text"]
    (member,) = [each for each in dump(stack) if each.get("email") == {"S": "asa@example.com"}]
    assert member["office"] == {"S": "malmo"}
    consents = [each for each in dump(stack) if each["pk"]["S"] == f"MEMBER#{member['sk']['S']}"]
    assert {each["what"]["S"] for each in consents} == {"membership given", "newsletter given"}


def test_joining_again_is_answered_alike_and_told_by_mail(
    page: Page, door: Door, mailbox: Mailbox
) -> None:
    door.join(reader("Bo Ek", "bo@example.com"))
    journeys.fill_join(page, "Bo Ek", "bo@example.com")
    journeys.send(page)
    page.wait_for_url("**/join/check-your-mail/")
    mailbox.wait("bo@example.com", "You are already a member")


def test_a_seat_is_taken_by_the_confirming_click_changed_and_given_back(
    page: Page, mailbox: Mailbox
) -> None:
    before = journeys.free_seats(page, EVENT)
    journeys.sign_up(page, EVENT, "Cecilia Dahl", "cecilia@example.com", guests=1)
    page.wait_for_url("**/events/check-your-mail/")
    assert journeys.free_seats(page, EVENT) == before
    journeys.confirm(
        page,
        mailbox.wait("cecilia@example.com", "Please confirm your"),
        "/api/rsvp/confirm",
    )
    eventually(lambda: journeys.free_seats(page, EVENT) == before - 2, "two seats fewer")
    ticket = mailbox.wait("cecilia@example.com", "You are signed up")
    assert any("calendar" in file["type"] for file in ticket["files"])
    journeys.sign_up(page, EVENT, "Cecilia Dahl", "cecilia@example.com")
    mailbox.wait("cecilia@example.com", "You are already signed up")
    page.goto(link(ticket, "/api/rsvp/change"))
    journeys.set_guests(page, 0)
    page.locator("main form button.primary").first.click()
    eventually(lambda: journeys.free_seats(page, EVENT) == before - 1, "one seat back")
    changed = mailbox.wait("cecilia@example.com", "Your sign-up has been changed")
    page.goto(link(changed, "/api/rsvp/change"))
    page.locator("main button[value=cancel]").click()
    eventually(lambda: journeys.free_seats(page, EVENT) == before, "all seats back")
    page.goto(link(ticket, "/api/rsvp/change"))
    expect(page.locator("main")).to_contain_text("newer")


def test_a_full_event_says_so_and_takes_nobody(page: Page, door: Door, mailbox: Mailbox) -> None:
    for name in ("dan", "eva"):
        door.sign_up(SMALL_EVENT, name.title(), f"{name}@example.com")
    for name in ("dan", "eva"):
        mail = mailbox.wait(f"{name}@example.com", "Please confirm your")
        door.submit(link(mail, "/api/rsvp/confirm"))
    eventually(lambda: journeys.free_seats(page, SMALL_EVENT) == 0, "a full event")
    journeys.sign_up(page, SMALL_EVENT, "Fia", "fia@example.com")
    expect(page.locator("main")).to_contain_text("are taken")
    assert journeys.free_seats(page, SMALL_EVENT) == 0


def test_without_javascript_one_joins_and_signs_up_just_the_same(
    scriptless: Page, mailbox: Mailbox
) -> None:
    journeys.join(scriptless, mailbox, "Gun Hall", "gun@example.com")
    journeys.sign_up(scriptless, EVENT, "Gun Hall", "gun@example.com")
    scriptless.wait_for_url("**/events/check-your-mail/")
    mail = mailbox.wait("gun@example.com", "Please confirm your")
    before = journeys.free_seats(scriptless, EVENT)
    journeys.confirm(scriptless, mail, "/api/rsvp/confirm")
    eventually(lambda: journeys.free_seats(scriptless, EVENT) == before - 1, "a seat fewer")


def test_a_form_with_mistakes_comes_back_with_what_was_typed_and_writes_nothing(
    scriptless: Page, stack: Stack
) -> None:
    scriptless.goto("/join/")
    scriptless.eval_on_selector("form.alumni-form", "form => form.noValidate = true")
    scriptless.fill("input[name=name]", "Ida <b>")
    scriptless.fill("input[name=email]", "ida@nowhere")
    before = dump_without_upkeep(stack)
    journeys.send(scriptless)
    expect(scriptless.locator(".error-summary")).to_be_visible()
    expect(scriptless.locator("input[name=name]")).to_have_value("Ida <b>")
    assert dump_without_upkeep(stack) == before
