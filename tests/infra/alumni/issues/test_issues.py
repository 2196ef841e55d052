"""`alumni issues`, on a table that the functions have filled."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.events.store import event_facts, invited_facts
from functions.newsletter.rules.ledger import Cause, Outcome, Pause, State
from functions.newsletter.store import batches, claims, issues
from infra.alumni import main
from infra.cloud import table_access as connecting
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.events import actions
from tests.functions.newsletter import issue_runs


@pytest.fixture(autouse=True)
def sending(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    """An issue on its way to three."""
    monkeypatch.setattr(connecting, "connect", lambda *_: {})
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    return cloud


def run(*arguments, **options):
    return CliRunner().invoke(main.app, ["issues", *arguments], **options)


def test_pausing_and_resuming_report_the_new_state():
    assert run("pause", "autumn", "--reason", "a wrong date").stdout == "autumn is paused.\n"
    assert run("pause", "autumn").stdout == "autumn is already paused.\n"
    assert "a wrong date" in run("show", "autumn").stdout
    assert run("resume", "autumn").stdout == "autumn is sending.\n"
    assert "a wrong date" not in run("show", "autumn").stdout


def test_times_are_those_of_the_file_and_not_utc():
    issue = issues.get("autumn")
    local = datetime.fromtimestamp(issue.send_at, ZoneInfo("Europe/Stockholm"))
    assert f"{local:%Y-%m-%d %H:%M}" in run("list").stdout
    assert f"send at: {local:%Y-%m-%d %H:%M}\n" in run("show", "autumn").stdout
    assert "UTC" not in run("list").stdout


def test_an_issue_that_waits_for_the_quota_is_shown_to_resume_by_itself(sending):
    assert "resumes:" not in run("show", "autumn").stdout
    issues.pause("autumn", Pause(Cause.QUOTA, "LimitExceededException"), sending.now)
    assert "resumes: by itself, when SES's daily quota allows" in run("show", "autumn").stdout
    sending.pass_(DAY)
    issue_runs.tick()
    assert "waited: 24 h for SES's daily quota" in run("show", "autumn").stdout
    run("pause", "autumn")
    assert "resumes:" not in run("show", "autumn").stdout


def test_a_skipped_issue_is_shown_with_its_reason():
    values = {":state": "skipped", ":reason": "no-variant"}
    write = table.update(
        ("ISSUE#autumn", "ISSUE"), "SET #state = :state, #reason = :reason", values
    )
    table.write(write)
    output = run("show", "autumn").stdout
    assert "because: it has no variant" in output
    assert "paused" not in output


def test_an_issue_of_the_archive_does_not_look_like_a_failure():
    issue_runs.publish(slug="spring-2019", at=-300 * DAY, archived=True)
    (row,) = (line for line in run("list").stdout.splitlines() if "spring-2019" in line)
    assert "archived" in row
    assert "missed" not in row
    because = "because: first published after its time: on the website, and never sent\n"
    assert because in run("show", "spring-2019").stdout


def test_json_reports_what_changed():
    result = json.loads(run("pause", "autumn", "--json").stdout)
    assert result == {"slug": "autumn", "state": "paused", "changed": True}


def test_only_an_issue_being_sent_can_be_paused():
    issue_runs.publish(slug="winter", at=DAY)
    result = run("pause", "winter")
    assert result.exit_code == 1
    assert "winter is scheduled. Nothing was changed. To hold it back" in result.stderr


def test_a_scheduled_issue_has_no_number_of_recipients_yet():
    issue_runs.publish(slug="winter", at=DAY)
    (row,) = (line for line in run("list").stdout.splitlines() if "winter" in line)
    assert "not yet known" in row
    assert "recipients: not yet known\n" in run("show", "winter").stdout
    assert json.loads(run("show", "winter", "--json").stdout)["planned"] == 0


def test_cancelling_needs_a_confirmation():
    assert run("cancel", "autumn", input="n\n").exit_code == 1
    assert issue_runs.stored_issue().state == "sending"
    assert run("cancel", "autumn", "--yes").stdout == "autumn is cancelled.\n"
    assert run("cancel", "autumn").stdout == "autumn is already cancelled.\n"
    issue_runs.tick()
    assert issue_runs.counts() == {"cancelled": 3}


@pytest.mark.parametrize("name", ["show", "pause", "resume", "cancel", "report"])
def test_an_unknown_issue_is_reported(name):
    result = run(name, "spring")
    assert result.exit_code == 1
    assert "No issue found: spring" in result.stderr


@pytest.fixture
def lost(sending):
    """Of two of the three no answer came, and no event for a day."""
    batch = issue_runs.stored_batch()
    claims.claim(batch, "lost", {2: Outcome(State.WITHDRAWN, "erased")}, sending.now)
    claims.mark_uncertain(issue_runs.stored_batch())
    sending.pass_(DAY + 1)
    return list(batch.recipients)


def test_the_report_accounts_for_every_recipient(lost):
    report = run("report", "autumn").stdout
    assert "Audience: 3 = 0 sent + 0 suppressed + 1 withdrawn + 0 failed" in report
    assert "Variant en: 3 = " in report
    assert "withdrawn erased: 1" in report
    assert f"member {lost[0]}, batch 0, position 0" in report
    assert lost[2] not in report


def test_json_reports_the_same(lost):
    report = json.loads(run("report", "autumn", "--json").stdout)
    assert (report["audience"], sum(report["states"].values())) == (3, 3)
    assert report["variants"] == {"en": {"uncertain": 2, "withdrawn": 1}} == report["languages"]
    assert [recipient["member"] for recipient in report["doubtful"]] == lost[:2]


def test_a_report_whose_ledger_lacks_recipients_fails(lost):
    table.write(table.delete(("ISSUE#autumn", "BATCH#000000")))
    result = run("report", "autumn")
    assert result.exit_code == 1
    assert "The audience is 3, but the ledger holds 0." in result.stderr


@pytest.mark.parametrize("decision", ["sent", "failed", "planned"])
def test_settling_changes_each_uncertain_recipient_once(lost, decision):
    first = json.loads(run("settle", "autumn", "--as", decision, "--yes", "--json").stdout)
    assert first == {"slug": "autumn", "as": decision, "settled": 2, "left": 0}
    assert issue_runs.counts() == {"withdrawn": 1, decision: 2}
    assert run("settle", "autumn", "--as", "sent").stdout == "Marked 0 recipients as sent.\n"
    assert issue_runs.counts() == {"withdrawn": 1, decision: 2}


def test_sending_again_needs_a_confirmation_and_an_issue_that_is_not_cancelled(lost):
    declined = run("settle", "autumn", "--as", "planned", input="n\n")
    assert "Send the issue again to 2 recipients, who may have it already?" in declined.stderr
    assert (declined.exit_code, issue_runs.counts()["uncertain"]) == (1, 2)
    run("cancel", "autumn", "--yes")
    assert run("settle", "autumn", "--as", "planned", "--yes").exit_code == 1
    assert run("settle", "autumn").exit_code == 2


def test_whoever_is_invited_again_hears_again_of_what_has_changed(sending):
    actions.publish()
    links = "{{name_html}} {{unsubscribe_url}} {{answer_token}}"
    content = {"en": {"subject": "Invitation", "html": links, "text": links}}
    issue_runs.publish(slug=actions.SLUG, kind="event_invitation", contents=content)
    issue_runs.tick()
    claims.claim(batches.get(actions.SLUG, 0), "lost", {}, sending.now)
    claims.mark_uncertain(batches.get(actions.SLUG, 0))
    invitation, later = issues.get(actions.SLUG), "2026-12-04T16:30:00Z"
    actions.publish(starts_at=later, ends_at="2026-12-04T19:00:00Z")
    event_facts.move_on(event_facts.read_change(actions.SLUG), "")
    sending.pass_(DAY + HOUR)
    assert run("settle", actions.SLUG, "--as", "planned", "--yes").exit_code == 0
    known = invited_facts.of_batches([batches.get(actions.SLUG, 0)])[0]
    assert known == dict.fromkeys(range(3), invitation.event_number)
    assert not event_facts.read_change(actions.SLUG).to_invited


def test_recipients_can_be_settled_only_after_a_day(sending):
    claims.claim(issue_runs.stored_batch(), "lost", {}, sending.now)
    claims.mark_uncertain(issue_runs.stored_batch())
    sending.pass_(DAY)
    assert (
        run("settle", "autumn", "--as", "sent", "--yes").stdout == "Marked 0 recipients as sent.\n"
    )
    assert issue_runs.counts() == {"uncertain": 3}
