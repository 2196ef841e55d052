"""The demo: one local stack in the foreground, with sample members, until Ctrl-C."""

import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console

from infra.cloud.local_access import STATE
from infra.dev import launcher
from infra.dev.local.local_errors import LocalError, StoppedError
from infra.dev.local.local_stack import Stack
from infra.dev.local.ports import Ports
from infra.dev.local.processes import run as run_command
from infra.dev.local.sample_owner import OWNER
from infra.paths import ROOT

POLL_SECONDS = 0.5
# A closed terminal sends SIGHUP.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# What a writer may do, by the commands for it.
LOOK = {
    "look at the newsletters, the events and the members": (
        "issues list",
        "events list",
        "members list",
    )
}
SEND = {"send a newsletter to the inbox": ("issues test-send {} --to you@example.com",)}
WRITE = {
    "write a newsletter, and send it to the inbox": (
        "issues new first-letter",
        "issues test-send first-letter --to you@example.com",
    )
}
PUBLISH = {"publish what you changed in site/content": ("publish",)}


class Steps:
    """A `Report` that prints each step with its duration."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._step = ""
        self._since = self._begun = time.monotonic()

    def __call__(self, step: str, _done: int, _total: int) -> None:
        self.end()
        self._step, self._since = step, time.monotonic()
        if self._console.is_terminal:
            self._console.print(f"[dim]   …   {step}[/dim]", end="\r")

    def end(self) -> None:
        if self._step:
            took = time.monotonic() - self._since
            self._console.print(f"[green]✓[/green] {took:5.1f} s  {self._step}")
        self._step = ""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun


def run(ports: Ports, state: Path, console: Console) -> None:
    """Start everything, print the addresses, and run until stopped.

    Raises:
        LocalError: the stack can't run, or a part of it ended unexpectedly.
        StoppedError: by Ctrl-C or a signal.
    """
    steps = Steps(console)
    with _stoppable(), Stack(ports, state, report=steps) as stack:
        steps("loading sample members", 0, 0)
        load_sample(stack)
        steps.end()
        console.print(
            f"\n[bold green]Ready[/bold green] in {steps.seconds:.0f} s\n"
            f"  the site     [link]{stack.site_url}[/link]\n"
            f"  the desk     [link]{stack.site_url}/desk/[/link]"
            f"  (sign in as {OWNER}, by the inbox)\n"
            f"  the inbox    [link]{stack.mailbox_url}[/link]\n"
        )
        for line in commands(
            stack.state, an_issue(stack.catalogue()), is_installed=launcher.is_installed()
        ):
            console.print(line, markup=False)
        console.print("\nPress Ctrl-C to stop. The data is kept; `make demo-reset` deletes it.")
        while True:
            time.sleep(POLL_SECONDS)
            stack.require_alive()


def commands(state: Path, issue: str | None, *, is_installed: bool) -> list[str]:
    """What a writer may type in another terminal: whole lines to copy, below what they do."""
    alumni = "alumni --demo" if is_installed else ".venv/bin/alumni --demo"
    if state != STATE.absolute():
        alumni += f" --demo-state {shlex.quote(str(state))}"
    lines = ["In another terminal you can"]
    if not is_installed:
        lines += ["  go to this folder", f"    cd {shlex.quote(str(ROOT))}"]
    for purpose, arguments in (LOOK | (SEND if issue else WRITE) | PUBLISH).items():
        lines += [f"  {purpose}", *(f"    {alumni} {line.format(issue)}" for line in arguments)]
    if not is_installed:
        lines += ["  type `alumni` instead of `.venv/bin/alumni`, everywhere", "    make install"]
    return lines


def an_issue(catalogue: dict[str, Any]) -> str | None:
    """The newsletter to send as a test, as one types it: the one that goes out last, of those that
    have an email in the site's language; None if there is none."""
    language = catalogue["site"]["languages"][0]
    issues = catalogue["issues"]
    emails = {
        slug: issue["variants"].get(language, {}).get("key") for slug, issue in issues.items()
    }
    written = [slug for slug, key in emails.items() if key]
    return max(written, key=lambda slug: issues[slug]["send_at"], default=None)


def load_sample(stack: Stack) -> None:
    """Add sample members through the functions' own stores, once."""
    command = [sys.executable, "-m", "infra.dev.local.sample_members"]
    done = run_command(command, stack.environment, stack.root)
    if done.returncode != 0:
        stack.require_alive()
        raise LocalError(f"Loading sample members failed: {done.stderr.strip()[-500:]}")


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the first signal into a StoppedError and ignore others, so that cleanup completes."""
    before = {number: signal.getsignal(number) for number in ENDING}

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise StoppedError

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
