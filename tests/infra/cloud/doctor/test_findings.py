"""A part that fails hides neither what it found before nor the other parts."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from infra.cloud.doctor import findings
from infra.cloud.doctor.findings import Finding, Part, Status
from infra.cloud.errors import BuildError


def denied(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetAccount")


@pytest.mark.parametrize(
    ("error", "seen", "remedy"),
    [
        (denied("AccessDeniedException"), "may not call GetAccount", "who deploys"),
        (denied("Throttling"), "GetAccount: no", "again"),
        (ConnectTimeoutError(endpoint_url="https://ses"), "no answer", "network"),
        (OSError("unreachable"), "no answer", "network"),
        (BuildError("2 problems in this checkout"), "2 problems", "again"),
        (ZeroDivisionError("x"), "ZeroDivisionError", "report it"),
    ],
)
def test_a_failure_is_a_finding_with_a_remedy(error: Exception, seen: str, remedy: str) -> None:
    def check() -> Iterator[Finding]:
        yield findings.ok("First", "is fine")
        raise error

    section = findings.run(Part("SES", check))
    first, second = section.findings
    assert first.status is Status.OK
    assert second.status is Status.PROBLEM
    assert seen in second.seen
    assert remedy in second.remedy
