"""The command: complete help, one line for every failure, exit codes as documented, JSON."""

import json
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from microsite.checks.reach import Checked, Coming, Reach
from microsite.content.edition import PublishedIssues
from microsite.content.problems import ContentError, Problem
from rich.console import Console
from typer.testing import CliRunner

from infra.alumni import check_and_build, console, deploy, main
from infra.alumni.options import Shared
from infra.cloud import table_access
from infra.cloud.aws import Aws
from infra.cloud.deploying import deployment as deploying
from infra.cloud.deploying.manual_steps import Record, Step
from infra.cloud.deploying.stack import Change
from infra.cloud.errors import BuildError, CloudError, ParameterError, StackFailedError
from infra.cloud.publishing import publication as publishing
from infra.cloud.publishing import published_issues
from infra.cloud.publishing.publication import Destination, Published
from infra.dev.local.ports import Ports

PROBLEMS = [Problem("site/content/news/a.md", 3, "is not a valid date: write YYYY-MM-DD")]
COURSE = ("pause", "resume", "cancel", "report", "settle")
NOTHING = Published((), (), (), None, ())


def run(*arguments: str, **options: Any):
    return CliRunner().invoke(main.app, list(arguments), **options)


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


ALL = list(commands(typer.main.get_command(main.app)))


def find(path: tuple[str, ...]) -> typer.Context:
    """A command's context: its `command`, below the contexts of its groups."""
    context: Any = typer.Context(typer.main.get_command(main.app))
    for name in path:
        context = typer.Context(context.command.commands[name], parent=context)
    return context


def options_of(path: tuple[str, ...]) -> dict[str, Any]:
    """Its parameters by name, with those that the whole command shares."""
    ctx = find(path)
    return {parameter.name: parameter for parameter in ctx.command.get_params(ctx)}


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_and_option_has_a_help_text(path):
    assert (find(path).command.help or "").strip(), "the command itself"
    for name, parameter in options_of(path).items():
        assert (parameter.help or "").strip(), name
    assert run(*path, "--help").exit_code == 0


def test_every_promised_command_exists():
    promised = "check build publish deploy teardown members issues"
    assert set(promised.split()) <= {path[0] for path in ALL}
    groups = {("members", "list"), ("members", "show"), ("issues", "list"), ("issues", "show")}
    groups |= {("issues", name) for name in (*("new", "preview", "forecast", "test-send"), *COURSE)}
    assert groups <= set(ALL)


def test_every_command_but_local_has_json():
    for path in set(ALL) - {("local",)}:
        assert "json" in options_of(path), path


CLOUDLESS = {("check",), ("build",), ("local",), ("issues", "new"), ("privacy",)}


@pytest.fixture
def connected(monkeypatch) -> list[tuple[Aws, str]]:
    """The clouds that commands connect to; each connection fails."""
    connections: list[tuple[Aws, str]] = []

    def connect(aws: Aws, stack: str) -> None:
        connections.append((aws, stack))
        raise CloudError("no such stack")

    monkeypatch.setattr(table_access, "connect", connect)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    for name in (
        "ALUMNI_STACK",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_PROFILE",
    ):
        monkeypatch.delenv(name, raising=False)
    return connections


def test_exactly_the_commands_that_need_a_cloud_take_its_options():
    for path in ALL:
        assert (Shared().__dict__.keys() <= options_of(path).keys()) is (path not in CLOUDLESS)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--stack", "test", "members", "list"),
        ("members", "--stack", "test", "list"),
        ("members", "list", "--stack", "test"),
        ("--stack", "other", "members", "--stack", "another", "list", "--stack", "test"),
    ],
)
def test_the_shared_options_work_at_every_level_and_the_last_one_holds(arguments, connected):
    assert run(*arguments).exit_code == 3
    assert connected == [(Aws("eu-north-1"), "test")]


def test_the_environment_supplies_options_that_are_not_typed(connected):
    env = {"ALUMNI_STACK": "env", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": ""}
    run("--stack", "typed", "members", "list", env=env)
    run("members", "list", "--profile", "hr", env=env)
    run("members", "list")
    assert connected == [
        (Aws("eu-west-1"), "typed"),
        (Aws("eu-west-1", None, "hr"), "env"),
        (Aws("eu-north-1"), "alumni"),
    ]


@pytest.mark.parametrize(
    ("arguments", "env", "region"),
    [
        ((), {}, "eu-central-1"),
        (("--profile", "hr"), {}, "eu-west-3"),
        (("--profile", "bare"), {}, "eu-north-1"),
        ((), {"AWS_PROFILE": "hr"}, "eu-west-3"),
        ((), {"AWS_DEFAULT_REGION": "us-west-2", "AWS_PROFILE": "hr"}, "us-west-2"),
        ((), {"AWS_DEFAULT_REGION": "us-west-2", "AWS_REGION": "eu-west-1"}, "eu-west-1"),
        (("--region", "eu-west-2"), {"AWS_REGION": "eu-west-1"}, "eu-west-2"),
    ],
)
def test_the_region_is_the_typed_one_the_environments_the_profiles_or_the_default(
    arguments, env, region, connected, tmp_path
):
    config = tmp_path / "config"
    config.write_text(
        "[default]\nregion = eu-central-1\n[profile hr]\nregion = eu-west-3\n[profile bare]\n"
    )
    run("members", "list", *arguments, env={"AWS_CONFIG_FILE": str(config), **env})
    assert connected[0][0].region == region


def test_a_profile_that_does_not_exist_is_named():
    result = run("members", "list", "--profile", "nobodys")
    assert result.exit_code == 3
    assert "nobodys" in result.stderr


def test_a_command_that_needs_no_cloud_takes_no_option_of_one():
    assert run("check", "--stack", "test").exit_code == 2
    assert run("issues", "new", "spring", "--region", "eu-west-1").exit_code == 2


def test_the_local_ports_default_to_those_of_the_local_stack():
    options = options_of(("local",))
    shown = [options[f"port_{port.name}"].default for port in fields(Ports)]
    assert Ports(*shown) == Ports()


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ContentError(PROBLEMS), 1, "site/content/news/a.md:3: is not a valid date"),
        (BuildError("no wheels"), 1, "no wheels"),
        (StackFailedError("s", "ROLLBACK_COMPLETE", ["T: taken"]), 1, "T: taken"),
        (CloudError("somebody is publishing"), 3, "somebody is publishing"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject"), 3, "PutObject"),
        (EndpointConnectionError(endpoint_url="http://localhost:1"), 3, "localhost:1"),
        (NoCredentialsError(), 3, "~/.aws/credentials"),
        (NoCredentialsError(), 3, "For the demo on this machine add --demo"),
    ],
)
def test_a_failure_is_reported_without_traceback_and_has_its_exit_code(
    error, code, words, monkeypatch
):
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(publishing, "destination", fail)
    result = run("publish")
    assert result.exit_code == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_usage_error_exits_with_2():
    assert run("publish", "--public-bucket", "x").exit_code == 2
    assert run("deploy", "--parameter", "SiteUrl").exit_code == 2
    assert run("nonsense").exit_code == 2


def test_check_reports_problems_and_exits_with_1(monkeypatch):
    monkeypatch.setattr("microsite.checks.reach.checked", lambda _root: Checked(PROBLEMS, []))
    assert run("check").exit_code == 1
    result = run("check", "--json")
    assert json.loads(result.stdout)["problems"][0]["line"] == 3
    assert result.exit_code == 1


def test_check_of_good_content_exits_with_0_and_lists_the_readers_of_the_next_issues(monkeypatch):
    variant = Reach("sv-malmo", ("sv",), ({"office": ["malmo"]},), "Malmö", is_silent=False)
    moment = datetime(2026, 12, 1, 8, tzinfo=UTC)
    issue = Coming("december", moment, "every", "", "", (variant,))
    monkeypatch.setattr("microsite.checks.reach.checked", lambda _root: Checked([], [issue]))
    result = run("check")
    assert result.exit_code == 0
    assert "december: 1 variant\n  sv-malmo  Swedish: Malmö\n" in result.stdout
    document = json.loads(run("check", "--json").stdout)
    assert document["problems"] == []
    assert document["issues"][0]["send_at"] == "2026-12-01T08:00:00+00:00"
    assert document["issues"][0]["variants"][0]["readers"] == [{"office": ["malmo"]}]


KNOWN = PublishedIssues(archived={"winter": False})


class Built:
    site = Path("site")
    private = Path("private")
    drafts = ("site/content/news/2026-12-01-secret.md",)


@pytest.fixture
def published(monkeypatch) -> list[tuple[Destination, str | None]]:
    """Instead of building and publishing: where to, and for which address."""
    arguments: list[Any] = []

    def build(url: str | None, published: PublishedIssues) -> Built:
        assert published is KNOWN
        arguments.append(url)
        return Built()

    monkeypatch.setattr(check_and_build, "build_site", build)
    monkeypatch.setattr(published_issues, "read", lambda *_: KNOWN)

    def publish(_place, to, *_, **__):
        arguments.append(to)
        return NOTHING

    monkeypatch.setattr(publishing, "publish", publish)
    return arguments


def test_publish_names_the_drafts_that_it_leaves_out(published):
    buckets = ("--public-bucket", "a", "--private-bucket", "b", "--distribution", "c")
    for more in ((), ("--dry-run",), ("--json",)):
        done = run("publish", *buckets, *more)
        assert "Left out as a draft: site/content/news/2026-12-01-secret.md\n" in done.stderr


def test_nothing_is_published_if_there_is_a_problem(published, monkeypatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise ContentError(PROBLEMS)

    monkeypatch.setattr(check_and_build, "build_site", refuse)
    buckets = ("--public-bucket", "a", "--private-bucket", "b", "--distribution", "c")
    assert run("publish", *buckets).exit_code == 1
    assert published == []


def test_ci_publishes_without_looking_at_the_stack(published, monkeypatch):
    buckets = {"ALUMNI_PUBLIC_BUCKET": "a", "ALUMNI_PRIVATE_BUCKET": "b"}
    result = run("publish", "--json", env={**buckets, "ALUMNI_DISTRIBUTION": "c", "SITE_URL": "u"})
    assert json.loads(result.stdout)["uploaded"] == []
    assert published == ["u", Destination("a", "b", "c")]


def test_an_unexpected_answer_to_the_question_changes_nothing(monkeypatch):
    declined = deploying.Deployed("alumni", (), {}, "key", refused=True)
    monkeypatch.setattr(deploying, "deploy", lambda *_, **__: declined)
    result = run("deploy", "--parameter", "SiteUrl=x")
    assert result.exit_code == 1
    assert "The stack was not changed" in result.stderr


PROPOSAL = deploying.Proposal(
    account="123456789012",
    region="eu-west-1",
    stack="alumni",
    changes=(
        Change("Add", "Table", "AWS::DynamoDB::Table", replaces=False),
        Change("Modify", "Api", "AWS::ApiGatewayV2::Api", replaces=True),
    ),
    notes=("The table alumni-data exists: it is adopted with all it holds.",),
)


@pytest.fixture
def proposed(monkeypatch) -> list[bool]:
    """Instead of deploying: whether the proposal was confirmed."""
    answers: list[bool] = []

    def propose(*_: Any, confirm: Any, **__: Any) -> deploying.Deployed:
        answers.append(confirm(PROPOSAL))
        return deploying.Deployed("alumni", PROPOSAL.changes, {}, "key", refused=True)

    monkeypatch.setattr(deploying, "deploy", propose)
    return answers


def test_account_region_and_changes_are_shown_before_the_question(proposed):
    shown = run("deploy", input="n\n").stderr
    place = "account 123456789012, region eu-west-1"
    order = ("Add    Table", "REPLACING", "The table alumni-data exists", place, "Apply these")
    assert sorted(order, key=shown.index) == list(order)
    assert proposed == [False]


def test_the_first_deploy_mentions_that_cloudfront_verifies_accounts(proposed, monkeypatch):
    assert "must be verified" not in run("deploy", "--yes").stderr
    monkeypatch.setattr(sys.modules[__name__], "PROPOSAL", replace(PROPOSAL, is_first=True))
    shown = run("deploy", "--yes").stderr
    assert "2 resources would be created" in shown
    assert "A new AWS account must be verified" in shown


def test_a_program_confirms_and_reads_nothing_else(proposed):
    result = run("deploy", "--json")
    assert (proposed, result.stdout) == ([True], "")
    assert "account" not in result.stderr


def test_contradictory_parameters_are_a_usage_error(monkeypatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise ParameterError("SiteDomain is x")

    monkeypatch.setattr(deploying, "deploy", refuse)
    result = run("deploy")
    assert (result.exit_code, result.stderr) == (2, "SiteDomain is x\n")


def test_parameters_may_hold_equals_signs():
    from infra.alumni.deploy import _values

    assert _values(["Sender=A=B <a@example.com>"]) == {"Sender": "A=B <a@example.com>"}
    with pytest.raises(typer.BadParameter):
        _values(["=x"])


def test_a_table_written_to_a_file_is_not_cut(capsys):
    from infra.alumni import console

    console.print_table(("id", "name"), [("6d1e0a7ad1a14d37bab50e0a94223ded", "x" * 200 + "[red]")])
    assert "x" * 200 + "[red]" in capsys.readouterr().out


def test_names_and_values_of_dns_records_stay_whole_to_be_copied(monkeypatch, capsys):
    monkeypatch.setattr(console, "out", Console(soft_wrap=True, width=40, highlight=False))
    record = Record("_dmarc.news.example.com", "TXT", f'"v=DMARC1; {"p=none; " * 20}"')
    deploy._print_remaining([Step("Ask for reports.", records=(record,))])
    lines = capsys.readouterr().out.splitlines()
    assert f"    {record.name}" in lines
    assert f"      TXT  {record.value}" in lines
