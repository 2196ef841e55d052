"""`alumni issues`, on a table that the functions have filled."""

import json

import pytest
from typer.testing import CliRunner

from functions.core.clock import DAY
from infra import command
from infra.commands import table as connecting
from tests.functions.conftest import cloud, moment, ready_made  # noqa: F401 - fixtures
from tests.functions.newsletter import press


@pytest.fixture(autouse=True)
def sending(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    """An issue on its way to three."""
    monkeypatch.setattr(connecting, "connect", lambda *_: {})
    press.join(3)
    press.publish()
    press.tick()
    return cloud


def run(*arguments, **options):
    return CliRunner().invoke(command.app, ["issues", *arguments], **options)


def test_pausing_and_resuming_say_what_is_now():
    assert run("pause", "autumn", "--reason", "a wrong date").stdout == "autumn is paused.\n"
    assert run("pause", "autumn").stdout == "autumn is paused already.\n"
    assert "a wrong date" in run("show", "autumn").stdout
    assert run("resume", "autumn").stdout == "autumn is sending.\n"
    assert "a wrong date" not in run("show", "autumn").stdout


def test_a_program_reads_what_changed():
    told = json.loads(run("pause", "autumn", "--json").stdout)
    assert told == {"slug": "autumn", "state": "paused", "changed": True}


def test_what_is_not_going_out_can_not_be_paused():
    press.publish(slug="winter", at=DAY)
    result = run("pause", "winter")
    assert result.exit_code == 1
    assert "winter is scheduled; nothing was changed" in result.stderr


def test_cancelling_asks_first():
    assert run("cancel", "autumn", input="n\n").exit_code == 1
    assert press.the_issue().state == "sending"
    assert run("cancel", "autumn", "--yes").stdout == "autumn is cancelled.\n"
    assert run("cancel", "autumn").stdout == "autumn is cancelled already.\n"
    press.tick()
    assert press.counts() == {"cancelled": 3}


@pytest.mark.parametrize("name", ["show", "pause", "resume", "cancel"])
def test_an_unknown_issue_is_told_so(name):
    result = run(name, "spring")
    assert result.exit_code == 1
    assert "There is no issue spring" in result.stderr
