"""A deploy as a whole: what goes to CloudFormation, the question before, what is left behind."""

import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.cloud.aws import Aws
from infra.cloud.deploying import deployment, manual_steps, ssm_secrets, stack, wheels
from infra.cloud.deploying.artifact import Artifact
from infra.cloud.deploying.manual_steps import Step
from infra.cloud.deploying.stack import Change, ChangeSet
from infra.cloud.errors import CloudError
from tests.infra.cloud.deploying.test_existing_data import table as existing_table

PYTHON = Path(sys.executable)
CHANGES = (Change("Modify", "Table", "AWS::DynamoDB::Table", replaces=True),)
PARAMETERS = {"SenderDomain": "example.com", "AlarmAddress": "ops@example.com"}
TOPIC = "arn:aws:sns:eu-north-1:123456789012:test-Alarms"
OUTPUTS = {"DistributionDomain": "d1.cloudfront.net", "AlarmTopicArn": TOPIC}


class Prepared(list[Any]):
    """The parameters of each change set, and whether it was executed or discarded."""


GIVEN = {"Sender": "Test <test@example.com>", "SiteUrl": "https://alumni.example.com/"}
STANDING: dict[str, str] = {"TableName": "test-data", **GIVEN}


@pytest.fixture
def standing(aws, prepared, monkeypatch) -> None:
    """A stack that was deployed before."""
    ssm_secrets.create(aws, "/alumni/test/address-key", "00" * 32)
    owned = {"Table": "test-data", "PublicBucket": "public", "PrivateBucket": "private"}
    named = {"PublicBucketName": "public", "PrivateBucketName": "private"}
    monkeypatch.setattr(stack, "status", lambda *_: "CREATE_COMPLETE")
    monkeypatch.setattr(stack, "resources", lambda *_: owned)
    monkeypatch.setattr(stack, "parameters", lambda *_: STANDING | named)


@pytest.fixture
def prepared(aws, monkeypatch) -> Prepared:
    calls = Prepared()

    def prepare(_place, name, _url, values):
        calls.append(values)
        return ChangeSet("set", name, CHANGES)

    code = Artifact({}, "ab" * 32, "cpython-313", PYTHON)
    monkeypatch.setattr(deployment.artifact, "make", lambda _target: code)
    monkeypatch.setattr(stack, "status", lambda *_: None)
    monkeypatch.setattr(stack, "parameters", lambda *_: {})
    monkeypatch.setattr(stack, "resources", lambda *_: {})
    monkeypatch.setattr(stack, "prepare", prepare)
    monkeypatch.setattr(stack, "execute", lambda *_: calls.append("executed"))
    monkeypatch.setattr(stack, "discard", lambda *_: calls.append("discarded"))
    monkeypatch.setattr(stack, "outputs", lambda *_: OUTPUTS)
    return calls


def test_code_and_secrets_are_added_to_the_given_parameters(aws, prepared, standing):
    done = deployment.deploy(aws, "test", {"SiteUrl": "https://example.com/"}, target=wheels.HERE)
    values, _ = prepared
    assert values["CodeKey"] == f"functions/{'ab' * 16}-cpython-313.zip"
    assert values["ParameterPrefix"] == "/alumni/test"
    assert values["SiteUrl"] == "https://example.com/"
    assert len(values["OriginSecrets"]) >= 32
    assert len(done.secrets_made) == 3


def test_a_second_deploy_has_the_same_parameters_and_makes_no_secret(aws, prepared, standing):
    deployment.deploy(aws, "test", {}, target=wheels.HERE)
    again = deployment.deploy(aws, "test", {}, target=wheels.HERE)
    assert prepared[0] == prepared[2]
    assert again.secrets_made == []


def test_a_stack_that_lost_its_address_key_gets_no_new_one(aws, prepared, standing):
    aws.client("ssm").delete_parameter(Name="/alumni/test/address-key")
    with pytest.raises(CloudError, match="alumni secrets restore"):
        deployment.deploy(aws, "test", {}, target=wheels.HERE)
    assert aws.client("ssm").describe_parameters()["Parameters"] == []
    assert prepared == []


def test_a_first_deploy_protects_the_table_once_the_stack_stands(aws, prepared, monkeypatch):
    monkeypatch.setattr(stack, "execute", lambda *_: monkeypatch.setattr(stack, "parameters", two))

    def two(*_: Any) -> dict[str, str]:
        return {**GIVEN, "SiteUrl": ""}

    given = {"Sender": GIVEN["Sender"]}
    deployment.deploy(aws, "test", given, target=wheels.HERE)
    assert [values["DeletionProtection"] for values in prepared] == ["off", "on"]
    assert "SiteUrl" not in prepared[0]
    assert prepared[1]["SiteUrl"] == "https://d1.cloudfront.net/"


@pytest.mark.parametrize("compiled", [True, False])
def test_code_without_bytecode_is_warned_about_before_the_question(
    aws, prepared, standing, monkeypatch, compiled
):
    code = Artifact({}, "cd" * 32, "cpython-313", PYTHON if compiled else None)
    monkeypatch.setattr(deployment.artifact, "make", lambda _target: code)
    proposals = []
    deployment.deploy(aws, "test", {}, target=wheels.HERE, confirm=proposals.append)
    assert ("uv python install 3.13" in str(proposals[0].notes)) is not compiled


def test_declining_changes_nothing_and_leaves_no_change_set(aws, prepared):
    done = deployment.deploy(aws, "test", GIVEN, target=wheels.HERE, confirm=lambda _: False)
    assert prepared[1:] == ["discarded"]
    assert done.refused


def test_interrupting_the_question_leaves_no_change_set(aws, prepared):
    def broken_off(_changes):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deployment.deploy(aws, "test", GIVEN, target=wheels.HERE, confirm=broken_off)
    assert prepared[1:] == ["discarded"]


def test_the_question_names_the_place_and_what_would_be_replaced(aws, prepared):
    questions: list[deployment.Proposal] = []
    deployment.deploy(aws, "test", GIVEN, target=wheels.HERE, confirm=questions.append)
    (question,) = questions
    assert (question.account, question.region) == (aws.account(), "eu-north-1")
    assert (question.changes, question.is_first) == (CHANGES, True)


def test_an_up_to_date_stack_needs_no_confirmation(aws, prepared, standing, monkeypatch):
    monkeypatch.setattr(stack, "prepare", lambda *_: None)
    done = deployment.deploy(aws, "test", {}, target=wheels.HERE, confirm=lambda _: False)
    assert (done.changes, done.refused, prepared) == ((), False, [])


# ---- What is left for people to do


def what(steps: list[Step]) -> str:
    return " ".join(step.what for step in steps)


@pytest.fixture
def ses(aws, monkeypatch) -> Any:
    client = aws.client("sesv2")
    client.create_email_identity(EmailIdentity="example.com")
    assert aws.client("sns").create_topic(Name="test-Alarms")["TopicArn"] == TOPIC
    monkeypatch.setattr(client, "get_account", lambda: {"ProductionAccessEnabled": False})
    return client


def test_mail_needs_records_and_production_access(aws, ses, monkeypatch):
    waiting = {"DkimAttributes": {"Status": "PENDING", "Tokens": ["abc"]}}
    monkeypatch.setattr(ses, "get_email_identity", lambda **_: waiting)
    steps = manual_steps.steps(aws, PARAMETERS, OUTPUTS)
    records = [record for step in steps for record in step.records]
    assert any(record.name == "abc._domainkey.example.com" for record in records)
    assert any(record.name == "_dmarc.example.com" for record in records)
    assert "production access" in what(steps)
    assert "ops@example.com" in what(steps)


@pytest.mark.parametrize(
    ("arn", "is_left"),
    [(f"{TOPIC}:1", False), ("PendingConfirmation", True), ("", True)],
)
def test_alarms_that_nobody_gets_are_left_to_do(aws, ses, monkeypatch, arn, is_left):
    """An empty ARN: SNS has forgotten the subscription, because nobody confirmed it."""
    subscriptions = [{"Endpoint": "ops@example.com", "SubscriptionArn": arn}] if arn else []
    pages = SimpleNamespace(paginate=lambda **_: [{"Subscriptions": subscriptions}])
    monkeypatch.setattr(aws.client("sns"), "get_paginator", lambda _: pages)
    steps = manual_steps.steps(aws, PARAMETERS, OUTPUTS)
    assert ("ops@example.com gets no alarms yet" in what(steps)) is is_left
    assert (
        any(f"--topic-arn {TOPIC}" in line for step in steps for line in step.commands) is is_left
    )


BUDGET = {"MonthlyBudget": "25"}


def budget_commands(aws, parameters, outputs=OUTPUTS) -> list[str]:
    steps = manual_steps.steps(aws, PARAMETERS | parameters, outputs | {"StackName": "test"})
    return [line for step in steps for line in step.commands if "create-budget" in line]


def test_where_the_stack_has_no_budget_the_printed_command_creates_it_once(aws, ses):
    (line,) = budget_commands(aws, BUDGET)
    words = shlex.split(line)
    options = dict(zip(words[3::2], words[4::2], strict=False))
    aws.client("budgets").create_budget(
        AccountId=options["--account-id"],
        Budget=json.loads(options["--budget"]),
        NotificationsWithSubscribers=json.loads(options["--notifications-with-subscribers"]),
    )
    assert budget_commands(aws, BUDGET) == []


@pytest.mark.parametrize(
    ("parameters", "outputs"),
    [
        ({"MonthlyBudget": "0"}, OUTPUTS),
        (BUDGET | {"Permissions": "local"}, OUTPUTS),
        (BUDGET | {"AlarmAddress": ""}, OUTPUTS),
        (BUDGET, OUTPUTS | {"Budget": "test-eu-west-1"}),
    ],
)
def test_no_budget_is_asked_for_where_there_is_one_or_none_is_wanted(aws, ses, parameters, outputs):
    assert budget_commands(aws, parameters, outputs) == []


def test_without_an_address_nobody_gets_the_alarms(aws, ses):
    steps = manual_steps.steps(aws, PARAMETERS | {"AlarmAddress": ""}, OUTPUTS)
    assert "AlarmAddress" in steps[-1].what


@pytest.mark.parametrize("is_named", [True, False])
def test_the_first_owner_of_the_desk_is_asked_for_until_there_is_one(
    aws, ses, monkeypatch, is_named
):
    answer = {"Items": [{"pk": {"S": "TEAM"}}] if is_named else []}
    monkeypatch.setattr(aws.client("dynamodb"), "query", lambda **_: answer)
    steps = manual_steps.steps(aws, PARAMETERS, OUTPUTS | {"TableName": "test-data"})
    commands = [line for step in steps for line in step.commands]
    assert ("alumni team add hr@example.com" in commands) is not is_named


def test_a_finished_email_setup_needs_no_step(aws, ses, monkeypatch):
    done = {"DkimAttributes": {"Status": "SUCCESS"}, "MailFromAttributes": {}}
    monkeypatch.setattr(ses, "get_email_identity", lambda **_: done)
    monkeypatch.setattr(ses, "get_account", lambda: {"ProductionAccessEnabled": True})
    assert "DKIM" not in what(manual_steps.steps(aws, PARAMETERS, OUTPUTS))
    assert "production" not in what(manual_steps.steps(aws, PARAMETERS, OUTPUTS))


def test_a_list_of_addresses_that_ses_keeps_for_the_account_is_named(aws, ses, monkeypatch):
    assert "suppression" not in what(manual_steps.steps(aws, PARAMETERS, OUTPUTS))
    on = {"SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}}
    monkeypatch.setattr(ses, "get_account", lambda: on)
    steps = what(manual_steps.steps(aws, PARAMETERS, OUTPUTS))
    assert "put-account-suppression-attributes --region eu-north-1 --suppressed-reasons`" in steps


def test_the_bounce_domain_needs_records_of_the_region(aws, ses, monkeypatch):
    mail_from = {"MailFromDomain": "bounce.example.com", "MailFromDomainStatus": "PENDING"}
    identity = {"DkimAttributes": {"Status": "SUCCESS"}, "MailFromAttributes": mail_from}
    monkeypatch.setattr(ses, "get_email_identity", lambda **_: identity)
    steps = manual_steps.steps(aws, PARAMETERS, OUTPUTS)
    values = [record.value for record in steps[0].records]
    assert "10 feedback-smtp.eu-north-1.amazonses.com" in values


def test_a_domain_unknown_to_ses_is_named(aws):
    with pytest.raises(CloudError, match=r"does not know example\.com"):
        manual_steps.steps(aws, PARAMETERS, OUTPUTS)


NAMED = PARAMETERS | {"SiteDomain": "alumni.example.com", "SiteUrl": "https://alumni.example.com/"}


def certificate(aws: Any, name: str, **options: Any) -> str:
    acm = replace(aws, region="us-east-1").client("acm")
    answer = acm.request_certificate(DomainName=name, ValidationMethod="DNS", **options)
    return str(answer["CertificateArn"])


def first_step(aws: Any, parameters: dict[str, str]) -> Step:
    return manual_steps.steps(aws, parameters, OUTPUTS)[0]


def test_the_sites_own_name_needs_a_certificate_of_cloudfronts_region(aws, ses):
    (command,) = first_step(aws, NAMED).commands
    request = "request-certificate --validation-method DNS --domain-name alumni.example.com"
    assert command == f"aws acm {request} --region us-east-1"


def test_commands_use_the_same_profile():
    hr = Aws("eu-north-1", profile="hr")
    assert manual_steps._command(hr, "s3 ls") == "aws s3 ls --region eu-north-1 --profile hr"


@pytest.mark.parametrize("name", ["alumni.example.com", "*.example.com"])
def test_a_requested_certificate_needs_the_record_that_proves_the_domain(aws, ses, name):
    certificate(aws, "other.example.com")
    certificate(aws, name)
    step = first_step(aws, NAMED)
    (record,) = step.records
    assert record.kind == "CNAME"
    assert "alumni.example.com" in record.name or name.startswith("*")
    assert not record.value.endswith(".")
    assert "Prove to ACM" in step.what


def test_an_issued_certificate_is_named_for_the_next_deploy(aws, ses, monkeypatch):
    certificate(aws, "alumni.example.com")
    arn = certificate(aws, "example.com", SubjectAlternativeNames=["alumni.example.com"])
    acm = replace(aws, region="us-east-1").client("acm")
    describe = acm.describe_certificate

    def issued(CertificateArn: str) -> Any:  # noqa: N803 - as boto3 names it
        answer = describe(CertificateArn=CertificateArn)
        status = "ISSUED" if CertificateArn == arn else "PENDING_VALIDATION"
        return {"Certificate": answer["Certificate"] | {"Status": status}}

    monkeypatch.setattr(acm, "describe_certificate", issued)
    step = first_step(aws, NAMED)
    assert step.commands == (f"alumni deploy --parameter CertificateArn={arn}",)


def test_with_its_certificate_the_name_is_pointed_to_the_distribution(aws, ses):
    step = first_step(aws, NAMED | {"CertificateArn": "arn"})
    (record,) = step.records
    assert (record.name, record.value) == ("alumni.example.com", "d1.cloudfront.net")
    assert "alias records (A and AAAA)" in step.what


def test_a_site_at_cloudfronts_name_may_move_and_a_laptop_may_not(aws, ses):
    at_cloudfront = PARAMETERS | {"SiteUrl": "https://d1.cloudfront.net/"}
    assert "--parameter SiteUrl=https://alumni" in first_step(aws, at_cloudfront).what
    at_home = PARAMETERS | {"SiteUrl": "http://localhost:8000/"}
    assert "SiteUrl" not in what(manual_steps.steps(aws, at_home, OUTPUTS))


def test_the_policy_against_forged_emails_begins_with_reports(aws, ses, monkeypatch):
    waiting = {"DkimAttributes": {"Status": "PENDING", "Tokens": ["abc"]}}
    monkeypatch.setattr(ses, "get_email_identity", lambda **_: waiting)
    (step,) = (
        step for step in manual_steps.steps(aws, PARAMETERS, OUTPUTS) if "DMARC" in step.what
    )
    (record,) = step.records
    assert record.value == '"v=DMARC1; p=none; rua=mailto:dmarc@example.com"'
    assert "p=quarantine would also hit the company's other email" in step.what
    assert "SenderDomain=news.example.com" in step.what


EXISTING = PARAMETERS | {"SenderIdentity": "existing"}


def test_an_existing_identity_may_lack_what_the_stack_would_set(aws, ses, monkeypatch):
    bare = {"DkimAttributes": {"Status": "SUCCESS"}, "FeedbackForwardingStatus": True}
    monkeypatch.setattr(ses, "get_email_identity", lambda **_: bare)
    steps = manual_steps.steps(aws, EXISTING, OUTPUTS)
    commands = [command for step in steps for command in step.commands if "sesv2" in command]
    where = "--email-identity example.com --region eu-north-1"
    mail_from = "put-email-identity-mail-from-attributes --mail-from-domain bounce.example.com"
    forwarding = "put-email-identity-feedback-attributes --no-email-forwarding-enabled"
    assert commands == [f"aws sesv2 {mail_from} {where}", f"aws sesv2 {forwarding} {where}"]
    own = manual_steps.steps(aws, PARAMETERS, OUTPUTS)
    assert "sesv2" not in str(own)


RECEIVING = PARAMETERS | {"UnsubscribeMailbox": "leave@in.example.com"}
RULES = OUTPUTS | {"UnsubscribeRuleSet": "alumni-unsubscribe"}


def receiving(aws: Any, parameters: dict[str, str] = RECEIVING) -> list[Step]:
    steps = manual_steps.steps(aws, parameters, RULES)
    return [step for step in steps if "SES receive" in step.what]


def test_receiving_unsubscribe_emails_needs_a_record_and_an_active_rule_set(aws, ses):
    (step,) = receiving(aws)
    (record,) = step.records
    assert (record.name, record.kind) == ("in.example.com", "MX")
    assert record.value == "10 inbound-smtp.eu-north-1.amazonaws.com"
    assert "--rule-set-name alumni-unsubscribe`." in step.what
    assert "verify" not in step.what


def test_a_mailbox_elsewhere_needs_its_domain_verified(aws, ses):
    elsewhere = RECEIVING | {"UnsubscribeMailbox": "leave@notexample.com"}
    (step,) = receiving(aws, elsewhere)
    assert "verify notexample.com in SES" in step.what


def test_an_active_rule_set_needs_no_step_and_a_foreign_one_is_named(aws, ses):
    rules = aws.client("ses")
    for name in ("theirs", "alumni-unsubscribe"):
        rules.create_receipt_rule_set(RuleSetName=name)
    rules.set_active_receipt_rule_set(RuleSetName="theirs")
    (step,) = receiving(aws)
    assert "replaces the active set theirs" in step.what
    rules.set_active_receipt_rule_set(RuleSetName="alumni-unsubscribe")
    assert receiving(aws) == []


def test_without_a_mailbox_nothing_is_received(aws, ses):
    assert receiving(aws, PARAMETERS) == []


def test_a_table_is_adopted_only_with_the_key_of_its_address_hashes(
    aws: Aws, prepared: Prepared
) -> None:
    existing_table(aws, "test-data")
    with pytest.raises(CloudError, match="alumni secrets restore"):
        deployment.deploy(aws, "test", GIVEN, target=wheels.HERE)
    assert prepared == []
    ssm_secrets.create(aws, "/alumni/test/address-key", "00" * 32)
    deployment.deploy(aws, "test", GIVEN, target=wheels.HERE, confirm=lambda _: False)
    assert prepared[0]["AdoptTable"] == "yes"
    stored = ssm_secrets.read(aws, "/alumni/test", "address-key")
    assert stored.value == "00" * 32
