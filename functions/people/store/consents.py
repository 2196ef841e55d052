"""Consents in the table: what a person agreed to, withdrew or chose, in records that stay."""

from dataclasses import asdict

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.people.member import Agreement, Consent, ConsentKind, Preferences


def of_member(member_id: str) -> list[Consent]:
    """Everything the person agreed to, withdrew or chose, oldest first."""
    return [_to_consent(item) for item in table.query(f"MEMBER#{member_id}", "CONSENT#")]


def add(member_id: str, consent: Consent, millisecond: int = 0) -> Write:
    """`millisecond` distinguishes two records of one kind and second."""
    moment = consent.at * 1000 + millisecond
    key = table.keyed((f"MEMBER#{member_id}", f"CONSENT#{moment:013d}#{consent.what}"))
    return table.put(key | _to_item(consent), condition=table.NEW)


def _to_item(consent: Consent) -> Item:
    item: Item = {"what": consent.what, "how": consent.how, "at": consent.at}
    if consent.agreement:
        item |= agreement_item(consent.agreement)
    if consent.preferences:
        item |= asdict(consent.preferences)
    return item


def _to_consent(item: Item) -> Consent:
    chosen = "frequency" in item
    return Consent(
        what=ConsentKind(item["what"]),
        how=item["how"],
        at=item["at"],
        agreement=to_agreement(item) if "text_id" in item else None,
        preferences=Preferences(item["frequency"], tuple(item["interests"])) if chosen else None,
    )


def agreement_item(agreement: Agreement) -> Item:
    return {name: value for name, value in asdict(agreement).items() if value is not None}


def to_agreement(item: Item) -> Agreement:
    return Agreement(
        item["text_id"],
        item["version"],
        ticked_at=item.get("ticked_at"),
        language=item.get("language"),
        text_sha256=item.get("text_sha256"),
    )
