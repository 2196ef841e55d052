"""`--demo`: the keys of the demo's state folder, and nothing of the real cloud's environment."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.alumni import main
from infra.cloud import local_access, table_access
from infra.cloud.aws import Aws
from infra.cloud.errors import CloudError
from infra.cloud.local_access import LocalAccess

Connected = list[tuple[Aws, str]]


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main.app, list(arguments))


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> Connected:
    """Where commands connect to; they end there."""
    seen: Connected = []

    def connect(aws: Aws, stack: str) -> dict[str, str]:
        seen.append((aws, stack))
        raise SystemExit(0)

    monkeypatch.setattr(table_access, "connect", connect)
    return seen


@pytest.fixture(autouse=True)
def _real_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who works with the company's real account, too; undone after the test."""
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "real")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "ALUMNI_STACK"):
        monkeypatch.setenv(name, "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "https://real.example")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[LocalAccess]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        yield local_access.prepare(tmp_path, f"http://127.0.0.1:{port}", "eu-north-1")


@pytest.mark.parametrize("place", ["before the command", "after it"])
def test_the_demo_is_used_with_its_own_keys_and_stack(
    connected: Connected, demo: LocalAccess, tmp_path: Path, place: str
) -> None:
    options = ("--demo", "--demo-state", str(tmp_path))
    command = ("members", "list")
    run(*options, *command) if place == "before the command" else run(*command, *options)
    assert connected == [(Aws("eu-north-1", demo.endpoint_url), "alumni")]
    used = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    assert used == demo.environment


def test_a_demo_that_has_ended_is_reported_with_how_to_start_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    local_access.prepare(tmp_path, f"http://127.0.0.1:{port}", "eu-north-1")
    done = run("--demo", "--demo-state", str(tmp_path), "members", "list")
    assert (done.exit_code, done.stderr) == (
        3,
        "The demo isn't running: start it with `make demo`.\n",
    )


def test_a_demo_that_never_ran_is_reported_with_how_to_start_it(tmp_path: Path) -> None:
    done = run("members", "list", "--demo", "--demo-state", str(tmp_path))
    assert done.exit_code == 3
    assert done.stderr == f"No demo has run in {tmp_path}: start it with `make demo`.\n"


def test_without_demo_the_real_accounts_environment_is_used(connected: Connected) -> None:
    run("--profile", "", "members", "list")
    assert connected == [(Aws("real", "real"), "real")]


def test_commands_in_messages_reach_the_demo_too(
    monkeypatch: pytest.MonkeyPatch, demo: LocalAccess, tmp_path: Path
) -> None:
    def connect(aws: Aws, stack: str) -> dict[str, str]:
        raise CloudError("Nothing is published: run `alumni publish` first")

    monkeypatch.setattr(table_access, "connect", connect)
    done = run("members", "list", "--demo", "--demo-state", str(tmp_path))
    command = f"alumni --demo --demo-state {tmp_path} publish"
    assert done.stderr == f"Nothing is published: run `{command}` first\n"
    assert run("members", "list").stderr == "Nothing is published: run `alumni publish` first\n"
