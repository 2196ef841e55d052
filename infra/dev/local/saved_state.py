"""The state of a local stack on disk: used by one stack at a time, and never half written.

The local cloud writes its state when it stops, then a marker. Without the marker the next start
restores the state of the last complete stop.
"""

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path

from infra.cloud import local_access
from infra.dev.local.local_errors import LocalError

CLOUD, FILES, MAILS, LOGS, TEMPORARY, BACKUP = "cloud", "s3", "mailbox", "logs", "tmp", "kept"
SAVED = "saved"
LOCK = "lock"
WHOLE = (CLOUD, FILES)
EVERYTHING = (*WHOLE, MAILS, LOGS, TEMPORARY, BACKUP, f"{BACKUP}.new")


def hold(state: Path) -> int:
    """Lock the state until the returned descriptor and its copies in children are closed.

    Raises:
        LocalError: another stack uses it, or the folder can't be written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = os.open(state / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LocalError(f"{state} can't be used: {error.strerror}.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise LocalError(
            f"Another local stack uses {state}: stop it first, with Ctrl-C in its terminal."
        ) from None
    return lock


def make_whole(state: Path) -> bool:
    """Before a start: back up the saved state, or restore the backup. True if it was restored."""
    if (state / CLOUD / SAVED).exists():
        _back_up(state)
        return False
    unsaved = any((state / name).exists() for name in WHOLE)
    for name in WHOLE:
        shutil.rmtree(state / name, ignore_errors=True)
        if (state / BACKUP / name).exists():
            shutil.copytree(state / BACKUP / name, state / name)
    (state / CLOUD / SAVED).unlink(missing_ok=True)
    return unsaved


def _back_up(state: Path) -> None:
    # Any step may be interrupted: the marker goes last.
    fresh = state / f"{BACKUP}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for name in WHOLE:
        if (state / name).exists():
            shutil.copytree(state / name, fresh / name)
    shutil.rmtree(state / BACKUP, ignore_errors=True)
    fresh.rename(state / BACKUP)
    (state / CLOUD / SAVED).unlink()


def forget(state: Path) -> None:
    """Delete a stack's state, and nothing else that a mistyped folder may contain.

    Raises:
        LocalError: a stack is using it, or something can't be deleted.
    """
    if not state.exists():
        return
    lock = hold(state)
    try:
        for name in EVERYTHING:
            if (state / name).exists():
                shutil.rmtree(state / name)
        local_access.forget(state)
        (state / LOCK).unlink()
    except OSError as error:
        raise LocalError(f"{error.filename} can't be deleted: {error.strerror}.") from None
    finally:
        os.close(lock)
    with suppress(OSError):
        state.rmdir()
