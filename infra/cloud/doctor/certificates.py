"""Is there a valid certificate for the site, and does the site show it?"""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.deploying.manual_steps import CERTIFICATES
from infra.cloud.doctor.findings import Finding, ok, problem, skipped

CERTIFICATE, HANDSHAKE = "Certificate", "HTTPS"
# ACM renews 60 days before the end; what is not renewed by then needs a person.
SHORTEST = timedelta(days=30)
HANDSHAKE_SECONDS = 10
VALIDATE = "Add the CNAME record that ACM shows for it to your DNS, and leave it there."


@dataclass(frozen=True)
class Certificate:
    """A certificate as ACM has it."""

    region: str
    status: str
    names: tuple[str, ...]
    expires: datetime | None = None


@dataclass(frozen=True)
class Handshake:
    """What the site showed to a visitor; `error` if that visitor's browser would refuse it."""

    expires: datetime | None = None
    error: str = ""


def check(acm: Any, arn: str, host: str, now: datetime) -> Iterator[Finding]:
    """`acm` is a client of the certificate's region; `arn` is empty without a certificate."""
    if not arn:
        yield skipped(CERTIFICATE, "CertificateArn is not set: CloudFront uses its own")
    elif (certificate := _read(acm, arn)) is None:
        remedy = _request(host)
        yield problem(CERTIFICATE, f"ACM knows no certificate {arn}", remedy)
    else:
        yield certificate_verdict(certificate, host, now)
    yield handshake_verdict(shake_hands(host), host, now)


def _read(acm: Any, arn: str) -> Certificate | None:
    try:
        certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    names = (certificate["DomainName"], *certificate.get("SubjectAlternativeNames", ()))
    return Certificate(arn.split(":")[3], certificate["Status"], names, certificate.get("NotAfter"))


def certificate_verdict(certificate: Certificate, host: str, now: datetime) -> Finding:
    if certificate.region != CERTIFICATES:
        remedy = _request(host)
        return problem(CERTIFICATE, f"it is in {certificate.region}", remedy)
    if not any(covers(name, host) for name in certificate.names):
        remedy = _request(host)
        listed = ", ".join(dict.fromkeys(certificate.names))
        return problem(CERTIFICATE, f"it is for {listed}, not for {host}", remedy)
    if certificate.status != "ISSUED":
        waits = certificate.status == "PENDING_VALIDATION"
        remedy = VALIDATE if waits else f"Request a new one in {CERTIFICATES}, deploy with its ARN."
        return problem(CERTIFICATE, f"ACM says {certificate.status}", remedy)
    if certificate.expires and certificate.expires - now < SHORTEST:
        seen = f"it ends on {certificate.expires:%Y-%m-%d}, and ACM has not renewed it"
        return problem(CERTIFICATE, seen, VALIDATE)
    return ok(CERTIFICATE, f"ACM has issued it for {host}{_until(certificate.expires)}")


def _request(host: str) -> str:
    where = f"for {host} in {CERTIFICATES}"
    return f"Request a certificate {where}, then deploy with its CertificateArn."


def covers(name: str, host: str) -> bool:
    """A wildcard stands for one label (RFC 6125)."""
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host


def shake_hands(host: str, port: int = 443, trust: ssl.SSLContext | None = None) -> Handshake:
    """Greet the site as a browser does; `trust` is whom this machine trusts, if not given."""
    context = trust or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), HANDSHAKE_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            shown = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Handshake(error=error.verify_message)
    except OSError as error:
        return Handshake(error=str(error) or type(error).__name__)
    seconds = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return Handshake(datetime.fromtimestamp(seconds, UTC))


def handshake_verdict(shaken: Handshake, host: str, now: datetime) -> Finding:
    if shaken.error:
        remedy = (
            f"Check that {host} leads to the distribution (DNS above) and that the stack is "
            "deployed with the certificate (CertificateArn) and SiteDomain."
        )
        return problem(HANDSHAKE, f"browsers can't open https://{host}/: {shaken.error}", remedy)
    if shaken.expires and shaken.expires - now < timedelta(days=7):
        seen = f"the certificate that {host} shows ends on {shaken.expires:%Y-%m-%d}"
        return problem(HANDSHAKE, seen, VALIDATE)
    return ok(HANDSHAKE, f"browsers trust {host}{_until(shaken.expires)}")


def _until(end: datetime | None) -> str:
    return f", until {end:%Y-%m-%d}" if end else ""
