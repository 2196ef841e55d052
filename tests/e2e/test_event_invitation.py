"""An event's invitation, from publishing to both answers, as a Swedish member reads it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import browser_steps, newsletter_steps
from tests.e2e.form_client import FormClient, person
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.project_copy import minutes_ago, write_event
from tests.e2e.stack_access import invoke, publish
from tests.e2e.test_lighthouse import missed_by_links

SLUG, TITLE = "crayfish", "Crayfish under the bridge"
SVEA = person("Svea Ek", "svea@example.com", office="shanghai", kinds="partner", language="sv")
SILENT = person("Sil Ent", "silent@example.com", office="shanghai", kinds="partner", language="sv")
ELSEWHERE = person("Else Way", "else@example.com", office="brussels", kinds="engineer")


def test_an_invitation_is_declined_and_then_accepted(
    page: Page, form_client: FormClient, mailbox: Mailbox, stack: Stack, folder: Path
) -> None:
    form_client.join_all([SVEA, SILENT, ELSEWHERE])
    invite = f"invite: {{office: shanghai, kind: partner}}\ninvite_at: {minutes_ago(1)}\n"
    write_event(folder, SLUG, TITLE, 30, invite)
    publish(stack)
    newsletter_steps.wait_until_known(stack, SLUG)
    newsletter_steps.tick_until(stack, SLUG, "sent")

    mail = mailbox.wait(SVEA.address, f"Inbjudan: {TITLE}")
    assert email_problems(page, mail["html"], "mail-event-invitation") == []
    assert not any(TITLE in row["subject"] for row in mailbox.to(ELSEWHERE.address))

    answers = {answer: link_in(mail, f"answer={answer}") for answer in ("yes", "no")}
    assert missed_by_links(**answers) == {}
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(link_in(mail, "answer=no"))
    assert page_problems(page, "event-invitation-no") == []
    page.get_by_role("button", name="Inte den här gången").click()
    expect(page.locator("main")).to_contain_text("Vi påminner dig inte")
    assert page_problems(page, "event-invitation-declined") == []

    page.goto(link_in(mail, "answer=yes"))
    assert page_problems(page, "event-invitation-yes") == []
    page.get_by_role("button", name="Anmäl mig").click()
    expect(page.locator("main h1")).to_have_text("Du är anmäld")
    assert page_problems(page, "event-invitation-accepted") == []
    wait_until(lambda: browser_steps.free_seats(page, SLUG) == 8, "the seat taken")
    mailbox.wait(SVEA.address, TITLE, after=1)


def test_whoever_has_not_answered_hears_that_the_event_moves(
    page: Page, mailbox: Mailbox, stack: Stack, folder: Path
) -> None:
    """Follows the test above, in which nobody answered for them."""
    invite = f"invite: {{office: shanghai, kind: partner}}\ninvite_at: {minutes_ago(1)}\n"
    write_event(folder, SLUG, TITLE, 31, invite)
    publish(stack)
    subject = f"Det här har ändrats: {TITLE}"

    def has_arrived() -> bool:
        invoke(stack, "EventsTick", {})
        return any(subject in row["subject"] for row in mailbox.to(SILENT.address))

    wait_until(has_arrived, subject)
    mail = mailbox.wait(SILENT.address, subject)
    assert "answer=no" in mail["text"]
    assert email_problems(page, mail["html"], "mail-invitation-changed") == []
