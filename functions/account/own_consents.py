"""Consents on a person's own page: shown word for word, given and withdrawn there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.core import dates
from functions.core import site as published
from functions.core.errors import BadRequestError
from functions.core.keep import MONTH, keep_of
from functions.core.texts import JOINING, PURPOSES, ConsentPurpose, consent_text, words_of
from functions.core.translations import N_, translations
from functions.core.web.forms import Form, Reader, first, shown_at
from functions.events import rules
from functions.events.rules import Event, Rsvp
from functions.people.form import read_agreement
from functions.people.member import Agreement, Circumstances, Consent, ConsentKind, Member, Viewer
from functions.people.store import consents as consent_store
from functions.people.store import subscriptions

Facts = dict[str, Any]

HOW, PAGE = "button on their own page", "/me/"
AGREE = "agree"  # the field whose value is the text's fingerprint
CHOOSABLE = (ConsentPurpose.NEWSLETTER, ConsentPurpose.INVITATIONS)  # whoever joined may choose
WHAT = {
    ConsentKind.MEMBERSHIP_GIVEN: N_("You joined the network"),
    ConsentKind.NEWSLETTER_GIVEN: N_("You agreed to get the newsletter"),
    ConsentKind.NEWSLETTER_RENEWED: N_("You agreed to keep getting the newsletter"),
    ConsentKind.NEWSLETTER_WITHDRAWN: N_("You unsubscribed from the newsletter"),
    ConsentKind.INVITATIONS_GIVEN: N_("You agreed to get invitations"),
    ConsentKind.INVITATIONS_WITHDRAWN: N_("You withdrew your consent to invitations"),
    ConsentKind.NEWSLETTER_PREFERENCES: N_("You chose how to get the newsletter"),
}


# ---- Choosing


@dataclass(frozen=True)
class Choice:
    purpose: ConsentPurpose
    agreement: Agreement | None  # None: the consent is withdrawn, or renewed
    circumstances: Circumstances
    renews: bool = False


def read_choice(
    form: Form, site: Mapping[str, Any], shown_in: str, viewer: Viewer | None, now: int
) -> Choice:
    """
    Raises:
        BadInputError: the text that the page showed is no longer in force.
        BadRequestError: no page of ours sends such a form.
    """
    wanted = first(form, "purpose")
    purpose = next((known for known in CHOOSABLE if known == wanted), None)
    if purpose is None:
        raise BadRequestError("purpose")
    circumstances = Circumstances(page=PAGE, shown_at=shown_at(form, now), viewer=viewer)
    if "withdraw" in form:
        return Choice(purpose, None, circumstances)
    if "renew" in form and purpose is ConsentPurpose.NEWSLETTER:
        return Choice(purpose, None, circumstances, renews=True)
    reader = Reader(form)
    agreed = read_agreement(reader, AGREE, consent_text(site, purpose, shown_in), now)
    reader.raise_errors()
    if agreed is None:
        raise BadRequestError("neither given nor withdrawn")
    return Choice(purpose, agreed, circumstances)


def save(member_id: str, choice: Choice, now: int) -> None:
    """
    Raises:
        TooManyError: the person changes something faster than this can be saved.
    """
    came = choice.circumstances
    if choice.renews:
        subscriptions.renew_newsletter(member_id, HOW, now, came)
    elif choice.agreement:
        subscriptions.give(
            member_id, choice.purpose, choice.agreement, HOW, now, circumstances=came
        )
    else:
        subscriptions.withdraw(member_id, choice.purpose, HOW, now, circumstances=came)


# ---- Showing


def of_member(member: Member, site: Facts, now: int) -> list[Facts]:
    """What the member agreed to, purpose by purpose, with every line."""
    lines = consent_store.of_member(member.id)
    shown = [_purpose(purpose, member, lines, site) for purpose in JOINING]
    long_ago = now - keep_of(site).consent_months * MONTH
    may_lapse = member.newsletter and member.agreed_at <= long_ago
    renewable = {ConsentPurpose.NEWSLETTER} if may_lapse else set()
    return [facts | {"may_renew": facts["purpose"] in renewable} for facts in shown]


def _purpose(purpose: ConsentPurpose, member: Member, lines: list[Consent], site: Facts) -> Facts:
    own = [line for line in lines if line.what.purpose is purpose]
    bundled = (line for line in lines if line.agreement and line.agreement.is_bundled)
    given = next((line for line in reversed(own) if line.agreement), next(bundled, None))
    ended = next((line for line in reversed(own) if line.what.is_withdrawal), None)
    in_force = purpose not in CHOOSABLE or bool(getattr(member, purpose))
    agreement = given.agreement if given else None
    return {
        "purpose": purpose.value,
        "name": PURPOSES[purpose],
        "in_force": in_force,
        "words": _words(agreement) if agreement else "",
        "language": agreement.language if agreement else "",
        "is_bundled": agreement is not None and agreement.is_bundled,
        "since": _moment(given.at, site) if given else "",
        "ended": _moment(ended.at, site) if ended and not in_force else "",
        "lines": [
            {"what": WHAT[line.what], "when": _moment(line.at, site)} for line in reversed(own)
        ],
        "text": site["consents"].get(purpose),
    }


def of_food(signups: list[tuple[Event, Rsvp]], site: Facts, now: int) -> list[Facts]:
    """What members and guests agreed to when they wrote about food, event by event."""
    return [
        {
            "name": PURPOSES[ConsentPurpose.FOOD],
            "event": event.facts["title"],
            "words": _words(rsvp.food_consent),
            "language": rsvp.food_consent.language,
            "since": _moment(rsvp.food_consent.ticked_at or rsvp.created_at, site),
            "can_withdraw": rules.can_change(event, rsvp, now),
        }
        for event, rsvp in signups
        if rsvp.food_consent
    ]


def _words(agreement: Agreement) -> str:
    """Word for word as given; where the words were not recorded and the site no longer has them,
    the version."""
    known = words_of(published.site(), agreement.text_id, agreement.text_sha256 or "")
    return agreement.words or known or agreement.version


def _moment(at: int, site: Facts) -> str:
    return dates.short_moment(dates.local(at, site["time_zone"]), translations(site["language"]))
