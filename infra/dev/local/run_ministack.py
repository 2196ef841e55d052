"""`run_ministack.py STATE`: the local cloud, run by its own Python. Standard library only.

Ministack would start without the state that it can't read, and then overwrite it; this program
ends instead. It writes a marker when the whole state has been saved.
"""

import logging
import os
import runpy
import sys
from pathlib import Path

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


def main() -> None:
    state = Path(sys.argv.pop(1))
    watch = Watch()
    logging.getLogger().addHandler(watch)
    try:
        runpy.run_module("ministack", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code:
            raise
    if not watch.lost and state.is_dir():
        (state / SAVED).touch()


if __name__ == "__main__":
    main()
