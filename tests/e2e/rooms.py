"""Where every kind of page is: the site's by address, the functions' by link or by form."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.e2e import readers
from tests.e2e.stage import EVENT, OPENING, SMALL_EVENT, Mailbox, link

SITE = {
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
    "newsletter-with-blocks": "/newsletters/december-2026/",
    "newsletter-in-german": "/newsletters/december-2026/de/",
    "newsletter-with-portrait": "/newsletters/summer-2026/",
    "about": "/about/",
    "join": "/join/",
    "join-check-your-mail": "/join/check-your-mail/",
    "join-welcome": "/join/welcome/",
    "events-check-your-mail": "/events/check-your-mail/",
    "privacy": "/privacy/",
    "404": "/nowhere/at/all/",
}
# Name → what stands in the heading; so that no test looks at another page than it says.
ANSWERS = {
    "join-confirm": "Confirm your sign-up",
    "join-errors": "Join the network",
    "unsubscribe": "Unsubscribe from the newsletter?",
    "rsvp-confirm": "Confirm your sign-up",
    "rsvp-errors": "Sign up",
    "rsvp-change": "Your sign-up",
    "rsvp-change-errors": "Your sign-up",
    "rsvp-done": "You are signed up",
    "rsvp-full": "This event is fully booked",
    "rsvp-closed": "Sign-up is closed",
    "stale": "There is a newer link",
    "gone": "This link no longer works",
    "bad-request": "Something went wrong",
}
PAST_EVENT = "founders-day-dinner"
RSVP = f"/api/events/{EVENT}/rsvp"


@dataclass(frozen=True)
class Door:
    """How to come to a page: by its address, or by a form's fields sent there."""

    path: str
    fields: Mapping[str, str] | None = None
    type: str = "application/x-www-form-urlencoded"

    def open(self, page: Page) -> None:
        if self.fields is None:
            page.goto(self.path)
            return
        page.goto("/privacy/")
        with page.expect_navigation():
            page.evaluate(SUBMIT, [self.path, dict(self.fields), self.type])


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


def answers(door: readers.Door, mailbox: Mailbox) -> dict[str, Door]:
    """A door to each of ANSWERS, after some people have joined and signed up."""
    return {**_joining(door, mailbox), **_signing_up(door, mailbox), **_without_token()}


def _joining(door: readers.Door, mailbox: Mailbox) -> dict[str, Door]:
    door.apply(readers.reader("Pia", "pia@example.com"))
    leave = link(door.join(readers.reader("Quirin", "quirin@example.com")), "/api/unsubscribe")
    asked = link(mailbox.wait("pia@example.com", "Please confirm"), "/api/join/confirm")
    return {"join-confirm": Door(asked), "unsubscribe": Door(leave)}


def _signing_up(door: readers.Door, mailbox: Mailbox) -> dict[str, Door]:
    for name in ("Pia", "Rut"):
        door.sign_up(EVENT, name, f"{name.lower()}@example.com", guests="1")
    asked = link(mailbox.wait("pia@example.com", "Please confirm your"), "/api/rsvp/confirm")
    taken = link(mailbox.wait("rut@example.com", "Please confirm your"), "/api/rsvp/confirm")
    door.submit(taken)
    first = link(mailbox.wait("rut@example.com", "You are signed up"), "/api/rsvp/change")
    door.submit(first, guests="0", action="save")
    change = link(
        mailbox.wait("rut@example.com", "Your sign-up has been changed"), "/api/rsvp/change"
    )
    wrong = {"token": readers.token(change), "guests": "99", "action": "save"}
    return {
        "rsvp-confirm": Door(asked),
        "rsvp-done": Door("/api/rsvp/confirm", {"token": readers.token(taken)}),
        "rsvp-change": Door(change),
        "rsvp-change-errors": Door("/api/rsvp/change", wrong),
        "stale": Door(first),
    }


def _without_token() -> dict[str, Door]:
    vera = {"name": "Vera", "email": "vera@example.com", "guests": "0"}
    return {
        "join-errors": Door("/api/join", {"name": "", "email": "pia@nowhere"}),
        "rsvp-errors": Door(RSVP, {"name": "", "email": "pia@nowhere", "guests": "7"}),
        "rsvp-full": Door(f"/api/events/{SMALL_EVENT}/rsvp", vera),
        "rsvp-closed": Door(f"/api/events/{PAST_EVENT}/rsvp", vera),
        "gone": Door("/api/rsvp/confirm?token=cut-sho"),
        "bad-request": Door("/api/join", {"name": "Vera"}, "text/plain"),
    }
