"""The functions' logger: JSON lines of ids and counts, never an address, a name or a token."""

import traceback
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


class _LazyLogger:
    """Powertools' logger, imported for the first line that is written.

    It imports its metrics and tracing too, a tenth of a cold start, and most requests log nothing.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(_logger(), name)


@cache
def _logger() -> "Logger":
    from aws_lambda_powertools import Logger

    return Logger(service="alumni", log_uncaught_exceptions=False)


log = cast("Logger", _LazyLogger())


def error_fields(error: BaseException) -> dict[str, str]:
    """An error as it may be logged: its kind and place. Its message can quote an address."""
    *_, place = traceback.extract_tb(error.__traceback__)
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    return {"error": type(error).__name__, "code": code, "at": f"{place.name}:{place.lineno}"}
