"""What the command changes stands in the desk's log, with who ran it, without personal data."""

from unittest.mock import Mock

import pytest
from typer.testing import CliRunner

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.mail import suppression
from functions.newsletter.store import claims
from functions.people.store import members as people
from functions.team.rules import Deed, Details, LogLine, Role, at_terminal
from functions.team.store import deeds, team
from infra.alumni import main
from infra.cloud import table_access as connecting
from infra.cloud.aws import Aws
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.desk.conftest import desk  # noqa: F401 - a fixture
from tests.functions.membership import actions
from tests.functions.newsletter import issue_runs
from tests.infra.alumni.members.actions import SuppressionList

USER = ("arn:aws:iam::123456789012:user/hr/karin.ek", "AIDAKARIN")
ROLE = ("arn:aws:sts::123456789012:assumed-role/Admin/karin@example.com", "AROA:karin@example.com")
ROOT = ("arn:aws:iam::123456789012:root", "123456789012")


@pytest.fixture
def caller(monkeypatch):
    """Sets who runs the command, as AWS says it."""
    monkeypatch.setattr(connecting, "connect", lambda *_: {})

    def set_caller(arn: str, user_id: str) -> None:
        sts = Mock(get_caller_identity=lambda: {"Arn": arn, "UserId": user_id})
        clients = {"sts": sts, "sesv2": SuppressionList({"bo@example.org"})}
        monkeypatch.setattr(Aws, "client", lambda _, service: clients[service])

    set_caller(*USER)
    return set_caller


@pytest.fixture
def run(cloud):  # noqa: F811
    def run_command(*arguments: str) -> None:
        cloud.pass_(1)  # lines of one second have no order
        result = CliRunner().invoke(main.app, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.stderr

    return run_command


def log() -> list[LogLine]:
    """Without what the desk itself notes, the newest first."""
    return [line for line in deeds.lines(clock.month_of(clock.now())) if line.is_at_terminal]


def facts(about: str, deed: Deed, **more: str) -> tuple[str, str, Deed, dict[str, str]]:
    return (at_terminal("AIDAKARIN"), about, deed, more)


def written() -> list[tuple[str, str, Deed, dict[str, str]]]:
    return [(line.by, line.about, line.deed, line.facts) for line in reversed(log())]


def test_what_is_done_to_people_is_in_the_log_once(cloud, caller, run):  # noqa: F811
    asa = actions.become_member(email="asa@example.com")
    run("members", "correct", asa, "--name", "Åsa Berg", "--yes")
    run("members", "correct", asa, "--name", "Åsa Berg", "--yes")
    run("members", "unsubscribe", "asa@example.com")
    run("members", "unsubscribe", "asa@example.com")
    suppression.stop(address_hash("asa@example.com"), suppression.BOUNCE, clock.now())
    run("members", "unsuppress", asa, "--reason", "wrote that it works")
    run("members", "unsuppress", "bo@example.org", "--reason", "wrote, too")
    run("members", "erase", "asa@example.com", "--yes")
    assert written() == [
        facts(asa, Deed.PERSON_CORRECTED, fields="name"),
        facts(asa, Deed.NEWSLETTER_STOPPED),
        facts(asa, Deed.EMAIL_RESUMED, was="bounce"),
        facts(address_hash("bo@example.org"), Deed.EMAIL_RESUMED, was="ses"),
        facts(asa, Deed.PERSON_ERASED),
    ]


def test_what_is_done_to_a_newsletter_is_in_the_log_once(cloud, caller, run):  # noqa: F811
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    run("issues", "pause", "autumn")
    run("issues", "pause", "autumn")
    run("issues", "resume", "autumn")
    claims.claim(issue_runs.stored_batch(), "lost", {}, cloud.now)
    claims.mark_uncertain(issue_runs.stored_batch())
    cloud.pass_(2 * DAY)
    run("issues", "settle", "autumn", "--as", "sent", "--yes")
    run("issues", "cancel", "autumn", "--yes")
    assert written() == [
        facts("autumn", Deed.NEWSLETTER_PAUSED),
        facts("autumn", Deed.NEWSLETTER_RESUMED),
        facts("autumn", Deed.NEWSLETTER_SETTLED, state="sent", recipients="3"),
        facts("autumn", Deed.NEWSLETTER_CANCELLED),
    ]


def test_without_its_line_nothing_is_done(cloud, caller, monkeypatch):  # noqa: F811
    """Both are one transaction: here the line is refused."""
    asa = actions.become_member()
    before = people.member(asa)
    refused = table.check(("NOTHING", "NOTHING"), table.EXISTS, {})
    monkeypatch.setattr(deeds, "line", lambda *_, **__: refused)
    result = CliRunner().invoke(main.app, ["members", "correct", asa, "--name", "A B", "--yes"])
    assert (result.exit_code, people.member(asa)) == (1, before)


@pytest.mark.parametrize(
    ("identity", "person"),
    [(USER, "AIDAKARIN"), (ROLE, "role/Admin"), (ROOT, "root")],
)
def test_nobody_is_named_by_what_aws_calls_them(cloud, caller, run, identity, person):  # noqa: F811
    caller(*identity)
    run("team", "add", "bo@example.org")
    (line,) = log()
    assert (line.person, "karin" in str(line)) == (person, False)


def test_who_is_of_the_team_is_known_by_their_address(cloud, caller, run):  # noqa: F811
    details = Details(name="Karin Ek", email="karin@example.com", language="sv", role=Role.OWNER)
    karin = team.add(details, "nobody", clock.now())
    caller(*ROLE)
    run("team", "add", "bo@example.org")
    assert karin
    assert [line.person for line in log()] == [karin.id]


def test_owners_read_in_their_language_who_was_at_a_terminal(caller, desk, run):  # noqa: F811
    owner = desk(Role.OWNER, language="sv")
    caller(f"arn:aws:sts::1:assumed-role/Admin/{owner.actor.email}", "AROA:x")
    run("team", "add", "bo@example.org")
    caller(*USER)
    run("team", "add", "cai@example.org")
    page = owner.get("/desk/log/?by=terminal")["body"]
    assert f"i terminalen ({owner.actor.name})" in page
    assert "i terminalen (AIDAKARIN)" in page
    assert page.count("<tr>") == 1 + 2
    own = owner.get(f"/desk/log/?by={owner.actor.id}")["body"]
    assert "i terminalen" in own.partition("<table>")[2]
