"""The day's quota is used up: the issue waits, and resumes by itself when SES accepts the rest."""

from dataclasses import replace

import pytest

from functions.core.clock import DAY, HOUR, MINUTE
from functions.newsletter.rules.ledger import Cause, Issue, IssueState, Pause
from functions.newsletter.rules.pauses import may_resume, waits_for_quota
from functions.newsletter.rules.ses_results import Answer
from functions.newsletter.store import issues
from tests.functions import sent_emails
from tests.functions.newsletter import issue_runs, team_emails
from tests.functions.newsletter.fake_ses import FakeSes

NOW = 1_000_000
USED_UP = Pause(Cause.QUOTA, "LimitExceededException")
WAITING = Issue(
    "autumn", IssueState.PAUSED, "News", 0, None, (), planned=60, pause=USED_UP, paused_at=NOW
)


@pytest.fixture(autouse=True)
def team(cloud) -> None:
    team_emails.set_team()


def start(readers: int = 4) -> None:
    issue_runs.join(readers)
    issue_runs.publish()
    issue_runs.tick()


def refuse_everything(fake_ses: FakeSes, status: int = 400, code: str = "LimitExceededException"):
    fake_ses.plans = [fake_ses.error(status, code)] * 1000


def minutes(cloud, count: int) -> None:
    for _ in range(count):
        cloud.pass_(MINUTE)
        issue_runs.tick()
        issue_runs.deliver()


# ---- The rule


@pytest.mark.parametrize(
    ("issue", "left", "hours", "resumes"),
    [
        (WAITING, 60, 1, True),
        (WAITING, 60, 0, False),  # not each minute
        (WAITING, 59, 1, False),
        (replace(WAITING, accepted=30), 30, 1, True),
        (replace(WAITING, planned=500), 45, 1, True),  # half of what a day allows
        (replace(WAITING, planned=500), 44, 1, False),
        (replace(WAITING, accepted=60), 0, 1, False),
        (WAITING, None, 1, True),
        (replace(WAITING, pause=Pause(Cause.BOUNCES, count=10, of=60)), 90, 1, False),
        (replace(WAITING, state=IssueState.CANCELLED), 90, 1, False),
    ],
)
def test_an_issue_resumes_when_the_quota_is_enough_for_it(issue, left, hours, resumes) -> None:
    assert may_resume(issue, left, 90, NOW + hours * HOUR) is resumes


# ---- An issue that waits


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "LimitExceededException"),
        (429, "TooManyRequestsException"),
        (400, "ThrottlingException"),
    ],
)
def test_a_used_up_day_pauses_the_issue_and_nothing_is_tried_again(
    fake_ses, account, cloud, status, code
) -> None:
    start()
    account["SendQuota"] |= {"Max24HourSend": 100.0, "SentLast24Hours": 100.0}
    refuse_everything(fake_ses, status, code)
    minutes(cloud, 90)
    issue = issue_runs.stored_issue()
    assert (issue.state, issue.pause) == (IssueState.PAUSED, Pause(Cause.QUOTA, code))
    assert (len(fake_ses.calls), issue_runs.counts()) == (1, {"planned": 4})


def test_without_the_pause_it_would_be_tried_each_minute(fake_ses, cloud, monkeypatch) -> None:
    """The guard is needed."""
    monkeypatch.setattr("functions.newsletter.sender.meaning_of_error", lambda *_: Answer.LATER)
    start()
    refuse_everything(fake_ses)
    minutes(cloud, 10)
    assert len(fake_ses.calls) > 5


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ThrottlingException"])
def test_a_throttled_call_pauses_nothing_while_the_day_has_quota_left(
    fake_ses, cloud, code
) -> None:
    start()
    fake_ses.plans = [fake_ses.error(429, code)]
    minutes(cloud, 3)
    assert issue_runs.counts() == {"sent": 4}


def test_it_resumes_by_itself_and_everybody_gets_it_once(fake_ses, account, cloud) -> None:
    start()
    account["SendQuota"] |= {"Max24HourSend": 100.0, "SentLast24Hours": 100.0}
    quota, sent = "ACCOUNT_DAILY_QUOTA_EXCEEDED", "SUCCESS"
    fake_ses.plans = [fake_ses.results(sent, quota, quota, quota)]
    minutes(cloud, 61)
    assert issue_runs.stored_issue().state is IssueState.PAUSED
    account["SendQuota"]["SentLast24Hours"] = 97.0  # some emails are older than a day
    minutes(cloud, 2)
    assert waits_for_quota(issue_runs.stored_issue())
    account["SendQuota"]["SentLast24Hours"] = 90.0
    minutes(cloud, 3)
    assert sorted(fake_ses.mails().values()) == [1, 1, 1, 1]
    assert issue_runs.stored_issue().state is IssueState.SENT


def test_resuming_by_itself_forgives_no_bounces(fake_ses, account, cloud) -> None:
    start()
    issues.count(issue_runs.SLUG, "bounces", 9)
    refuse_everything(fake_ses)
    minutes(cloud, 1)
    fake_ses.plans = []
    minutes(cloud, 62)
    issue = issue_runs.stored_issue()
    assert (issue.bounces, issue.accepted, issue.pause) == (9, 4, None)


def test_a_person_may_resume_it_sooner(fake_ses, cloud) -> None:
    start()
    refuse_everything(fake_ses)
    minutes(cloud, 1)
    fake_ses.plans = []
    assert issues.resume(issue_runs.SLUG, cloud.now)
    minutes(cloud, 1)
    assert issue_runs.counts() == {"sent": 4}


def test_a_pause_that_has_changed_meanwhile_stays(fake_ses, cloud) -> None:
    start()
    refuse_everything(fake_ses)
    minutes(cloud, 1)
    read = issue_runs.stored_issue()
    issues.resume(issue_runs.SLUG, cloud.now)
    cloud.pass_(1)
    issues.pause(issue_runs.SLUG, Pause(Cause.PERSON, words="stop"), cloud.now)
    assert not issues.resume_by_itself(read, cloud.now)
    assert issue_runs.stored_issue().state is IssueState.PAUSED


def test_a_stopped_account_resumes_nothing(fake_ses, account, cloud) -> None:
    start()
    refuse_everything(fake_ses)
    minutes(cloud, 1)
    account["EnforcementStatus"] = "SHUTDOWN"
    minutes(cloud, 90)
    assert waits_for_quota(issue_runs.stored_issue())


def test_an_account_that_cannot_be_read_resumes_nothing(fake_ses, cloud, monkeypatch) -> None:
    start()
    refuse_everything(fake_ses)
    minutes(cloud, 1)
    monkeypatch.setattr("functions.newsletter.sending_rate.account", lambda: None)
    minutes(cloud, 90)
    assert waits_for_quota(issue_runs.stored_issue())


def test_an_issue_that_was_too_large_for_the_day_resumes_by_itself_too(fake_ses, account, cloud):
    account["SendQuota"] |= {"Max24HourSend": 100.0, "SentLast24Hours": 97.0}
    start()
    assert issue_runs.stored_issue().pause == Pause(Cause.QUOTA, count=4, of=2)
    account["SendQuota"]["SentLast24Hours"] = 10.0
    minutes(cloud, 62)
    assert issue_runs.counts() == {"sent": 4}


# ---- What people read


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "sending resumes by itself once the quota is enough"),
        ("sv", "utskicket återupptas av sig självt när kvoten räcker"),
        ("de", "Der Versand wird von selbst fortgesetzt, sobald das Kontingent ausreicht"),
    ],
)
def test_the_team_reads_that_it_resumes_by_itself(fake_ses, cloud, language, words) -> None:
    team_emails.set_team(language)
    start()
    refuse_everything(fake_ses)
    minutes(cloud, 1)
    for part in team_emails.parts(team_emails.only_email()):
        assert words in " ".join(part.split())
        assert "only sent if you resume" not in part
        assert "LimitExceeded" not in part


def test_the_report_says_how_long_it_waited(fake_ses, account, cloud) -> None:
    start()
    refuse_everything(fake_ses)
    minutes(cloud, 1)
    fake_ses.plans = []
    cloud.pass_(13 * HOUR)
    minutes(cloud, 3)
    cloud.pass_(DAY)
    issue_runs.tick()
    report = sent_emails.deliver()[-1]
    assert report["Subject"] == "Newsletter report: News"
    assert "Waited for the daily quota: 14 h" in sent_emails.text(report)
