"""What stands on which list, at which moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from microsite.content.items import Event, Job, News
from microsite.lists.grouping import Listing, by_year, home, paged, shelves

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOURS = st.lists(st.integers(-9000, 9000), max_size=30)


def event(number: int, hours: int) -> Event:
    start = NOW + timedelta(hours=hours)
    return Event(
        kind="events",
        slug=f"e{number}",
        lang="en",
        path="",
        title="",
        start=start,
        end=start + timedelta(hours=2),
        closes=start,
        place="",
        seats=1,
        time_zone="UTC",
    )


def job(closes: date, zone: str = "Europe/Stockholm") -> Job:
    day = date(2026, 1, 1)
    return Job(
        kind="jobs",
        slug="j",
        lang="en",
        path="",
        title="",
        date=day,
        closes=closes,
        apply="",
        time_zone=zone,
    )


def news(number: int, day: date) -> News:
    return News(kind="news", slug=f"n{number}", lang="en", path="", title="", date=day)


@given(HOURS)
def test_every_event_is_either_coming_or_past(hours):
    events = [event(n, h) for n, h in enumerate(hours)]
    lists = shelves(events, NOW)
    assert sorted(e.slug for e in lists["events"] + lists["past"]) == sorted(e.slug for e in events)
    assert all(e.end > NOW for e in lists["events"])
    assert all(e.end <= NOW for e in lists["past"])


@given(HOURS)
def test_coming_events_are_in_order_and_past_ones_in_reverse(hours):
    lists = shelves([event(n, h) for n, h in enumerate(hours)], NOW)
    coming = [e.start for e in lists["events"]]
    past = [e.start for e in lists["past"]]
    assert coming == sorted(coming)
    assert past == sorted(past, reverse=True)


def test_an_event_under_way_is_not_past():
    assert shelves([event(1, -1)], NOW)["events"]
    assert shelves([event(1, -2)], NOW)["past"]


def test_a_cancelled_event_is_coming_but_takes_no_sign_up_and_is_in_no_newsletter():
    off = replace(event(1, 9), cancelled=True)
    assert shelves([off], NOW)["events"] == [off]
    assert not off.is_open(NOW)


def test_a_job_is_open_to_the_end_of_its_last_day_in_its_own_time_zone():
    last = job(date(2026, 11, 20), "Asia/Hong_Kong")
    midnight = datetime(2026, 11, 21, tzinfo=ZoneInfo("Asia/Hong_Kong"))
    assert last.is_open(midnight - timedelta(seconds=1))
    assert not last.is_open(midnight)
    assert shelves([last], midnight)["jobs"] == []


def test_the_home_page_shows_the_next_three_of_each_kind():
    events = [event(n, n) for n in range(-5, 9)]
    events += [replace(event(0, 0), slug="off", cancelled=True)]
    jobs = [job(date(2026, 12, n)) for n in range(1, 6)]
    shown = home([*events, *jobs, *(news(n, date(2026, 11, n)) for n in range(1, 9))], NOW)
    assert [e.slug for e in shown.events] == ["e-1", "e0", "e1"]
    assert [n.slug for n in shown.news] == ["n8", "n7", "n6"]
    assert [j.closes.day for j in shown.jobs] == [1, 2, 3]


@given(st.integers(0, 400), st.integers(1, 50))
def test_paging_loses_nothing_and_keeps_the_order(count, size):
    items = [news(n, date(2020 + n // 60, 1, 1)) for n in range(count)]
    pages = paged(Listing("news", "all", "/news/", "News", "", by_year(items)), size)
    assert [i for page in pages for i in page.items] == items
    assert all(len(page.items) <= size for page in pages)
    assert [page.newer for page in pages[1:]] == [page.url for page in pages[:-1]]
    assert [page.older for page in pages[:-1]] == [page.url for page in pages[1:]]
    assert len({page.url for page in pages}) == len(pages)
