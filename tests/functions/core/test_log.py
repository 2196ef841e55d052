"""A log line: JSON that the metric filters and saved queries of template.yaml can read."""

import io
import json
import logging
import subprocess
import sys

import pytest

from functions.core.log import error_fields, log


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    (handler,) = log.handlers
    monkeypatch.setattr(handler, "stream", stream)
    return stream


def test_a_line_holds_its_message_level_and_fields(written: io.StringIO) -> None:
    log.warning("mail given up", extra={"outbox": "OUTBOX#1", "left": 2})
    line = json.loads(written.getvalue())
    assert (
        line.items()
        >= {
            "level": "WARNING",
            "message": "mail given up",
            "outbox": "OUTBOX#1",
            "left": 2,
        }.items()
    )


def test_an_error_is_logged_by_kind_and_place_never_by_its_message(written: io.StringIO) -> None:
    try:
        int("asa.ek@example.com")
    except ValueError as error:
        log.error("failed", extra=error_fields(error))
    line = json.loads(written.getvalue())
    assert line["error"] == "ValueError"
    assert "asa.ek" not in written.getvalue()


def test_a_request_that_logs_nothing_does_not_pay_for_the_logger() -> None:
    program = (
        "import sys; from functions.core.log import log; "
        "assert 'aws_lambda_powertools' not in sys.modules; log.info('x'); "
        "assert 'aws_lambda_powertools' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_debug_lines_are_not_written(written: io.StringIO) -> None:
    log.debug("detail")
    assert written.getvalue() == ""
    assert not log.isEnabledFor(logging.DEBUG)
