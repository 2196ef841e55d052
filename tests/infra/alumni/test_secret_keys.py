"""`alumni secrets`: it asks first, keeps what was there, and prints no secret."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from functions.core import token_keys
from functions.core.clock import HOUR
from infra.alumni import main, secret_keys
from infra.cloud.aws import Aws
from infra.cloud.deploying import ssm_secrets

PREFIX = "/alumni/alumni"
FIRST = "a" * 43


@pytest.fixture(autouse=True)
def ssm(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A deployed stack's secrets, which have been there for a day."""
    ssm_secrets.ensure(aws, PREFIX)
    client = aws.client("ssm")
    store(client, FIRST)
    later(monkeypatch, 24 * HOUR)
    return client


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    now = time.time
    monkeypatch.setattr(secret_keys.time, "time", lambda: now() + seconds)


def store(client: Any, value: str, name: str = "token-keys") -> None:
    client.put_parameter(Name=f"{PREFIX}/{name}", Value=value, Type="SecureString", Overwrite=True)


def stored(client: Any, name: str = "token-keys") -> str:
    answer = client.get_parameter(Name=f"{PREFIX}/{name}", WithDecryption=True)
    return str(answer["Parameter"]["Value"])


def run(*arguments: str, **options: Any) -> Any:
    return CliRunner().invoke(main.app, ["secrets", *arguments], **options)


def test_a_rotation_takes_two_steps_and_keeps_the_old_key(ssm: Any) -> None:
    assert run("rotate", "token-keys", "--yes").exit_code == 0
    added = token_keys.parse(stored(ssm))
    assert added.signing == FIRST
    assert run("rotate", "token-keys", "--yes").exit_code == 0  # a day later
    signing = token_keys.parse(stored(ssm))
    assert signing.signing == added.following
    assert [key.key for key in signing.earlier] == [FIRST]


def test_a_step_is_reported_with_the_next_one_and_without_secrets(ssm: Any) -> None:
    shown = run("rotate", "token-keys", "--yes").stdout
    assert "A new key is added" in shown
    assert "Run this again after" in shown
    assert token_keys.parse(stored(ssm)).following not in shown
    assert FIRST not in shown


def test_the_same_for_a_program(ssm: Any) -> None:
    shown = json.loads(run("rotate", "token-keys", "--yes", "--json").stdout)
    assert shown.keys() == {"secret", "step", "next", "dry_run"}


@pytest.mark.parametrize("arguments", [("--dry-run",), ("--dry-run", "--yes")])
def test_a_dry_run_changes_nothing(ssm: Any, arguments: tuple[str, ...]) -> None:
    result = run("rotate", "token-keys", *arguments)
    assert result.exit_code == 0
    assert "A new key is added" in result.stdout
    assert stored(ssm) == FIRST


def test_a_no_changes_nothing(ssm: Any) -> None:
    result = run("rotate", "token-keys", input="n\n")
    assert result.exit_code == 1
    assert "A new key is added" in result.stderr
    assert "Nothing was changed" in result.stderr
    assert stored(ssm) == FIRST


def test_a_second_run_too_early_changes_nothing_and_names_the_time(
    ssm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("rotate", "token-keys", "--yes")
    before = stored(ssm)
    later(monkeypatch, -24 * HOUR)
    result = run("rotate", "token-keys", "--yes")
    assert result.exit_code == 1
    assert "Run this again after" in result.stderr
    assert stored(ssm) == before


@pytest.mark.parametrize("value", [f"{FIRST},", "short"])
def test_a_malformed_secret_is_refused_and_left_alone(ssm: Any, value: str) -> None:
    store(ssm, value)
    result = run("rotate", "token-keys", "--yes")
    assert result.exit_code == 1
    assert "token-keys: key" in result.stderr
    assert stored(ssm) == value


def test_the_address_key_cannot_be_replaced(ssm: Any) -> None:
    before = stored(ssm, "address-key")
    assert run("rotate", "address-key", "--yes").exit_code == 2
    assert stored(ssm, "address-key") == before
    assert "can't be replaced" in " ".join(run("rotate", "--help").stdout.split())


def test_a_missing_secret_is_not_created(ssm: Any) -> None:
    ssm.delete_parameter(Name=f"{PREFIX}/token-keys")
    result = run("rotate", "token-keys", "--yes")
    assert result.exit_code == 3
    assert "restore it" in result.stderr


def test_of_two_people_at_once_the_second_is_refused(
    ssm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtaken = f"{FIRST},next:{'b' * 43}"
    before(monkeypatch, "replace", lambda: store(ssm, overtaken))
    result = run("rotate", "token-keys", "--yes")
    assert result.exit_code == 3
    assert "changed meanwhile" in result.stderr
    assert stored(ssm) == overtaken


def before(monkeypatch: pytest.MonkeyPatch, name: str, do: Callable[[], None]) -> None:
    function = getattr(ssm_secrets, name)

    def overtaken(*arguments: Any) -> Any:
        do()
        return function(*arguments)

    monkeypatch.setattr(ssm_secrets, name, overtaken)


def test_an_origin_secret_waits_for_each_deploy(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed = stored(ssm, "origin-secrets")
    monkeypatch.setattr(secret_keys, "_deployed", lambda *_: deployed)
    assert run("rotate", "origin-secrets", "--yes").exit_code == 0
    added = stored(ssm, "origin-secrets")
    assert added.startswith(f"{deployed},next:")
    result = run("rotate", "origin-secrets", "--yes")
    assert result.exit_code == 1
    assert "Run `alumni deploy`" in result.stderr
    assert stored(ssm, "origin-secrets") == added


def test_a_leak_is_for_the_keys_of_links_only(ssm: Any) -> None:
    assert run("rotate", "origin-secrets", "--leaked").exit_code == 2


# ---- Checking


def test_a_check_shows_how_far_a_rotation_is(ssm: Any) -> None:
    run("rotate", "token-keys", "--yes")
    result = run("check")
    assert result.exit_code == 0
    assert "one that will sign" in result.stdout
    assert "never changes" in result.stdout
    assert FIRST not in result.stdout


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("token-keys", f"{FIRST},", "key 2 is empty"),
        ("address-key", "00", "64 hex digits"),
        ("origin-secrets", "short", "32 or more"),
    ],
)
def test_a_check_names_what_functions_would_refuse(
    ssm: Any, name: str, value: str, why: str
) -> None:
    store(ssm, value, name)
    result = run("check", "--json")
    assert result.exit_code == 1
    states = json.loads(result.stdout)
    assert why in states[name]["words"]
    assert [key for key, state in states.items() if not state["usable"]] == [name]


def test_a_check_names_what_is_missing(ssm: Any) -> None:
    ssm.delete_parameter(Name=f"{PREFIX}/address-key")
    result = run("check")
    assert result.exit_code == 1
    assert "restore it" in result.stdout
    assert "only for a new stack" in result.stdout


# ---- Backing up


def test_a_backup_is_restored_where_nothing_is(ssm: Any, tmp_path: Path) -> None:
    backup = tmp_path / "secrets.json"
    backup.write_text(run("export").stdout)
    exported = json.loads(backup.read_text())
    for name in ssm_secrets.MAKERS:
        ssm.delete_parameter(Name=f"{PREFIX}/{name}")
    assert run("restore", str(backup)).exit_code == 0
    assert {name: stored(ssm, name) for name in ssm_secrets.MAKERS} == exported
    assert run("restore", str(backup)).exit_code == 0


def test_a_restore_overwrites_nothing(ssm: Any, tmp_path: Path) -> None:
    backup = tmp_path / "secrets.json"
    backup.write_text(json.dumps({"token-keys": "b" * 43}))
    result = run("restore", str(backup))
    assert result.exit_code == 1
    assert "Kept as they are" in result.stderr
    assert stored(ssm) == FIRST


@pytest.mark.parametrize("text", ["", "[]", '{"token-keys": "short"}', '{"other": "x"}'])
def test_what_is_not_a_backup_restores_nothing(ssm: Any, tmp_path: Path, text: str) -> None:
    ssm.delete_parameter(Name=f"{PREFIX}/token-keys")
    backup = tmp_path / "secrets.json"
    backup.write_text(text)
    result = run("restore", str(backup))
    assert result.exit_code == 1
    assert "is not a backup of secrets" in result.stderr


def test_a_backup_that_is_not_there_is_named(ssm: Any, tmp_path: Path) -> None:
    result = run("restore", str(tmp_path / "absent.json"))
    assert result.exit_code == 1
    assert "can't be read: No such file" in " ".join(result.stderr.split())
    assert "Errno" not in result.stderr
