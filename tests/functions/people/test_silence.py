"""When a silent member is asked whether they want to stay, and when they are erased."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.clock import DAY
from functions.core.keep import MONTH, Keep
from functions.people.silence import (
    Silence,
    Stage,
    Step,
    due_before,
    is_asked_yearly,
    promised_end,
    step,
)

KEEP = Keep()
SEEN = 1_795_000_000
END = SEEN + 36 * MONTH
TIMES = st.integers(SEEN, SEEN + 60 * MONTH)
KEEPS = st.builds(Keep, contact_months=st.integers(6, 120))


def quiet():
    return Silence("a" * 32, SEEN, Stage.QUIET, SEEN)


def warned(at):
    return Silence("a" * 32, SEEN, Stage.WARNED, at)


def warned_twice(at):
    return Silence("a" * 32, SEEN, Stage.WARNED_TWICE, at)


@pytest.mark.parametrize(
    ("silence", "before", "then", "at"),
    [
        (quiet(), Step.PUT_OFF, Step.WARN, END - 60 * DAY),
        (warned(END - 60 * DAY), Step.WAIT, Step.WARN, END - 14 * DAY),
        (warned_twice(END - 14 * DAY), Step.WAIT, Step.ERASE, END),
        # Late warnings move the end: everybody has all of the time that the emails name.
        (warned(END), Step.WAIT, Step.WARN, END + 46 * DAY),
        (warned_twice(END + 50 * DAY), Step.WAIT, Step.ERASE, END + 64 * DAY),
    ],
)
def test_each_stage_ends_on_its_day(silence, before, then, at):
    assert (step(silence, KEEP, at - 1), step(silence, KEEP, at)) == (before, then)


def test_whom_newer_settings_keep_longer_is_no_longer_warned():
    longer = Keep(contact_months=48)
    for silence in (warned(END - 60 * DAY), warned_twice(END - 14 * DAY)):
        assert step(silence, longer, END) is Step.PUT_OFF


def test_shorter_settings_warn_at_once_and_erase_sixty_days_later():
    shorter, now = Keep(contact_months=24), SEEN + 30 * MONTH
    assert step(quiet(), shorter, now) is Step.WARN
    assert step(warned(now), shorter, now + 46 * DAY - 1) is Step.WAIT
    assert step(warned_twice(now + 46 * DAY), shorter, now + 60 * DAY - 1) is Step.WAIT
    assert step(warned_twice(now + 46 * DAY), shorter, now + 60 * DAY) is Step.ERASE


@given(TIMES, TIMES, KEEPS, st.sampled_from(Stage))
def test_nobody_is_erased_within_14_days_of_the_last_warning(since, now, keep, stage):
    silence = Silence("a" * 32, SEEN, stage, since)
    if step(silence, keep, now) is Step.ERASE:
        assert stage is Stage.WARNED_TWICE
        assert now >= max(since + 14 * DAY, SEEN + keep.contact_months * MONTH)


@given(TIMES, TIMES, KEEPS, st.sampled_from(Stage))
def test_a_day_that_was_promised_never_comes_sooner(since, now, keep, stage):
    silence = Silence("a" * 32, SEEN, stage, since)
    if step(silence, keep, now) is not Step.WARN:
        return
    later = Stage.WARNED if stage is Stage.QUIET else Stage.WARNED_TWICE
    end = promised_end(silence, keep, now)
    assert end >= now + (60 if stage is Stage.QUIET else 14) * DAY
    assert step(Silence("a" * 32, SEEN, later, now), keep, end - 1) is not Step.ERASE


@given(TIMES, TIMES, KEEPS, st.sampled_from(Stage))
def test_whoever_is_due_is_in_what_the_sweep_reads(since, now, keep, stage):
    silence = Silence("a" * 32, SEEN, stage, SEEN if stage is Stage.QUIET else since)
    if step(silence, keep, now) in {Step.WARN, Step.ERASE}:
        assert silence.since <= due_before(stage, keep, now)


def test_the_yearly_question_keeps_a_month_away_from_the_warnings():
    assert is_asked_yearly(quiet(), KEEP, SEEN + 12 * MONTH)
    assert is_asked_yearly(quiet(), KEEP, END - 60 * DAY - 31 * DAY - 1)
    assert not is_asked_yearly(quiet(), KEEP, END - 60 * DAY - 31 * DAY)
    assert not is_asked_yearly(warned(END), KEEP, END)
