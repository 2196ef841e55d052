"""HR moves an event and cancels it: guests hear of it, and it can't vanish from the site."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import browser_steps
from tests.e2e.form_client import FormClient
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.project_copy import write_event
from tests.e2e.stack_access import invoke, publish

SLUG, TITLE = "regatta", "Regatta on the fjord"
GUEST, LATECOMER = "gerda@example.com", "lotta@example.com"


def published_mail(stack: Stack, mailbox: Mailbox, subject: str) -> dict[str, Any]:
    """Publish as CI does; the email that the guest then gets."""
    publish(stack)

    def has_arrived() -> bool:
        invoke(stack, "EventsTick", {})  # as each minute
        return any(subject in mail["subject"] for mail in mailbox.to(GUEST))

    wait_until(has_arrived, subject)
    return mailbox.wait(GUEST, subject)


def test_guests_hear_that_an_event_moves_and_is_cancelled(
    page: Page, form_client: FormClient, mailbox: Mailbox, stack: Stack, folder: Path
) -> None:
    write_event(folder, SLUG, TITLE, days_ahead=30)
    publish(stack)
    wait_until(lambda: browser_steps.free_seats(page, SLUG) == 9, "the event")
    for name, address in (("Gerda", GUEST), ("Lotta", LATECOMER)):
        form_client.post_sign_up_form(SLUG, name, address)
    form_client.press_button(link_in(mailbox.wait(GUEST, "Please confirm"), "/api/rsvp/confirm"))
    mailbox.wait(GUEST, "You are signed up")

    write_event(folder, SLUG, TITLE, days_ahead=31)
    moved = published_mail(stack, mailbox, "Please note what has changed")
    assert "Was: " in moved["text"]
    assert any("calendar" in file["type"] for file in moved["files"])
    assert email_problems(page, moved["html"], "mail-event-changed") == []
    page.goto(link_in(mailbox.wait(LATECOMER, "Please confirm"), "/api/rsvp/confirm"))
    expect(page.locator("main")).to_contain_text("This has changed since you signed up")
    assert page_problems(page, "rsvp-confirm-changed") == []

    file = write_event(folder, SLUG, TITLE, 31, "cancelled: true\nreason: No wind at all.\n")
    cancelled = published_mail(stack, mailbox, "Cancelled:")
    assert "No wind at all." in cancelled["text"]
    page.get_by_role("button", name="Confirm sign-up").click()
    expect(page.locator("main")).to_contain_text("No wind at all.")
    assert page_problems(page, "rsvp-event-cancelled") == []
    page.goto(f"/events/{SLUG}/")
    expect(page.locator("main")).to_contain_text("No wind at all.")
    expect(page.locator("main form")).to_have_count(0)
    assert page_problems(page, "event-cancelled") == []
    feed = page.request.get("/events/office/malmo/calendar.ics")
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    assert feed.text().count("STATUS:CANCELLED") == 1
    page.goto("about:blank")  # the site's pages refuse the styles of an email
    assert email_problems(page, cancelled["html"], "mail-event-cancelled") == []

    text = file.read_text(encoding="utf-8")
    file.unlink()
    with pytest.raises(AssertionError, match=f"site/content/events/{SLUG}.md.*put it back"):
        publish(stack)
    file.write_text(text, encoding="utf-8")
    publish(stack)
