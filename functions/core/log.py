"""The functions' logger: JSON lines of ids and counts, never an address, a name or a token."""

from aws_lambda_powertools import Logger

log = Logger(service="alumni", log_uncaught_exceptions=False)
