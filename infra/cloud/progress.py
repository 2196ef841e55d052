"""How long-running work reports its progress. Nothing here prints: the command shows it."""

from collections.abc import Callable

# Reports progress: the step's name, how much is done, of how much (0: unknown).
Report = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """A `Report` that shows nothing."""
