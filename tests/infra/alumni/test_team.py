"""`alumni team`: names the first owner of the desk, and mends what no owner can."""

import json
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner

from functions.core import clock, site
from functions.core.aws import table
from functions.team.rules import Deed, Passkey, Role
from functions.team.store import deeds, passkeys, team
from infra.alumni import main
from infra.cloud import table_access as connecting
from infra.cloud.aws import Aws
from tests.functions import sent_emails
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures

OPS = "arn:aws:iam::123456789012:user/ops"


@pytest.fixture(autouse=True)
def connected(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    monkeypatch.setattr(connecting, "connect", lambda *_: {})
    sts = Mock(get_caller_identity=lambda: {"Arn": OPS, "UserId": "AIDAOPS"})
    monkeypatch.setattr(Aws, "client", lambda _, service: {"sts": sts}[service])


def run(*arguments):
    return CliRunner().invoke(main.app, ["team", *arguments])


def test_the_first_one_is_the_owner_and_the_next_a_coordinator():
    run("add", "karin@example.com", "--name", "Karin Ek", "--language", "sv")
    result = run("add", "bo@example.com")
    assert result.exit_code == 0
    assert [(member.name, member.role) for member in team.team()] == [
        ("bo", Role.COORDINATOR),
        ("Karin Ek", Role.OWNER),
    ]
    assert "karin@example.com" in str([mail["To"] for mail in sent_emails.deliver()])


def test_it_works_before_anything_is_published():
    table.write(table.delete(site.KEY))
    site.forget()
    assert run("add", "karin@example.com").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("karin",), "email: Please enter an email address"),
        (("karin@example.com", "--role", "king"), "role: Please choose one of the roles."),
        (("karin@example.com", "--office", "atlantis"), "offices: The list has changed."),
    ],
)
def test_what_is_wrong_is_said(arguments, message):
    result = run("add", *arguments)
    assert (result.exit_code, team.team()) == (2, [])
    assert message in result.stderr


def test_somebody_is_changed_and_what_is_not_given_stays():
    run("add", "karin@example.com", "--name", "Karin Ek", "--office", "malmo")
    result = run("change", "karin@example.com", "--new-email", "karin@example.net", "--json")
    assert json.loads(result.stdout)["email"] == "karin@example.net"
    (member,) = team.team()
    assert (member.name, member.role, member.offices) == ("Karin Ek", Role.OWNER, ("malmo",))


def test_a_limit_to_offices_is_lifted():
    run("add", "karin@example.com", "--office", "malmo")
    run("change", "karin@example.com", "--office", "")
    assert team.team()[0].offices == ()


@pytest.mark.parametrize("command", [("remove", "--yes"), ("change", "--role", "editor")])
def test_the_last_owner_stays(command):
    run("add", "karin@example.com")
    name, *options = command
    result = run(name, "karin@example.com", *options)
    assert result.exit_code == 1
    assert "last owner" in result.stderr
    assert team.team()[0].role is Role.OWNER


def test_removing_asks_first():
    run("add", "karin@example.com")
    run("add", "bo@example.com")
    assert CliRunner().invoke(main.app, ["team", "remove", "bo@example.com"], input="n").exit_code
    assert len(team.team()) == 2
    assert run("remove", "bo@example.com", "--yes").exit_code == 0
    assert "owner" in run("list").stdout


PASSKEY = Passkey(
    id="1" * 32, credential_id="x", public_key="x", counter=0, name="x", created_at=1, used_at=1
)


def test_lost_passkeys_are_reset_after_a_question():
    run("add", "karin@example.com")
    assert "has no passkey" in run("reset-passkey", "karin@example.com", "--yes").stderr
    passkeys.add(team.team()[0], PASSKEY, clock.now())
    command = ["team", "reset-passkey", "karin@example.com"]
    assert CliRunner().invoke(main.app, command, input="n").exit_code == 1
    assert len(team.team()[0].passkeys) == 1
    assert run("reset-passkey", "karin@example.com", "--yes").exit_code == 0
    assert team.team()[0].passkeys == ()
    (line, *_) = [line for line in deeds.lines("2026-11") if line.deed is Deed.PASSKEYS_RESET]
    assert line.by == "terminal AIDAOPS"


def test_an_unknown_address_is_said():
    assert "Nobody of the team" in run("remove", "bo@example.com", "--yes").stderr
