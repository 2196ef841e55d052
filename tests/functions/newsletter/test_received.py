"""A member's newsletters are looked up by a few reads, in an issue of any size."""

import random
from dataclasses import replace

import pytest

from functions.core.aws import table
from functions.newsletter.rules.batches import halves
from functions.newsletter.rules.ledger import Batch, Issue, Variant
from functions.newsletter.store import batches, issues, received
from tests.functions.newsletter import issue_runs
from tests.functions.support import table_calls

VARIANT = Variant("en", "key", "hash", "en", ({},))
PAGES, IN_A_PAGE, IN_A_BATCH = 60, 12, 3
pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """An issue is large from here on."""
    monkeypatch.setattr(received, "MOST_BATCHES", 5)
    monkeypatch.setattr(received, "FEW", 20)


@pytest.fixture
def ids() -> list[str]:
    chance = random.Random(7)
    return sorted(f"{chance.getrandbits(128):032x}" for _ in range(PAGES * IN_A_PAGE))


def planned(ids: list[str]) -> list[Batch]:
    """The batches as the planner numbers them: page by page, in each page by variant."""
    chance, slices = random.Random(11), []
    for start in range(0, len(ids), IN_A_PAGE):
        page = ids[start : start + IN_A_PAGE]
        first = [member_id for member_id in page if chance.random() < 0.5]
        for group in (first, [member_id for member_id in page if member_id not in first]):
            slices += [group[at : at + IN_A_BATCH] for at in range(0, len(group), IN_A_BATCH)]
    return [Batch(issue_runs.SLUG, n, VARIANT, tuple(part)) for n, part in enumerate(slices)]


def split(known: list[Batch], number: int) -> None:
    """As SES refuses an address: the batch is halved, and the rest gets the next number."""
    first, rest = halves(known[number], len(known))
    known[number] = first
    known.append(rest)


def stored(known: list[Batch]) -> Issue:
    issue_runs.publish()
    for batch in known:
        table.write(batches.new_batch(batch))
    issue = issues.get(issue_runs.SLUG)
    assert issue
    return replace(issue, batches=len(known))


def test_everybody_is_there_once_with_halved_batches_too(ids: list[str]) -> None:
    known = planned(ids)
    splittable = [batch.number for batch in known if len(batch.recipients) == IN_A_BATCH]
    halved = splittable[len(splittable) // 2]
    for number in (*splittable[:2], halved, *splittable[-3:], len(known) + 2):
        split(known, number)
    issue = stored(known)
    for member_id in random.Random(3).sample(ids, 60) + list(known[halved].recipients):
        ((item, position),), unread = received.by_member(member_id, [issue])
        assert item["recipients"][position] == member_id
        assert unread == []
    for batch in known[-7:]:
        ((item, _),), _ = received.by_member(batch.recipients[0], [issue])
        assert item["sk"] == batches.batch_key(issue.slug, batch.number)[1]


def test_who_got_none_is_in_none(ids: list[str]) -> None:
    issue = stored(planned(ids))
    for absent in ("0" * 32, "f" * 32, "8" * 32):
        assert received.by_member(absent, [issue]) == ([], [])


def test_a_large_issue_takes_a_few_reads(ids: list[str]) -> None:
    issue = stored(planned(ids))
    calls, _ = table_calls(lambda: received.by_member(ids[400], [issue]))
    assert len(calls) < 15 < issue.batches / 10


def test_a_correction_that_is_too_large_is_named(ids: list[str]) -> None:
    issue = replace(stored(planned(ids)), corrects="summer")
    assert received.by_member(ids[0], [issue]) == ([], [issue.slug])


def test_a_small_correction_is_read_whole(ids: list[str]) -> None:
    known = planned(list(reversed(ids[:24])))
    issue = replace(stored(known), corrects="summer")
    ((item, _),), _ = received.by_member(ids[5], [issue])
    assert ids[5] in item["recipients"]
