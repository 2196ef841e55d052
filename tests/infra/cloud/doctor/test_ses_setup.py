"""SES's account, the sender's domain and the configuration sets, from recorded answers."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.core.mail.ses_account import UNLIMITED, SesAccount
from infra.cloud.doctor import examination, ses_setup
from infra.cloud.doctor.findings import Finding, Status
from infra.cloud.doctor.newsletter_round import Pipe
from infra.cloud.doctor.ses_setup import ConfigurationSet, Identity, Wanted

ACCOUNT = SesAccount(daily=50_000, sent=12, rate=14.0, in_sandbox=False)
IDENTITY = Identity(
    "example.com",
    is_verified=True,
    signs=True,
    dkim="SUCCESS",
    dkim_tokens=("k1",),
    mail_from="bounce.example.com",
    mail_from_status="SUCCESS",
)
EVENTS = frozenset({"SEND", "BOUNCE"})
WANTED = Wanted("alumni-newsletter", frozenset(), EVENTS)
SET = ConfigurationSet(sends=True, suppressed_reasons=frozenset(), events=EVENTS)


def problems(findings: list[Finding]) -> dict[str, str]:
    return {
        finding.check: finding.remedy for finding in findings if finding.status is Status.PROBLEM
    }


@pytest.mark.parametrize(
    ("change", "check", "remedy"),
    [
        ({"in_sandbox": True}, "Sandbox", "Request production access"),
        ({"stopped": "SHUTDOWN"}, "Sending", "answer AWS's case"),
        ({"sent": 49_995}, "Quota", "Wait until tomorrow"),
    ],
)
def test_an_account_that_cannot_send_is_a_problem(change: dict, check: str, remedy: str) -> None:
    assert problems(list(ses_setup.account_verdicts(ACCOUNT))) == {}
    assert problems(list(ses_setup.account_verdicts(replace(ACCOUNT, daily=UNLIMITED)))) == {}
    remedies = problems(list(ses_setup.account_verdicts(replace(ACCOUNT, **change))))
    assert list(remedies) == [check]
    assert remedy in remedies[check]


@pytest.mark.parametrize(
    ("change", "check", "remedy"),
    [
        ({"is_verified": False}, "Sender's domain", "Add the DKIM records"),
        ({"signs": False}, "Signature", "Enable DKIM signatures"),
        ({"dkim": "PENDING"}, "Signature", "Add the DKIM records"),
        ({"dkim": "FAILED"}, "Signature", "start the check again"),
        ({"mail_from_status": "FAILED"}, "Bounces' domain", "MX and SPF records"),
    ],
)
def test_a_domain_that_is_not_ready_is_a_problem(change: dict, check: str, remedy: str) -> None:
    assert problems(list(ses_setup.identity_verdicts(IDENTITY, "example.com"))) == {}
    changed = replace(IDENTITY, **change)
    remedies = problems(list(ses_setup.identity_verdicts(changed, "example.com")))
    assert list(remedies) == [check]
    assert remedy in remedies[check]


def test_an_unknown_domain_is_a_problem() -> None:
    remedies = problems(list(ses_setup.identity_verdicts(None, "example.com")))
    assert "SenderIdentity=create" in remedies["Sender's domain"]


@pytest.mark.parametrize(
    ("actual", "seen", "remedy"),
    [
        (None, "is missing", "reverts drift"),
        (replace(SET, sends=False), "switched off", "enable sending"),
        (replace(SET, events=frozenset({"SEND"})), "does not report bounce", "reverts drift"),
        (
            replace(SET, suppressed_reasons=frozenset({"BOUNCE"})),
            "for bounce, the template for nothing",
            "reverts drift",
        ),
    ],
)
def test_a_set_that_differs_from_the_template_is_a_problem(actual, seen: str, remedy: str) -> None:
    assert ses_setup.set_verdict("Newsletters", WANTED, SET).status is Status.OK
    verdict = ses_setup.set_verdict("Newsletters", WANTED, actual)
    assert seen in verdict.seen
    assert remedy in verdict.remedy


class Ses:
    """Recorded answers: a call without one is answered as SES does for what it doesn't know."""

    def __init__(self, **answers: dict[str, Any]) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        def call(**_: str) -> dict[str, Any]:
            if name not in self._answers:
                raise ClientError({"Error": {"Code": "NotFoundException"}}, name)
            return self._answers[name]

        return call


def test_the_answers_of_ses_can_be_read() -> None:
    answer = {
        "VerifiedForSendingStatus": True,
        "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS", "Tokens": ["k1"]},
        "MailFromAttributes": {
            "MailFromDomain": "bounce.example.com",
            "MailFromDomainStatus": "SUCCESS",
        },
    }
    assert ses_setup.read_identity(Ses(get_email_identity=answer), "example.com") == IDENTITY
    assert ses_setup.read_identity(Ses(), "example.com") is None
    assert ses_setup.read_set(Ses(), "alumni-newsletter") is None


def test_only_enabled_destinations_to_the_event_bus_count() -> None:
    bus = {"EventBridgeDestination": {"EventBusArn": "arn"}}
    destinations = [
        {"Enabled": True, "MatchingEventTypes": ["SEND"]} | bus,
        {"Enabled": False, "MatchingEventTypes": ["BOUNCE"]} | bus,
        {"Enabled": True, "MatchingEventTypes": ["COMPLAINT"], "SnsDestination": {}},
    ]
    ses = Ses(
        get_configuration_set={
            "SendingOptions": {"SendingEnabled": True},
            "SuppressionOptions": {"SuppressedReasons": []},
        },
        get_configuration_set_event_destinations={"EventDestinations": destinations},
    )
    configuration_set = ses_setup.read_set(ses, "alumni-newsletter")
    assert configuration_set == ConfigurationSet(
        sends=True, suppressed_reasons=frozenset(), events=frozenset({"SEND"})
    )


def test_a_set_without_options_of_its_own_uses_the_accounts_list() -> None:
    listing = {"SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]}}
    ses = Ses(
        get_account=listing,
        get_configuration_set={},
        get_configuration_set_event_destinations={},
    )
    configuration_set = ses_setup.read_set(ses, "alumni-newsletter")
    assert configuration_set
    assert configuration_set.suppressed_reasons == {"BOUNCE"}


def test_the_accounts_own_list_is_named_but_is_no_problem() -> None:
    listed = ses_setup.list_verdict(frozenset({"BOUNCE", "COMPLAINT"}))
    assert listed.status is Status.OK
    assert "after a bounce or complaint" in listed.seen
    assert "keeps no list" in ses_setup.list_verdict(frozenset()).seen


def test_the_rules_that_pass_events_and_emails_on_must_be_switched_on() -> None:
    pipe = Pipe("alumni-MailEvents", is_enabled=True, is_connected=True, waiting=0, given_up=0)
    assert examination.rule_verdict(pipe).status is Status.OK
    off = examination.rule_verdict(replace(pipe, is_enabled=False))
    assert "Enable the rule alumni-MailEvents" in off.remedy
    assert examination.receiving_verdict("ours", "ours").status is Status.OK
    assert "no rule set" in examination.receiving_verdict("ours", "").seen
    assert "copy the rules" in examination.receiving_verdict("ours", "theirs").remedy


class Identities:
    """SES's answers by identity: True is verified."""

    def __init__(self, **verified: bool) -> None:
        self._verified = verified

    def get_email_identity(self, EmailIdentity: str) -> dict[str, Any]:  # noqa: N803 - SES's name
        name = EmailIdentity.replace("@", "_at_").replace(".", "_")
        if name not in self._verified:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "GetEmailIdentity")
        return {"VerifiedForSendingStatus": self._verified[name]}


@pytest.mark.parametrize(
    ("identities", "is_verified"),
    [
        ({}, False),
        ({"op_at_example_com": True}, True),
        ({"op_at_example_com": False, "example_com": True}, True),
        ({"example_com": False}, False),
    ],
)
def test_the_sandbox_sends_to_verified_addresses_and_domains(
    identities: dict[str, bool],
    is_verified: bool,  # noqa: FBT001 - a case
) -> None:
    assert ses_setup.is_verified(Identities(**identities), "op@example.com") is is_verified
