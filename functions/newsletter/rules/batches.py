"""Batches: their size, how a page of members is split into them, halving, and lost workers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from functions.core.clock import MINUTE
from functions.core.slugs import all_of
from functions.newsletter.rules.ledger import Batch, Issue, State, Variant

BATCH_SIZE = 50  # SES: at most 50 destinations in one SendBulkEmail
PAGE_SIZE = 1000  # members in one planning transaction: some 20 of its 100 writes
# A worker gets five batches at once (template.yaml), and begins none after 22 of its 60 seconds.
TURN_SECONDS = 4
MOST_BATCHES = 98  # DynamoDB: 100 writes in a transaction, one of which moves the cursor

SEND_TIMEOUT_SECONDS = MINUTE  # of the function NewsletterSend, as template.yaml has it
CLAIM_SECONDS = SEND_TIMEOUT_SECONDS + MINUTE  # a claim that is older has lost its worker
REQUEUE_SECONDS = 5 * MINUTE  # a planned batch without a message is queued again after this

# ---- Planning


class Subscriber(NamedTuple):
    """A member who is to get the issue, with the attributes that decide on the variant."""

    id: str
    language: str
    kinds: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()  # whose news they get, that of their own office first


class Page(NamedTuple):
    batches: list[Batch]
    silent: int  # subscribers whose variant would be empty


def batch_size(rate: float, workers: int) -> int:
    """Recipients in a batch: at most what SES takes in a second and in one call, and what one of
    many workers, each with its share of the rate, can send before its next batch is due."""
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
    """This page's batches, numbered after the issue's; the order of the members is kept."""
    groups: dict[str, list[str]] = {}
    chosen: dict[tuple[str | tuple[str, ...], ...], Variant] = {}
    for reader in page:
        if reader[1:] not in chosen:
            chosen[reader[1:]] = variant_for(reader, issue.variants, preferred)
        groups.setdefault(chosen[reader[1:]].name, []).append(reader.id)
    variants = {variant.name: variant for variant in issue.variants}
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
    """The variant in the reader's language (otherwise the first of the site's languages that the
    issue has) whose conditions fit the reader most closely; of those that fit equally, the one for
    the first of the reader's offices."""
    known = [variant.language for variant in variants]
    wanted = (reader.language, *preferred)
    language = next((language for language in wanted if language in known), known[0])
    return max(
        (variant for variant in variants if variant.language == language),
        key=lambda variant: _closeness(reader, variant),
    )


def _closeness(reader: Subscriber, variant: Variant) -> tuple[int, int]:
    """The size of the most specific condition that fits, -1 if none does; and how early among the
    reader's offices the first one stands that it names."""
    offices = reader.offices or ("",)
    sizes = (
        (_size(reader.kinds, office, condition), -at)
        for at, office in enumerate(offices)
        for condition in variant.readers
    )
    return max(sizes, default=(-1, 0))


def _size(kinds: Collection[str], office: str, condition: Mapping[str, Sequence[str]]) -> int:
    """How many of the kinds and this office the condition names; -1 if it doesn't fit."""
    has = {"kind": {*kinds}, "office": {office}}
    sizes = [
        max((len(values) for value in wanted if (values := all_of(value)) <= has[name]), default=-1)
        for name, wanted in condition.items()
    ]
    return -1 if -1 in sizes else sum(sizes)


# ---- Afterwards


def halves(batch: Batch, number: int) -> tuple[Batch, Batch]:
    """The batch with the first half of its recipients, and one numbered `number` with the rest.

    Outcomes move along. SES may have accepted some recipients in an earlier attempt, and its events
    name the batch and position of that time: the first half records where the others went.
    """
    middle = len(batch.recipients) // 2
    first = {at: outcome for at, outcome in batch.outcomes.items() if at < middle}
    rest = {at - middle: outcome for at, outcome in batch.outcomes.items() if at >= middle}
    fresh = replace(batch, state=State.PLANNED, attempt="", claimed_at=0, sends_at=0)
    moved = batch.moved | {middle: number}
    second = replace(fresh, number=number, half_of=batch.number, moved={})
    return (
        replace(fresh, recipients=batch.recipients[:middle], outcomes=first, moved=moved),
        replace(second, recipients=batch.recipients[middle:], outcomes=rest),
    )


def is_abandoned(batch: Batch, now: int) -> bool:
    """True if the batch is claimed, and its worker can no longer be running."""
    return batch.state is State.CLAIMED and now > batch.claimed_at + CLAIM_SECONDS
