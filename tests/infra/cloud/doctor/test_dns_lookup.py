"""Lookups against a real name server, on this machine."""

import socket
import threading
from collections.abc import Iterator

import pytest

from infra.cloud.doctor.dns_lookup import DnsError, lookup

ZONE = """
alumni.example.com. CNAME D1.CloudFront.net.
bounce.example.com. MX 10 Feedback-SMTP.eu-north-1.amazonses.com.
bounce.example.com. TXT "v=spf1 include:" "amazonses.com -all"
apex.example.com. A 192.0.2.2
apex.example.com. A 192.0.2.1
"""


class Server:
    """Answers from ZONE; for every other name of example.com that it does not exist."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        import dns.message
        import dns.rcode
        import dns.rrset

        records: dict[tuple[str, str], list[str]] = {}
        for line in filter(None, ZONE.splitlines()):
            name, kind, value = line.split(maxsplit=2)
            records.setdefault((name, kind), []).append(value)
        while True:
            try:
                packet, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(packet)
            answer = dns.message.make_response(query)
            (question,) = query.question
            name = str(question.name)
            if name.startswith("broken."):
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif values := records.get((name, kind := dns.rdatatype.to_text(question.rdtype))):
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *values))
            elif name not in {known for known, _ in records}:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self.socket.sendto(answer.to_wire(), sender)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = Server()
    yield server.port
    server.socket.close()


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("alumni.example.com", "CNAME", ("d1.cloudfront.net",)),
        ("bounce.example.com", "MX", ("10 feedback-smtp.eu-north-1.amazonses.com",)),
        ("bounce.example.com", "TXT", ("v=spf1 include:amazonses.com -all",)),
        ("apex.example.com", "A", ("192.0.2.1", "192.0.2.2")),
        ("apex.example.com", "CNAME", ()),
        ("missing.example.com", "TXT", ()),
    ],
)
def test_records_are_read_as_values(
    port: int, name: str, kind: str, values: tuple[str, ...]
) -> None:
    assert lookup(name, kind, server="127.0.0.1", port=port) == values


def test_a_failing_or_silent_server_does_not_count_as_an_absent_record(port: int) -> None:
    with pytest.raises(DnsError, match=r"broken\.example\.com"):
        lookup("broken.example.com", "A", server="127.0.0.1", port=port, seconds=1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(DnsError):
            lookup(
                "a.example.com", "A", server="127.0.0.1", port=silent.getsockname()[1], seconds=1
            )


def test_a_machine_without_name_servers_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver

    def refuse(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", refuse)
    with pytest.raises(DnsError):
        lookup("alumni.example.com", "CNAME")
