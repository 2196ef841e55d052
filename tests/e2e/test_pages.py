"""Every kind of page, by day and by night, on a phone and on a desk: axe finds nothing, and more.

Leaves a picture of each in build/pictures/.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import looks, readers, rooms
from tests.e2e.conftest import watched
from tests.e2e.rooms import Door
from tests.e2e.stage import SMALL_EVENT, Mailbox


@pytest.fixture(scope="module")
def doors(door: readers.Door, mailbox: Mailbox) -> dict[str, Door]:
    return rooms.answers(door, mailbox)


@contextmanager
def no_seat_left(stack: Stack) -> Iterator[None]:
    """The small event as if others had taken its seats in the meantime."""
    seats = stack.client("dynamodb").update_item
    event = {
        "TableName": stack.outputs["TableName"],
        "Key": {"pk": {"S": f"EVENT#{SMALL_EVENT}"}, "sk": {"S": "EVENT"}},
        "UpdateExpression": "SET #free = :free",
        "ExpressionAttributeNames": {"#free": "free"},
        "ReturnValues": "UPDATED_OLD",
    }
    before = seats(**event, ExpressionAttributeValues={":free": {"N": "0"}})["Attributes"]["free"]
    try:
        yield
    finally:
        seats(**event, ExpressionAttributeValues={":free": before})


@pytest.mark.parametrize("name", rooms.SITE)
def test_every_page_of_the_site_is_sound(page: Page, name: str) -> None:
    page.goto(rooms.SITE[name])
    assert looks.problems(page, name) == []


@pytest.mark.parametrize("name", rooms.ANSWERS)
def test_every_page_that_a_function_answers_is_sound(
    page: Page, stack: Stack, doors: dict[str, Door], name: str
) -> None:
    with no_seat_left(stack) if name == "rsvp-full" else nullcontext():
        doors[name].open(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(rooms.ANSWERS[name])
    assert looks.problems(page, name) == []


@pytest.fixture
def at_the_mailbox(tab: Page, stack: Stack) -> Iterator[Page]:
    yield from watched(tab, stack.mailbox_url, stack.site_url)


@pytest.mark.parametrize("view", ["", "?view=text", "?view=headers", "?view=source"])
def test_every_view_of_a_mail_is_sound(
    at_the_mailbox: Page, doors: dict[str, Door], mailbox: Mailbox, view: str
) -> None:
    mail = mailbox.wait("rut@example.com", "You are signed up")
    at_the_mailbox.goto(f"{mailbox.url}/messages/{mail['id']}{view}")
    assert looks.problems(at_the_mailbox, f"mailbox-mail{view.replace('?view=', '-')}") == []


def test_the_list_of_mails_is_sound(
    at_the_mailbox: Page, doors: dict[str, Door], mailbox: Mailbox
) -> None:
    at_the_mailbox.goto(mailbox.url)
    assert looks.problems(at_the_mailbox, "mailbox") == []


def test_the_picture_of_the_readme_is_taken(page: Page) -> None:
    looks.View("desktop", "light").put_on(page)
    page.goto("/")
    page.screenshot(path=looks.PICTURES / "home.png")
    assert (looks.PICTURES / "home.png").read_bytes().startswith(b"\x89PNG")
