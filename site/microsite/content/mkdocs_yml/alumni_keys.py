"""The keys of extra.alumni. The tables in docs/settings.md are generated from these."""

from collections.abc import Mapping
from typing import Any

from functions.core.keep import MOST_PROOF_YEARS, Keep
from microsite.content.company import Choice, Contact, Font, Office, Team
from microsite.content.mkdocs_yml import readers
from microsite.content.mkdocs_yml.colour_contrast import check_contrast
from microsite.content.mkdocs_yml.place import (
    Place,
    Setting,
    SettingError,
    Table,
    entries,
    mapping,
    rows,
)
from microsite.content.problems import suggestion

_NAMES = "{ en: Gothenburg, sv: Göteborg, de: Göteborg }"
_SLUG = Setting(
    readers.slug, "goteborg", "What items and addresses call it; keep it.", required=True
)
_WORD = Setting(readers.line, "Träffas", "", required=True)
COLOURS: Table = {
    "primary": Setting(readers.colour, '"#12414f"', "Buttons, links, the company's name."),
    "accent": Setting(readers.colour, '"#e2643d"', "Lines, marks, small headings."),
    "paper": Setting(readers.colour, '"#f7f3ec"', "The ground of pages and emails by day; light."),
    "ink": Setting(readers.colour, '"#1d2a2e"', "Text by day; dark."),
}
FONTS: Table = {
    "use": Setting(
        readers.one_of("headings", "text"), "headings", "`headings` or `text`.", required=True
    ),
    "file": Setting(readers.font, "assets/brand/serif.woff2", "A WOFF2 file.", required=True),
    "weight": Setting(
        readers.font_weight, "600", "A variable font's range is `100 900`; otherwise 400."
    ),
    "style": Setting(readers.one_of("normal", "italic"), "italic", "`normal` or `italic`."),
}
OFFICES: Table = {
    "slug": _SLUG,
    "name": Setting(readers.wording, _NAMES, "The city.", required=True),
    "country": Setting(
        readers.wording,
        "{ en: Sweden, sv: Sverige, de: Schweden }",
        "In addresses and forms.",
        required=True,
    ),
    "country_code": Setting(
        readers.country_code, "SE", "Two capital letters (ISO 3166).", required=True
    ),
    "time_zone": Setting(
        readers.zone, "Europe/Stockholm", "Of its events and openings.", required=True
    ),
    "address": Setting(
        readers.line, "Kajen 1, 411 20 Göteborg", "For calendars and maps.", required=True
    ),
    "contact": Setting(
        readers.slug_of("contacts", "contact"),
        "anna-berg",
        "Its contact partner's slug.",
        required=True,
    ),
    "latitude": Setting(readers.degrees(90), "57.7069", "With `longitude`, or neither."),
    "longitude": Setting(readers.degrees(180), "11.9402", "With `latitude`."),
}
CHOICES: Table = {
    "slug": _SLUG,
    "name": Setting(readers.wording, "Water", "What people read.", required=True),
}
CONTACTS: Table = {
    "slug": _SLUG,
    "name": Setting(readers.line, "Anna Berg", "As people know them.", required=True),
    "role": Setting(readers.wording, "Director, bridges", "What they do.", required=True),
    "office": Setting(
        readers.slug_of("offices", "office"), "goteborg", "Their office's slug.", required=True
    ),
    "email": Setting(
        readers.email, "anna.berg@example.com", "Shown; gets guest lists.", required=True
    ),
    "language": Setting(readers.language, "sv", "Of the emails to them; otherwise the site's."),
    "photo": Setting(readers.picture, "assets/people/anna-berg.svg", "A square picture."),
}
TEAM: Table = {
    "email": Setting(readers.email, "alumni@example.com", "Shown on no page.", required=True),
    "language": Setting(readers.language, "sv", "Of the emails to it.", required=True),
}
KEEP: Table = {
    "contact_months": Setting(
        readers.whole(6, 120),
        "36",
        "A member is kept so long without a sign of life, and asked twice before the end.",
    ),
    "consent_months": Setting(
        readers.whole(6, 120), "24", "A consent that wasn't used so long waits until renewed."
    ),
    "still_right_months": Setting(
        readers.whole(0, 60), "12", "An email asks so often whether all is still right; 0: never."
    ),
    "history_months": Setting(
        readers.whole(1, 120), "24", "How long a member's changes are listed."
    ),
    "log_months": Setting(
        readers.whole(6, 120), "24", "How long the desk's log is kept: who of the team did what."
    ),
    "proof_years": Setting(
        readers.whole(1, MOST_PROOF_YEARS),
        "3",
        "How long a hash proves that an erased person had agreed.",
    ),
    "consent_ip_days": Setting(
        readers.whole(0, 365), "0", "How long the IP address of a consent is kept; 0: never stored."
    ),
    "invitation_months": Setting(
        readers.whole(1, 12), "6", "How long somebody who is invited to join is kept."
    ),
    "invitation_reminder_days": Setting(
        readers.whole(0, 90), "0", "An invitation is repeated once after so long; 0: never."
    ),
}


def _colours(value: Any, place: Place) -> dict[str, str] | None:
    before = len(place.sheet.problems)
    colours: dict[str, str] | None = mapping(COLOURS, dict)(value, place)
    if colours is not None and len(place.sheet.problems) == before:
        check_contrast(colours, place)
    return colours


def _offices(value: Any, place: Place) -> Any:
    offices = entries(OFFICES, Office)(value, place)
    for number, office in enumerate(value if isinstance(value, list) else []):
        keys = {"latitude", "longitude"} & {*office} if isinstance(office, dict) else {}
        if len(keys) == 1:
            place.below(number, *keys).wrong(f"{min(keys)} is alone: a place needs both degrees")
    return offices


def _menu(value: Any, place: Place) -> dict[str, dict[str, str]]:
    """The labels of nav in the site's other languages, by label."""
    if not isinstance(value, dict):
        raise SettingError("menu must be keys and values, like Events: { sv: Evenemang }")
    labels, languages = place.sheet.labels, place.sheet.languages[1:]
    read_words = mapping(dict.fromkeys(languages, _WORD), dict)
    for label in value:
        if label not in labels:
            hint = suggestion(str(label), labels)
            place.below(str(label)).wrong(f"nav has no label '{label}': {hint}")
    return {
        label: place.below(str(label)).read(read_words, words) for label, words in value.items()
    }


_read_who_needs_a_passkey = readers.one_of("off", "optional", "required for owners", "required")


def _passkeys(value: Any, place: Place) -> Any:
    # YAML reads `off` without quotation marks as false.
    return _read_who_needs_a_passkey("off" if value is False else value, place)


_SEE = "…"
ALUMNI: Table = {
    "company": Setting(readers.line, "Example", "Its name.", required=True),
    "tagline": Setting(readers.wording, "Engineers since 1921", "Stands in the footer."),
    "time_zone": Setting(
        readers.zone,
        "Europe/Stockholm",
        "Of `send_at`, and of items without an office.",
        required=True,
    ),
    "languages": Setting(
        readers.languages, "[en, sv, de]", "Of emails; the first is the site's.", required=True
    ),
    "colours": Setting(_colours, '{ primary: "#12414f" }', "See below."),
    "fonts": Setting(
        rows(FONTS, Font), "[{ use: text, file: assets/brand/sans.woff2 }]", "See below."
    ),
    "logo": Setting(
        readers.picture, "assets/brand/logo.svg", "Stands beside the name, instead of our drawing."
    ),
    "logo_has_name": Setting(
        readers.yes_or_no, "true", "The logo shows the name, so it isn't written beside it."
    ),
    "favicon": Setting(readers.picture, "assets/brand/icon.svg", "The icon in browser tabs."),
    "hero": Setting(readers.picture, "assets/brand/hero.jpg", "The home page's wide picture."),
    "menu": Setting(
        _menu, "{ Meet us: { sv: Träffas } }", "Labels of `nav` in the other languages."
    ),
    "offices": Setting(_offices, _SEE, "A list, see below.", required=True),
    "kinds": Setting(
        entries(CHOICES, Choice), _SEE, "Kinds of alum; a list, see below.", required=True
    ),
    "topics": Setting(
        entries(CHOICES, Choice),
        _SEE,
        "Of items, and the interests of members; a list like `kinds`.",
        required=True,
    ),
    "contacts": Setting(
        entries(CONTACTS, Contact), _SEE, "Whom alumni may contact; a list.", required=True
    ),
    "team": Setting(
        mapping(TEAM, Team),
        _SEE,
        "Gets emails about newsletters, who joined and left, and guest lists without a contact.",
    ),
    "imprint": Setting(
        readers.wording, "Example AB, Kajen 1", "Stands in every email.", required=True
    ),
    "joining": Setting(
        readers.one_of("open", "approve", "invited"),
        "approve",
        "Who may join: everybody (open, the default), whom the team approves at the desk, or only "
        "whom it invites.",
    ),
    "passkeys": Setting(
        _passkeys,
        "required for owners",
        "Who confirms with a passkey at the desk: nobody (off), whoever has set one up (optional, "
        "the default), all owners, too (required for owners), or the whole team (required).",
    ),
    "waiting_list": Setting(
        readers.one_of("offer", "at once"),
        "at once",
        "What becomes of a place that frees at a full event: it is offered to the next, who has up "
        "to 48 hours to answer (offer, the default), or given to them.",
    ),
    "smaller_parties_first": Setting(
        readers.yes_or_no,
        "true",
        "A smaller party may get places that aren't enough for the first of the waiting list.",
    ),
    "reminder_days": Setting(
        readers.whole(0, 60),
        "7",
        "So many days before an event its guests are reminded, at nine; 0: never. Holds for events "
        "that are published or changed from then on.",
    ),
    "last_reminder_days": Setting(
        readers.whole(0, 14),
        "1",
        "As `reminder_days`, for the email that asks whether they are still coming.",
    ),
    "thanks_days": Setting(
        readers.whole(0, 14),
        "1",
        "So many days after an event, members who came are thanked and asked three questions, at "
        "nine; 0: never. Holds as `reminder_days` does.",
    ),
    "keep": Setting(mapping(KEEP, Keep), _SEE, "How long data is kept; see below."),
    "retention": Setting(readers.wording, "We keep your data …", "Stands on the privacy page."),
}
MOVED = {
    "consent": (
        "people now consent to each purpose by itself. Move this text to site/content/consents/"
        "membership.<version>.<language>.md, a file for each language, as members have agreed to "
        "it; then write new ones there (docs/make-it-yours.md says how), and remove these lines"
    ),
}
# The parts in docs/settings.md.
PARTS: Mapping[str, Table] = {
    "colours": COLOURS,
    "fonts": FONTS,
    "offices": OFFICES,
    "kinds": CHOICES,
    "contacts": CONTACTS,
    "team": TEAM,
    "keep": KEEP,
}
