"""Every record that a deployment needs, from recorded answers: all there, then one wrong."""

from dataclasses import replace

import pytest

from infra.cloud.doctor import dns_records
from infra.cloud.doctor.dns_lookup import DnsError
from infra.cloud.doctor.dns_records import Names
from infra.cloud.doctor.findings import Finding, Status

NAMES = Names(
    region="eu-north-1",
    site="alumni.example.com",
    distribution="D1.cloudfront.net",
    sender_domain="example.com",
    from_domain="example.com",
    dkim_tokens=("k1", "k2", "k3"),
    mail_from="bounce.example.com",
    mailbox="in.example.com",
)
SOUND = {
    ("alumni.example.com", "CNAME"): ("d1.cloudfront.net",),
    ("k1._domainkey.example.com", "CNAME"): ("k1.dkim.amazonses.com",),
    ("k2._domainkey.example.com", "CNAME"): ("k2.dkim.amazonses.com",),
    ("k3._domainkey.example.com", "CNAME"): ("k3.dkim.amazonses.com",),
    ("bounce.example.com", "MX"): ("10 feedback-smtp.eu-north-1.amazonses.com",),
    ("bounce.example.com", "TXT"): ("v=spf1 include:amazonses.com -all", "google-verify=1"),
    ("_dmarc.example.com", "TXT"): ("v=DMARC1; p=none; rua=mailto:dmarc@example.com",),
    ("in.example.com", "MX"): ("10 inbound-smtp.eu-north-1.amazonaws.com",),
}
ALIAS = {("alumni.example.com", "CNAME"): (), ("alumni.example.com", "A"): ("192.0.2.1",)}


def findings(changed: dict[tuple[str, str], tuple[str, ...]], names: Names = NAMES):
    answers = SOUND | changed

    def lookup(name: str, kind: str) -> tuple[str, ...]:
        return answers.get((name, kind), ())

    return {finding.check: finding for finding in dns_records.check(lookup, names)}


def problems(by_check: dict[str, Finding]) -> list[str]:
    return [finding.check for finding in by_check.values() if finding.status is Status.PROBLEM]


def test_sound_records_have_no_problem() -> None:
    assert {finding.status for finding in findings({}).values()} == {Status.OK}


@pytest.mark.parametrize(
    ("check", "changed", "seen", "record"),
    [
        ("Site", {("alumni.example.com", "CNAME"): ()}, "not in the DNS", "D1.cloudfront.net"),
        (
            "Site",
            {("alumni.example.com", "CNAME"): ("old.example.net",)},
            "leads to old.example.net",
            "D1.cloudfront.net",
        ),
        (
            "DKIM",
            {("k2._domainkey.example.com", "CNAME"): ()},
            "1 of 3 records",
            "k2.dkim.amazonses.com",
        ),
        (
            "Bounces: MX",
            {("bounce.example.com", "MX"): ()},
            "no MX record",
            "10 feedback-smtp.eu-north-1.amazonses.com",
        ),
        (
            "Bounces: MX",
            {
                ("bounce.example.com", "MX"): (
                    "10 feedback-smtp.eu-north-1.amazonses.com",
                    "20 mail.example.com",
                )
            },
            "20 mail.example.com",
            "10 feedback-smtp.eu-north-1.amazonses.com",
        ),
        (
            "Bounces: SPF",
            {("bounce.example.com", "TXT"): ("v=spf1 -all",)},
            "does not include amazonses.com",
            "include:amazonses.com",
        ),
        (
            "Bounces: SPF",
            {("bounce.example.com", "TXT"): ("v=spf1 include:amazonses.com -all", "v=spf1 ~all")},
            "2 SPF records",
            "include:amazonses.com",
        ),
        ("DMARC", {("_dmarc.example.com", "TXT"): ()}, "no policy", "v=DMARC1"),
        ("DMARC", {("_dmarc.example.com", "TXT"): ("v=DMARC1; p=no",)}, "no valid", "v=DMARC1"),
        (
            "Unsubscribe mailbox",
            {("in.example.com", "MX"): ("10 mail.example.com",)},
            "10 mail.example.com",
            "10 inbound-smtp.eu-north-1.amazonaws.com",
        ),
    ],
)
def test_a_wrong_record_is_reported_with_the_right_one(check, changed, seen, record) -> None:
    by_check = findings(changed)
    assert problems(by_check) == [check]
    assert seen in by_check[check].seen
    assert record in by_check[check].records[0].value


def test_two_dmarc_policies_are_a_problem() -> None:
    by_check = findings({("_dmarc.example.com", "TXT"): ("v=DMARC1; p=none", "v=DMARC1; p=reject")})
    assert problems(by_check) == ["DMARC"]
    assert "Delete all but one" in by_check["DMARC"].remedy


def test_the_distributions_addresses_are_an_alias() -> None:
    same = ALIAS | {("D1.cloudfront.net", "A"): ("192.0.2.1", "192.0.2.2")}
    assert findings(same)["Site"].status is Status.OK
    other = ALIAS | {("D1.cloudfront.net", "A"): ("198.51.100.1",)}
    assert findings(other)["Site"].status is Status.SKIPPED


def test_a_subdomain_inherits_the_policy_above_it() -> None:
    names = replace(NAMES, sender_domain="news.example.com", from_domain="news.example.com")
    by_check = findings({("_dmarc.example.com", "TXT"): ("v=DMARC1; p=reject; sp=none",)}, names)
    assert (
        by_check["DMARC"].seen == "the policy of example.com is none, and our signature matches it"
    )


@pytest.mark.parametrize(("policy", "wrong"), [("p=none; adkim=s", ["DMARC"]), ("p=reject", [])])
def test_a_strict_policy_needs_the_exact_domain_of_the_sender(
    policy: str, wrong: list[str]
) -> None:
    names = replace(NAMES, from_domain="news.example.com")
    by_check = findings({("_dmarc.example.com", "TXT"): (f"v=DMARC1; {policy}",)}, names)
    assert problems(by_check) == wrong


def test_unused_records_are_skipped_with_their_reason() -> None:
    names = replace(NAMES, site="", dkim_tokens=(), mail_from="", mailbox="")
    by_check = findings({}, names)
    skipped = [finding for finding in by_check.values() if finding.status is Status.SKIPPED]
    assert {finding.check for finding in skipped} == {
        "Site",
        "DKIM",
        "Bounces: MX",
        "Unsubscribe mailbox",
    }
    assert all(finding.seen for finding in skipped)


def test_silent_name_servers_hide_no_other_check() -> None:
    def lookup(name: str, kind: str) -> tuple[str, ...]:
        if name == "alumni.example.com":
            raise DnsError("timeout")
        return SOUND.get((name, kind), ())

    results = list(dns_records.check(lookup, NAMES))
    assert [finding.check for finding in results if finding.status is Status.PROBLEM] == ["Site"]
    assert len(results) == 6
