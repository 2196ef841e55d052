"""The certificate from recorded answers of ACM; the handshake with a real server."""

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.cloud.doctor import certificates
from infra.cloud.doctor.certificates import Certificate, Handshake
from infra.cloud.doctor.findings import Status

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b"
HOST = "alumni.example.com"
SOUND = Certificate("us-east-1", "ISSUED", (HOST,), NOW + timedelta(days=200))


def test_an_issued_certificate_for_the_host_is_fine() -> None:
    assert certificates.certificate_verdict(SOUND, HOST, NOW).status is Status.OK
    wild = replace(SOUND, names=("example.com", "*.example.com"))
    assert certificates.certificate_verdict(wild, HOST, NOW).status is Status.OK


@pytest.mark.parametrize(
    ("change", "seen", "remedy"),
    [
        ({"region": "eu-north-1"}, "it is in eu-north-1", "in us-east-1"),
        ({"names": ("example.com",)}, "not for alumni.example.com", "Request a certificate"),
        ({"names": ("*.alumni.example.com",)}, "not for alumni.example.com", "Request a"),
        ({"status": "PENDING_VALIDATION"}, "PENDING_VALIDATION", "Add the CNAME record"),
        ({"status": "EXPIRED"}, "EXPIRED", "Request a new one"),
        ({"expires": NOW + timedelta(days=9)}, "ends on 2026-12-05", "Add the CNAME record"),
    ],
)
def test_an_unusable_certificate_is_a_problem(change: dict, seen: str, remedy: str) -> None:
    finding = certificates.certificate_verdict(replace(SOUND, **change), HOST, NOW)
    assert finding.status is Status.PROBLEM
    assert seen in finding.seen
    assert remedy in finding.remedy


class Acm:
    """ACM's answer, as recorded; None where it knows no such certificate."""

    def __init__(self, answer: dict[str, Any] | None) -> None:
        self._answer = answer

    def describe_certificate(self, CertificateArn: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        assert CertificateArn == ARN
        if self._answer is None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "X")
        return {"Certificate": self._answer}


def verdicts(answer: dict[str, Any] | None, arn: str = ARN, host: str = "localhost"):
    return list(certificates.check(Acm(answer), arn, host, NOW))


@pytest.fixture
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Handshake(error="Connection refused")
    monkeypatch.setattr(certificates, "shake_hands", lambda _host: refused)


@pytest.mark.usefixtures("nobody_listens")
def test_the_answer_of_acm_can_be_read() -> None:
    answer = {
        "DomainName": "example.com",
        "SubjectAlternativeNames": ["example.com", HOST],
        "Status": "ISSUED",
        "NotAfter": NOW + timedelta(days=100),
    }
    first, second = verdicts(answer, host=HOST)
    assert first.status is Status.OK
    assert "Connection refused" in second.seen
    assert "deployed with the certificate" in second.remedy


@pytest.mark.usefixtures("nobody_listens")
def test_a_deleted_or_missing_certificate_is_reported() -> None:
    assert "knows no certificate" in verdicts(None)[0].seen
    assert verdicts(None, arn="")[0].status is Status.SKIPPED


# ---- The handshake


def _certificate(folder: Path, name: str, days: int) -> Path:
    """A self-signed certificate with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=days + 400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}{days}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


def _served(file: Path) -> Iterator[int]:
    """The port of a server that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_greet, args=(server, context), daemon=True).start()
        yield server.getsockname()[1]


def _greet(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:
            return
        with plain:
            try:
                context.wrap_socket(plain, server_side=True).close()
            except OSError:
                continue


def shaken(folder: Path, name: str = "localhost", days: int = 100, *, trusted: bool = True):
    file = _certificate(folder, name, days)
    trust = ssl.create_default_context(cafile=str(file)) if trusted else None
    for port in _served(file):
        return certificates.shake_hands("localhost", port, trust)
    raise AssertionError


def test_a_trusted_site_is_fine(tmp_path: Path) -> None:
    finding = certificates.handshake_verdict(shaken(tmp_path), "localhost", datetime.now(UTC))
    assert finding.status is Status.OK
    soon = certificates.handshake_verdict(shaken(tmp_path, days=3), "localhost", datetime.now(UTC))
    assert soon.status is Status.PROBLEM


@pytest.mark.parametrize(
    ("about", "error"),
    [
        ({"trusted": False}, "self-signed"),
        ({"name": "other.example.com"}, "ostname mismatch"),
        ({"days": -1}, "expired"),
    ],
)
def test_a_certificate_that_a_browser_refuses_is_a_problem(
    tmp_path: Path, about: dict, error: str
) -> None:
    finding = certificates.handshake_verdict(shaken(tmp_path, **about), "localhost", NOW)
    assert finding.status is Status.PROBLEM
    assert error in finding.seen


def test_a_host_that_does_not_answer_is_a_problem() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert certificates.shake_hands("localhost", port).error
