"""Only emails that need a consent advertise: courts take news or jobs in any other for spam.

What may stand in them is what they are about: an email about an event names that one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import pytest
from jinja2 import Environment, meta
from jinja2.loaders import ChoiceLoader, DictLoader
from microsite.content.items import KINDS as ITEMS

from functions.core.mail.message import Mail
from functions.core.mail_kinds import KINDS, Recipient
from functions.events.store import events as event_store
from functions.post import handler, render
from functions.post.mails import MAILS
from functions.post.render import TEMPLATES, Rendered
from tests import english
from tests.functions import sent_emails
from tests.functions.every_email import emails_of_every_kind
from tests.functions.membership.actions import join
from tests.functions.support import EVENT, NOW, SITE_URL

OTHER_EVENT = "Crane safari"
LANGUAGES = ("en", "sv", "de")
# A list of items, in any language, or one of them.
PAGE = re.compile(rf"{re.escape(SITE_URL)}/(?:\w\w/)?(?:{'|'.join(ITEMS)})/[^\s\"<>]*")
WORDS = re.compile(
    r"\b(news|upcoming|jobs?|openings?|nyheter|kommande|jobb|lediga"
    r"|neuigkeiten|nachrichten|kommende|stellenangebote?|offene stellen)\b",
    re.IGNORECASE,
)
NEWSLETTER_PARTS = "issue_"  # begins the names of the files that show items
# The team's own are about the newsletter.
PERSONAL = [
    name
    for name, kind in KINDS.items()
    if not (kind.needs or kind.agreed) and kind.to is not Recipient.TEAM
]


@dataclass(frozen=True)
class Sent:
    mail: Mail
    rendered: Rendered


@pytest.fixture
def sent(cloud, monkeypatch) -> list[Sent]:
    """Every email that post renders. The network has another event, too."""
    seen = []

    def note(mail: Mail, site: Any) -> Rendered:
        rendered = render.render(mail, site)
        seen.append(Sent(mail, rendered))
        return rendered

    monkeypatch.setattr(handler, "render", note)
    url = f"{SITE_URL}/events/crane-safari/"
    event_store.upsert("crane-safari", EVENT | {"title": OTHER_EVENT, "url": url}, NOW)
    return seen


def advertising(sent: Sent) -> set[str]:
    """Links to items and lists of them, names of such, and the words that go with them."""
    parts = [getattr(sent.rendered, field.name) for field in fields(Rendered)]
    shown = " ".join((*parts[:-1], english.visible(parts[-1])))
    own = sent.mail.context.get("event", {}).get("url", "")
    links = {link.rstrip(".,)") for part in parts for link in PAGE.findall(part)} - {own}
    names = {OTHER_EVENT} & set(re.findall(OTHER_EVENT, shown))
    return links | names | {word.lower() for word in WORDS.findall(shown)}


def newsletter_parts(name: str) -> set[str]:
    """The files that show items among those that the email's templates are put together from."""
    waiting, seen = list(_files(name)), set[str]()
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            waiting += _used_by(file)
    return {file for file in seen if file.startswith(NEWSLETTER_PARTS)} - {f"{name}_rows.txt"}


def _files(name: str) -> Iterator[str]:
    return (f"{name}/{file.name}" for file in (TEMPLATES / name).iterdir())


def _used_by(file: str) -> list[str]:
    environment = Environment(extensions=["jinja2.ext.i18n"])
    path = TEMPLATES / file
    if not path.exists():  # layout.html is compiled
        return []
    used = meta.find_referenced_templates(environment.parse(path.read_text(encoding="utf-8")))
    return [name or "a name that is known only when it is rendered" for name in used]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_email_that_needs_no_consent_advertises_nothing(sent, language):
    emails_of_every_kind(language)
    assert {email.mail.template for email in sent} == set(MAILS)
    for email in sent:
        if email.mail.template in PERSONAL:
            assert advertising(email) == set(), email.mail.template


@pytest.mark.parametrize("name", PERSONAL)
def test_it_is_not_put_together_from_parts_of_the_newsletter(name):
    assert newsletter_parts(name) == set()


# ---- What the test above would find


@pytest.mark.parametrize(
    "planted",
    [
        "{{ site.url }}/events/",
        '<a href="{{ site.url }}/sv/jobs/tester/">',
        "{{ site.url }}/events/crane-safari/",
        "Upcoming events",
        "Lediga jobb",
        "Don't miss the Crane safari!",
    ],
)
@pytest.mark.parametrize("file", ["body.txt", "body.html", "subject.txt"])
def test_a_planted_advertisement_is_found(sent, monkeypatch, planted, file):
    name = f"confirm_join/{file}"
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    marker = "{% block content %}" if "body" in file else ""
    plant(monkeypatch, {name: text.replace(marker, marker + planted, 1)})
    join()
    sent_emails.deliver()
    assert [bool(advertising(email)) for email in sent] == [True]


def plant(monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> None:
    environment = render._environment

    def planted(language: str, escaped: bool) -> Environment:  # noqa: FBT001 - as the original
        real = environment(language, escaped)
        return real.overlay(loader=ChoiceLoader([DictLoader(files), real.loader]))  # type: ignore[list-item]

    monkeypatch.setattr(render, "_environment", planted)


def test_a_planted_part_of_the_newsletter_is_found(monkeypatch, tmp_path):
    for file in ("issue_cards.html", "layout.txt"):
        (tmp_path / file).write_text("")
    (tmp_path / "welcome").mkdir()
    body = '{% extends "layout.txt" %}{% from "issue_cards.html" import card %}'
    (tmp_path / "welcome" / "body.txt").write_text(body)
    monkeypatch.setattr(f"{__name__}.TEMPLATES", tmp_path)
    assert newsletter_parts("welcome") == {"issue_cards.html"}
