"""A consent that wasn't used for two years isn't used until it is renewed."""

import pytest

from functions.core import clock
from functions.core.clock import DAY
from functions.core.keep import MONTH
from functions.membership.member_links import still_here_url
from functions.newsletter.rules.issues import unused_before
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions.membership import actions
from tests.functions.newsletter import issue_runs

YEARS = 24 * MONTH


def send(slug):
    issue_runs.publish(slug=slug)
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    return issue_runs.outcomes(slug)


@pytest.fixture
def asa(fake_ses, cloud):
    (member_id,) = issue_runs.join(1)
    assert send("first") == {"sent": 1}
    return member_id


def press_yes(member_id):
    member = people.member(member_id)
    return actions.press_button(still_here_url(member, is_right=True))


def test_after_a_pause_of_two_years_no_consent_from_before_is_used(asa, cloud):
    cloud.pass_(YEARS + DAY)
    issue_runs.join(1)
    assert send("second") == {"sent": 1, "withdrawn unused-consent": 1}
    assert issue_runs.stored_issue("second").planned == 2


def test_what_was_withheld_once_stays_so_until_the_consent_is_renewed(asa, cloud):
    cloud.pass_(YEARS + DAY)
    assert send("second") == {"withdrawn unused-consent": 1}
    cloud.pass_(30 * DAY)
    assert send("third") == {"withdrawn unused-consent": 1}
    assert press_yes(asa)["statusCode"] == 200
    assert send("fourth") == {"sent": 1}


def test_a_newsletter_at_least_every_two_years_is_use_enough(asa, cloud):
    for number in range(3):
        cloud.pass_(YEARS - DAY)
        assert send(f"issue-{number}") == {"sent": 1}


def test_a_consent_that_was_never_used_lapses_too(fake_ses, cloud):
    issue_runs.join(1)
    cloud.pass_(YEARS + DAY)
    assert send("first") == {"withdrawn unused-consent": 1}


def test_who_agreed_again_in_the_pause_gets_the_next_one(asa, cloud):
    cloud.pass_(YEARS - 30 * DAY)
    actions.unsubscribe(asa)
    actions.subscribe_again(asa)
    cloud.pass_(60 * DAY)
    assert send("second") == {"sent": 1}


def test_the_yes_is_a_line_of_its_own_and_once_a_day(asa, cloud):
    cloud.pass_(DAY)
    page = actions.open_link(still_here_url(people.member(asa), is_right=True))["body"]
    assert "you also agree to keep getting it" in page
    for _ in range(2):
        press_yes(asa)
    (line,) = [line for line in consents.of_member(asa) if line.what == "newsletter renewed"]
    assert (line.at, line.circumstances.page) == (clock.now(), "/api/still-here")


def test_who_gets_no_newsletter_renews_none(asa, cloud):
    actions.unsubscribe(asa)
    cloud.pass_(DAY)
    assert "agree" not in actions.open_link(still_here_url(people.member(asa)))["body"]
    press_yes(asa)
    assert not people.member(asa).newsletter


@pytest.mark.parametrize(
    ("sent", "now", "end"),
    [
        ([], 10, 10),
        ([100], 109, 100),
        ([100], 110, 110),
        ([100, 109, 118], 127, 100),
        ([100, 110, 119], 128, 110),
    ],
)
def test_only_a_gap_that_is_long_enough_counts_and_only_the_last_one(sent, now, end):
    assert unused_before([at * MONTH for at in sent], now * MONTH, 10) == (end - 10) * MONTH
