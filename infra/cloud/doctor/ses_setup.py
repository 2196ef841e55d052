"""May SES send for this stack, as much as is needed, and does it report what becomes of it?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from functions.core.mail.ses_account import SesAccount
from infra.cloud.doctor.findings import RESTORE, Finding, ok, problem, skipped

SENDING, QUOTA, SANDBOX = "Sending", "Quota", "Sandbox"
IDENTITY, SIGNATURE, RETURN = "Sender's domain", "Signature", "Bounces' domain"
LIST = "Suppression list"
NEEDED_MAILS = 10  # a run of the doctor takes fewer
CONSOLE = "in the console of SES, in the stack's region"


@dataclass(frozen=True)
class Identity:
    """The sender's domain, as SES knows it."""

    domain: str
    is_verified: bool
    signs: bool
    dkim: str  # SUCCESS, PENDING, FAILED, TEMPORARY_FAILURE, NOT_STARTED
    dkim_tokens: tuple[str, ...] = ()
    mail_from: str = ""
    mail_from_status: str = ""


@dataclass(frozen=True)
class Wanted:
    """What template.yaml says about a configuration set and the events that leave it."""

    name: str
    suppressed_reasons: frozenset[str]
    events: frozenset[str]  # SEND, BOUNCE, ...


@dataclass(frozen=True)
class ConfigurationSet:
    """A configuration set as SES has it; `events` are those that reach EventBridge."""

    sends: bool
    suppressed_reasons: frozenset[str]
    events: frozenset[str]


# ---- The account


def account_verdicts(account: SesAccount) -> Iterator[Finding]:
    if account.stopped:
        remedy = f"See `Reputation` {CONSOLE}; answer AWS's case there."
        yield problem(SENDING, f"SES sends nothing for this account ({account.stopped})", remedy)
    else:
        yield ok(SENDING, "the account may send")
    if account.in_sandbox:
        seen = "the account is in the sandbox: SES sends to verified addresses only"
        yield problem(SANDBOX, seen, f"Request production access {CONSOLE}; it takes about a day.")
    else:
        yield ok(SANDBOX, "the account has production access")
    yield _quota(account)


def _quota(account: SesAccount) -> Finding:
    rate = f"{account.rate:g} a second"
    if account.left is None:
        return ok(QUOTA, f"no limit for a day, {rate}")
    seen = f"{account.daily:,} emails a day, {account.sent:,} of them used; {rate}"
    if account.left < NEEDED_MAILS:
        return problem(QUOTA, seen, f"Wait until tomorrow, or request a higher quota {CONSOLE}.")
    return ok(QUOTA, seen)


# ---- The sender's domain


def read_identity(ses: Any, domain: str) -> Identity | None:
    """None if SES does not know the domain."""
    try:
        identity = ses.get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return None
    dkim, back = identity.get("DkimAttributes", {}), identity.get("MailFromAttributes", {})
    return Identity(
        domain,
        identity.get("VerifiedForSendingStatus", False),
        dkim.get("SigningEnabled", False),
        dkim.get("Status", ""),
        tuple(dkim.get("Tokens", ())),
        back.get("MailFromDomain", ""),
        back.get("MailFromDomainStatus", ""),
    )


def is_verified(ses: Any, address: str) -> bool:
    """Whether SES sends to this address from the sandbox: it, or its domain, is verified."""
    identities = (read_identity(ses, name) for name in (address, address.rpartition("@")[2]))
    return any(identity and identity.is_verified for identity in identities)


def identity_verdicts(identity: Identity | None, domain: str) -> Iterator[Finding]:
    if identity is None:
        remedy = "Deploy with SenderIdentity=create, or verify the domain in SES."
        yield problem(IDENTITY, f"SES does not know {domain}", remedy)
        return
    if identity.is_verified:
        yield ok(IDENTITY, f"SES may send as {domain}")
    else:
        remedy = "Add the DKIM records (DNS above); SES then verifies it within an hour or so."
        yield problem(IDENTITY, f"SES has not verified {domain}", remedy)
    yield _signature(identity)
    yield _return(identity)


def _signature(identity: Identity) -> Finding:
    if not identity.signs:
        remedy = f"Enable DKIM signatures for the domain {CONSOLE} (Identities)."
        return problem(SIGNATURE, "SES does not sign emails", remedy)
    if identity.dkim == "SUCCESS":
        return ok(SIGNATURE, f"SES signs emails as {identity.domain}")
    remedy = "Add the DKIM records (DNS above) and wait up to an hour for SES to notice."
    if identity.dkim == "FAILED":
        remedy = f"Add the DKIM records (DNS above), then start the check again {CONSOLE}."
    return problem(SIGNATURE, f"SES can't sign yet (DKIM: {identity.dkim})", remedy)


def _return(identity: Identity) -> Finding:
    if not identity.mail_from:
        return skipped(RETURN, "no MAIL FROM domain is set: bounces return to SES's own")
    if identity.mail_from_status == "SUCCESS":
        return ok(RETURN, f"bounces return to {identity.mail_from}")
    seen = f"SES does not use {identity.mail_from} yet ({identity.mail_from_status or 'PENDING'})"
    remedy = "Add its MX and SPF records (DNS above) and wait up to an hour for SES to notice."
    return problem(RETURN, seen, remedy)


# ---- The configuration sets


def read_set(ses: Any, name: str) -> ConfigurationSet | None:
    """None if there is no such set."""
    try:
        answer = ses.get_configuration_set(ConfigurationSetName=name)
        events = ses.get_configuration_set_event_destinations(ConfigurationSetName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return None
    return ConfigurationSet(
        answer.get("SendingOptions", {}).get("SendingEnabled", True),
        _used_reasons(ses, answer),
        frozenset(
            event
            for destination in events.get("EventDestinations", ())
            if destination.get("Enabled") and destination.get("EventBridgeDestination")
            for event in destination["MatchingEventTypes"]
        ),
    )


def _used_reasons(ses: Any, answer: dict[str, Any]) -> frozenset[str]:
    """A set without options of its own, rather than with empty ones, uses the account's."""
    options = answer.get("SuppressionOptions")
    return (
        account_reasons(ses) if options is None else frozenset(options.get("SuppressedReasons", ()))
    )


def account_reasons(ses: Any) -> frozenset[str]:
    """Why SES puts addresses on the account's suppression list; empty if it has none."""
    attributes = ses.get_account().get("SuppressionAttributes", {})
    return frozenset(attributes.get("SuppressedReasons", ()))


def list_verdict(reasons: frozenset[str]) -> Finding:
    """Not a problem: others in the account may need the list."""
    if not reasons:
        return ok(LIST, "SES keeps no list of addresses for this account")
    listed = " or ".join(sorted(reasons)).lower()
    seen = f"SES lists addresses of this account after a {listed}; this stack's emails don't use it"
    return ok(LIST, f"{seen}, so it can be switched off if nobody else does {CONSOLE}")


def set_verdict(check: str, wanted: Wanted, actual: ConfigurationSet | None) -> Finding:
    """Is the configuration set of `check`'s emails what the template says?"""
    if actual is None:
        return problem(check, f"the configuration set {wanted.name} is missing", RESTORE)
    if not actual.sends:
        remedy = f"Find out who stopped it and why, then enable sending for the set {CONSOLE}."
        return problem(check, f"sending is switched off for {wanted.name}", remedy)
    if missing := wanted.events - actual.events:
        listed = ", ".join(sorted(missing)).lower().replace("_", " ")
        seen = f"{wanted.name} does not report {listed} to EventBridge"
        return problem(check, seen, RESTORE)
    if actual.suppressed_reasons != wanted.suppressed_reasons:
        seen = f"{wanted.name} uses SES's own suppression list for {_reasons(actual)}"
        return problem(check, f"{seen}, the template for {_reasons(wanted)}", RESTORE)
    return ok(check, f"{wanted.name} sends and reports what becomes of each email")


def _reasons(of: ConfigurationSet | Wanted) -> str:
    return " and ".join(sorted(of.suppressed_reasons)).lower() or "nothing"
