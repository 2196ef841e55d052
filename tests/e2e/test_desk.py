"""The desk in a browser: signing in, and each page on a phone and a desktop."""

from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.at_the_desk import AtTheDesk, team_member
from tests.e2e.mailbox import Mailbox
from tests.e2e.page_checks import page_problems

# Those that stand in no row of another page.
PAGES = (
    "",
    "approvals/",
    "imports/",
    "leavers/",
    "leavers/new/",
    "people/",
    "people/?q=ber",
    "team/",
    "team/new/",
    "log/",
)


def test_an_owner_signs_in_adds_a_colleague_and_signs_out(
    page: Page, scriptless: Page, stack: Stack, mailbox: Mailbox
) -> None:
    """The owner's browser runs scripts; the colleague's runs none."""
    owner = team_member(page, stack, mailbox, "owner")
    owner.starts()
    owner.page.get_by_role("navigation", name="The desk").get_by_text("The team").click()
    owner.clicks_on("Add a team member")
    owner.types("Name", "Bo Ek")
    owner.types("Email address", "bo-at-the-desk@example.com")
    owner.clicks_on("Coordinator: works with members and guests, too")
    owner.clicks_on("Add to the team")
    expect(page.get_by_role("status")).to_contain_text("They may use the desk now")
    mailbox.wait("bo-at-the-desk@example.com", "who may use it")
    page.wait_for_timeout(1100)  # who asks in the second in which they were added is not let in
    colleague = AtTheDesk(scriptless, mailbox, "bo-at-the-desk@example.com")
    colleague.signs_in()
    scriptless.goto("/desk/team/")
    expect(scriptless.get_by_role("heading", level=1)).to_have_text("This isn't yours to open")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def test_each_page_can_be_read_and_reached_on_a_phone_and_a_desktop(
    page: Page, stack: Stack, mailbox: Mailbox
) -> None:
    team_member(page, stack, mailbox, "owner")
    for path in PAGES:
        page.goto(f"/desk/{path}")
        assert page_problems(page, f"desk-{path.replace('/', '-') or 'today'}") == [], path


def test_a_file_that_is_too_large_is_not_even_sent(
    page: Page, stack: Stack, mailbox: Mailbox
) -> None:
    team_member(page, stack, mailbox, "coordinator")
    page.goto("/desk/imports/")
    large = {"name": "all.csv", "mimeType": "text/csv", "buffer": b"x" * (5 * 1024 * 1024)}
    page.set_input_files("input[type=file]", large)
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_role("alert")).to_contain_text("alumni members import")
    assert page.url.endswith("/desk/imports/")
