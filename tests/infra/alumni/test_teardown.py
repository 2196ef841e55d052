"""`alumni teardown` says what goes and what stays, and asks before it does anything."""

import json

import pytest
from typer.testing import CliRunner

from infra.alumni import main
from infra.cloud.aws import Aws
from infra.cloud.deploying import stack
from tests.infra.cloud.deploying.test_teardown import OUTPUTS, PARAMETERS


@pytest.fixture(autouse=True)
def removed(monkeypatch) -> list[str]:
    """The names of stacks that were removed."""
    names: list[str] = []
    monkeypatch.setattr(Aws, "account", lambda _: "123456789012")
    monkeypatch.setattr(stack, "parameters", lambda *_: PARAMETERS)
    monkeypatch.setattr(stack, "outputs", lambda *_: OUTPUTS)
    monkeypatch.setattr(stack, "remove", lambda _aws, name, _report: names.append(name))
    return names


def run(*arguments, **options):
    return CliRunner().invoke(main.app, ["teardown", *arguments], **options)


def test_it_names_the_account_and_what_stays_and_takes_no_for_an_answer(removed):
    refused = run("--region", "eu-west-1", input="n\n")
    assert "Delete stack alumni in account 123456789012, eu-west-1?" in refused.stderr
    assert "stays: table table" in refused.stderr
    assert (refused.exit_code, removed) == (1, [])


def test_a_yes_deletes_the_stack_and_lists_what_stays(removed):
    done = run(input="y\n")
    assert (done.exit_code, removed) == (0, ["alumni"])
    assert "- keys in SSM /alumni/alumni/" in done.stdout


def test_for_programs_it_is_one_document(removed):
    document = json.loads(run("--stack", "other", "--yes", "--json").stdout)
    assert removed == ["other"]
    assert document["stack"] == "other"
    assert {"kind": "SES identity", "name": "example.com"} in document["kept"]
