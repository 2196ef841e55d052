"""Email addresses: what SES can deliver to, and the keyed hash that stands for one in the table."""

import hashlib
import hmac
import re

from functions.core.aws.secrets import secrets
from functions.core.mail.domains import in_ascii
from functions.core.mail.printable import ENCODED

# RFC 5321: 64 octets before the @, 254 in all; SES takes only ASCII there and punycode behind it.
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})")
LOCAL_MAX = 64
ADDRESS_MAX = 254
GMAIL = ("gmail.com", "googlemail.com")


def normalise(text: str) -> str | None:
    """The address as SES takes it, or None where it can't deliver."""
    local, at, domain = text.strip().rpartition("@")
    if not at or len(local) > LOCAL_MAX or not LOCAL.fullmatch(local) or ENCODED.search(local):
        return None
    host = in_ascii(domain)
    address = f"{local}@{host}"
    if host is None or not DOMAIN.fullmatch(host) or len(address) > ADDRESS_MAX:
        return None
    return address


def address_hash(address: str) -> str:
    """32 hex digits; case is ignored. Keyed: without the key, no address can be tried on a hash."""
    key = secrets().address_key
    return hmac.new(key, address.casefold().encode(), hashlib.sha256).hexdigest()[:32]


def inbox_hash(address: str) -> str:
    """The hash of the inbox behind an address, for limits only: plus tags are left out, and for
    Gmail dots and its second domain too. A provider may tell such addresses apart, so nothing but
    a limit may take them for one person."""
    local, _, domain = address.casefold().rpartition("@")
    inbox = local.partition("+")[0] or local
    if domain in GMAIL:
        inbox, domain = inbox.replace(".", ""), GMAIL[0]
    return address_hash(f"{inbox}@{domain}")


def network_hashes(ip: str) -> list[str]:
    """The hashes of a viewer's networks, the narrowest first: the IPv4 address, or the /64 that one
    household has and the /48 that one customer of a provider may fill with such networks.

    Raises:
        ValueError: it isn't an IP address.
    """
    import ipaddress

    address = ipaddress.ip_address(ip)
    sizes = (64, 48) if address.version == 6 else (32,)  # noqa: PLR2004 - IP's versions
    networks = (ipaddress.ip_network((address, bits), strict=False) for bits in sizes)
    return [address_hash(str(network)) for network in networks]
