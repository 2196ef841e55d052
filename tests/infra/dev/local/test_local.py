"""`alumni local`, watched from outside: where it listens, what it keeps, what it leaves."""

import signal
import socket
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import psutil
import pytest

from infra.dev.local.local_errors import LocalError
from infra.dev.local.local_stack import Stack
from infra.dev.local.ports import HOST, Ports
from tests.company_project import copy_company
from tests.infra.dev.local.conftest import (
    FirstRun,
    alumni_local,
    deployed_at,
    port_options,
    reads_alum,
)
from tests.infra.dev.local.running import Running

pytestmark = [pytest.mark.stack, pytest.mark.takes_minutes]
Start = Callable[..., Running]
KILLED_SECONDS = 15
DEPLOYING = "starting the local cloud"  # printed once the state is ready


def test_everything_listens_on_loopback_only(first: FirstRun) -> None:
    assert first.listening == {(HOST, port) for port in astuple(first.demo.ports)}


def test_the_addresses_of_site_and_mailbox_are_printed(first: FirstRun) -> None:
    assert f"http://localhost:{first.demo.ports.site}" in first.demo.output
    assert f"http://localhost:{first.demo.ports.mailbox}" in first.demo.output


def test_the_printed_commands_publish_send_and_look_without_credentials(first: FirstRun) -> None:
    failed = {line: done.stderr for line, done in first.typed.items() if done.returncode}
    assert failed == {}
    output = {
        line.partition("--demo-state ")[2].split()[1]: done for line, done in first.typed.items()
    }
    assert {"issues", "events", "members", "publish"} <= output.keys()
    sent = [done.stdout for line, done in first.typed.items() if "test-send" in line]
    assert [text.startswith("Sent to you@example.com: ") for text in sent] == [True]
    assert "Nothing to publish" in output["publish"].stdout


def test_ctrl_c_ends_every_process_and_closes_every_port(first: FirstRun) -> None:
    assert (first.exit_code, first.left) == (0, "")
    assert len(first.demo.family) > 3, "not even the children were seen"
    assert first.demo.output.rstrip().endswith("Stopped. Nothing is left running.")


def test_the_temporary_folders_of_functions_are_deleted_at_the_end(first: FirstRun) -> None:
    assert not (first.demo.state / "tmp").exists()


def test_neither_a_reset_nor_a_second_stack_touches_a_state_in_use(first: FirstRun) -> None:
    assert first.reset is not None
    assert first.second is not None
    for refused in (first.reset, first.second):
        assert refused.exit_code == 1
        assert "Another local stack uses" in refused.stderr
        assert refused.stderr.count("\n") == 1


def test_the_table_survives_a_restart_and_a_dead_part_ends_everything(
    first: FirstRun, stored: Path, start: Start
) -> None:
    again = start(first.demo.ports)
    again.wait_for_output("Ready")
    assert reads_alum(again)
    assert deployed_at(again) == first.deployed_at, "an unchanged stack was changed"
    again.child("infra.dev.mailbox").kill()
    assert again.program.wait(30) == 1
    assert "The mailbox has stopped (exit code -9): see " in again.output.splitlines()[-1]
    again.require_nothing_left()


def test_a_killed_supervisor_leaves_no_process_and_a_saved_state(start: Start) -> None:
    demo = start()
    demo.wait_for_output("Ready")
    demo.send(signal.SIGKILL)
    demo.require_nothing_left(KILLED_SECONDS)
    assert (demo.state / "cloud" / "saved").exists()


def test_a_killed_cloud_restores_the_last_saved_state(
    first: FirstRun, stored: Path, start: Start
) -> None:
    demo = start(first.demo.ports)
    demo.wait_for_output(DEPLOYING)
    demo.child("local/run_ministack.py").kill()
    assert demo.program.wait(30) == 1
    assert "The local cloud has stopped" in demo.output
    again = start(first.demo.ports, by_make=True)
    again.wait_for_output("Ready")
    assert "restoring the last saved state" in again.output
    assert reads_alum(again)
    again.press_ctrl_c()
    assert "Stopped. Nothing is left running." in again.output
    again.require_nothing_left()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_the_deploy_ends_the_deploy_too(start: Start, how: signal.Signals) -> None:
    demo = start()
    demo.wait_for_output(DEPLOYING)
    demo.child("infra.alumni.main deploy")
    assert demo.send(how) == 0
    demo.require_nothing_left()
    assert "Ready" not in demo.output
    assert "Traceback" not in demo.output


def test_a_failed_deploy_shows_its_own_message_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ports = Ports.free()
    with pytest.raises(LocalError, match=r"`alumni deploy` failed: .*NoSuchThing"):
        Stack(
            ports, tmp_path / "state", {"NoSuchThing": "1"}, root=copy_company(tmp_path)
        ).__enter__()
    assert psutil.Process().children(recursive=True) == []
    ports.require_free()


def test_an_unreadable_state_is_reported_and_kept(stored: Path, start: Start) -> None:
    table = stored / "cloud" / "dynamodb.json"
    table.write_bytes(table.read_bytes()[:-100])
    broken = table.read_bytes()
    demo = start()
    assert demo.program.wait(30) == 1
    assert "is unreadable: run `make demo-reset` to delete it" in demo.output.splitlines()[-1]
    demo.require_nothing_left()
    assert table.read_bytes() == broken


def test_a_reset_deletes_a_stopped_state(stored: Path) -> None:
    done = alumni_local(stored, "--reset")
    assert (done.exit_code, done.stderr) == (0, "")
    assert not stored.exists()


@pytest.mark.parametrize("name", ["site", "mailbox", "smtp", "cloud"])
def test_a_busy_port_is_named_with_its_option_and_nothing_starts(name: str, tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as busy:
        port = busy.getsockname()[1]
        ports = replace(Ports.free(), **{name: port})
        done = alumni_local(tmp_path / "state", *port_options(ports))
    assert done.exit_code == 1
    assert done.stderr.startswith(
        f"Port {port} ({name}) is in use: stop the program that uses it, or "
    )
    assert f"--port-{name}" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "state").exists()


def test_a_port_that_is_only_bound_or_only_on_ipv6_is_busy_too() -> None:
    with socket.socket() as taken, socket.create_server(("::1", 0), family=socket.AF_INET6) as six:
        taken.bind((HOST, 0))
        for port in (taken.getsockname()[1], six.getsockname()[1]):
            with pytest.raises(LocalError, match=f"Port {port} .* is in use"):
                replace(Ports.free(), site=port).require_free()


def test_two_equal_ports_are_refused() -> None:
    with pytest.raises(LocalError, match="Two ports are the same"):
        Ports(site=8000, mailbox=8000).require_free()


def test_an_impossible_port_is_a_usage_error(tmp_path: Path) -> None:
    assert alumni_local(tmp_path, "--port-site", "70000").exit_code == 2


def test_a_missing_cloud_is_reported_with_the_command_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.dev.local.local_stack.CLOUD_PYTHON", tmp_path / "python")
    done = alumni_local(tmp_path / "state", *port_options(Ports.free()))
    assert (done.exit_code, done.stderr) == (
        1,
        "The local cloud is not installed: run `make env`.\n",
    )
