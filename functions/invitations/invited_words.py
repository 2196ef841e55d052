"""What we know about somebody who is invited, in words: for emails, letters and the desk."""

import datetime as dt
from typing import Any

from functions.core import dates
from functions.core.keep import keep_of
from functions.core.site import site
from functions.core.texts import listed, translated
from functions.core.translations import N_, translations
from functions.invitations import rules
from functions.invitations.rules import Invitation

WORKED = N_("You used to work at %(company)s.")
WORKED_THERE = N_("You worked at %(company)s in %(office)s.")
WORKED_THERE_UNTIL = N_("You worked at %(company)s in %(office)s until %(year)s.")


def contact_of(invitation: Invitation) -> dict[str, Any]:
    """The contact partner, or else the one of the office; empty if both have gone."""
    local = translated(site(), listed(invitation.leaver.language, site()))
    offices = {office["slug"]: office for office in local["offices"]}
    of_office = offices.get(invitation.leaver.office, {}).get("contact", "")
    contacts: dict[str, dict[str, Any]] = local["contacts"]
    return contacts.get(invitation.leaver.contact) or contacts.get(of_office) or {}


def known_facts(invitation: Invitation, language: str) -> dict[str, Any]:
    """What Art. 14 GDPR wants people to know of what we have about them, in words."""
    local = translated(site(), language)
    names = {office["slug"]: office["name"] for office in local["offices"]}
    leaver = invitation.leaver
    facts = {"company": local["company"], "office": names.get(leaver.office, leaver.office)}
    facts["year"] = rules.year(leaver.last_day)
    return {
        "worked": translations(language).gettext(_worked(**facts)) % facts,
        "first_day": day_in_words(leaver.first_day, language),
        "last_day": day_in_words(leaver.last_day, language),
        "agreed": leaver.agreed,
        "agreed_day": day_in_words(leaver.agreed.on if leaver.agreed else "", language),
        "contact": contact_of(invitation),
        "months": keep_of(site()).invitation_months,
    }


def _worked(office: str, year: str, **_company: str) -> str:
    if not office:
        return WORKED
    return WORKED_THERE_UNTIL if year else WORKED_THERE


def day_in_words(day: str, language: str) -> str:
    """`4 February 2027`; a month or year alone, as it is."""
    try:
        return dates.date(dt.date.fromisoformat(day), translations(language))
    except ValueError:
        return day
