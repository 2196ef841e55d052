"""Are the DNS records there that visitors, email providers and SES look up?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.cloud.deploying import manual_steps
from infra.cloud.deploying.manual_steps import Record
from infra.cloud.doctor.dns_lookup import DnsError, Lookup
from infra.cloud.doctor.findings import Finding, ok, problem, skipped

Answers = tuple[str, ...]

SITE, DKIM, RETURN_MX, RETURN_SPF = "Site", "DKIM", "Bounces: MX", "Bounces: SPF"
DMARC, MAILBOX = "DMARC", "Unsubscribe mailbox"
POLICIES = {"none", "quarantine", "reject"}
ALIAS = "(in Route 53, an ALIAS record does the same)"


@dataclass(frozen=True)
class Names:
    """The names of a deployment; those that it doesn't use are empty."""

    region: str
    site: str  # its own host name
    distribution: str
    sender_domain: str  # the domain in SES's signature
    from_domain: str  # of the sender's address: the same, or below it
    dkim_tokens: tuple[str, ...] = ()
    mail_from: str = ""
    mailbox: str = ""  # the domain of UnsubscribeMailbox


def check(lookup: Lookup, names: Names) -> Iterator[Finding]:
    yield from _unless_silent(SITE, lambda: [_site(lookup, names)])
    yield from _unless_silent(DKIM, lambda: [_dkim(lookup, names)])
    yield from _unless_silent(RETURN_MX, lambda: _mail_from(lookup, names))
    yield from _unless_silent(DMARC, lambda: [_dmarc(lookup, names)])
    yield from _unless_silent(MAILBOX, lambda: [_mailbox(lookup, names)])


def _unless_silent(check: str, verdicts: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from verdicts()
    except DnsError as error:
        remedy = "Check that this machine can use DNS, then the name servers of the domain."
        yield problem(check, f"DNS gave no answer: {error}", remedy)


# ---- The site


def _site(lookup: Lookup, names: Names) -> Finding:
    if not names.site:
        return skipped(SITE, f"SiteDomain is not set, so the site is at {names.distribution}")
    if cname := lookup(names.site, "CNAME"):
        return site_verdict(names, cname, (), ())
    addresses = lookup(names.site, "A")
    return site_verdict(names, (), addresses, lookup(names.distribution, "A"))


def site_verdict(names: Names, cname: Answers, addresses: Answers, wanted: Answers) -> Finding:
    """`wanted` are the distribution's own addresses, which an ALIAS record repeats."""
    record = Record(names.site, "CNAME", names.distribution)
    if cname:
        if cname[0] == names.distribution.lower():
            return ok(SITE, f"{names.site} leads to the distribution")
        seen = f"{names.site} leads to {cname[0]}, which is not this stack's distribution"
        return problem(SITE, seen, f"Replace its CNAME record {ALIAS}:", record)
    if not addresses:
        seen = f"{names.site} is not in the DNS"
        return problem(SITE, seen, f"Add this record {ALIAS}:", record)
    if set(addresses) & set(wanted):
        return ok(SITE, f"{names.site} has the distribution's addresses")
    listed = ", ".join(addresses)
    return skipped(SITE, f"addresses alone ({listed}) can't tell; `Site answers` shows it")


# ---- What receivers look up about an email


def _dkim(lookup: Lookup, names: Names) -> Finding:
    wanted = [manual_steps.dkim_record(token, names.sender_domain) for token in names.dkim_tokens]
    return dkim_verdict(wanted, {record.name: lookup(record.name, "CNAME") for record in wanted})


def dkim_verdict(wanted: Sequence[Record], answers: Mapping[str, Answers]) -> Finding:
    """`answers` are the CNAME records by name."""
    if not wanted:
        return skipped(DKIM, "SES names no records for its signature: see SES below")
    missing = [record for record in wanted if answers[record.name] != (record.value.lower(),)]
    if not missing:
        return ok(DKIM, f"all {len(wanted)} records lead to SES's keys")
    seen = f"{len(missing)} of {len(wanted)} records are missing or lead elsewhere"
    remedy = "Add these records, or correct them; without them emails end up in spam folders:"
    return problem(DKIM, seen, remedy, *missing)


def _mail_from(lookup: Lookup, names: Names) -> Iterator[Finding]:
    if not names.mail_from:
        yield skipped(RETURN_MX, "no MAIL FROM domain is set: bounces return to SES's own")
        return
    mx, spf = manual_steps.mail_from_records(names.mail_from, names.region)
    yield mail_from_verdict(mx, lookup(mx.name, "MX"))
    yield spf_verdict(spf, lookup(spf.name, "TXT"))


def mail_from_verdict(wanted: Record, answers: Answers) -> Finding:
    """SES accepts a MAIL FROM domain only if it has this one MX record and no other."""
    if answers == (wanted.value,):
        return ok(RETURN_MX, f"{wanted.name} leads bounces to SES")
    seen = f"{wanted.name} has {_listed(answers, 'MX record')}"
    return problem(RETURN_MX, seen, "Let it have this MX record and no other:", wanted)


def spf_verdict(wanted: Record, answers: Answers) -> Finding:
    policies = [text for text in answers if text.lower().startswith("v=spf1")]
    if len(policies) == 1 and "include:amazonses.com" in policies[0].lower().split():
        return ok(RETURN_SPF, f"{wanted.name} lets SES send")
    if len(policies) > 1:
        seen = f"{wanted.name} has {len(policies)} SPF records, which makes all of them invalid"
    elif policies:
        seen = f"the SPF record of {wanted.name} does not include amazonses.com"
    else:
        seen = f"{wanted.name} has no SPF record"
    return problem(RETURN_SPF, seen, "Let it have one SPF record:", wanted)


def _listed(answers: Answers, what: str) -> str:
    return f"{what}s {', '.join(answers)}" if answers else f"no {what}"


# ---- DMARC (RFC 7489)


def _dmarc(lookup: Lookup, names: Names) -> Finding:
    for domain in parents(names.from_domain):
        texts = lookup(f"_dmarc.{domain}", "TXT")
        if records := tuple(text for text in texts if _is_dmarc(text)):
            return dmarc_verdict(names, domain, records)
    return dmarc_verdict(names, "", ())


def parents(domain: str) -> list[str]:
    """The domain and those above it that may have a policy for it, the nearest first."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]


def dmarc_verdict(names: Names, domain: str, records: Answers) -> Finding:
    """The policy that receivers apply to our emails; `domain` has it."""
    wanted = manual_steps.dmarc_record(names.from_domain)
    if not records:
        seen = f"{names.from_domain} has no policy, which Gmail and Yahoo expect of newsletters"
        return problem(DMARC, seen, "Add this record:", wanted)
    if len(records) > 1:
        seen = f"_dmarc.{domain} has {len(records)} policies, so receivers ignore all of them"
        return problem(DMARC, seen, "Delete all but one.")
    tags = _tags(records[0])
    key = "sp" if domain != names.from_domain and "sp" in tags else "p"
    policy = tags.get(key, "").lower()
    if policy not in POLICIES:
        seen = f"_dmarc.{domain} has no valid policy: {records[0]}"
        return problem(DMARC, seen, "Replace the record by this one:", wanted)
    if tags.get("adkim", "r").lower() == "s" and names.from_domain != names.sender_domain:
        seen = (
            f"_dmarc.{domain} demands a signature of exactly {names.from_domain} (adkim=s), and "
            f"SES signs as {names.sender_domain}"
        )
        return problem(DMARC, seen, "Take adkim=s out, or use a sender at the signing domain.")
    return ok(DMARC, f"the policy of {domain} is {policy}, and our signature matches it")


def _is_dmarc(text: str) -> bool:
    return text.replace(" ", "").lower().startswith("v=dmarc1")


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


# ---- Unsubscribing by email


def _mailbox(lookup: Lookup, names: Names) -> Finding:
    if not names.mailbox:
        return skipped(MAILBOX, "UnsubscribeMailbox is not set: one click and links do it")
    wanted = manual_steps.inbound_record(names.mailbox, names.region)
    return mailbox_verdict(wanted, lookup(wanted.name, "MX"))


def mailbox_verdict(wanted: Record, answers: Answers) -> Finding:
    if wanted.value in answers:
        return ok(MAILBOX, f"emails to {wanted.name} reach SES")
    seen = f"{wanted.name} has {_listed(answers, 'MX record')}"
    return problem(MAILBOX, seen, "Add this record; emails that unsubscribe need it:", wanted)
