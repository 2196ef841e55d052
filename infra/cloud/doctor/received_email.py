"""An email as the operator's provider delivered it: signature, unsubscribe headers, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from urllib.parse import urlsplit

from infra.cloud.doctor import http, newsletter_round
from infra.cloud.doctor.findings import Finding, ok, problem, skipped
from infra.cloud.doctor.http import Answer

FROM, SIGNATURE, UNSUBSCRIBE = "Sender", "Signature", "Unsubscribe headers"
PROVIDER, LINK = "Provider's verdict", "Link"
LEAVE, ONE_CLICK = "list-unsubscribe", "list-unsubscribe-post"
BY_POST = "List-Unsubscribe=One-Click"  # RFC 8058
RESULT = re.compile(r"\b(dkim|spf|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
URL = re.compile(r"https?://[^\s<>\"')]+")
# A page, or that its link was used or deleted since.
LINK_ANSWERS = {200, 303, 409, 410}
DKIM_FIRST = "Add the DKIM records (DNS above); until then emails end up in spam folders."


@dataclass(frozen=True)
class Signature:
    """A DKIM-Signature header (RFC 6376)."""

    domain: str  # d=
    headers: frozenset[str]  # h=, in lowercase


@dataclass(frozen=True)
class Received:
    subject: str
    sender: str  # the address in From
    signatures: tuple[Signature, ...]
    unsubscribe: str  # the headers' values; empty if there are none
    unsubscribe_post: str
    results: tuple[str, ...]  # Authentication-Results
    links: tuple[str, ...]

    @property
    def is_newsletter(self) -> bool:
        return newsletter_round.SUBJECT in self.subject

    @property
    def name(self) -> str:
        return "newsletter" if self.is_newsletter else "confirmation"


# ---- Reading


def read(raw: bytes) -> Received:
    """The parts of an `.eml` file that the checks need; whatever the file is, it raises nothing."""
    # Not the newer policies of `email`: those fail on some malformed headers.
    message = message_from_bytes(raw, policy=policy.compat32)
    return Received(
        subject=_decoded(message.get("Subject", "")),
        sender=parseaddr(str(message.get("From", "")))[1].lower(),
        signatures=tuple(map(_signature, map(str, message.get_all("DKIM-Signature", [])))),
        unsubscribe=_unfolded(message.get("List-Unsubscribe")),
        unsubscribe_post=_unfolded(message.get("List-Unsubscribe-Post")),
        results=tuple(map(str, message.get_all("Authentication-Results", []))),
        links=tuple(dict.fromkeys(URL.findall(_text(message)))),
    )


def _decoded(header: object) -> str:
    text = " ".join(str(header).split())
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError):  # a broken encoding, or an unknown one
        return text


def _signature(header: str) -> Signature:
    pairs = (part.partition("=") for part in "".join(header.split()).split(";"))
    tags = {name: value for name, _, value in pairs}
    return Signature(tags.get("d", "").lower(), frozenset(tags.get("h", "").lower().split(":")))


def _unfolded(value: object) -> str:
    return "".join(str(value or "").split())


def _text(message: Message) -> str:
    """The first text part, which is the plain one if there are two."""
    parts = (part for part in message.walk() if part.get_content_maintype() == "text")
    payload = next((part.get_payload(decode=True) for part in parts), b"")
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


# ---- Verdicts


def verdicts(received: Received, sender: str, site_url: str) -> Iterator[Finding]:
    """What the email itself tells; `sender` is the address of the stack's sender."""
    if received.sender != sender.lower():
        remedy = f"Save an email from {sender} as .eml: in Gmail, `Show original`."
        yield problem(FROM, f"it is from {received.sender or 'nobody'}, not of this stack", remedy)
        return
    yield signature_verdict(received)
    if received.is_newsletter:
        yield unsubscribe_verdict(received, site_url)
    yield provider_verdict(received)


def aligned(domain: str, sender: str) -> bool:
    """DMARC's relaxed alignment: the signing domain is the sender's, or one above it."""
    host = sender.rpartition("@")[2]
    return "." in domain and (host == domain or host.endswith(f".{domain}"))


def signature_verdict(received: Received) -> Finding:
    if signature := _ours(received):
        return ok(SIGNATURE, f"signed as {signature.domain}, which matches the sender")
    domains = ", ".join(signature.domain for signature in received.signatures)
    seen = f"signed as {domains}, which is not the sender's domain" if domains else "not signed"
    return problem(SIGNATURE, seen, DKIM_FIRST)


def _ours(received: Received) -> Signature | None:
    ours = (
        signature for signature in received.signatures if aligned(signature.domain, received.sender)
    )
    return next(ours, None)


def unsubscribe_verdict(received: Received, site_url: str) -> Finding:
    """Gmail shows its unsubscribe button only if the signature covers both headers (RFC 8058)."""
    host = urlsplit(site_url).netloc
    if not received.unsubscribe or received.unsubscribe_post != BY_POST:
        missing = "List-Unsubscribe-Post" if received.unsubscribe else "List-Unsubscribe"
        remedy = (
            "Check that no server on the way removes headers; if none does, please report this."
        )
        return problem(UNSUBSCRIBE, f"the email has no valid {missing}", remedy)
    if not any(urlsplit(url).netloc == host for url in URL.findall(received.unsubscribe)):
        seen = f"List-Unsubscribe leads to another site than {host}"
        return problem(UNSUBSCRIBE, seen, "Deploy with SiteUrl set to the site's public address.")
    ours = _ours(received)
    unsigned = {LEAVE, ONE_CLICK} - (ours.headers if ours else frozenset())
    if unsigned:
        seen = f"the signature does not cover {', '.join(sorted(unsigned))} (h= in DKIM)"
        remedy = f"{DKIM_FIRST} If they are there, ask AWS's support why SES leaves them out."
        return problem(UNSUBSCRIBE, seen, remedy)
    return ok(UNSUBSCRIBE, "both are there, and the signature covers them")


def provider_verdict(received: Received) -> Finding:
    """What the receiving server noted; of several servers, the last one, whose note is on top."""
    results = dict(pair for text in reversed(received.results) for pair in _results(text))
    if not results:
        return skipped(PROVIDER, "the email has no Authentication-Results")
    listed = ", ".join(f"{name} {result}" for name, result in sorted(results.items()))
    bad = {name for name in ("dkim", "dmarc") if results.get(name, "pass") != "pass"}
    if bad:
        remedy = f"Correct {' and '.join(sorted(bad)).upper()} as DNS above says."
        return problem(PROVIDER, listed, remedy)
    return ok(PROVIDER, listed)


def _results(text: str) -> Iterator[tuple[str, str]]:
    """Several signatures have several results: one that passes is enough."""
    results: dict[str, str] = {}
    for name, result in RESULT.findall(text.lower()):
        if results.get(name) != "pass":
            results[name] = result
    yield from results.items()


# ---- Its link


def link_of(received: Received) -> str:
    """The link that the reader is to follow; empty if there is none."""
    return next((url for url in received.links if "/api/" in url), "")


def link_verdict(link: str, site_url: str, answer: Answer | None) -> Finding:
    """`answer` is that of GET, which changes nothing; None if it was not tried."""
    if not link.startswith(f"{site_url}/api/"):
        seen = f"its link leads to {link}" if link else "it has no link to the site"
        return problem(LINK, seen, "Deploy with SiteUrl set to the site's public address.")
    if answer is None or answer.status not in LINK_ANSWERS:
        seen = f"its link is answered with {answer.status if answer else 'nothing'}"
        return problem(LINK, seen, "See `Form` above, and the log of MembershipWeb in CloudWatch.")
    return ok(LINK, "its link leads to the site, which answers")


def check(raw: bytes, sender: str, site_url: str) -> Iterator[Finding]:
    """All checks of one `.eml`."""
    received = read(raw)
    findings = list(verdicts(received, sender, site_url))
    yield from findings
    if findings[0].check == FROM:
        return
    link = link_of(received)
    answer = http.get(link) if link.startswith(f"{site_url}/api/") else None
    yield link_verdict(link, site_url, answer)
