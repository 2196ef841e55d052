"""`run_ministack.py STATE`: the local cloud, run by its own Python. Standard library only.

It would go on without what it can't read, and save that; here it ends instead. When everything
was saved, a marker says so.
"""

import logging
import os
import runpy
import sys
from pathlib import Path

UNREADABLE = 65  # EX_DATAERR of sysexits.h
SAVED = "saved"


class Watch(logging.Handler):
    """Hears of state that can't be read or written."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lost = False

    def emit(self, record: logging.LogRecord) -> None:
        told = record.getMessage()
        if "failed to load" in told or "Failed to restore" in told or "refusing to load" in told:
            sys.stderr.write(f"{told}\n")
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
