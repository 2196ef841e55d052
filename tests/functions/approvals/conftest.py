"""Team members at the desk decide who joins."""

from tests.functions.desk.conftest import desk

__all__ = ["desk"]
