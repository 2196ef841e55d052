"""What membership's tests act with: people who join, links that are pressed, what is stored."""

from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from functions.core import site, tokens
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.texts import JOINING
from functions.core.tokens import Purpose
from functions.membership import correcting, erasing, handler, store
from functions.people.store import members as people
from functions.people.store import signs_of_life
from tests.functions import sent_emails
from tests.functions.sent_emails import links, newest_link, query_of, token_of  # noqa: F401 - tests act with these too
from tests.functions.support import (
    NOW,
    SITE,
    before_writing,  # noqa: F401 - tests act with these too
    dump,
    request,
)


def fingerprint(purpose: str, language: str = "en") -> str:
    return sha256(SITE["consents"][purpose][0]["text"][language].encode()).hexdigest()


def boxes(language: str) -> dict[str, str]:
    """The ticked boxes of a form to join in this language."""
    return {f"consent_{purpose}": fingerprint(purpose, language) for purpose in JOINING}


def keep_ip_addresses(*, days: int) -> None:
    """Publish the setting that keeps the network address behind each consent."""
    published = table.get(site.KEY)
    assert published
    table.write(table.put(published | {"site": SITE | {"keep": {"consent_ip_days": days}}}))
    site.forget()


ASA = {
    "name": "Åsa Ek",
    "email": "asa@example.com",
    "office": "malmo",
    "from_year": "1998",
    "to_year": "2019",
    "kinds": ["engineer"],
    "interests": ["law", "energy"],
    "language": "en",
    **boxes("en"),
    "motto": "",
    "elapsed": "12.5",
}
AGAIN = {"again": ASA["consent_newsletter"]}  # the box of who has unsubscribed
JOIN, CONFIRM, UNSUBSCRIBE = "/api/join", "/api/join/confirm", "/api/unsubscribe"


def send_request(method: str, path: str, **sent: Any) -> dict[str, Any]:
    return handler.web(request(method, path, **sent), None)


def join(**changes: Any) -> dict[str, Any]:
    """The form, sent; a field that is None is not in it."""
    form = {name: value for name, value in (ASA | changes).items() if value is not None}
    return send_request("POST", JOIN, form=form)


def shown_in(language: str) -> dict[str, str]:
    """What a form in this language sends besides what was typed."""
    return {"page_language": language} | boxes(language)


def open_link(link: str, method: str = "GET") -> dict[str, Any]:
    return send_request(method, urlsplit(link).path, query=query_of(link))


def press_button(link: str, **fields: str) -> dict[str, Any]:
    """The page's button: its POST needs no Origin, and a mail programme's browser sends none."""
    form = {"token": token_of(link)} | fields
    query = {name: value for name, value in query_of(link).items() if name == "language"}
    sent: dict[str, Any] = {"form": form, "query": query, "headers": {"origin": "null"}}
    return send_request("POST", urlsplit(link).path, **sent)


def become_member(**changes: Any) -> str:
    """Join and confirm; the new member's id."""
    join(**changes)
    press_button(newest_link())
    sent_emails.deliver()
    return member_id((ASA | changes)["email"]) or ""


def correct_address() -> None:
    """The team gives Åsa a new address: asa@example.net."""
    before = people.member(member_id() or "")
    assert before
    after = replace(before, email="asa@example.net")
    assert correcting.correct(before, after, "arn:aws:iam::123456789012:user/hr", NOW) == ""


def begin_erasing(email: str = str(ASA["email"])) -> None:
    erasing.begin(address_hash(email), NOW)


def erase(email: str = str(ASA["email"])) -> None:
    """Erase the person, all steps at once."""
    begin_erasing(email)
    for erasure in store.erasures_at(address_hash(email)):
        erasing.finish(erasure)


def unsubscribe(member_id: str) -> None:
    form = {"token": tokens.make(Purpose.UNSUBSCRIBE, member_id)}
    send_request("POST", UNSUBSCRIBE, form=form)


def subscribe_again(member_id: str) -> None:
    """The box on the page behind an email's link."""
    query = {"token": tokens.make(Purpose.UNSUBSCRIBE, member_id)}
    form = {"frequency": "every"} | AGAIN
    send_request("POST", "/api/preferences", query=query, form=form)


def question(member_id: str) -> None:
    """Queue both questions to a silent member: do you want to stay, and is this still right?"""
    silence = signs_of_life.silence_of(member_id)
    assert silence
    store.warn(silence, NOW, NOW)
    store.ask_still_right(silence, NOW, NOW)


def send_digest() -> None:
    """Queue a digest of all that has happened so far."""
    store.begin_digests(NOW - 1)
    store.save_digest(NOW - 1, NOW + 1, {"joined": 3, "left": 1}, NOW)


def signup(email: str = str(ASA["email"])) -> dict[str, Any]:
    return table.get(store.signup_key(address_hash(email))) or {}


def member_id(email: str = str(ASA["email"])) -> str | None:
    return people.member_id_at(address_hash(email))


def members() -> list[dict[str, Any]]:
    return [item for item in dump() if item["pk"].startswith("MEMBERS#")]
