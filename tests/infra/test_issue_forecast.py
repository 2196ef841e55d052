"""Before an issue goes: how many get which variant, and whether SES lets all of it out today."""

import json

import pytest
from botocore.stub import Stubber
from microsite.output.catalogue import variant_document
from typer.testing import CliRunner

from functions.core.mail.ses_account import SesAccount
from functions.newsletter.rules.ledger import Outcome, State
from functions.newsletter.rules.ses_results import Record
from functions.newsletter.store import batches, claims
from functions.people.member import Preferences
from functions.people.store import subscriptions
from infra.alumni import main, options
from infra.alumni.issues import forecast
from infra.cloud import aws as aws_clients
from infra.cloud import table_access as connecting
from infra.cloud.aws import Aws
from infra.issue_forecast import Forecast
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.newsletter import issue_runs
from tests.site import project

ISSUE = "newsletters/2026-12-01-december.md"
BODY = """Words.

::: for: retired
Lunch.
:::

::: office: malmo
A dock.
:::
"""
FRONT = {"send_at": "2026-12-01 09:00", "subject": "December"}
ACCOUNT = SesAccount(daily=50_000, sent=100, rate=14, in_sandbox=False)


@pytest.fixture
def site(tmp_path, monkeypatch):
    sample = project.make(tmp_path)
    sample.write(ISSUE, BODY, **FRONT)
    sample.write(ISSUE.replace(".md", ".sv.md"), "Ord.\n", subject="December", send_at=None)
    monkeypatch.setattr(forecast, "ROOT", sample.root)
    return sample


@pytest.fixture
def ses(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    """SES's answer, checked against its own model."""
    monkeypatch.setattr(connecting, "connect", lambda *_: {})
    aws_clients._client.cache_clear()
    stubber = Stubber(Aws(options.REGION).client("sesv2"))

    def answer_with(daily=50_000.0, sent=100.0, rate=14.0, **more):
        quota = {"Max24HourSend": daily, "SentLast24Hours": sent, "MaxSendRate": rate}
        answer = {"SendQuota": quota, "ProductionAccessEnabled": True, "SendingEnabled": True}
        stubber.add_response("get_account", answer | more)

    with stubber:
        yield answer_with
    aws_clients._client.cache_clear()


def run(*arguments: str, slug: str = "december"):
    return CliRunner().invoke(main.app, ["issues", "forecast", slug, *arguments])


def forecast_json() -> dict:
    return json.loads(run("--json").stdout)


def test_readers_are_counted_by_the_variant_that_they_get(site, ses):
    issue_runs.join(3, office="stockholm")
    issue_runs.join(2, office="malmo")
    issue_runs.join(1, office="malmo", kinds=["retired"])
    issue_runs.join(4, language="sv", kinds=["retired"])
    issue_runs.join(1, language="de", office="stockholm")
    ses()
    counts = forecast_json()
    assert counts["variants"] == {
        "en": 4,
        "en-retired": 0,
        "en-malmo": 2,
        "en-retired-malmo": 1,
        "sv": 4,
    }
    assert (counts["recipients"], counts["problems"]) == (11, [])


def test_members_outside_the_audience_are_not_counted(site, ses):
    site.write(ISSUE, audience="{office: [malmo]}", **FRONT)
    issue_runs.join(2)
    issue_runs.join(1, office="stockholm")
    unsubscribed, quarterly = issue_runs.join(2)
    subscriptions.stop_newsletter(unsubscribed, "link", 5)
    subscriptions.save_preferences(quarterly, Preferences("quarterly", ()), None, "page", 5)
    ses()
    assert forecast_json()["recipients"] == 2


def test_readers_of_an_empty_variant_are_counted_separately(site, ses):
    site.write("events/2026-12-10-talk.md", start="2026-12-10 18:00", end="2026-12-10 20:00")
    (site.root / "site/content" / ISSUE.replace(".md", ".sv.md")).unlink()
    site.write(ISSUE, "", events="next 5 of the reader's offices", **FRONT)
    issue_runs.join(2)
    issue_runs.join(3, office="stockholm")
    ses()
    result = run()
    assert "december: 2 recipients" in result.stdout
    assert "3 more get no email (nothing for them in it)" in result.stdout


def test_a_correction_counts_recipients_of_the_corrected_issue(site, ses, cloud):  # noqa: F811
    issue_runs.join(3)
    issue_runs.publish(slug="autumn")
    issue_runs.tick()
    batch = issue_runs.stored_batch()
    claims.claim(batch, "try", {2: Outcome(State.WITHDRAWN, "erased")}, cloud.now)
    issue_runs.join(5)
    site.write("newsletters/autumn.md", send_at="2026-11-01 09:00")
    site.write(ISSUE, corrects="autumn", **FRONT)
    ses()
    assert forecast_json()["recipients"] == 0
    claims.record(issue_runs.stored_batch(), "try", Record(State.SENT, {}), cloud.now)
    ses()
    assert forecast_json()["recipients"] == 2


QUOTAS = [
    ({"daily": 200.0, "sent": 0.0}, 0, ""),
    ({"daily": -1.0}, 0, ""),
    ({"daily": 3.0, "sent": 0.0}, 1, "of SES's 3 emails a day 2 are for newsletters; this issue"),
    ({"daily": 10.0, "sent": 7.0}, 1, "too small today: 2 emails are left for newsletters; this"),
    ({"daily": 10.0, "sent": 6.0}, 0, ""),
    ({"ProductionAccessEnabled": False}, 1, "the account is in SES's sandbox"),
    ({"SendingEnabled": False}, 1, "SES has stopped sending for this account (off)"),
    ({"EnforcementStatus": "SHUTDOWN"}, 1, "SES has stopped sending for this account (SHUTDOWN)"),
]


@pytest.mark.parametrize(("account", "code", "words"), QUOTAS)
def test_limits_of_ses_are_reported(site, ses, account, code, words):
    issue_runs.join(3)
    ses(**account)
    result = run()
    assert result.exit_code == code
    assert words in result.stderr


def test_duration_and_cost_are_forecast():
    small = Forecast({"en": 400}, 0, ACCOUNT)
    large = Forecast({"en": 300_000, "sv": 200_000}, 0, ACCOUNT)
    assert (small.seconds, large.seconds) == (32, 39_683)
    assert 0.04 < small.cost < 0.05
    assert 50 < large.cost < 52
    assert Forecast({"en": 4}, 0, SesAccount(200, 0, 0, in_sandbox=False)).seconds is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (119, "119 seconds"), (121, "3 minutes"), (35_715, "9 hours 56 minutes")],
)
def test_a_duration_is_written_in_words(seconds, words):
    assert forecast.duration(seconds) == words


def test_the_figures_are_printed_in_words(site, ses):
    issue_runs.join(1)
    ses()
    lines = run().stdout.splitlines()
    assert lines[0] == "december: 1 recipient"
    assert "SES: 49,900 of 50,000 emails left in these 24 hours; rate: 14 per second" in lines
    assert lines[-2:] == ["Duration: about 1 second", "Cost: about $0.00"]


def test_the_forecast_equals_the_plan(site, ses, cloud):  # noqa: F811
    for kind in ("retired", "engineer"):
        for office in ("malmo", "stockholm"):
            issue_runs.join(2, kinds=[kind], office=office)
    ses()
    foretold = forecast_json()["variants"]
    whole = site.read()
    (issue,) = (i for i in whole.edition.issues if i.slug == "december")
    variants = {variant.name: variant for variant in whole.variants(issue)}
    readers = {name: list(variant.readers) for name, variant in variants.items()}
    contents = {name: json.loads(variant_document(variant)) for name, variant in variants.items()}
    issue_runs.publish(slug="december", readers=readers, contents=contents)
    issue_runs.tick()
    written = list(batches.of_issue("december"))
    planned = {batch.variant.name: len(batch.recipients) for batch in written}
    assert planned == {name: count for name, count in foretold.items() if count}
    assert len(written) == 4


def test_an_unknown_issue_is_reported(site, ses):
    result = run(slug="decembre")
    assert result.exit_code == 1
    assert "did you mean 'december'?" in result.stderr
