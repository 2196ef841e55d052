"""People who use the site's forms and the links in their emails, over HTTP without a browser."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import APIRequestContext

from functions.core.texts import JOINING
from tests.e2e.mailbox import Mailbox, link_in, wait_until

Fields = dict[str, str | float | bool]
JOIN_FIELDS = {
    "office": "malmo",
    "from_year": "2009",
    "to_year": "2019",
    "kinds": "engineer",
    "language": "en",
}


@dataclass(frozen=True)
class Person:
    """Somebody who joins; `other_fields` is where their form differs from JOIN_FIELDS."""

    name: str
    address: str
    other_fields: tuple[tuple[str, str], ...] = ()

    @property
    def join_form(self) -> Fields:
        return {**JOIN_FIELDS, **dict(self.other_fields), "name": self.name, "email": self.address}


def person(name: str, address: str, **other_fields: str) -> Person:
    return Person(name, address, tuple(other_fields.items()))


class FormClient:
    """Posts the site's forms as a browser would; `site_url` is their origin."""

    def __init__(self, request: APIRequestContext, mailbox: Mailbox, site_url: str) -> None:
        self._request = request
        self._mailbox = mailbox
        self._site_url = site_url
        self._unsubscribe_links: dict[str, str] = {}

    def join_all(self, people: Iterable[Person]) -> None:
        """All of them join and confirm, and have got the welcome email."""
        people = list(people)
        shown = self._shown_consent()
        for joining in people:
            self._post("/api/join", joining.join_form | shown)
        for joining in people:
            self.press_button(link_in(self._wait_for_mail(joining, 1), "/api/join/confirm"))
        for joining in people:
            unsubscribe = link_in(self._wait_for_mail(joining, 2), "/api/unsubscribe")
            self._unsubscribe_links[joining.address] = unsubscribe

    def join(self, joining: Person) -> dict[str, Any]:
        """One person joins and confirms; returns their welcome email."""
        self.join_all([joining])
        return self._wait_for_mail(joining, 2)

    def post_join_form(self, joining: Person) -> None:
        """The form is sent, and not yet confirmed."""
        self._post("/api/join", joining.join_form | self._shown_consent())

    def post_sign_up_form(self, slug: str, name: str, address: str, guests: str = "0") -> None:
        """The form of an event is sent, and not yet confirmed."""
        form: Fields = {"name": name, "email": address, "guests": guests}
        self._post(f"/api/events/{slug}/rsvp", form)

    def press_button(self, email_link: str, **fields: str) -> None:
        """Post the form of the page behind an email's link."""
        self._post(urlsplit(email_link).path, {"token": token_of(email_link), **fields})

    def choose_frequency(self, member: Person, frequency: str) -> None:
        token = token_of(self._unsubscribe_links[member.address])
        self._post(f"/api/preferences?token={token}", {"frequency": frequency})

    def unsubscribe(self, member: Person) -> None:
        """One click in their email app (RFC 8058)."""
        self._post(self._unsubscribe_links[member.address], {"List-Unsubscribe": "One-Click"})

    def _wait_for_mail(self, recipient: Person, number: int) -> dict[str, Any]:
        """Their mail number so many, whatever its subject is in their language."""
        address = recipient.address
        wait_until(lambda: len(self._mailbox.to(address)) >= number, f"mail {number} to {address}")
        return self._mailbox.wait(address, "", after=number - 1)

    def _shown_consent(self) -> Fields:
        """The boxes, ticked: each names the text that the form showed."""
        page = html.unescape(self._request.get("/join/").text())
        names = [f"consent_{purpose}" for purpose in JOINING]
        starts = {name: f'name="{name}" type="checkbox" value="' for name in names}
        return {name: page.partition(start)[2].partition('"')[0] for name, start in starts.items()}

    def _post(self, path: str, form: Fields) -> None:
        response = self._request.post(
            path, form=form, headers={"Origin": self._site_url}, max_redirects=0
        )
        assert response.status in {200, 303}, (path, response.status, response.text())


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]
