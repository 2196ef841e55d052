"""`alumni members import`: shows first, writes nothing until confirmed, and follows the work."""

from unittest.mock import Mock

import pytest
from typer.testing import CliRunner

from functions.core import clock
from functions.core.addresses import address_hash
from functions.imports import rules, store
from functions.imports.rules import Stage
from functions.invitations import store as invitations
from functions.work import handler as work_handler
from functions.work import store as work_store
from infra.alumni import main
from infra.alumni.members import import_list
from infra.cloud import table_access as connecting
from infra.cloud.aws import Aws
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.sent_emails import Context

OPS = "arn:aws:iam::123456789012:user/ops"
TERMS = ("--agreed-on", "2026-05-31", "--how", "reunion", "--office", "malmo")
INVITE = ("--ground", "invite", *TERMS)


@pytest.fixture(autouse=True)
def connected(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    monkeypatch.setattr(connecting, "connect", lambda *_: {})
    sts = Mock(get_caller_identity=lambda: {"Arn": OPS, "UserId": "AIDAOPS"})
    monkeypatch.setattr(Aws, "client", lambda _, service: {"sts": sts}[service])
    monkeypatch.setattr(import_list.time, "sleep", work)


def work(_seconds=0):
    """The minute tick comes while the command waits."""
    work_handler.advance({"tick": True}, Context())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Name,Email\nÅsa Ek,asa@example.com\nBo,\n")
    return path


def run(*arguments, typed=""):
    words = ["members", "import", *map(str, arguments)]
    return CliRunner().invoke(main.app, words, input=typed)


def is_invited():
    return invitations.get(address_hash("asa@example.com")) is not None


def test_it_shows_and_writes_nothing(file):
    result = run(file)
    assert result.exit_code == 0
    assert "Email address" in result.stdout
    assert "Row 3 has no email address" in result.stdout
    assert "Nothing was written." in result.stderr
    assert not is_invited()


@pytest.mark.parametrize(("typed", "invited"), [("y\n", True), ("n\n", False)])
def test_it_asks_before_it_writes(file, typed, invited):
    result = run(file, *INVITE, typed=typed)
    assert (result.exit_code == 0, is_invited()) == (invited, invited)


def test_the_work_goes_on_after_ctrl_c_and_the_command_shows_the_rest(file, monkeypatch):
    def interrupted(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(import_list.time, "sleep", interrupted)
    run(file, *INVITE, "--yes")
    assert not is_invited()
    monkeypatch.setattr(import_list.time, "sleep", work)
    result = run(file)
    assert result.exit_code == 0
    assert is_invited()
    (known,) = store.newest(clock.now())
    assert known.stage is Stage.DONE


def test_work_that_was_given_up_is_tried_again(file, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(work_store, "MOST_TRIES", 0)
        result = run(file, *INVITE, "--yes")
    assert "Run the command again." in result.stderr
    assert run(file).exit_code == 0
    assert is_invited()


def test_a_ground_needs_its_facts(file):
    result = run(file, "--ground", "invite", "--yes")
    assert result.exit_code == 2
    assert "--agreed-on" in result.stderr
    assert not is_invited()


def test_an_unknown_ground(file):
    assert run(file, "--ground", "why not").exit_code == 2


def test_a_file_that_is_no_list(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"%PDF")
    result = run(path)
    assert result.exit_code == 1
    assert "This is a PDF." in result.stderr


def test_a_file_that_is_too_large(file, monkeypatch):
    monkeypatch.setattr(rules, "FILE_BYTES", 10)
    assert "larger than 50 MB" in run(file).stderr


def test_a_list_without_addresses(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Name\nÅsa\n")
    assert "No column holds: Email address" in run(path).stderr
