"""What members agreed to get and how often: each change is written with its line in their chain."""

from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.core.clock import DAY
from functions.core.errors import RefusedError, TooManyError
from functions.core.mail import limits, outbox
from functions.core.mail_kinds import Door
from functions.core.texts import ConsentPurpose
from functions.people.member import (
    UNKNOWN_CIRCUMSTANCES,
    Act,
    Activity,
    Agreement,
    Circumstances,
    Consent,
    ConsentKind,
    Member,
    Preferences,
    given,
    withdrawn,
)
from functions.people.store import consents
from functions.people.store import members as people

BUDGET = 1  # its position in the transaction of `save_preferences`, if somebody subscribes again


def stop_newsletter(
    member_id: str,
    how: str,
    now: int,
    *also: Write,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> None:
    """Withdraw the consent to the newsletter (does and raises as `withdraw`)."""
    withdraw(member_id, ConsentPurpose.NEWSLETTER, how, now, *also, circumstances=circumstances)


def withdraw(
    member_id: str,
    purpose: ConsentPurpose,
    how: str,
    now: int,
    *also: Write,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> None:
    """Withdraw the consent to newsletter or invitations, with the writes in `also`; do nothing if
    it isn't in force, or the member is erased.

    Raises:
        TooManyError: the person changes something faster than this can be saved.
    """
    for _ in range(people.TRIES):
        before = people.member(member_id)
        if before is None or not getattr(before, purpose):
            return
        line = _line(before, withdrawn(purpose), how, now, circumstances)
        if table.try_write(
            _set_consents(before, purpose, in_force=False, now=now),
            *consents.adding(member_id, [line]),
            *(_unsubscribed(member_id, now) if purpose is ConsentPurpose.NEWSLETTER else ()),
            *also,
        ):
            return
    raise TooManyError("unsubscribe")


def give(  # noqa: PLR0913 - as save_preferences
    member_id: str,
    purpose: ConsentPurpose,
    agreement: Agreement,
    how: str,
    now: int,
    *,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> None:
    """Give the consent to newsletter or invitations (as `withdraw`, the other way round)."""
    for _ in range(people.TRIES):
        before = people.member(member_id)
        if before is None or getattr(before, purpose):
            return
        line = _line(before, given(purpose), how, now, circumstances, agreement=agreement)
        change = _set_consents(before, purpose, in_force=True, now=now)
        if table.try_write(change, *consents.adding(member_id, [line])):
            return
    raise TooManyError("consent")


def _line(
    before: Member, what: ConsentKind, how: str, now: int, circumstances: Circumstances, **more: Any
) -> Consent:
    return Consent(
        what=what,
        how=how,
        at=now,
        address_hash=before.address_hash,
        circumstances=circumstances,
        **more,
    )


def _set_consents(before: Member, purpose: ConsentPurpose, *, in_force: bool, now: int) -> Write:
    """Both are written: from now on neither is part of one bundled consent."""
    is_new = in_force and purpose is ConsentPurpose.NEWSLETTER
    values: Item = {"newsletter": before.newsletter, "invitations": before.invitations}
    values |= {purpose.value: in_force, "renewed_at": now if is_new else before.renewed_at}
    wanted = {f":{name}": value for name, value in values.items()}
    return table.update(
        people.member_key(before.id),
        "SET #newsletter = :newsletter, #invitations = :invitations, #renewed_at = :renewed_at"
        " ADD #revision :one",
        wanted | {":one": 1, ":seen": before.revision},
        condition=people.UNCHANGED,
    )


def save_preferences(  # noqa: PLR0913 - a form, and how it came
    member_id: str,
    wanted: Preferences,
    agreement: Agreement | None,
    how: str,
    now: int,
    *,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> bool:
    """Save the preferences and a record of them; False if there is no such member.

    With an `agreement`, a member who has unsubscribed gets the newsletter again, and an email that
    says so: the link may have been forwarded. Nothing is written if nothing changes.

    Raises:
        TooManyError: the person changes something faster than this can be saved, or has had all
            such emails of the day.
    """
    for _ in range(people.TRIES):
        before = people.member(member_id)
        if before is None:
            return False
        records = choices(before, wanted, agreement, how, now, circumstances=circumstances)
        if not records:
            return True
        writes = consents.adding(member_id, records)
        again = agreement is not None and not before.newsletter
        mail = _mail_subscribed_again(before, now) if again else ()
        renewed_at = now if again else before.renewed_at
        change = _change(before, wanted, before.newsletter or again, renewed_at)
        try:
            table.transact(change, *mail, *writes)
        except RefusedError as refused:
            if again and BUDGET in refused.failed:
                raise TooManyError("mails") from None
            continue  # another change of this person came first
        return True
    raise TooManyError("preferences")


def _mail_subscribed_again(member: Member, now: int) -> tuple[Write, Write]:
    ref, revision = {"member_id": member.id}, member.revision + 1
    return (
        limits.mail_to(Door.NEWSLETTER, member.email, now),
        outbox.mail("subscribed_again", member.address_hash, ref, revision, now),
    )


def choices(  # noqa: PLR0913 - as save_preferences
    before: Member,
    wanted: Preferences,
    agreement: Agreement | None,
    how: str,
    now: int,
    *,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> list[Consent]:
    records = []
    if agreement and not before.newsletter:
        agreed = given(ConsentPurpose.NEWSLETTER)
        records.append(_line(before, agreed, how, now, circumstances, agreement=agreement))
    if wanted != before.preferences:
        chosen = ConsentKind.NEWSLETTER_PREFERENCES
        records.append(_line(before, chosen, how, now, circumstances, preferences=wanted))
    return records


def _change(before: Member, wanted: Preferences, newsletter: bool, renewed_at: int) -> Write:  # noqa: FBT001 - one private caller
    return table.update(
        people.member_key(before.id),
        "SET #frequency = :frequency, #interests = :interests, #newsletter = :newsletter,"
        " #invitations = :invitations, #renewed_at = :renewed_at ADD #revision :one",
        {
            ":renewed_at": renewed_at,
            ":frequency": wanted.frequency,
            ":interests": wanted.interests,
            ":newsletter": newsletter,
            ":invitations": before.invitations,
            ":one": 1,
            ":seen": before.revision,
        },
        condition=people.UNCHANGED,
    )


def renew_newsletter(member_id: str, how: str, now: int, circumstances: Circumstances) -> None:
    """Note that a member who gets the newsletter still wants it, once a day; the line says to which
    text they had agreed.

    Raises:
        TooManyError: the person changes something faster than this can be saved.
    """
    for _ in range(people.TRIES):
        before = people.member(member_id)
        if before is None or not before.newsletter or now - before.agreed_at < DAY:
            return
        line = _line(before, ConsentKind.NEWSLETTER_RENEWED, how, now, circumstances)
        renewed = table.update(
            people.member_key(member_id),
            "SET #renewed_at = :now ADD #revision :one",
            {":now": now, ":one": 1, ":seen": before.revision},
            condition=people.UNCHANGED,
        )
        if table.try_write(renewed, *consents.adding(member_id, [line])):
            return
    raise TooManyError("renew")


def _unsubscribed(member_id: str, now: int) -> tuple[Write, ...]:
    return people.note(Activity(now, Act.UNSUBSCRIBED, member_id))
