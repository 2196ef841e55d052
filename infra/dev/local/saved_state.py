"""What a local stack keeps on disk: used by one at a time, and never half of it.

The local cloud holds its state in memory and writes it when it is stopped; a marker says that all
of it was written. Without the marker, the state goes back to what the last whole stop had kept.
"""

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path

from infra.dev.local.local_errors import LocalError

CLOUD, FILES, MAILS, LOGS, TEMPORARY, KEPT = "cloud", "s3", "mailbox", "logs", "tmp", "kept"
SAVED = "saved"
LOCK = "lock"
WHOLE = (CLOUD, FILES)
EVERYTHING = (*WHOLE, MAILS, LOGS, TEMPORARY, KEPT, f"{KEPT}.new")


def hold(state: Path) -> int:
    """A file descriptor: the state is ours until it and its copies in children are closed.

    Raises:
        LocalError: another stack holds it, or the folder can't be written.
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
            f"A local stack is running on {state}: stop it first, by Ctrl-C where it runs."
        ) from None
    return lock


def make_whole(state: Path) -> bool:
    """Before a start: keep what was saved, or go back to what was kept. True if it went back."""
    if (state / CLOUD / SAVED).exists():
        _keep(state)
        return False
    unsaved = any((state / name).exists() for name in WHOLE)
    for name in WHOLE:
        shutil.rmtree(state / name, ignore_errors=True)
        if (state / KEPT / name).exists():
            shutil.copytree(state / KEPT / name, state / name)
    (state / CLOUD / SAVED).unlink(missing_ok=True)
    return unsaved


def _keep(state: Path) -> None:
    # Each step may be the last: the marker goes when everything is in its place.
    fresh = state / f"{KEPT}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for name in WHOLE:
        if (state / name).exists():
            shutil.copytree(state / name, fresh / name)
    shutil.rmtree(state / KEPT, ignore_errors=True)
    fresh.rename(state / KEPT)
    (state / CLOUD / SAVED).unlink()


def forget(state: Path) -> None:
    """Remove what a stack keeps, and nothing else that a mistyped folder may hold.

    Raises:
        LocalError: a stack is running on it, or something can't be removed.
    """
    if not state.exists():
        return
    lock = hold(state)
    try:
        for name in EVERYTHING:
            if (state / name).exists():
                shutil.rmtree(state / name)
        (state / LOCK).unlink()
    except OSError as error:
        raise LocalError(f"{error.filename} can't be removed: {error.strerror}.") from None
    finally:
        os.close(lock)
    with suppress(OSError):
        state.rmdir()
