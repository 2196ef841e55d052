"""Child processes: each in its own group, ended with everything that it started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from infra.dev.local.local_errors import LocalError
from infra.dev.local.ports import is_open

LONGEST_START_SECONDS = 30.0
LONGEST_STOP_SECONDS = 20.0


def leashed(command: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "infra.dev.local.leash", str(os.getpid()), *command]


def run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; if this program is stopped, end it with all it started."""
    child = subprocess.Popen(  # noqa: S603 - our own programs
        leashed(command),
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with child:
        try:
            output, errors = child.communicate()
        except BaseException:
            end_family(child)
            raise
    return subprocess.CompletedProcess(child.args, child.returncode, output, errors)


class Process:
    """A child process and its log. It inherits `held`, a file descriptor, if given."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        held: int | None = None,
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._child = subprocess.Popen(  # noqa: S603 - our own programs
                leashed(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=() if held is None else (held,),
                # Ctrl-C is for this program: a child in our group would get it too, and die first.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        return self._child.poll()

    def require_alive(self) -> None:
        """Raises LocalError if it has ended."""
        if self.exit_code is not None:
            raise LocalError(
                f"The {self.name} has stopped (exit code {self.exit_code}): see {self.log}."
            )

    def wait_for(self, ready: Callable[[], bool]) -> None:
        """Raises LocalError if it dies, or is not ready in time."""
        end = time.monotonic() + LONGEST_START_SECONDS
        while not ready():
            self.require_alive()
            if time.monotonic() > end:
                raise LocalError(f"The {self.name} did not start in time: see {self.log}.")
            time.sleep(0.05)

    def wait_for_port(self, port: int) -> None:
        self.wait_for(lambda: is_open(port))

    def stop(self) -> None:
        """Terminate it, wait while it saves, then kill the descendants that are left."""
        family = _family(self.pid)
        with suppress(ProcessLookupError):
            self._child.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(LONGEST_STOP_SECONDS)
        end_family(self._child, family)


def end_family(
    child: "subprocess.Popen[str] | subprocess.Popen[bytes]", known: Sequence[psutil.Process] = ()
) -> None:
    """Kill a child and all its descendants; `known` are descendants seen earlier."""
    family = [*known, *_family(child.pid)]
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    child.wait()


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
