"""The functions' logger: JSON lines of ids and counts, never an address, a name or a token.

Powertools' logger imports its metrics and tracing too: a tenth of a cold start.
"""

import json
import logging
import os
import sys
import traceback
from datetime import UTC, datetime

# What every record has, apart from its message and the fields of `extra`.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """Formats a record as a line of JSON, without its exception: that could quote an address."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": record.levelname,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
        }
        extra = {name: value for name, value in vars(record).items() if name not in STANDARD}
        return json.dumps(line | extra, ensure_ascii=False, default=str)


def _logger() -> logging.Logger:
    logger = logging.getLogger("alumni")
    logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.propagate = False  # Lambda's handler of the root logger would log each line again
    return logger


log = _logger()


def error_fields(error: BaseException) -> dict[str, str]:
    """An error as it may be logged: its kind and place. Its message can quote an address."""
    *_, place = traceback.extract_tb(error.__traceback__)
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    return {"error": type(error).__name__, "code": code, "at": f"{place.name}:{place.lineno}"}
