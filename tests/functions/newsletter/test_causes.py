"""Why an issue paused itself, in kinds that a mail has words for."""

import re
from dataclasses import replace

import pytest

from functions.newsletter.rules.ledger import Issue, IssueState
from functions.newsletter.rules.pauses import Cause, Limits, cause, parts, trouble
from functions.newsletter.rules.ses_results import RESULTS, Answer
from functions.newsletter.sender import NOT_SENT
from functions.post.render import TEMPLATES

ISSUE = Issue("autumn", IssueState.SENDING, "News", 0, None, (), accepted=100)
STOPS = [code for code, means in RESULTS.items() if means is Answer.STOP]
STOPS += [error.__name__ for error, means in NOT_SENT.items() if means is Answer.STOP]


@pytest.mark.parametrize("code", STOPS)
def test_each_status_that_stops_everything_has_a_cause(code: str) -> None:
    assert cause(f"SES: {code}") is not Cause.OTHER


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("SES: AccountSuspendedException", Cause.ACCOUNT),
        ("SES: SendingPausedException", Cause.ACCOUNT),
        ("SES: ACCOUNT_DAILY_QUOTA_EXCEEDED", Cause.QUOTA),
        ("SES: SHUTDOWN", Cause.ACCOUNT),
        ("SES: HEALTHY", Cause.ACCOUNT),
        ("quota: 900 wait, 180 may go today", Cause.QUOTA),
        ("content: en is too big: mail programmes would cut it off", Cause.CHECK),
        ("nonsense: 9 bounces of 10 sent", Cause.OTHER),
        ("SES: MailFromDomainNotVerifiedException", Cause.SENDER),
        ("SES: MessageRejected", Cause.CONTENT),
        ("SES: AccessDeniedException", Cause.SETUP),
        ("SES: SomethingNewException", Cause.OTHER),
        ("the bouncesome one", Cause.OTHER),
        ("", Cause.OTHER),
    ],
)
def test_a_reason_is_of_its_kind(reason: str, kind: Cause) -> None:
    assert cause(reason) is kind


def test_what_the_issues_health_says_is_understood() -> None:
    limits = Limits(bounces=50, complaints=1)
    assert cause(trouble(replace(ISSUE, bounces=10), limits)) is Cause.BOUNCES
    assert cause(trouble(replace(ISSUE, complaints=3), limits)) is Cause.COMPLAINTS
    assert parts(trouble(replace(ISSUE, complaints=3), limits)) == (3, 100)
    assert parts("SES: ACCOUNT_SUSPENDED") is None


@pytest.mark.parametrize("name", ["whys", "todos"])
def test_each_cause_has_words_of_its_own(name: str) -> None:
    source = (TEMPLATES / "issue_words.txt").read_text(encoding="utf-8")
    table = source.partition(f"set {name} = {{")[2].partition("} -%}")[0]
    assert re.findall(r'^  "(\w+)": _\(', table, re.MULTILINE) == list(Cause)
