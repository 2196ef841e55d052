"""A stage with a post office: moto knows no bulk call."""

import logging
from collections.abc import Iterator

import pytest

from functions.core.log import log
from functions.newsletter import bulk_email
from tests.functions.newsletter.fake_ses import FakeSes


@pytest.fixture
def office(cloud: object) -> FakeSes:
    bulk_email._contents.clear()
    return FakeSes()


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Everything that was logged, with all it carries."""
    kept = Keeping()
    log.addHandler(kept)
    yield kept.lines
    log.removeHandler(kept)


class Keeping(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(str(record.__dict__))
