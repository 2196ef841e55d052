"""Local stacks on ports and in folders of their own, ended whatever happens."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from infra.alumni.main import app
from infra.dev.local.ports import Ports
from infra.paths import ROOT
from tests.infra.dev.local.running import Running

Start = Callable[..., Running]
ALUM = {"pk": {"S": "MEMBERS#0"}, "sk": {"S": "0" * 32}, "name": {"S": "Written Before"}}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `alumni local`; on the same state each time."""
    started: list[Running] = []

    def one(ports: Ports | None = None, *, by_make: bool = False) -> Running:
        started.append(Running(tmp_path / "state", ports, by_make=by_make))
        return started[-1]

    yield one
    for running in started:
        running.end()


@dataclass
class FirstRun:
    """What was seen of a first run, from its start to Ctrl-C; others start from its state."""

    demo: Running
    listening: set[tuple[str, int]] = field(default_factory=set)
    deployed_at: datetime | None = None
    reset: Result | None = None
    second: Result | None = None
    exit_code: int | None = None
    left: str = ""
    typed: dict[str, "subprocess.CompletedProcess[str]"] = field(default_factory=dict)


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstRun]:
    demo = Running(tmp_path_factory.mktemp("first") / "state")
    try:
        demo.wait_for_output("Ready")
        seen = FirstRun(demo, demo.listeners())
        write_alum(demo)
        seen.deployed_at = deployed_at(demo)
        seen.reset = alumni_local(demo.state, "--reset")
        seen.second = alumni_local(demo.state, *port_options(Ports.free()))
        seen.typed = type_printed_commands(demo, tmp_path_factory.mktemp("home"))
        seen.exit_code = demo.press_ctrl_c()
        try:
            demo.require_nothing_left()
        except AssertionError as left:
            seen.left = str(left)
        yield seen
    finally:
        demo.end()


@pytest.fixture
def stored(first: FirstRun, tmp_path: Path) -> Path:
    """The state that the first run left, to go on with; `start` takes it."""
    return Path(shutil.copytree(first.demo.state, tmp_path / "state"))


def type_printed_commands(
    demo: Running, home: Path
) -> dict[str, "subprocess.CompletedProcess[str]"]:
    """What becomes of each line below "Ready", copied into another terminal of somebody who has no
    credentials; `cd` and `make install` apart."""
    below = demo.output.partition("Ready")[2]
    lines = re.findall(r"^    (.*alumni --demo .*)$", below, re.MULTILINE)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "COLUMNS": "120"}
    return {
        line: subprocess.run(
            ["sh", "-c", line],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for line in lines
    }


def port_options(ports: Ports) -> list[str]:
    return [f"--port-{name}={port}" for name, port in vars(ports).items()]


def alumni_local(state: Path, *more: str) -> Result:
    """`alumni local` that ends by itself."""
    return CliRunner().invoke(app, ["local", "--state", str(state), *more])


def table(demo: Running) -> tuple[Any, str]:
    client = demo.stack.client("dynamodb")
    (name,) = client.list_tables()["TableNames"]
    return client, name


def write_alum(demo: Running) -> None:
    client, name = table(demo)
    client.put_item(TableName=name, Item=ALUM)


def reads_alum(demo: Running) -> bool:
    client, name = table(demo)
    key = {"pk": ALUM["pk"], "sk": ALUM["sk"]}
    return bool(client.get_item(TableName=name, Key=key).get("Item") == ALUM)


def deployed_at(demo: Running) -> datetime:
    """When the stack was changed last."""
    (stack,) = demo.stack.client("cloudformation").describe_stacks(StackName="alumni")["Stacks"]
    return max(at for name in ("LastUpdatedTime", "CreationTime") if (at := stack.get(name)))
