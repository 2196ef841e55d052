"""What a check finds out, and how a part's checks are run so that one failure stops no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError

from infra.cloud.deploying.manual_steps import Record
from infra.cloud.errors import BuildError, CloudError

# A deploy with the same template changes nothing, so it doesn't undo what people changed by hand.
RESTORE = (
    "Somebody changed this outside the stack: undo it, or create a change set for the stack in "
    "CloudFormation, with its current template, that reverts drift."
)
DENIED = ("AccessDenied", "Unauthorized", "NotAuthorized")


class Status(StrEnum):
    OK = "ok"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One check's result: what was seen and, if it is a problem, what to do about it."""

    check: str
    status: Status
    seen: str  # for a skipped check, why
    remedy: str = ""
    records: tuple[Record, ...] = ()  # DNS records to add


@dataclass(frozen=True)
class Part:
    """A group of checks, run in order."""

    name: str
    check: Callable[[], Iterable[Finding]]


@dataclass(frozen=True)
class Section:
    part: str
    findings: tuple[Finding, ...]


def ok(check: str, seen: str) -> Finding:
    return Finding(check, Status.OK, seen)


def problem(check: str, seen: str, remedy: str, *records: Record) -> Finding:
    return Finding(check, Status.PROBLEM, seen, remedy, records)


def skipped(check: str, why: str) -> Finding:
    return Finding(check, Status.SKIPPED, why)


def run(part: Part) -> Section:
    """Run a part's checks; a check that can't be finished becomes a problem, after what the others
    found until then."""
    findings: list[Finding] = []
    try:
        findings.extend(part.check())
    except ClientError as error:
        findings.append(refused(part.name, error))
    except (BuildError, CloudError) as error:
        findings.append(problem(part.name, str(error), "Then run `alumni doctor` again."))
    except (BotoCoreError, OSError) as error:
        remedy = "Check your network and credentials, then run `alumni doctor` again."
        findings.append(problem(part.name, f"no answer: {error}", remedy))
    except Exception as error:  # noqa: BLE001 - one part's edge: the others still have to report
        remedy = "This is a defect of `alumni doctor`: please report it with this line."
        what = f"this check failed itself: {type(error).__name__}: {error}"
        findings.append(problem(part.name, what, remedy))
    return Section(part.name, tuple(findings))


def refused(check: str, error: ClientError) -> Finding:
    """A problem: AWS refused a call of the doctor's own."""
    code, call = error.response["Error"]["Code"], error.operation_name
    if any(word in code for word in DENIED):
        remedy = f"Run it with the rights of the person who deploys; they need {call}."
        return problem(check, f"your AWS credentials may not call {call}", remedy)
    message = error.response["Error"].get("Message") or code
    return problem(check, f"{call}: {message}", "Run `alumni doctor` again; AWS may be busy.")
