"""Somebody's day on a tablet, in Swedish: whatever they read, page or email, has no English word of
ours. (Titles and texts of events are HR's, and in the language that HR wrote them in.)"""

import os
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests import english
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.page_checks import PICTURES

# A consent is quoted word for word, in the language in which it was given.
WITHOUT_QUOTED_CONSENTS = """() => {
  const copy = document.documentElement.cloneNode(true);
  copy.querySelectorAll("blockquote[lang=en]").forEach((quote) => quote.remove());
  return copy.outerHTML;
}"""
SIGN_IN = "Logga in på din sida"


class Day:
    def __init__(self, page: Page, mailbox: Mailbox, address: str) -> None:
        self.page, self.mailbox, self.address = page, mailbox, address
        self._mails: dict[str, int] = {}  # subject → how many were read

    # ---- What they read

    def reads(self, heading: str, picture: str) -> None:
        """The page with this heading, from top to bottom."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(self.page.locator("html")).to_have_attribute("lang", "sv")
        shown = english.visible(self.page.evaluate(WITHOUT_QUOTED_CONSENTS))
        leftovers = english.leftovers(shown, "sv")
        assert leftovers == set(), (heading, leftovers)
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not self.page.evaluate(wider), f"{heading}: wider than the tablet"
        if os.environ.get("PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{picture}.png", full_page=True)

    def gets(self, subject: str) -> dict[str, Any]:
        """The next email with this subject."""
        mail = self.mailbox.wait(self.address, subject, after=self._mails.get(subject, 0))
        self._mails[subject] = self._mails.get(subject, 0) + 1
        assert english.leftovers(f"{mail['subject']} {mail['text']}", "sv") == set(), subject
        return mail

    # ---- What they do

    def taps(self, name: str) -> None:
        """A button, or a link that looks like one. The page that it leads to is on its way, so that
        an email that is there first can be opened without a race."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True).and_(
            self.page.locator(".button")
        )
        with self.page.expect_navigation(wait_until="commit"):
            button.or_(link).first.tap()

    def opens(self, mail: dict[str, Any], path: str) -> None:
        self.page.goto(link_in(mail, path))

    def confirms(self, subject: str, path: str) -> None:
        """The link in the email, and the button on its page."""
        self.opens(self.gets(subject), path)
        with self.page.expect_navigation(wait_until="commit"):
            self.page.locator("main form button.primary").tap()

    def asks_for_a_link(self) -> dict[str, Any]:
        """On /me/; returns the email with link and code."""
        self.page.goto("/me/?language=sv")
        self.page.get_by_label("E-postadress").fill(self.address)
        self.taps("Mejla mig en länk")
        self.reads("Titta i din e-post", "day-check-your-email")
        return self.gets(SIGN_IN)

    def signs_in(self) -> None:
        self.opens(self.asks_for_a_link(), "/me/sign-in/link")
        self.reads("Logga in", "day-link")
        self.taps("Logga in")

    def signs_up(self, slug: str, name: str, guests: str = "0") -> None:
        """On the event's page, which is in the site's language."""
        self.page.goto(f"/events/{slug}/")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=email]", self.address)
        self.page.select_option("select[name=guests]", guests)
        self.page.select_option("select[name=language]", "sv")
        self.page.wait_for_timeout(3200)  # slower than a robot
        self.page.locator("form button[type=submit].primary").first.tap()
        self.page.wait_for_url("**/check-your-mail/**")
        self.confirms("Bekräfta din anmälan", "/api/rsvp/confirm")


def code_in(mail: dict[str, Any]) -> str:
    code = re.search(r"\b\d{4} \d{4}\b", mail["text"])
    assert code
    return code[0]
