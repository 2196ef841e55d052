"""Issues the tickets of sign-ups. The private key is in SSM; only functions whose emails or pages
hold a ticket may read it, and cryptography is loaded by them alone."""

import io

from functions.core.aws.secrets import ticket_key
from functions.door.rules import tickets
from functions.door.rules.tickets import Ticket

QUIET_MODULES = 4  # white around the code, as ISO/IEC 18004 wants, in dark mode as well
MODULE_PIXELS = 8  # a ticket of usual length is some 390 pixels wide, and shown at half of that


def ticket_text(ticket: Ticket) -> str:
    """The signed text, which is the same each time (RFC 8032)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(ticket_key())
    return tickets.text_of(ticket, key.sign(ticket.signed))


def ticket_svg(ticket: Ticket) -> str:
    """The same for a page, as a `data:` URI."""
    import segno

    code = segno.make_qr(ticket_text(ticket), error="m")
    uri: str = code.svg_data_uri(scale=MODULE_PIXELS, border=QUIET_MODULES, light="#fff")
    return uri


def ticket_png(ticket: Ticket) -> bytes:
    """The ticket as a QR code, which survives creases (level M)."""
    import segno

    picture = io.BytesIO()
    code = segno.make_qr(ticket_text(ticket), error="m")
    code.save(picture, kind="png", scale=MODULE_PIXELS, border=QUIET_MODULES)
    return picture.getvalue()
