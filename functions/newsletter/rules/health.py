"""When an issue goes so badly that it pauses itself, before SES reviews the whole account.

SES reviews at 5 % bounces or 0.1 % complaints (its documentation, "Reputation metrics").
"""

from dataclasses import dataclass

from functions.newsletter.rules.ledger import Issue

# Fewer than these stop nothing: one angry reader of three hundred is already three per mille.
LEAST_BOUNCES = 10
LEAST_COMPLAINTS = 3


@dataclass(frozen=True)
class Limits:
    """Per mille of what SES accepted since the issue began, or was resumed last."""

    bounces: int
    complaints: int


def trouble(issue: Issue, limits: Limits) -> str:
    """Why the issue is to be paused, for those who look at it; empty where it goes well."""
    if _is_over(issue.bounces, LEAST_BOUNCES, issue.accepted, limits.bounces):
        return f"{issue.bounces} bounces of {issue.accepted} sent"
    if _is_over(issue.complaints, LEAST_COMPLAINTS, issue.accepted, limits.complaints):
        return f"{issue.complaints} complaints of {issue.accepted} sent"
    return ""


def _is_over(count: int, least: int, accepted: int, per_mille: int) -> bool:
    return count >= least and count * 1000 > accepted * per_mille
