"""An item as a newsletter shows it: a summary in the reader's language and a link."""

from dataclasses import dataclass

from functions.core import dates
from functions.core.translations import N_
from microsite import words
from microsite.content.edition import Edition
from microsite.content.items import Event, Item, Job, News
from microsite.letters.letter import Section

MAIL_PICTURES = (".png", ".jpg", ".jpeg")  # what email apps show


HEADINGS = {
    "news": (N_("News"), N_("News from {name}")),
    "events": (N_("Events"), N_("Events in {name}")),
    "jobs": (N_("Openings"), N_("Openings in {name}")),
}


@dataclass(frozen=True, slots=True)
class Card:
    """Strings in one language; `url` and `image` are absolute, `image` is "" without a picture
    that email apps show."""

    title: str
    url: str
    summary: str
    when: str
    where: str
    image: str
    image_alt: str
    day: str = ""  # of an event: its day and month, as on a calendar's leaf
    month: str = ""


def heading(section: Section, lang: str, edition: Edition) -> str:
    of_all, of_office = HEADINGS[section.kind]
    _ = words.translations(lang).gettext
    if not section.office:
        return _(of_all)
    return _(of_office).format(name=edition.settings.office[section.office].name.in_language(lang))


def card(item: Item, lang: str, edition: Edition) -> Card:
    localised = edition.localised(item, lang)
    home = edition.settings.site_url
    pictured = localised.image.lower().endswith(MAIL_PICTURES)
    return Card(
        title=localised.title,
        url=home + item.url,
        summary=localised.summary,
        when=_when(localised, lang, edition),
        where=_where(localised, lang, edition),
        image=f"{home}/{localised.image}" if pictured else "",
        image_alt=localised.image_alt if pictured else "",
        **_leaf(localised, lang),
    )


def _leaf(item: Item, lang: str) -> dict[str, str]:
    if not isinstance(item, Event):
        return {}
    return {"day": str(item.start.day), "month": words.short_month(item.start.date(), lang)}


def _when(item: Item, lang: str, edition: Edition) -> str:
    catalogue = words.translations(lang)
    match item:
        case Event():
            return words.when(item, edition.settings, lang)
        case Job():
            apply_by = catalogue.gettext("Apply by {date}")
            return apply_by.format(date=dates.date(item.closes, catalogue))
        case News():
            return dates.date(item.date, catalogue)
    return ""


def _where(item: Item, lang: str, edition: Edition) -> str:
    known = edition.settings.office
    offices = ", ".join(known[slug].name.in_language(lang) for slug in item.office)
    return f"{item.place}, {offices}" if isinstance(item, Event) else offices
