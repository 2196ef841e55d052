"""What guests have said of an event: an item for each sign-up, deleted with it."""

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.events.opinions import Opinion

OPINION = "OPINION#"  # sort keys: a ticket's code stays when the address changes


def opinion_key(slug: str, ticket: str) -> Key:
    return (f"EVENT#{slug}", f"{OPINION}{ticket}")


def get(slug: str, ticket: str) -> Opinion:
    """An empty one if they haven't said anything."""
    return _to_opinion(table.get(opinion_key(slug, ticket)) or {})


def of_event(slug: str) -> list[Opinion]:
    return [_to_opinion(item) for item in table.query(f"EVENT#{slug}", OPINION)]


def answering(slug: str, ticket: str, answers: dict[str, str], now: int) -> Write:
    """Stores the answers, in place of earlier ones."""
    set_answers = "SET #answers = :answers, #answered_at = :now"
    return table.update(opinion_key(slug, ticket), set_answers, {":answers": answers, ":now": now})


def adding_words(slug: str, ticket: str, words: str) -> Write:
    """Stores the words, in place of earlier ones; refused if they haven't answered."""
    set_words = "SET #words = :words"
    return table.update(
        opinion_key(slug, ticket), set_words, {":words": words}, condition=table.EXISTS
    )


def deleting(slug: str, ticket: str) -> Write:
    return table.delete(opinion_key(slug, ticket))


def _to_opinion(item: Item) -> Opinion:
    return Opinion(item.get("answers", {}), item.get("words", ""))
