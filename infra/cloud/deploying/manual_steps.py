"""The steps that only people can take: DNS records, certificate, SES production access."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.aws import Aws
from infra.cloud.errors import CloudError

DONE = "SUCCESS"


@dataclass(frozen=True)
class Record:
    name: str
    kind: str  # CNAME, MX, TXT
    value: str


@dataclass(frozen=True)
class Step:
    """Something a person has to do, with the DNS records that it takes."""

    what: str
    records: tuple[Record, ...] = ()


def steps(aws: Aws, parameters: dict[str, str], outputs: dict[str, str]) -> list[Step]:
    """The steps left for this stack, in the order to take them; empty when all are done.

    Raises:
        CloudError: SES does not know the sender's domain.
    """
    ses = aws.client("sesv2")
    return [
        *_site(parameters, outputs),
        *_mail(aws, ses, parameters["SenderDomain"]),
        *_account(aws, ses),
        *_receiving(aws, parameters, outputs),
        *_alarms(parameters),
    ]


def _site(parameters: dict[str, str], outputs: dict[str, str]) -> list[Step]:
    domain, certificate = parameters.get("SiteDomain"), parameters.get("CertificateArn")
    if not domain:
        return []
    if not certificate:
        request = (
            f"Request a certificate for {domain} from ACM in us-east-1, then deploy with "
            "--parameter CertificateArn=..."
        )
        return [Step(request)]
    record = Record(domain, "CNAME", outputs["DistributionDomain"])
    return [Step("Point the site's domain to the distribution (Route 53: ALIAS).", (record,))]


def _mail(aws: Aws, ses: Any, domain: str) -> list[Step]:
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
        protect = "Protect against forged emails (DMARC), if unset."
        steps.append(Step(protect, (dmarc_record(domain),)))
    return steps


def dkim_record(token: str, domain: str) -> Record:
    return Record(f"{token}._domainkey.{domain}", "CNAME", f"{token}.dkim.amazonses.com")


def mail_from_records(name: str, region: str) -> tuple[Record, Record]:
    return (
        Record(name, "MX", f"10 feedback-smtp.{region}.amazonses.com"),
        Record(name, "TXT", '"v=spf1 include:amazonses.com -all"'),
    )


def dmarc_record(domain: str) -> Record:
    return Record(f"_dmarc.{domain}", "TXT", '"v=DMARC1; p=quarantine"')


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
    is_verified = _is_below(domain, parameters["SenderDomain"])
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


def _is_below(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")


def _alarms(parameters: dict[str, str]) -> list[Step]:
    if address := parameters.get("AlarmAddress"):
        return [Step(f"Confirm the email from SNS to {address}, so that alarms arrive.")]
    return [Step("Deploy with --parameter AlarmAddress=..., so that somebody gets the alarms.")]
