"""The functions' logger: JSON lines of ids and counts, never an address, a name or a token."""

import traceback

from aws_lambda_powertools import Logger

log = Logger(service="alumni", log_uncaught_exceptions=False)


def what_failed(error: BaseException) -> dict[str, str]:
    """An error as it may be logged: its kind and place. Its message can quote an address."""
    *_, place = traceback.extract_tb(error.__traceback__)
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    return {"error": type(error).__name__, "code": code, "at": f"{place.name}:{place.lineno}"}
