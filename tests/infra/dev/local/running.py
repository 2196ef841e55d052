"""`alumni local` as a person starts it: a program of its own, watched from outside."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path

import psutil

from infra.dev.local.local_stack import Stack
from infra.dev.local.ports import HOST, Ports, is_open
from infra.paths import ROOT

PATIENCE_SECONDS = 60
ALUMNI = Path(sys.executable).parent / "alumni"


def eventually(true: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.1)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Running:
    """One `alumni local`; `family` are all processes that it was ever seen to have."""

    def __init__(self, state: Path, ports: Ports | None = None, *, by_make: bool = False) -> None:
        self.state = state
        self.ports = ports or Ports.free()
        self.stack = Stack(self.ports, state)
        self.log = state.parent / f"{state.name}.out"
        self.family: set[psutil.Process] = set()
        with self.log.open("wb") as output:
            self.program = subprocess.Popen(
                self._command(by_make=by_make),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=os.environ | {"NO_COLOR": "1"},
                # As a terminal's job is: Ctrl-C reaches all of it.
                start_new_session=True,
            )
        self.supervisor = psutil.Process(self.program.pid)

    def _command(self, *, by_make: bool) -> list[str]:
        options = ["--state", str(self.state), *self._port_options()]
        if not by_make:
            return [str(ALUMNI), "local", *options]
        # The environments that run this test are not to be made anew.
        made = ("-o", ".venv/.made", "-o", ".venv-cloud/.made")
        return ["make", *made, "demo", f"ARGS={shlex.join(options)}"]

    def _port_options(self) -> Iterable[str]:
        for name in ("site", "mailbox", "smtp", "cloud"):
            yield from (f"--port-{name}", str(getattr(self.ports, name)))

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def seconds_until_ready(self) -> int:
        (seconds,) = re.findall(r"Ready in (\d+) s", self.said)
        return int(seconds)

    def wait_until_it_says(self, words: str) -> None:
        eventually(lambda: self._look() and words in self.said, f"{words!r}; it said {self.said}")

    def _look(self) -> bool:
        self.family.update(self.supervisor.children(recursive=True))
        assert self.program.poll() is None or "Ready" in self.said, self.said
        return True

    def child(self, words: str) -> psutil.Process:
        """The one process of the family whose command line has `words`, once it is there."""
        eventually(lambda: self._look() and bool(self._named(words)), words)
        (found,) = self._named(words)
        return found

    def _named(self, words: str) -> list[psutil.Process]:
        found = []
        for each in self.alive():
            with suppress(psutil.NoSuchProcess):
                found += [each] if words in " ".join(each.cmdline()) else []
        return found

    def listeners(self) -> set[tuple[str, int]]:
        every = [self.supervisor, *self.supervisor.children(recursive=True)]
        connections = [c for each in every for c in each.net_connections() if c.status == "LISTEN"]
        return {(c.laddr.ip, c.laddr.port) for c in connections}

    def tell(self, what: signal.Signals) -> int:
        """Send it a signal; its exit code."""
        self._look()
        self.program.send_signal(what)
        return self.program.wait(PATIENCE_SECONDS)

    def press_ctrl_c(self) -> int:
        """What a terminal does: every process of the job in front is told."""
        self._look()
        os.killpg(self.program.pid, signal.SIGINT)
        return self.program.wait(PATIENCE_SECONDS)

    def alive(self) -> list[psutil.Process]:
        return [each for each in self.family if _is_alive(each)]

    def require_nothing_left(self, seconds: float = 1) -> None:
        eventually(lambda: not self.alive(), f"the end of {self.alive()}", seconds)
        assert [port for port in astuple(self.ports) if is_open(port, HOST)] == []

    def end(self) -> None:
        """For a test that failed: leave nothing behind."""
        if self.program.poll() is None:
            self.family.update(self.supervisor.children(recursive=True))
            self.program.kill()
            self.program.wait()
        for each in self.alive():
            each.kill()
