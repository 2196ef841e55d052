"""Where every kind of page is: the site's by address, the functions' by link or by form."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

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
PERSON = {
    "office": "malmo",
    "from_year": "2009",
    "to_year": "2019",
    "kind": "engineer",
    "language": "en",
    "consent": "yes",
}


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


def answers(page: Page, mailbox: Mailbox) -> dict[str, Door]:
    """A door to each of ANSWERS, after some people have joined and signed up."""
    return {**_joining(page, mailbox), **_signing_up(page, mailbox), **_without_token()}


def _joining(page: Page, mailbox: Mailbox) -> dict[str, Door]:
    page.goto("/join/")
    agreed = {"consent_version": page.input_value("[name=consent_version]")}
    for name in ("Pia", "Quirin"):
        person = {"name": name, "email": f"{name.lower()}@example.com"}
        Door("/api/join", PERSON | agreed | person).open(page)
    asked = link(mailbox.wait("pia@example.com", "Please confirm"), "/api/join/confirm")
    _press(page, link(mailbox.wait("quirin@example.com", "Please confirm"), "/api/join/confirm"))
    leave = link(mailbox.wait("quirin@example.com", "Welcome"), "/api/unsubscribe")
    return {"join-confirm": Door(asked), "unsubscribe": Door(leave)}


def _signing_up(page: Page, mailbox: Mailbox) -> dict[str, Door]:
    for name in ("Pia", "Rut"):
        person = {"name": name, "email": f"{name.lower()}@example.com", "guests": "1"}
        Door(RSVP, person).open(page)
    asked = link(mailbox.wait("pia@example.com", "Please confirm your"), "/api/rsvp/confirm")
    taken = link(mailbox.wait("rut@example.com", "Please confirm your"), "/api/rsvp/confirm")
    _press(page, taken)
    first = link(mailbox.wait("rut@example.com", "You are signed up"), "/api/rsvp/change")
    _press(page, first, guests="0", action="save")
    change = link(
        mailbox.wait("rut@example.com", "Your sign-up has been changed"), "/api/rsvp/change"
    )
    wrong = {"token": _token(change), "guests": "99", "action": "save"}
    return {
        "rsvp-confirm": Door(asked),
        "rsvp-done": Door("/api/rsvp/confirm", {"token": _token(taken)}),
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


def _token(address: str) -> str:
    return parse_qs(urlsplit(address).query)["token"][0]


def _press(page: Page, address: str, **fields: str) -> None:
    """The button of the page that a mail's link leads to."""
    Door(urlsplit(address).path, {"token": _token(address)} | fields).open(page)
