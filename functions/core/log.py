"""The functions' logger: JSON lines of ids and counts, never an address, a name or a token."""

import traceback

from aws_lambda_powertools import Logger

log = Logger(service="alumni", log_uncaught_exceptions=False)


def what_failed(error: BaseException) -> dict[str, str]:
    """An error as a log may have it: its kind and place. Messages can quote addresses."""
    *_, place = traceback.extract_tb(error.__traceback__)
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    return {"error": type(error).__name__, "code": code, "at": f"{place.name}:{place.lineno}"}
