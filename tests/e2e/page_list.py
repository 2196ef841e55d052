"""Every kind of page and the request that leads to it: an address of the site, a link or a form."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.e2e.form_client import FormClient, person, token_of
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.project_copy import ARCHIVED_ISSUE, DINNER, EVENT, OPENING

# Name → path.
SITE_PAGES = {
    "home": "/",
    "events": "/events/",
    "events-past": "/events/past/",
    "events-office": "/events/office/malmo/",
    "events-topic": "/events/topic/water/",
    "event-open": f"/events/{EVENT}/",
    "event-with-picture": "/events/founders-day-dinner/",
    "news": "/news/",
    "news-year": "/news/2026/",
    "news-office": "/news/office/malmo/",
    "news-topic": "/news/topic/water/",
    "news-item": "/news/malmo-moves-to-the-dock/",
    "jobs": "/jobs/",
    "jobs-none": "/jobs/topic/community/",
    "job-open": f"/jobs/{OPENING}/",
    "job-closed": "/jobs/office-manager-shanghai/",
    "newsletters": "/newsletters/",
    "newsletter": "/newsletters/autumn-2026/",
    "newsletter-with-blocks": f"/newsletters/{ARCHIVED_ISSUE}/",
    "newsletter-in-german": f"/newsletters/{ARCHIVED_ISSUE}/de/",
    "newsletter-with-portrait": "/newsletters/summer-2026/",
    "about": "/about/",
    "join": "/join/",
    "join-check-your-mail": "/join/check-your-mail/",
    "join-welcome": "/join/welcome/",
    "events-check-your-mail": "/events/check-your-mail/",
    "privacy": "/privacy/",
    "404": "/nowhere/at/all/",
}
# Name → text in the heading, so that a test knows that it sees the page it means.
FUNCTION_PAGES = {
    "join-confirm": "Confirm your sign-up",
    "join-errors": "Join the network",
    "unsubscribe": "Unsubscribe from the newsletter?",
    "rsvp-confirm": "Confirm your sign-up",
    "rsvp-errors": "Sign up",
    "rsvp-change": "Your sign-up",
    "rsvp-change-errors": "Your sign-up",
    "rsvp-done": "You are signed up",
    "rsvp-confirmed-before": "You are signed up",
    "rsvp-queue": "Confirm your sign-up",
    "rsvp-waiting": "Your sign-up",
    "rsvp-offer": "There is a place for you",
    "rsvp-cannot": "Can't make it?",
    "rsvp-closed": "Sign-up is closed",
    "stale": "There is a newer link",
    "newest-link-sent": "Please check your email",
    "rsvp-cancelled": "You are no longer signed up",
    "rsvp-signed-off": "Come after all?",
    "own-page-signed-out": "Your page",
    "own-page-left": "You have left",
    "own-page-link-ended": "This link no longer works",
    "own-page-new-address-ended": "This link no longer works",
    "own-page-undo-ended": "This link no longer works",
    "gone": "This link no longer works",
    "bad-request": "Something went wrong",
}
PAST_EVENT = "founders-day-dinner"
RSVP = f"/api/events/{EVENT}/rsvp"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class PageRequest:
    """The request that a page answers: GET of its path, or a form posted there."""

    path: str
    fields: Mapping[str, str] | None = None
    content_type: str = FORM

    def open_in(self, page: Page) -> None:
        if self.fields is None:
            page.goto(self.path)
            return
        page.goto("/privacy/")
        with page.expect_navigation():
            page.evaluate(SUBMIT, [self.path, dict(self.fields), self.content_type])


SUBMIT = """([path, fields, type]) => {
  const form = document.createElement("form");
  Object.assign(form, { action: path, method: "post", enctype: type });
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


def function_page_requests(form_client: FormClient, mailbox: Mailbox) -> dict[str, PageRequest]:
    """A request for each of FUNCTION_PAGES, after some people have joined and signed up."""
    return {
        **_after_joining(form_client, mailbox),
        **_after_signing_up(form_client, mailbox),
        **_without_token(),
    }


def _after_joining(form_client: FormClient, mailbox: Mailbox) -> dict[str, PageRequest]:
    form_client.post_join_form(person("Pia", "pia@example.com"))
    welcome = form_client.join(person("Quirin", "quirin@example.com"))
    confirm_mail = mailbox.wait("pia@example.com", "Please confirm")
    return {
        "join-confirm": PageRequest(link_in(confirm_mail, "/api/join/confirm")),
        "unsubscribe": PageRequest(link_in(welcome, "/api/unsubscribe")),
    }


def _after_signing_up(form_client: FormClient, mailbox: Mailbox) -> dict[str, PageRequest]:
    def rsvp_link(address: str, subject: str, action: str) -> str:
        return link_in(mailbox.wait(address, subject), f"/api/rsvp/{action}")

    pia, rut = "pia@example.com", "rut@example.com"
    form_client.post_sign_up_form(EVENT, "Pia", pia, guests="1")
    form_client.post_sign_up_form(EVENT, "Rut", rut, guests="1")
    confirmed = rsvp_link(rut, "Please confirm your", "confirm")
    form_client.press_button(confirmed)
    outdated = rsvp_link(rut, "You are signed up", "change")
    form_client.press_button(outdated, guests="0", action="save")
    change = rsvp_link(rut, "Your sign-up has been changed", "change")
    wrong_fields = {"token": token_of(change), "guests": "99", "action": "save"}
    return {
        "rsvp-confirm": PageRequest(rsvp_link(pia, "Please confirm your", "confirm")),
        "rsvp-done": PageRequest("/api/rsvp/confirm", {"token": token_of(confirmed)}),
        "rsvp-confirmed-before": PageRequest(confirmed),
        "rsvp-change": PageRequest(change),
        "rsvp-cannot": PageRequest(f"{change}&answer=no"),
        "rsvp-change-errors": PageRequest("/api/rsvp/change", wrong_fields),
        "stale": PageRequest(outdated),
        "newest-link-sent": PageRequest(
            "/api/rsvp/change", {"token": token_of(outdated), "action": "newest"}
        ),
        **_after_cancelling(form_client, mailbox),
        **_at_a_full_event(form_client, mailbox),
    }


def _at_a_full_event(form_client: FormClient, mailbox: Mailbox) -> dict[str, PageRequest]:
    """The dinner has two places; who comes third waits, and who comes fourth has yet to confirm."""
    names = ("una", "viggo", "wanja", "xaver")
    for name in names:
        form_client.post_sign_up_form(DINNER, name.title(), f"{name}@example.com")
    confirms = [
        link_in(mailbox.wait(f"{name}@example.com", "Please confirm your"), "/api/rsvp/confirm")
        for name in names
    ]
    for confirm in confirms[:3]:
        form_client.press_button(confirm, queue="yes")
    waiting = mailbox.wait("wanja@example.com", "You are on the waiting list")
    held = mailbox.wait("una@example.com", "You are signed up")
    return {
        "rsvp-queue": PageRequest(confirms[3]),
        "rsvp-waiting": PageRequest(link_in(waiting, "/api/rsvp/change")),
        "rsvp-offer": PageRequest(link_in(held, "/api/rsvp/change")),
    }


def _after_cancelling(form_client: FormClient, mailbox: Mailbox) -> dict[str, PageRequest]:
    tor = "tor@example.com"
    form_client.post_sign_up_form(EVENT, "Tor", tor)
    confirm = link_in(mailbox.wait(tor, "Please confirm your"), "/api/rsvp/confirm")
    form_client.press_button(confirm)
    change = link_in(mailbox.wait(tor, "You are signed up"), "/api/rsvp/change")
    form_client.press_button(change, action="cancel")
    cancel = {"token": token_of(change), "action": "cancel"}
    return {
        "rsvp-cancelled": PageRequest("/api/rsvp/change", cancel),
        "rsvp-signed-off": PageRequest(change),
    }


def _without_token() -> dict[str, PageRequest]:
    vera = {"name": "Vera", "email": "vera@example.com", "guests": "0"}
    wrong_fields = {"name": "", "email": "pia@nowhere"}
    return {
        "join-errors": PageRequest("/api/join", wrong_fields),
        "rsvp-errors": PageRequest(RSVP, wrong_fields | {"guests": "7"}),
        "rsvp-closed": PageRequest(f"/api/events/{PAST_EVENT}/rsvp", vera),
        "own-page-signed-out": PageRequest("/me/?step=signed-out"),
        "own-page-left": PageRequest("/me/?step=left"),
        "own-page-link-ended": PageRequest("/me/sign-in/link?token=cut-sho"),
        "own-page-new-address-ended": PageRequest("/me/address/confirm?token=cut-sho"),
        "own-page-undo-ended": PageRequest("/me/address/undo?token=cut-sho"),
        "gone": PageRequest("/api/rsvp/confirm?token=cut-sho"),
        "bad-request": PageRequest("/api/join", {"name": "Vera"}, "text/plain"),
    }
