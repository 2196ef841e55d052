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
        # Keep make from rebuilding the environments that run this test.
        up_to_date = ("-o", ".venv/.made", "-o", ".venv-cloud/.made")
        return ["make", *up_to_date, "demo", f"ARGS={shlex.join(options)}"]

    def _port_options(self) -> Iterable[str]:
        for name in ("site", "mailbox", "smtp", "cloud"):
            yield from (f"--port-{name}", str(getattr(self.ports, name)))

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def seconds_until_ready(self) -> int:
        (seconds,) = re.findall(r"Ready in (\d+) s", self.output)
        return int(seconds)

    def wait_for_output(self, words: str) -> None:
        eventually(
            lambda: self._watch_children() and words in self.output,
            f"{words!r}; its output: {self.output}",
        )

    def _watch_children(self) -> bool:
        self.family.update(self.supervisor.children(recursive=True))
        assert self.program.poll() is None or "Ready" in self.output, self.output
        return True

    def child(self, words: str) -> psutil.Process:
        """The one process of the family whose command line has `words`, once it is there."""
        eventually(lambda: self._watch_children() and bool(self._named(words)), words)
        (process,) = self._named(words)
        return process

    def _named(self, words: str) -> list[psutil.Process]:
        processes = []
        for process in self.alive():
            with suppress(psutil.NoSuchProcess):
                processes += [process] if words in " ".join(process.cmdline()) else []
        return processes

    def listeners(self) -> set[tuple[str, int]]:
        every = [self.supervisor, *self.supervisor.children(recursive=True)]
        connections = [
            c for process in every for c in process.net_connections() if c.status == "LISTEN"
        ]
        return {(c.laddr.ip, c.laddr.port) for c in connections}

    def send(self, what: signal.Signals) -> int:
        """Send it a signal; its exit code."""
        self._watch_children()
        self.program.send_signal(what)
        return self.program.wait(PATIENCE_SECONDS)

    def press_ctrl_c(self) -> int:
        """What a terminal does: it interrupts every process of the foreground job."""
        self._watch_children()
        os.killpg(self.program.pid, signal.SIGINT)
        return self.program.wait(PATIENCE_SECONDS)

    def alive(self) -> list[psutil.Process]:
        return [process for process in self.family if _is_alive(process)]

    def require_nothing_left(self, seconds: float = 1) -> None:
        eventually(lambda: not self.alive(), f"the end of {self.alive()}", seconds)
        assert [port for port in astuple(self.ports) if is_open(port, HOST)] == []

    def end(self) -> None:
        """For a test that failed: leave nothing behind."""
        if self.program.poll() is None:
            self.family.update(self.supervisor.children(recursive=True))
            self.program.kill()
            self.program.wait()
        for process in self.alive():
            process.kill()
