"""The steps that only people can take: DNS records, certificate, SES production access.

See docs/first-newsletter.md.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud import alarm_topic
from infra.cloud.aws import Aws
from infra.cloud.deploying.parameter_rules import CLOUDFRONT, is_below
from infra.cloud.errors import CloudError

DONE = "SUCCESS"
CERTIFICATES = "us-east-1"  # the region of CloudFront's certificates
DMARC = (
    "Unless {domain} has a DMARC policy (a domain may have only one), begin with p=none and read "
    "the reports for some weeks, in a mailbox dmarc@{domain}: p=quarantine would also hit the "
    "company's other email, if some isn't signed. Or keep the two apart and send from a subdomain, "
    "which may have a stricter policy at once: --parameter SenderDomain=news.{domain}, and a "
    "Sender below it."
)


@dataclass(frozen=True)
class Record:
    name: str
    kind: str  # CNAME, MX, TXT
    value: str


@dataclass(frozen=True)
class Step:
    """Something a person has to do, with the commands and the DNS records that it takes."""

    what: str
    records: tuple[Record, ...] = ()
    commands: tuple[str, ...] = ()


def steps(aws: Aws, parameters: dict[str, str], outputs: dict[str, str]) -> list[Step]:
    """The steps left for this stack, in the order to take them; empty when all are done.

    Raises:
        CloudError: SES does not know the sender's domain.
    """
    ses = aws.client("sesv2")
    return [
        *_site(aws, parameters, outputs),
        *_mail(aws, ses, parameters),
        *_account(aws, ses),
        *_receiving(aws, parameters, outputs),
        *_alarms(aws, parameters, outputs),
        *_budget(aws, parameters, outputs),
        *_desk(aws, outputs),
    ]


def _site(aws: Aws, parameters: dict[str, str], outputs: dict[str, str]) -> list[Step]:
    domain = parameters.get("SiteDomain")
    if not domain:
        return _own_address(parameters)
    if not parameters.get("CertificateArn"):
        return [_certificate(aws, domain)]
    point = (
        f"Point {domain} to the distribution. If it is the top of its zone, where DNS allows no "
        "CNAME, make alias records (A and AAAA) for the same target."
    )
    return [Step(point, (Record(domain, "CNAME", outputs["DistributionDomain"]),))]


def _own_address(parameters: dict[str, str]) -> list[Step]:
    if not parameters.get("SiteUrl", "").rstrip("/").endswith(CLOUDFRONT):
        return []
    move = (
        "The site is at CloudFront's name. Whenever you have a domain for it, deploy with "
        "--parameter SiteUrl=https://alumni.example.com/; links in older emails keep working."
    )
    return [Step(move)]


def _certificate(aws: Aws, domain: str) -> Step:
    acm = replace(aws, region=CERTIFICATES).client("acm")
    certificate = next(_certificates(acm, domain), None)
    if certificate is None:
        request = "acm request-certificate --validation-method DNS"
        return Step(
            f"Request a certificate for {domain}, in {CERTIFICATES}, because CloudFront takes "
            "it from there only. Then run `alumni deploy` again: it shows the record to add.",
            commands=(
                _command(replace(aws, region=CERTIFICATES), f"{request} --domain-name {domain}"),
            ),
        )
    if certificate["Status"] == "ISSUED":
        use = f"alumni deploy --parameter CertificateArn={certificate['CertificateArn']}"
        return Step(
            f"The certificate for {domain} is issued: give it to the site.", commands=(use,)
        )
    return Step(
        f"Prove to ACM that {domain} is yours, then run `alumni deploy` again. Keep the record: "
        "ACM renews the certificate by it.",
        tuple(_validation(certificate)),
    )


def _certificates(acm: Any, domain: str) -> Iterator[dict[str, Any]]:
    """The certificates for a domain, the issued ones first."""
    pages = acm.get_paginator("list_certificates").paginate(
        CertificateStatuses=["ISSUED", "PENDING_VALIDATION"],
        Includes={"keyTypes": ["RSA_2048", "EC_prime256v1"]},  # it lists RSA only, unless told
    )
    wildcard = f"*.{domain.partition('.')[2]}"
    arns = [item["CertificateArn"] for page in pages for item in page["CertificateSummaryList"]]
    certificates = (acm.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns)
    fitting = [
        certificate for certificate in certificates if {domain, wildcard} & _names(certificate)
    ]
    yield from sorted(fitting, key=lambda certificate: certificate["Status"] != "ISSUED")


def _names(certificate: dict[str, Any]) -> set[str]:
    return {certificate["DomainName"], *certificate.get("SubjectAlternativeNames", ())}


def _validation(certificate: dict[str, Any]) -> Iterator[Record]:
    """The records that prove it; ACM needs a few seconds to know them."""
    for option in certificate.get("DomainValidationOptions", ()):
        if record := option.get("ResourceRecord"):
            yield Record(record["Name"].rstrip("."), record["Type"], record["Value"].rstrip("."))


def _command(aws: Aws, rest: str) -> str:
    profile = f" --profile {aws.profile}" if aws.profile else ""
    return f"aws {rest} --region {aws.region}{profile}"


def _mail(aws: Aws, ses: Any, parameters: dict[str, str]) -> list[Step]:
    domain = parameters["SenderDomain"]
    try:
        identity = ses.get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        raise CloudError(
            f"SES does not know {domain}: deploy with SenderIdentity=create, or verify it in SES"
        ) from None
    steps = []
    dkim = identity.get("DkimAttributes", {})
    if dkim.get("Status") != DONE:
        records = tuple(dkim_record(token, domain) for token in dkim.get("Tokens", ()))
        steps.append(Step(f"Let SES sign emails from {domain} (DKIM).", records))
    mail_from = identity.get("MailFromAttributes", {})
    if (name := mail_from.get("MailFromDomain")) and mail_from.get("MailFromDomainStatus") != DONE:
        records = mail_from_records(name, aws.region)
        steps.append(Step("Let bounces return to SES (MAIL FROM, SPF).", records))
    if steps:
        steps.append(Step(DMARC.format(domain=domain), (dmarc_record(domain),)))
    if parameters.get("SenderIdentity") == "existing":
        steps += _existing_identity(aws, domain, identity)
    return steps


def _existing_identity(aws: Aws, domain: str, identity: dict[str, Any]) -> Iterator[Step]:
    """What the stack sets for an identity of its own, and leaves to people for another's."""
    if not identity.get("MailFromAttributes", {}).get("MailFromDomain"):
        name = f"bounce.{domain}"
        put = f"sesv2 put-email-identity-mail-from-attributes --mail-from-domain {name}"
        yield Step(
            f"Give {domain} a MAIL FROM domain, so that SPF fits the sender too; then run "
            "`alumni deploy` again for its records.",
            commands=(_command(aws, f"{put} --email-identity {domain}"),),
        )
    if identity.get("FeedbackForwardingStatus"):
        put = "sesv2 put-email-identity-feedback-attributes --no-email-forwarding-enabled"
        yield Step(
            f"SES forwards bounces of {domain} as emails, which hold addresses. The stack gets "
            "them as events: unless others need the emails, switch them off.",
            commands=(_command(aws, f"{put} --email-identity {domain}"),),
        )


def dkim_record(token: str, domain: str) -> Record:
    return Record(f"{token}._domainkey.{domain}", "CNAME", f"{token}.dkim.amazonses.com")


def mail_from_records(name: str, region: str) -> tuple[Record, Record]:
    return (
        Record(name, "MX", f"10 feedback-smtp.{region}.amazonses.com"),
        Record(name, "TXT", '"v=spf1 include:amazonses.com -all"'),
    )


def dmarc_record(domain: str) -> Record:
    """A policy that asks for reports and changes nothing for other email of the domain."""
    return Record(f"_dmarc.{domain}", "TXT", f'"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"')


def _account(aws: Aws, ses: Any) -> list[Step]:
    account = ses.get_account()
    return [*_production(account), *_suppression(aws, account)]


def _production(account: dict[str, Any]) -> list[Step]:
    if account.get("ProductionAccessEnabled"):
        return []
    request = "Request production access from SES; until then it sends to verified addresses only."
    return [Step(request)]


def _suppression(aws: Aws, account: dict[str, Any]) -> list[Step]:
    """Our configuration sets don't use the account's list; email by others in the account does."""
    if not account.get("SuppressionAttributes", {}).get("SuppressedReasons"):
        return []
    off = f"aws sesv2 put-account-suppression-attributes --region {aws.region} --suppressed-reasons"
    return [
        Step(
            "SES keeps a suppression list of plain addresses for the whole account. This stack has "
            f"its own, of hashes. Unless others in the account need SES's, switch it off: `{off}`."
        )
    ]


def _receiving(aws: Aws, parameters: dict[str, str], outputs: dict[str, str]) -> list[Step]:
    """An account has one active rule set, so replacing it is for a person to decide."""
    address, rule_set = parameters.get("UnsubscribeMailbox"), outputs.get("UnsubscribeRuleSet")
    if not (address and rule_set):
        return []
    active = active_rules(aws)
    if active == rule_set:
        return []
    domain = address.partition("@")[2]
    is_verified = is_below(domain, parameters["SenderDomain"])
    verify = "" if is_verified else f"verify {domain} in SES, "
    other = f"; this replaces the active set {active}, so copy its rules first" if active else ""
    activate = (
        f"Let SES receive emails to {address}: {verify}add the record, and activate the rules "
        f"with `aws ses set-active-receipt-rule-set --region {aws.region} "
        f"--rule-set-name {rule_set}`{other}."
    )
    return [Step(activate, (inbound_record(domain, aws.region),))]


def inbound_record(domain: str, region: str) -> Record:
    return Record(domain, "MX", f"10 inbound-smtp.{region}.amazonaws.com")


def active_rules(aws: Aws) -> str:
    """The name of the account's active rule set; empty if there is none."""
    active = aws.client("ses").describe_active_receipt_rule_set()
    return str(active.get("Metadata", {}).get("Name", ""))


def _alarms(aws: Aws, parameters: dict[str, str], outputs: dict[str, str]) -> list[Step]:
    address, topic = parameters.get("AlarmAddress"), outputs["AlarmTopicArn"]
    if not address:
        return [Step("Deploy with --parameter AlarmAddress=..., so that somebody gets the alarms.")]
    subscribed = alarm_topic.subscriptions(aws.client("sns"), topic)
    if alarm_topic.Subscription(address, is_confirmed=True) in subscribed:
        return []
    confirm = (
        f'{address} gets no alarms yet: open the email "AWS Notification - Subscription '
        'Confirmation" there, and confirm it. It expires after two days. To get a new one:'
    )
    again = f"sns subscribe --topic-arn {topic} --protocol email --notification-endpoint {address}"
    return [Step(confirm, commands=(_command(aws, again),))]


def _budget(aws: Aws, parameters: dict[str, str], outputs: dict[str, str]) -> list[Step]:
    """In some regions CloudFormation knows no budgets, and the stack has none."""
    amount, address = parameters.get("MonthlyBudget", "0"), parameters.get("AlarmAddress")
    is_local = parameters.get("Permissions") == "local"
    name = f"{outputs.get('StackName', '')}-{aws.region}"
    if "Budget" in outputs or is_local or not address or float(amount) == 0:
        return []
    account = aws.account()
    if _has_budget(aws, account, name):
        return []
    limit = {"Amount": amount, "Unit": "USD"}
    budget = {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
    subscriber = {"SubscriptionType": "EMAIL", "Address": address}
    warnings = [
        {
            "Notification": {
                "NotificationType": kind,
                "ComparisonOperator": "GREATER_THAN",
                "Threshold": 100,
            },
            "Subscribers": [subscriber],
        }
        for kind in ("ACTUAL", "FORECASTED")
    ]
    create = (
        f"budgets create-budget --account-id {account} --budget '{json.dumps(budget)}' "
        f"--notifications-with-subscribers '{json.dumps(warnings)}'"
    )
    why = (
        f"CloudFormation knows no budgets in {aws.region}. To be warned of a month that costs more "
        f"than {amount} dollars, create one:"
    )
    return [Step(why, commands=(_command(aws, create),))]


def _has_budget(aws: Aws, account: str, name: str) -> bool:
    try:
        aws.client("budgets").describe_budget(AccountId=account, BudgetName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return False
    return True


def _desk(aws: Aws, outputs: dict[str, str]) -> list[Step]:
    """Nobody may use the desk until its first owner is named."""
    if "TableName" not in outputs:
        return []
    team = aws.client("dynamodb").query(
        TableName=outputs["TableName"],
        KeyConditionExpression="pk = :team",
        ExpressionAttributeValues={":team": {"S": "TEAM"}},
        Limit=1,
    )
    if team["Items"]:
        return []
    return [Step("Who is the desk's first owner?", commands=("alumni team add hr@example.com",))]
