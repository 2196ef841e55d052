"""A log line: JSON that the metric filters and saved queries of template.yaml can read."""

import json
import logging

from functions.core.log import JsonLines, error_fields, log


def logged(**extra):
    record = log.makeRecord(
        "alumni", logging.WARNING, __file__, 7, "mail given up", (), None, "f", extra
    )
    return json.loads(JsonLines().format(record))


def test_a_line_holds_its_message_place_level_and_fields():
    line = logged(outbox="OUTBOX#1", left=2)
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "location": "f:7",
        "message": "mail given up",
        "outbox": "OUTBOX#1",
        "left": 2,
    }


def test_an_error_is_logged_by_kind_and_place_never_by_its_message():
    try:
        int("asa.ek@example.com")
    except ValueError as error:
        fields, failed = error_fields(error), (type(error), error, error.__traceback__)
    record = log.makeRecord("alumni", logging.ERROR, __file__, 7, "failed", (), failed, "f", fields)
    line = JsonLines().format(record)
    assert json.loads(line)["error"] == "ValueError"
    assert "asa.ek" not in line
