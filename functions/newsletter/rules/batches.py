"""Who of a page of members gets which variant, and in which batch. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from functions.newsletter.rules.ledger import Batch, Issue, Variant

BATCH_SIZE = 50  # SES: at most 50 destinations in one SendBulkEmail
PAGE_SIZE = 1000  # members in one planning transaction: some 20 of its 100 writes
# A worker gets five batches at once (template.yaml), and begins none after 22 of its 60 seconds.
TURN_SECONDS = 4
MOST_BATCHES = 98  # DynamoDB: 100 writes in a transaction, one of which moves the cursor


class Subscriber(NamedTuple):
    """A member who is to get the issue, with what decides on the variant."""

    id: str
    language: str
    kind: str = ""
    office: str = ""


class Page(NamedTuple):
    batches: list[Batch]
    silent: int  # readers to whom the issue has nothing to say


def batch_size(rate: float, workers: int) -> int:
    """Recipients in a batch: what SES takes in a second, and in one call; and no more than one of
    many workers, each with its share of the rate, sends before its next is due."""
    return max(1, min(BATCH_SIZE, int(rate), int(rate / workers * TURN_SECONDS)))


def page_size(size: int, variants: int) -> int:
    """Members in one page, so that its batches of `size` fit into one transaction."""
    return max(1, min(PAGE_SIZE, size * (MOST_BATCHES - variants)))


def plan(
    issue: Issue,
    page: Iterable[Subscriber],
    preferred: Sequence[str],
    now: int,
    size: int = BATCH_SIZE,
) -> Page:
    """This page's batches, numbered behind the issue's; the members' order is kept."""
    groups: dict[str, list[str]] = {}
    chosen: dict[tuple[str, ...], Variant] = {}
    for reader in page:
        if reader[1:] not in chosen:
            chosen[reader[1:]] = variant_for(reader, issue.variants, preferred)
        groups.setdefault(chosen[reader[1:]].name, []).append(reader.id)
    variants = {each.name: each for each in issue.variants}
    silent = sum(len(ids) for name, ids in groups.items() if variants[name].is_silent)
    slices = [
        (variants[name], tuple(ids[start : start + size]))
        for name, ids in groups.items()
        if not variants[name].is_silent
        for start in range(0, len(ids), size)
    ]
    batches = [
        Batch(issue.slug, issue.batches + n, variant, ids, queued_at=now)
        for n, (variant, ids) in enumerate(slices)
    ]
    return Page(batches, silent)


def variant_for(
    reader: Subscriber, variants: Sequence[Variant], preferred: Sequence[str]
) -> Variant:
    """The reader's language, else the first of the site's languages that there is; in it the
    variant that is most closely meant for them."""
    known = [each.language for each in variants]
    wanted = (reader.language, *preferred)
    language = next((each for each in wanted if each in known), known[0])
    return max(
        (each for each in variants if each.language == language),
        key=lambda variant: _closeness(reader, variant),
    )


def _closeness(reader: Subscriber, variant: Variant) -> int:
    """How many things the closest fitting condition asks; -1 where none fits."""
    fitting = (len(each) for each in variant.readers if _fits(reader, each))
    return max(fitting, default=-1)


def _fits(reader: Subscriber, condition: Mapping[str, Sequence[str]]) -> bool:
    has = {"kind": reader.kind, "office": reader.office}
    return all(has[what] in wanted for what, wanted in condition.items())
