"""`run_ministack.py STATE`: the local cloud, run by its own Python, behind its guard.

Ministack would start without the state that it can't read, and then overwrite it; this program
ends instead. It writes a marker when the whole state has been saved. Its root user is the holder of
the key pair in the environment, and nobody else.
"""

import logging
import os
import runpy
import sys
from pathlib import Path
from typing import Any

UNREADABLE = 65  # EX_DATAERR of sysexits.h
SAVED = "saved"
UNREADABLE_STATE = ("failed to load", "Failed to restore", "refusing to load")


class Watch(logging.Handler):
    """Notices log records about state that can't be read or written."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lost = False

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if any(words in message for words in UNREADABLE_STATE):
            sys.stderr.write(f"{message}\n")
            sys.stderr.flush()
            os._exit(UNREADABLE)
        self.lost = self.lost or record.name == "persistence"


def stand_guard() -> None:
    """Put the guard before ministack's application, and check the root user's signature."""
    # Last on the path: what ministack imports is its own.
    sys.path.append(str(Path(__file__).parents[3]))
    # Only the local cloud's Python has it.
    import ministack.app  # type: ignore[import-not-found]
    from ministack.core import iam_evaluator  # type: ignore[import-not-found]

    from infra.dev.local.cloud_guard import guarded

    ministack.app.app = guarded(ministack.app.app)
    own_key, enforce = os.environ["AWS_ACCESS_KEY_ID"], iam_evaluator.enforce

    def enforce_with_own_key(key: str, action: str, service: str, *rest: Any, **more: Any) -> Any:
        # As in AWS: such as exchanging an identity token for a role.
        if not key and iam_evaluator._served_unsigned(service, action):  # noqa: SLF001 - its own rule
            return None
        return enforce(key, action, service, *rest, **more)

    iam_evaluator.enforce = enforce_with_own_key
    # Ministack takes no key, `test` and any 12 digits for the root user's.
    iam_evaluator.is_root_access_key = lambda key: key == own_key
    # Of a key for which this is true it checks no signature.
    iam_evaluator._is_root_key = lambda _: False  # noqa: SLF001 - it has no setting for this


def main() -> None:
    state = Path(sys.argv.pop(1))
    watch = Watch()
    logging.getLogger().addHandler(watch)
    stand_guard()
    try:
        runpy.run_module("ministack", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code:
            raise
    if not watch.lost and state.is_dir():
        (state / SAVED).touch()


if __name__ == "__main__":
    main()
