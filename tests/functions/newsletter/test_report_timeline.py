"""Sending over time: nobody is left out, and memory stays what it is."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from functions.core.clock import MINUTE
from functions.newsletter.rules.report import MOST_BUCKETS, WIDTHS, Timeline

TIMES = st.lists(st.tuples(st.integers(0, 2_000_000_000), st.integers(0, 50)), max_size=300)


def line(pairs, most: int = 5) -> Timeline:
    timeline = Timeline(most)
    for at, count in pairs:
        timeline.add(at, count)
    return timeline


@given(TIMES)
def test_every_email_is_in_one_of_few_buckets(pairs) -> None:
    timeline = line(pairs)
    assert (
        sum(count for _, count in timeline) == timeline.total() == sum(count for _, count in pairs)
    )
    assert len(list(timeline)) <= 5
    assert all(at % timeline.width == 0 for at, _ in timeline)


@given(TIMES, st.randoms(use_true_random=False))
def test_the_order_of_batches_does_not_matter(pairs, random) -> None:
    shuffled = random.sample(pairs, len(pairs))
    assert list(line(pairs)) == list(line(shuffled))


@given(TIMES, st.integers(1, 20))
def test_the_drawn_timeline_has_few_rows_and_shows_gaps(pairs, rows: int) -> None:
    drawn = line(pairs).within(rows).filled()
    assert len(drawn) <= rows + 1 or drawn[-1][0] - drawn[0][0] > rows * WIDTHS[-1]
    assert sum(count for _, count in drawn) == sum(count for _, count in pairs)
    assert len({later - earlier for (earlier, _), (later, _) in pairwise(drawn)}) <= 1


def test_every_bucket_width_is_a_multiple_of_the_next_smaller() -> None:
    assert all(wide % narrow == 0 for narrow, wide in pairwise(WIDTHS))


def test_half_a_million_emails_in_a_day_are_shown_per_quarter_of_an_hour() -> None:
    timeline = line(((at * 8, 50) for at in range(10_000)), MOST_BUCKETS)
    assert timeline.width == 15 * MINUTE
    assert timeline.total() == 500_000
