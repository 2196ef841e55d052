"""All parts of an examination, in order: what only reads, then what sends, then what arrived.

See docs/doctor.md.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import cached_property
from urllib.parse import urlsplit

from functions.core.addresses import address_hash
from functions.core.mail.ses_account import SesAccount, read_account
from infra.cloud import table_access, template
from infra.cloud.aws import Aws
from infra.cloud.deploying import deployment, manual_steps
from infra.cloud.doctor import (
    alarms,
    certificates,
    dns_lookup,
    dns_records,
    newsletter_round,
    received_email,
    republish,
    ses_setup,
    sign_up,
    traces,
)
from infra.cloud.doctor.dns_records import Names
from infra.cloud.doctor.findings import Finding, Part, ok, problem, skipped
from infra.cloud.doctor.newsletter_round import Means, Pipe
from infra.cloud.doctor.republish import Publish
from infra.cloud.doctor.ses_setup import Wanted

AWS_SECONDS = 15
LOCAL = "a local cloud has none"
SETS = {"Emails to one person": "TransactionalSet", "Newsletters": "NewsletterSet"}
EVENTS_RULE, RECEIVING = "Events", "Receiving rules"


@dataclass(frozen=True)
class Patient:
    """A deployed stack; its outputs and parameters are `values`."""

    aws: Aws
    stack: str
    values: Mapping[str, str]

    @property
    def is_local(self) -> bool:
        return bool(self.aws.endpoint_url)

    @property
    def site_url(self) -> str:
        return self.values["SiteUrl"].rstrip("/")

    @property
    def host(self) -> str:
        return urlsplit(self.site_url).hostname or ""

    @property
    def sender(self) -> str:
        return parseaddr(self.values["Sender"])[1]

    def resource(self, name: str) -> str:
        """The physical id of a resource, by its name in the template."""
        answer = self.aws.client("cloudformation").describe_stack_resource(
            StackName=self.stack, LogicalResourceId=name
        )
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])

    @cached_property
    def account(self) -> SesAccount:
        """SES answers this once a second only, so it is read once."""
        return read_account(self.aws.client("sesv2"))

    @cached_property
    def identity(self) -> ses_setup.Identity | None:
        return ses_setup.read_identity(self.aws.client("sesv2"), self.values["SenderDomain"])


def admit(aws: Aws, stack: str) -> Patient:
    """Connect to the stack, as the deployed functions are connected.

    Raises:
        CloudError: there is no such stack.
    """
    aws = replace(aws, patience_seconds=AWS_SECONDS)
    patient = Patient(aws, stack, table_access.connect(aws, stack))
    os.environ.update(
        SEND_QUEUE_URL=patient.values["SendQueueUrl"],
        NEWSLETTER_SET=patient.resource("NewsletterSet"),
        UNSUBSCRIBE_MAILBOX=patient.values.get("UnsubscribeMailbox", ""),
    )
    return patient


def sweep(patient: Patient) -> int:
    """Delete what an interrupted run left; returns how many runs and sign-ups."""
    return traces.sweep(patient.aws.client("s3"))


def forget_sign_up(address: str) -> None:
    if address:
        traces.forget_sign_up(address_hash(address))


# ---- The parts


def parts(patient: Patient, address: str, publish: Publish, patience: float) -> list[Part]:
    """What is checked before the operator has received anything; `address` may be empty."""
    return [
        Part("DNS", lambda: _dns(patient)),
        Part("Certificate", lambda: _certificate(patient)),
        Part("Email service (SES)", lambda: _ses(patient)),
        Part("Alarms", lambda: _alarms(patient)),
        Part("Site and sign-up", lambda: _sign_up(patient, address, patience)),
        Part("Newsletter", lambda: _newsletter(patient, address, patience)),
        Part("Publishing", lambda: _publishing(patient, publish)),
    ]


def received_part(patient: Patient, raw: bytes) -> Part:
    """The checks of an email that the operator received, as `.eml`."""
    name = f"Received {received_email.read(raw).name}"
    return Part(name, lambda: received_email.check(raw, patient.sender, patient.site_url))


def _dns(patient: Patient) -> Iterable[Finding]:
    if patient.is_local:
        return [skipped("Records", LOCAL)]
    values, identity = patient.values, patient.identity
    names = Names(
        region=patient.aws.region,
        site=values.get("SiteDomain", ""),
        distribution=values["DistributionDomain"],
        sender_domain=values["SenderDomain"],
        from_domain=patient.sender.rpartition("@")[2].lower(),
        dkim_tokens=identity.dkim_tokens if identity else (),
        mail_from=identity.mail_from if identity else "",
        mailbox=values.get("UnsubscribeMailbox", "").rpartition("@")[2],
    )
    return dns_records.check(dns_lookup.lookup, names)


def _certificate(patient: Patient) -> Iterable[Finding]:
    if patient.is_local:
        return [skipped("Certificate", LOCAL)]
    arn = patient.values.get("CertificateArn", "")
    region = arn.split(":")[3] if arn else manual_steps.CERTIFICATES
    acm = replace(patient.aws, region=region).client("acm")
    return certificates.check(acm, arn, patient.host, datetime.now(UTC))


def _ses(patient: Patient) -> Iterator[Finding]:
    yield from ses_setup.account_verdicts(patient.account)
    if patient.is_local:
        yield skipped(ses_setup.IDENTITY, "a local cloud signs nothing")
    else:
        domain = patient.values["SenderDomain"]
        yield from ses_setup.identity_verdicts(patient.identity, domain)
    ses = patient.aws.client("sesv2")
    yield ses_setup.list_verdict(ses_setup.account_reasons(ses))
    for check, resource in SETS.items():
        wanted = wanted_set(patient, resource)
        yield ses_setup.set_verdict(check, wanted, ses_setup.read_set(ses, wanted.name))
    yield rule_verdict(read_pipe(patient))
    if rule_set := patient.values.get("UnsubscribeRuleSet", ""):
        yield receiving_verdict(rule_set, manual_steps.active_rules(patient.aws))


def wanted_set(patient: Patient, resource: str) -> Wanted:
    """A configuration set as template.yaml says."""
    resources = template.load(deployment.TEMPLATE)["Resources"]
    options = resources[resource]["Properties"].get("SuppressionOptions", {})
    destination = next(
        candidate["Properties"]["EventDestination"]
        for candidate in resources.values()
        if candidate["Type"] == "AWS::SES::ConfigurationSetEventDestination"
        and candidate["Properties"]["ConfigurationSetName"] == {"Ref": resource}
    )
    return Wanted(
        patient.resource(resource),
        frozenset(options.get("SuppressedReasons", ())),
        frozenset(map(_as_answered, destination["MatchingEventTypes"])),
    )


def _as_answered(event: str) -> str:
    """The template's `renderingFailure` is SES's `RENDERING_FAILURE`."""
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in event).upper()


def rule_verdict(pipe: Pipe) -> Finding:
    if pipe.is_enabled and pipe.is_connected:
        return ok(EVENTS_RULE, "bounces and complaints are passed on")
    remedy = newsletter_round.where_it_stops(pipe)
    return problem(EVENTS_RULE, "bounces and complaints are not passed on", remedy)


def receiving_verdict(wanted: str, active: str) -> Finding:
    if active == wanted:
        return ok(RECEIVING, "SES takes emails that unsubscribe")
    remedy = (
        f"Activate the rule set {wanted} in SES (Email receiving). Only one can be active, so "
        "copy the rules of the other one first."
    )
    seen = f"the active rule set is {active}" if active else "no rule set is active"
    return problem(RECEIVING, f"{seen}: SES ignores emails that unsubscribe", remedy)


def read_pipe(patient: Patient) -> Pipe:
    client = patient.aws.client
    return newsletter_round.read_pipe(
        client("events"),
        client("sqs"),
        patient.resource("MailEvents"),
        patient.values["FeedbackQueueUrl"],
        patient.resource("FeedbackDeadLetters"),
    )


def _alarms(patient: Patient) -> Iterable[Finding]:
    client = patient.aws.client
    topic = patient.values["AlarmTopicArn"]
    return alarms.check(client("sns"), client("cloudwatch"), topic)


def _sign_up(patient: Patient, address: str, patience: float) -> Iterable[Finding]:
    return sign_up.check(
        patient.site_url, address, patience=patience, in_sandbox=patient.account.in_sandbox
    )


def _newsletter(patient: Patient, address: str, patience: float) -> Iterable[Finding]:
    if why := cannot_send(patient):
        return [skipped("Test newsletter", why)]
    means = Means(
        patient.aws.client("s3"),
        patient.aws.client("sesv2"),
        patient.values["PrivateBucket"],
        lambda: read_pipe(patient),
        patience,
        patient.account.in_sandbox,
    )
    return newsletter_round.check(means, address)


def cannot_send(patient: Patient) -> str:
    """Why a test newsletter would only raise an alarm; empty if it may be sent."""
    if patient.account.stopped:
        return "SES sends nothing for this account: see SES above"
    if not (patient.identity and patient.identity.is_verified):
        return "SES has not verified the sender's domain: see SES above"
    return ""


def _publishing(patient: Patient, publish: Publish) -> Iterable[Finding]:
    return republish.check(patient.aws.client("s3"), patient.values["PublicBucket"], publish)
