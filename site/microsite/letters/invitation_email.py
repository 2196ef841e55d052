"""Renders an invitation to an event: one variant for each language, complete except for what SES
fills in per person. Its words are in newsletter_templates/event_invitation.html and .txt."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup, escape

from functions.core.mail.colours import palette
from functions.core.mail.placeholders import ANSWER, INVITATION_PLACEHOLDERS, marked
from functions.core.mail.printable import printable
from functions.core.sign_up_facts import Attend
from functions.core.translations import N_
from microsite import words
from microsite.content.company import Settings
from microsite.content.edition import Edition
from microsite.content.items import Event, Newsletter
from microsite.letters import mail_templates
from microsite.letters.cards import MAIL_PICTURES
from microsite.letters.variants import Variant

TEMPLATE = "event_invitation"
ANSWERS = "/api/events/invitation"
SUBJECT = N_("Invitation: {title}")
GETS_LINK = N_("You get the link by email once you are signed up.")


def subject(issue: Newsletter) -> str:
    """In the language of the issue's version."""
    return words.translations(issue.lang).gettext(SUBJECT).format(title=issue.title)


def variants(issue: Newsletter, edition: Edition) -> tuple[Variant, ...]:
    return tuple(_in_one_language(version, edition) for version in edition.versions(issue))


def _in_one_language(issue: Newsletter, edition: Edition) -> Variant:
    page, text = mail_templates.templates(
        edition.root / "newsletter_templates", issue.lang, TEMPLATE
    )
    facts = _facts(issue, edition.settings)
    shown = {name: mail_templates.html(value) for name, value in facts.items()}
    plain = {name: mail_templates.plain(value) for name, value in facts.items()}
    fields: dict[str, Any] = {
        name: Markup(marked(name))  # noqa: S704 - our own
        for name in INVITATION_PLACEHOLDERS
    }
    links = dict(_links(issue.lang, edition.settings))
    marked_links = {name: Markup(str(escape(url)) + marked(ANSWER)) for name, url in links.items()}  # noqa: S704 - escaped
    site = {"company": shown["company"], "url": shown["site_url"], "imprint": shown["imprint"]}
    colours = palette(edition.settings.colours)
    html = page.render(**shown, **fields, **marked_links, site=site, colours=colours)
    return Variant(
        name=issue.lang,
        language=issue.lang,
        readers=({},),
        subject=mail_templates.plain(subject(issue)),
        preheader=mail_templates.plain(issue.summary),
        html=printable(html),
        text=printable(
            text.render(
                **plain,
                **fields,
                **{name: url + marked(ANSWER) for name, url in links.items()},
            )
        ),
    )


def _links(lang: str, settings: Settings) -> Iterator[tuple[str, str]]:
    """The two links; SES puts the token that names the reader behind each."""
    for answer in ("yes", "no"):
        url = f"{settings.site_url}{ANSWERS}?language={lang}&answer={answer}&token="
        yield f"{answer}_url", url


def _facts(issue: Newsletter, settings: Settings) -> dict[str, str]:
    event = issue.event
    assert event
    pictured = event.image.lower().endswith(MAIL_PICTURES)
    office = settings.office[event.office[0]]
    return {
        "language": issue.lang,
        "subject": subject(issue),
        "preheader": issue.summary,
        "title": event.title,
        "summary": event.summary,
        "url": settings.site_url + event.url,
        "image": f"{settings.site_url}/{event.image}" if pictured else "",
        "image_alt": event.image_alt,
        "when": words.when(event, settings, issue.lang),
        "where": ", ".join(filter(None, (event.place, event.address or office.address))),
        "food": event.food,
        "spoken": words.language_name(event.language, issue.lang) if event.language else "",
        "online": _online(event, issue.lang),
        "host": _host(event, settings, issue.lang),
        "site_name": settings.site_name,
        "company": settings.company,
        "site_url": settings.site_url,
        "imprint": settings.imprint.in_language(issue.lang),
    }


def _online(event: Event, lang: str) -> str:
    return words.translations(lang).gettext(GETS_LINK) if event.attend != Attend.HERE else ""


def _host(event: Event, settings: Settings, lang: str) -> str:
    """Who invites: the event's contact partner, with their role, or nobody by name."""
    contact = settings.contact.get(event.contact or settings.office[event.office[0]].contact)
    return f"{contact.name}, {contact.role.in_language(lang)}" if contact else ""
