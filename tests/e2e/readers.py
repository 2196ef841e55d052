"""Readers of the newsletter: people who join by the form and its mail, without a browser's help."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import APIRequestContext

from tests.e2e.stage import Mailbox, eventually, link

Fields = dict[str, str | float | bool]
PERSON = {
    "office": "malmo",
    "from_year": "2009",
    "to_year": "2019",
    "kind": "engineer",
    "language": "en",
    "consent": "yes",
}


@dataclass(frozen=True)
class Reader:
    """Fields of the form; `about` is what differs from PERSON."""

    name: str
    address: str
    about: tuple[tuple[str, str], ...] = ()

    @property
    def form(self) -> Fields:
        return {**PERSON, **dict(self.about), "name": self.name, "email": self.address}


def reader(name: str, address: str, **about: str) -> Reader:
    return Reader(name, address, tuple(about.items()))


class Door:
    """The site's forms, as a browser of ours would send them; `site_url` is their origin."""

    def __init__(self, request: APIRequestContext, mailbox: Mailbox, site_url: str) -> None:
        self._request = request
        self._mailbox = mailbox
        self._site_url = site_url
        self._links: dict[str, str] = {}

    def enter(self, people: Iterable[Reader]) -> None:
        """All of them join: form, mail, button; at the end each has got the welcome."""
        people = list(people)
        version = self._consent_version()
        for each in people:
            self._post("/api/join", each.form | {"consent_version": version})
        for each in people:
            self.submit(link(self._newest(each, 1), "/api/join/confirm"))
        for each in people:
            self._links[each.address] = link(self._newest(each, 2), "/api/unsubscribe")

    def join(self, person: Reader) -> dict[str, Any]:
        """One person joins; returns their welcome email."""
        self.enter([person])
        return self._newest(person, 2)

    def apply(self, person: Reader) -> None:
        """The form to join, sent and not yet confirmed."""
        self._post("/api/join", person.form | {"consent_version": self._consent_version()})

    def sign_up(self, slug: str, name: str, address: str, guests: str = "0") -> None:
        """The form of an event, sent and not yet confirmed."""
        form: Fields = {"name": name, "email": address, "guests": guests}
        self._post(f"/api/events/{slug}/rsvp", form)

    def submit(self, email_link: str, **fields: str) -> None:
        """Press the button of the page behind an email's link."""
        self._post(urlsplit(email_link).path, {"token": token(email_link), **fields})

    def _newest(self, person: Reader, number: int) -> dict[str, Any]:
        """Their mail number so many, whatever its language calls it."""
        eventually(lambda: len(self._mailbox.to(person.address)) >= number, person.address)
        return self._mailbox.wait(person.address, "", after=number - 1)

    def choose(self, person: Reader, frequency: str) -> None:
        path = f"/api/preferences?token={token(self._links[person.address])}"
        self._post(path, {"frequency": frequency})

    def leave(self, person: Reader) -> None:
        """One click in their mail programme (RFC 8058)."""
        self._post(self._links[person.address], {"List-Unsubscribe": "One-Click"})

    def _consent_version(self) -> str:
        page = html.unescape(self._request.get("/join/").text())
        return page.partition('name="consent_version" value="')[2].partition('"')[0]

    def _post(self, path: str, form: Fields) -> None:
        answer = self._request.post(
            path, form=form, headers={"Origin": self._site_url}, max_redirects=0
        )
        assert answer.status in {200, 303}, (path, answer.status, answer.text())


def token(address: str) -> str:
    return parse_qs(urlsplit(address).query)["token"][0]
