"""A rendered email as the bytes that SES sends (RFC 5322, RFC 2047, RFC 3834)."""

from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import formatdate, parseaddr

from functions.core.mail.message import Attachment, Mail, Picture
from functions.post.render import Rendered

# 7-bit lines: a server that re-encoded the message would break its signature.
POLICY = SMTP.clone(cte_type="7bit")


def build(mail: Mail, rendered: Rendered, sender: str, now: int) -> bytes:
    """The whole message; SES adds Message-ID and signature."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(display_name=_from(mail, name), addr_spec=address)
    if mail.writer:
        message["Reply-To"] = Address(addr_spec=mail.writer.address)
    # No display name: a stranger typed it, and it could end the header (encoded words, commas).
    message["To"] = Address(addr_spec=mail.address)
    message["Subject"] = literal(rendered.subject)
    message["Date"] = formatdate(now)
    # No out-of-office replies (RFC 3834; Exchange only honours the second header).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(rendered.text, charset="utf-8")
    message.add_alternative(rendered.html, subtype="html", charset="utf-8")
    for picture in mail.pictures:
        _show(message, picture)
    for attachment in mail.attachments:
        _attach(message, attachment)
    # Last: set earlier, a Content- header would have moved into the first part.
    message["Content-Language"] = mail.language
    return _one_click(mail) + message.as_bytes()


def _one_click(mail: Mail) -> bytes:
    """The headers of RFC 8058. As bytes, because EmailMessage encodes words as long as this
    (RFC 2047), and providers look for a plain address."""
    if not mail.unsubscribe_url:
        return b""
    lines = (
        f"List-Unsubscribe: <{mail.unsubscribe_url}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    )
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _from(mail: Mail, sender: str) -> str:
    """`Anna Berg, Example Alumni`: a person of the company, and who sends it for them."""
    return literal(", ".join(filter(None, [mail.writer.name, sender]))) if mail.writer else sender


def literal(text: str) -> str:
    """Text for a header, with nothing in it that looks encoded: it would be decoded when parsed,
    line breaks and all (RFC 2047)."""
    return text.replace("=?", "= ?")


def _show(message: EmailMessage, picture: Picture) -> None:
    """Put the picture beside the HTML that shows it (RFC 2387)."""
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(
        picture.png,
        maintype="image",
        subtype="png",
        cid=f"<{picture.name}>",
        disposition="inline",
        filename=f"{picture.name}.png",
    )


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    parsed = Message()
    parsed["Content-Type"] = attachment.content_type
    parameters = parsed.get_params(failobj=[])[1:]
    message.add_attachment(
        attachment.content,
        maintype=parsed.get_content_maintype(),
        subtype=parsed.get_content_subtype(),
        filename=attachment.name,
        params=dict(parameters),
    )
