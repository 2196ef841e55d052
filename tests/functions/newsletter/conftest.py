"""A fake SES, because moto has no bulk call, and the log."""

import logging
from collections.abc import Iterator

import pytest

from functions.core.log import log
from functions.newsletter import bulk_email
from tests.functions.newsletter.fake_ses import FakeSes


@pytest.fixture
def fake_ses(cloud: object) -> FakeSes:
    bulk_email._contents.clear()
    return FakeSes()


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every log record with all its fields, as text."""
    kept = Keeping()
    log.addHandler(kept)
    yield kept.lines
    log._logger.removeHandler(kept)


class Keeping(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(str(record.__dict__))
