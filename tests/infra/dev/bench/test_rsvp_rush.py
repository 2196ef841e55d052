"""The rush's verdict: who is accepted, and who waits in which order, compared with the clicks."""

import pytest

from infra.dev.bench import rsvp_rush
from infra.dev.bench.rsvp_rush import Answer, check

# Person n clicks at n and has the answer half a second later: nobody overlaps.
CLICKS = [Answer(n, n, n + 0.5) for n in range(6)]
PLACES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 3, 5: 4}


def test_two_seats_and_a_queue_in_the_order_of_clicks_are_right() -> None:
    check(PLACES, CLICKS, seats=2)


@pytest.mark.parametrize(
    ("places", "problem"),
    [
        (PLACES | {2: 0}, "3 accepted"),
        ({**PLACES, 6: 5}, "7 of 6"),
        (PLACES | {5: 5}, "missing, or taken twice"),
        (PLACES | {5: 3}, "missing, or taken twice"),
        (PLACES | {3: 3, 4: 2}, "3 was overtaken"),
        (PLACES | {1: 1, 2: 0}, "1 was overtaken"),
    ],
)
def test_a_seat_too_many_a_missing_place_or_an_overtaking_is_no_result(places, problem) -> None:
    with pytest.raises(RuntimeError, match=problem):
        check(places, CLICKS, seats=2)


def test_of_clicks_that_overlap_either_may_be_first() -> None:
    overlapping = [answer._replace(answered=answer.sent + 1.5) for answer in CLICKS]
    check(PLACES | {3: 3, 4: 2}, overlapping, seats=2)


def test_a_click_that_was_shown_the_queue_only_then_counts_by_its_last_answer() -> None:
    again = [*CLICKS, Answer(2, 3.6, 3.9)]
    check(PLACES | {2: 2, 3: 1}, again, seats=2)


def test_the_worse_of_forms_and_clicks_is_shown_with_how_long_both_took() -> None:
    forms = [Answer(n, n, n + 0.1) for n in range(100)]
    clicks = [Answer(n, n, n + (1.0 if n < 10 else 0.2)) for n in range(100)]
    rush, forms_took, clicks_took = rsvp_rush.rows(forms, clicks)
    assert (rush["ratio"], rush["holds"]) == (5.0, False)
    assert rush["note"] == "forms 0.1 to 0.1, clicks 0.2 to 1 seconds"
    assert (forms_took["ours"], forms_took["holds"]) == (99.1, False)
    assert (clicks_took["ours"], clicks_took["holds"]) == (99.2, True)


def test_a_link_is_that_of_the_person_in_the_address() -> None:
    link = "http://localhost/api/rsvp/confirm?token=a"
    mail = {"recipients": ["guest-12@example.com"], "links": ["http://localhost/", link]}
    assert rsvp_rush._link(mail) == {12: link}
    assert rsvp_rush._link(mail | {"links": []}) == {}
    assert rsvp_rush._link(mail | {"recipients": ["team@example.com"]}) == {}
