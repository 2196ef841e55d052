"""A sign-up by the site's own form, from the page to the email that asks to confirm it."""

from collections.abc import Iterator
from html.parser import HTMLParser

from functions.core.addresses import address_hash
from functions.core.mail import suppression
from functions.membership import store
from functions.membership.rules import Known
from infra.cloud.doctor import http, traces, waiting
from infra.cloud.doctor.findings import Finding, ok, problem, skipped
from infra.cloud.doctor.http import Answer

# Boxes of which one must be ticked.
KINDS, CONSENT = "kinds", "consent_membership"
PAGE, FORM, EMAIL = "Site answers", "Form", "Confirmation email"
PUBLISH = "Run `alumni publish`, then `alumni doctor` again."


# ---- The page


def page_verdict(url: str, answer: Answer) -> Finding:
    """Does the site's own distribution answer at its public address?"""
    if "cloudfront" not in answer.headers.get("via", "").lower():
        remedy = "Point its DNS record to the distribution (DNS above); an old record may linger."
        return problem(PAGE, f"something other than CloudFront answers at {url}", remedy)
    if answer.status == 403:  # noqa: PLR2004 - HTTP's code
        remedy = "Deploy with SiteDomain and CertificateArn, so that the distribution knows it."
        return problem(PAGE, f"CloudFront refuses {url} (403)", remedy)
    if answer.status == http.OK and fields_of(answer.text):
        return ok(PAGE, f"{url} has the form to join")
    return problem(PAGE, f"{url} answers {answer.status}, without the form to join", PUBLISH)


class _FormReader(HTMLParser):
    """Reads what a browser would send from the form untouched, and one choice of each list."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        match tag:
            case "form":
                self._inside = values.get("action", "").endswith("/api/join")
            case "select" if self._inside:
                self._select = values.get("name", "")
            case "option" if self._inside and self._select and values.get("value"):
                self.fields.setdefault(self._select, values["value"])
            case "input" if self._inside and values.get("type") != "checkbox":
                self.fields[values.get("name", "")] = values.get("value", "")
            case "input" if self._inside and values.get("name") in {KINDS, CONSENT}:
                self.fields.setdefault(values["name"], values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""


def fields_of(page: str) -> dict[str, str]:
    """The fields of the form to join, with the first choice of each list; empty without a form."""
    reader = _FormReader()
    reader.feed(page)
    return reader.fields


# ---- The form


def form_verdict(answer: Answer) -> Finding:
    """What the answer to the form means."""
    match answer.status:
        case 303 if answer.headers.get("location", "").endswith("/join/check-your-mail/"):
            return ok(FORM, "the sign-up is accepted")
        case 400 if fields_of(answer.text):
            remedy = f"The page is older than what the functions know. {PUBLISH}"
            return problem(FORM, "the form comes back with error messages", remedy)
        case 400:
            remedy = "Deploy with SiteUrl set to the address that visitors type."
            return problem(FORM, "the functions take it for another site's form (400)", remedy)
        case 403 | 404:
            remedy = "Deploy again; the distribution and the API have to know the same secret."
            return problem(FORM, f"/api/join is not reached ({answer.status})", remedy)
        case 429:
            remedy = "A limit on forms or emails is reached: wait an hour, then run it again."
            return problem(FORM, "too many sign-ups from here (429)", remedy)
    remedy = "See the alarms, and the log of MembershipWeb in CloudWatch."
    return problem(FORM, f"the functions fail ({answer.status})", remedy)


def unusable(address: str, known: Known, *, is_stopped: bool) -> Finding | None:
    """Why this address can't be used for a sign-up; None if it can."""
    if is_stopped:
        remedy = "Use another address with --address."
        return problem(FORM, f"{address} bounced or complained before: it gets no email", remedy)
    if known.signup and known.signup.profile.name != traces.NAME:
        why = f"a sign-up of {address} waits for its confirmation: confirm it, or use --address"
        return skipped(FORM, why)
    return None


# ---- The email


def email_verdict(address: str, known: Known, *, is_waiting: bool, in_sandbox: bool) -> Finding:
    """Was the email sent? `known` is what the table has about the address after the form."""
    if not (known.member_id or known.signup):
        seen = "the form was accepted, but no email goes out"
        remedy = (
            f"{address} has had all emails of a day that forms may send (MailsPerAddressPerDay): "
            "use another one with --address."
        )
        return problem(EMAIL, seen, remedy)
    if not is_waiting:
        return ok(EMAIL, f"SES took it for {address}; it should arrive within a minute")
    remedy = "See the alarms, and the log of Post in CloudWatch: it has SES's reason."
    if in_sandbox:
        remedy = f"Verify {address} in SES (the sandbox sends to verified addresses only)."
    return problem(EMAIL, "SES does not take it; it waits for its next try", remedy)


def check(site_url: str, address: str, *, patience: float, in_sandbox: bool) -> Iterator[Finding]:
    """Sign up with the form. The sign-up stays until `traces.forget_sign_up` deletes it."""
    url = f"{site_url}/join/"
    try:
        page = http.get(url)
    except OSError as error:
        yield problem(PAGE, f"{url} can't be opened: {error}", "See DNS and certificate above.")
        return
    yield (verdict := page_verdict(url, page))
    if verdict.remedy:
        return
    if not address:
        yield skipped(FORM, "no address for the test emails is given: use --address")
        return
    hashed = address_hash(address)
    is_stopped = suppression.is_stopped(hashed)
    if finding := unusable(address, store.at_address(hashed), is_stopped=is_stopped):
        yield finding
        return
    answer = http.post(f"{site_url}/api/join", _filled(page.text, address), origin=site_url)
    yield (verdict := form_verdict(answer))
    if not verdict.remedy:
        yield _email(address, patience, in_sandbox=in_sandbox)


def _filled(page: str, address: str) -> dict[str, str]:
    years = {"from_year": "2001", "to_year": "2002"}
    return fields_of(page) | years | {"name": traces.NAME, "email": address}


def _email(address: str, patience: float, *, in_sandbox: bool) -> Finding:
    hashed = address_hash(address)
    # An email that is not sent yet is found by the table's index, which lags behind the form.
    is_sent = waiting.until(
        lambda: not traces.waiting_emails(hashed), patience, first=waiting.INDEX_SECONDS
    )
    known = store.at_address(hashed)
    return email_verdict(address, known, is_waiting=not is_sent, in_sandbox=in_sandbox)
