"""Somebody of HR at the desk, in a browser only; their clicks are counted."""

from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.stack_access import alumni

SIGN_IN = "Sign in at the desk"


class AtTheDesk:
    """`page` is a browser in which this team member is signed in, after `signs_in`."""

    def __init__(self, page: Page, mailbox: Mailbox, address: str) -> None:
        self.page, self.mailbox, self.address = page, mailbox, address
        self.clicks = 0

    def signs_in(self) -> None:
        before = len([m for m in self.mailbox.to(self.address) if SIGN_IN in m["subject"]])
        self.page.goto("/desk/?language=en")
        self.page.fill("input[name=email]", self.address)
        self.page.get_by_role("button", name="Email me a link").click()
        mail = self.mailbox.wait(self.address, SIGN_IN, before)
        self.page.goto(link_in(mail, "/desk/sign-in/link"))
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.locator(".desk-places")).to_be_visible()

    def starts(self) -> None:
        """From Today, where every task begins, with no click done."""
        self.page.goto("/desk/")
        self.clicks = 0

    def clicks_on(self, name: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """A link, a button, a box or a choice of this name."""
        place = within or self.page.locator("main")
        target = (
            place.get_by_role("link", name=name, exact=exact)
            .or_(place.get_by_role("button", name=name, exact=exact))
            .or_(place.get_by_role("checkbox", name=name, exact=exact))
            .or_(place.get_by_role("radio", name=name, exact=exact))
        )
        self.click(target.first)

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def chooses(self, label: str, choice: str) -> None:
        """In a list: a click to open it and one on the choice."""
        self.page.get_by_label(label).select_option(label=choice)
        self.clicks += 2

    def types(self, label: str, text: str) -> None:
        """Into a field, by a click and the keyboard."""
        self.page.get_by_label(label).fill(text)
        self.clicks += 1


def team_member(
    page: Page, stack: Stack, mailbox: Mailbox, role: str, *options: str, name: str = "Karin Ek"
) -> AtTheDesk:
    """A new team member of this role, signed in."""
    address = f"{role}-{uuid4().hex[:6]}@example.com"
    alumni(
        stack, "team", "add", address, "--name", name, "--role", role, "--language", "en", *options
    )
    page.wait_for_timeout(1100)  # who asks in the second in which they were added is not let in
    hr = AtTheDesk(page, mailbox, address)
    hr.signs_in()
    return hr
