"""Why an issue is paused: every cause is a value, and has words in the email to the team."""

import re
from dataclasses import replace

import pytest

from functions.newsletter.rules.ledger import Cause, Fault, Issue, IssueState, Lack, Pause
from functions.newsletter.rules.ledger import SkipReason as Skipped
from functions.newsletter.rules.pauses import Limits, over_limit, refused_by_ses
from functions.newsletter.rules.ses_results import ERRORS, RESULTS, Answer
from functions.newsletter.sender import NOT_SENT
from functions.newsletter.words import why_paused, why_skipped
from functions.post.render import TEMPLATES

ISSUE = Issue("autumn", IssueState.SENDING, "News", 0, None, (), accepted=100)
STOPS = [code for code, means in (RESULTS | ERRORS).items() if means is Answer.STOP]
STOPS += [error.__name__ for error, means in NOT_SENT.items() if means is Answer.STOP]


@pytest.mark.parametrize("code", STOPS)
def test_every_status_that_stops_sending_has_a_cause(code: str) -> None:
    assert refused_by_ses(code).cause is not Cause.OTHER


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("AccountSuspendedException", Cause.ACCOUNT),
        ("SendingPausedException", Cause.ACCOUNT),
        ("ACCOUNT_DAILY_QUOTA_EXCEEDED", Cause.QUOTA),
        ("LimitExceededException", Cause.QUOTA),
        ("SHUTDOWN", Cause.ACCOUNT),
        ("HEALTHY", Cause.ACCOUNT),
        ("MailFromDomainNotVerifiedException", Cause.SENDER),
        ("MessageRejected", Cause.CONTENT),
        ("AccessDeniedException", Cause.SETUP),
        ("SomethingNewException", Cause.OTHER),
        ("", Cause.OTHER),
    ],
)
def test_an_error_code_of_ses_has_a_cause_and_is_stored(code: str, cause: Cause) -> None:
    assert refused_by_ses(code) == Pause(cause, code)


def test_a_pause_holds_the_number_of_bounces() -> None:
    limits = Limits(bounces=50, complaints=1)
    bounces = over_limit(replace(ISSUE, bounces=10), limits)
    assert bounces == Pause(Cause.BOUNCES, count=10, of=100)
    complaints = over_limit(replace(ISSUE, complaints=3), limits)
    assert complaints == Pause(Cause.COMPLAINTS, count=3, of=100)


@pytest.mark.parametrize("name", ["whys", "todos"])
def test_every_automatic_cause_has_its_own_text(name: str) -> None:
    source = (TEMPLATES / "issue_words.txt").read_text(encoding="utf-8")
    table = source.partition(f"set {name} = {{")[2].partition("} -%}")[0]
    causes = [cause for cause in Cause if cause is not Cause.PERSON]
    assert re.findall(r'^  "(\w+)": _\(', table, re.MULTILINE) == causes


@pytest.mark.parametrize(
    ("pause", "line"),
    [
        (Pause(Cause.BOUNCES, count=1200, of=20000), "1,200 of 20,000 emails bounced"),
        (Pause(Cause.COMPLAINTS, count=3, of=20), "3 of 20 recipients reported it as spam"),
        (
            Pause(Cause.QUOTA, count=91, of=90),
            "91 emails are waiting, but only 90 may be sent today",
        ),
        (Pause(Cause.QUOTA, "LimitExceededException"), "the email service sends no more today"),
        (Pause(Cause.ACCOUNT, "SHUTDOWN"), "SES: SHUTDOWN"),
        (Pause(Cause.CHECK, Fault.MISSING, variant="en"), "en: the content is missing"),
        (Pause(Cause.PERSON, words="SES: 3 bounces of 4 sent"), "SES: 3 bounces of 4 sent"),
    ],
)
def test_a_pause_is_one_line(pause: Pause, line: str) -> None:
    assert why_paused(pause, "en") == line


@pytest.mark.parametrize("language", ["sv", "de"])
@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_a_text_in_every_language(fault: Fault, language: str) -> None:
    pause = Pause(Cause.CHECK, fault, variant="en")
    assert why_paused(pause, language) != why_paused(pause, "en")


@pytest.mark.parametrize("language", ["sv", "de"])
@pytest.mark.parametrize("lack", list(Lack))
def test_every_missing_part_has_a_text_in_every_language(lack: Lack, language: str) -> None:
    issue = replace(ISSUE, skipped=Skipped.EMPTY, nothing=(lack,))
    assert why_skipped(issue, language) != why_skipped(issue, "en")


@pytest.mark.parametrize(
    ("issue", "line"),
    [
        (
            replace(ISSUE, skipped=Skipped.EMPTY, nothing=(Lack.TEXT, Lack.JOBS)),
            "nothing to send (no text, no openings)",
        ),
        (replace(ISSUE, skipped=Skipped.NO_VARIANT), "it has no variant"),
        (
            replace(ISSUE, skipped=Skipped.NOBODY_TO_CORRECT, corrects="summer"),
            "nobody received “summer”",
        ),
        (ISSUE, ""),
    ],
)
def test_the_reason_for_a_skipped_issue_is_one_line(issue: Issue, line: str) -> None:
    assert why_skipped(issue, "en") == line
