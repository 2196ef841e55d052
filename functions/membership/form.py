"""Reads and checks membership's two forms: to join, and to choose the newsletter's preferences.

Both raise BadInputError with every field that is wrong, in the form's order.
"""

from collections.abc import Mapping
from typing import Any

from functions.core.texts import ConsentPurpose, consent_text
from functions.core.translations import N_
from functions.core.web.forms import Form, Reader, language
from functions.core.web.languages import PAGE_LANGUAGE
from functions.people.form import read_frequency, read_interests, read_profile
from functions.people.member import Agreement, Preferences, Profile

TICKED = "yes"  # the value of a box; any other, an empty one too, is no consent

NO_CONSENT = N_("Please tick the box. Without your consent we may not keep your data.")
NEW_CONSENT = N_(
    "This text has changed since you opened the page. Please read it and tick the box again."
)


def read_join(form: Form, site: Mapping[str, Any], now: int) -> tuple[Profile, Agreement]:
    """The person's details, and the consent that they ticked.

    Raises:
        BadInputError: a field is wrong.
    """
    reader = Reader(with_kinds(form))
    profile = read_profile(reader, site, now)
    shown_in = language(form, PAGE_LANGUAGE, site)
    agreement = _agreement(reader, "consent", site, shown_in, now)
    if agreement is None:
        reader.refuse("consent", NO_CONSENT)
    reader.raise_errors()
    assert agreement
    return profile, agreement


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
    agreement = _agreement(reader, "again", site, shown_in, now)
    reader.raise_errors()
    return preferences, agreement


def _agreement(
    reader: Reader, box: str, site: Mapping[str, Any], shown_in: str, now: int
) -> Agreement | None:
    """The consent if its box is ticked, to the text that the form showed; it is refused if that is
    no longer ours, even if somebody changed the text and left its version."""
    if reader.text(box) != TICKED:
        return None
    ours = consent_text(site, ConsentPurpose.MEMBERSHIP, shown_in)
    version, shown = reader.text("consent_version"), reader.text("consent_fingerprint")
    if (version, shown) != (ours.version, ours.fingerprint):
        reader.refuse(box, NEW_CONSENT)
    return Agreement(ours.id, version, now, ours.language, shown)
