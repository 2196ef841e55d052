"""DNS lookups as plain values: the only module that knows the DNS library."""

from collections.abc import Callable

LONGEST_SECONDS = 5.0

# (name, type) → the records' values, as `Record` writes them; empty if there are none.
Lookup = Callable[[str, str], tuple[str, ...]]


class DnsError(Exception):
    """The name's servers didn't answer, or answered with an error: nothing is known."""


def lookup(
    name: str, kind: str, *, server: str | None = None, port: int = 53, seconds: float = 0
) -> tuple[str, ...]:
    """The values of a name's records: hosts in lowercase without the last dot, texts in one piece.

    `server` is asked instead of this machine's own name servers.

    Raises:
        DnsError: no server answered in time, or none could.
    """
    import dns.exception
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configure=server is None)
        if server:
            resolver.nameservers = [server]
            resolver.port = port
        answer = resolver.resolve(name, kind, lifetime=seconds or LONGEST_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except dns.exception.DNSException as error:
        raise DnsError(f"{name} {kind}: {error}") from None
    return tuple(sorted(_value(record, kind) for record in answer))


def _value(record: object, kind: str) -> str:
    if kind == "TXT":
        strings: tuple[bytes, ...] = record.strings  # type: ignore[attr-defined] # TXT's own
        return b"".join(strings).decode("utf-8", "replace")
    return str(record).lower().rstrip(".")
