"""Reads and checks membership's two forms: to join, and to choose the newsletter's preferences.

Both raise BadInputError with every field that is wrong, in the form's order.
"""

from collections.abc import Mapping
from typing import Any

from functions.core.texts import JOINING, ConsentPurpose, consent_text
from functions.core.translations import N_
from functions.core.web.forms import Form, Reader, language, shown_at
from functions.core.web.languages import PAGE_LANGUAGE
from functions.membership.rules import Joining
from functions.people.form import read_agreement, read_frequency, read_interests, read_profile
from functions.people.member import Agreement, Circumstances, Preferences

JOIN_PAGE = "/join/"
CONSENT = "consent_"  # begins the names of the boxes, whose values are fingerprints of their texts

NO_CONSENT = N_("Please tick the box. Without your consent we may not keep your data.")


def read_join(form: Form, site: Mapping[str, Any], now: int) -> Joining:
    """The person's details, and what they consent to.

    Raises:
        BadInputError: a field is wrong.
    """
    reader = Reader(with_kinds(form))
    profile = read_profile(reader, site, now)
    shown_in = language(form, PAGE_LANGUAGE, site)
    agreements = read_agreements(reader, site, shown_in, now)
    reader.raise_errors()
    return Joining(profile, agreements, Circumstances(page=JOIN_PAGE, shown_at=shown_at(form, now)))


def read_agreements(
    reader: Reader, site: Mapping[str, Any], shown_in: str, now: int
) -> dict[ConsentPurpose, Agreement]:
    """What somebody who joins consents to: membership at least."""
    agreements = {}
    for purpose in JOINING:
        agreed = read_agreement(
            reader, CONSENT + purpose, consent_text(site, purpose, shown_in), now
        )
        if agreed:
            agreements[purpose] = agreed
        elif purpose is ConsentPurpose.MEMBERSHIP:
            reader.refuse(CONSENT + purpose, NO_CONSENT)
    return agreements


def with_kinds(form: Form) -> Form:
    """The form of a page that was published when a person could be of one kind only, as today's."""
    return {"kinds": form["kind"]} | form if "kind" in form else form


def read_preferences(
    form: Form, site: Mapping[str, Any], now: int
) -> tuple[Preferences, Agreement | None]:
    """The newsletter's preferences; and the consent, if somebody who has unsubscribed ticked it to
    get the newsletter again.

    Raises:
        BadInputError: a field is wrong.
    """
    reader = Reader(form)
    preferences = Preferences(read_frequency(reader), read_interests(reader, site))
    shown_in = language(form, PAGE_LANGUAGE, site)
    ours = consent_text(site, ConsentPurpose.NEWSLETTER, shown_in)
    agreed = read_agreement(reader, "again", ours, now)
    reader.raise_errors()
    return preferences, agreed
