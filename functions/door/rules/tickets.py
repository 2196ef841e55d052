"""Tickets: a text with event, code of the sign-up, party and signature, to be shown as a QR code.

A ticket tells nobody who its guest is: the code is a hash with a secret in it, and works at this
event only. Whoever has the list of the door finds the sign-up by it.
"""

import base64
from dataclasses import dataclass
from hashlib import sha256

from functions.core.slugs import is_slug

VERSION = "T1"
# Crockford's letters and digits: none that looks like another, so that a code can be typed.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
READ_AS = str.maketrans("OIL", "011")
SIGNATURE_BYTES = 64  # Ed25519 (RFC 8032)
MOST_PARTY = 99


@dataclass(frozen=True)
class Ticket:
    """What a ticket says; only its signature shows that we said so."""

    slug: str
    code: str
    party: int  # when it was issued

    @property
    def signed(self) -> bytes:
        """What the signature is of."""
        return f"{VERSION}.{self.slug.upper()}.{self.code}.{self.party}".encode()


def new_code(slug: str, address_hash: str, now: int) -> str:
    """The code of a sign-up. The address hash has a secret key in it, so nobody can compute it."""
    digest = sha256(f"ticket {slug} {address_hash} {now}".encode()).digest()
    number = int.from_bytes(digest[:5], "big")  # 5 bits a letter
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def spaced(code: str) -> str:
    """A code as people read and type it: `7K3M 9QXA`."""
    return f"{code[: CODE_LENGTH // 2]} {code[CODE_LENGTH // 2 :]}"


def typed_code(text: str) -> str:
    """A code as somebody typed it; empty if it can't be one."""
    plain = "".join(text.split()).replace("-", "").upper().translate(READ_AS)
    return plain if is_code(plain) else ""


def is_code(text: str) -> bool:
    return len(text) == CODE_LENGTH and set(text) <= set(LETTERS)


def text_of(ticket: Ticket, signature: bytes) -> str:
    """Letters, digits and dots only, which a QR code holds in the fewest modules."""
    signed = base64.b32encode(signature).decode().rstrip("=")
    return f"{ticket.signed.decode()}.{signed}"


def read(text: str) -> tuple[Ticket, bytes] | None:
    """The ticket and its signature, not yet verified; None if the text is none of ours."""
    version, slug, code, party, signed, *more = [*text.split("."), "", "", "", "", ""]
    if version != VERSION or any(more) or not is_slug(slug.lower()) or not is_code(code):
        return None
    if not party.isascii() or not party.isdigit() or not 1 <= int(party[:3]) <= MOST_PARTY:
        return None
    ticket, signature = Ticket(slug.lower(), code, int(party)), _signature(signed)
    # One ticket has one text: no other spelling of it is one.
    return (ticket, signature) if text_of(ticket, signature) == text else None


def _signature(text: str) -> bytes:
    try:
        signature = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        return b""
    return signature if len(signature) == SIGNATURE_BYTES else b""
