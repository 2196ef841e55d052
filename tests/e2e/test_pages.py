"""Every kind of page, on a phone and a desktop, light and dark, has no problems.

With PICTURES=1 it leaves a picture of each in build/pictures/.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.conftest import watched
from tests.e2e.form_client import FormClient
from tests.e2e.mailbox import Mailbox
from tests.e2e.page_checks import PICTURES, View, page_problems
from tests.e2e.page_list import FUNCTION_PAGES, SITE_PAGES, PageRequest, function_page_requests
from tests.e2e.project_copy import DINNER


@pytest.fixture(scope="module")
def requests(form_client: FormClient, mailbox: Mailbox) -> dict[str, PageRequest]:
    return function_page_requests(form_client, mailbox)


@contextmanager
def seat_held(stack: Stack) -> Iterator[None]:
    """Una's seat as if it were offered to her: by night no offer is sent."""
    database, name = stack.client("dynamodb"), {"TableName": stack.outputs["TableName"]}
    of_dinner = {":pk": {"S": f"EVENT#{DINNER}"}, ":sk": {"S": "RSVP#"}}
    sign_ups = database.query(
        **name,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues=of_dinner,
    )["Items"]
    (una,) = [item for item in sign_ups if item["name"]["S"] == "Una"]
    tomorrow = {"N": str(int(time.time()) + 24 * 3600)}
    database.put_item(**name, Item=una | {"status": {"S": "offered"}, "held_until": tomorrow})
    try:
        yield
    finally:
        database.put_item(**name, Item=una)


@pytest.mark.parametrize("name", SITE_PAGES)
def test_every_page_of_the_site_has_no_problems(page: Page, name: str) -> None:
    page.goto(SITE_PAGES[name])
    assert page_problems(page, name) == []


@pytest.mark.parametrize("name", FUNCTION_PAGES)
def test_every_page_of_a_function_has_no_problems(
    page: Page, stack: Stack, requests: dict[str, PageRequest], name: str
) -> None:
    with seat_held(stack) if name == "rsvp-offer" else nullcontext():
        requests[name].open_in(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(FUNCTION_PAGES[name])
    assert page_problems(page, name) == []


@pytest.fixture
def mailbox_page(tab: Page, stack: Stack) -> Iterator[Page]:
    yield from watched(tab, stack.mailbox_url, stack.site_url)


@pytest.mark.parametrize("view", ["", "?view=text", "?view=headers", "?view=source"])
def test_every_view_of_a_mail_has_no_problems(
    mailbox_page: Page, requests: dict[str, PageRequest], mailbox: Mailbox, view: str
) -> None:
    mail = mailbox.wait("rut@example.com", "You are signed up")
    mailbox_page.goto(f"{mailbox.url}/messages/{mail['id']}{view}")
    assert page_problems(mailbox_page, f"mailbox-mail{view.replace('?view=', '-')}") == []


def test_the_list_of_mails_has_no_problems(
    mailbox_page: Page, requests: dict[str, PageRequest], mailbox: Mailbox
) -> None:
    mailbox_page.goto(mailbox.url)
    assert page_problems(mailbox_page, "mailbox") == []


def test_the_picture_of_the_readme_is_taken(page: Page) -> None:
    View("desktop", "light").apply_to(page)
    page.goto("/")
    page.screenshot(path=PICTURES / "home.png")
    assert (PICTURES / "home.png").read_bytes().startswith(b"\x89PNG")
