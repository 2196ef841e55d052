"""A received `.eml`: sound ones of both kinds, then one thing wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cloud.doctor import received_email
from infra.cloud.doctor.findings import Status
from infra.cloud.doctor.http import Answer

SITE = "https://alumni.example.com"
SENDER = "alumni@example.com"
OURS = """DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=k1; d=example.com;
 t=1795000000; h=From:To:Subject:MIME-Version:Content-Type:Message-ID:Date:
 List-Unsubscribe:List-Unsubscribe-Post; bh=abc=; b=def="""
SESS = """DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; s=s1; d=amazonses.com;
 h=From:To:Subject:List-Unsubscribe:List-Unsubscribe-Post:Feedback-ID; bh=abc=; b=ghi="""
RESULTS = """Authentication-Results: mx.google.com; dkim=pass header.i=@example.com;
 dkim=pass header.i=@amazonses.com; spf=pass smtp.mailfrom=bounce.example.com;
 dmarc=pass (p=NONE) header.from=example.com"""
LEAVE = f"""List-Unsubscribe: <{SITE}/api/unsubscribe?token=abc>,
 <mailto:leave@in.example.com?subject=unsubscribe%20abc>"""
ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
TOP = [RESULTS, OURS, SESS, "From: Example Alumni <alumni@example.com>"]
SUBJECT = "Subject: Test of the newsletter by alumni doctor"


def eml(*headers: str, link: str = f"{SITE}/api/unsubscribe?token=abc") -> bytes:
    body = f"Content-Type: text/plain; charset=utf-8\n\nUnsubscribe: {link}\n"
    return "\n".join([*headers, body]).encode()


def newsletter(**changed: str | None) -> bytes:
    """The sound one, with some headers changed, or taken out (None)."""
    headers = {
        "results": RESULTS,
        "ours": OURS,
        "sess": SESS,
        "sender": "From: Example Alumni <alumni@example.com>",
        "subject": SUBJECT,
        "leave": LEAVE,
        "one_click": ONE_CLICK,
    }
    return eml(*filter(None, (headers | changed).values()))


def problems(raw: bytes) -> dict[str, str]:
    findings = received_email.verdicts(received_email.read(raw), SENDER, SITE)
    return {
        finding.check: finding.remedy for finding in findings if finding.status is Status.PROBLEM
    }


def test_a_sound_newsletter_has_no_problem() -> None:
    assert problems(newsletter()) == {}
    findings = list(received_email.verdicts(received_email.read(newsletter()), SENDER, SITE))
    assert [finding.check for finding in findings] == [
        "Signature",
        "Unsubscribe headers",
        "Provider's verdict",
    ]


def test_a_confirmation_needs_no_unsubscribe_headers() -> None:
    raw = eml(*TOP, "Subject: Please confirm", link=f"{SITE}/api/join/confirm?token=abc")
    assert problems(raw) == {}
    received = received_email.read(raw)
    assert received.name == "confirmation"
    assert received_email.link_of(received) == f"{SITE}/api/join/confirm?token=abc"


@pytest.mark.parametrize(
    ("changed", "check", "remedy"),
    [
        ({"sender": "From: Shop <a@shop.example>"}, "Sender", "Show original"),
        ({"ours": None}, "Signature", "DKIM records"),
        ({"ours": OURS.replace("d=example.com", "d=ample.com")}, "Signature", "DKIM records"),
        ({"leave": None}, "Unsubscribe headers", "no server on the way"),
        ({"one_click": None}, "Unsubscribe headers", "no server on the way"),
        ({"one_click": "List-Unsubscribe-Post: yes"}, "Unsubscribe headers", "no server"),
        ({"leave": LEAVE.replace("alumni.", "old.")}, "Unsubscribe headers", "SiteUrl"),
        ({"ours": OURS.replace(":List-Unsubscribe-Post", "")}, "Unsubscribe headers", "AWS's"),
        ({"ours": OURS.replace("List-Unsubscribe:", "")}, "Unsubscribe headers", "AWS's"),
        ({"results": RESULTS.replace("dmarc=pass", "dmarc=fail")}, "Provider's verdict", "DMARC"),
        ({"results": RESULTS.replace("dkim=pass", "dkim=fail")}, "Provider's verdict", "DKIM"),
    ],
)
def test_every_fault_of_an_email_is_a_problem(changed: dict, check: str, remedy: str) -> None:
    remedies = problems(newsletter(**changed))
    assert check in remedies
    assert remedy in remedies[check]
    if check != "Signature":
        assert list(remedies) == [check]


def test_without_the_providers_note_that_check_is_skipped() -> None:
    raw = newsletter(results=None)
    *_, last = received_email.verdicts(received_email.read(raw), SENDER, SITE)
    assert last.status is Status.SKIPPED


@pytest.mark.parametrize(
    ("domain", "is_aligned"),
    [("example.com", True), ("news.example.com", True), ("com", False), ("ample.com", False)],
)
def test_the_signing_domain_is_the_senders_or_above_it(domain: str, is_aligned: bool) -> None:  # noqa: FBT001 - a case
    assert received_email.aligned(domain, "a@news.example.com") is is_aligned


@pytest.mark.parametrize("status", [200, 410])
def test_a_link_leads_to_the_site_even_if_it_was_used(status: int) -> None:
    link = f"{SITE}/api/join/confirm?token=abc"
    assert received_email.link_verdict(link, SITE, Answer(status)).status is Status.OK


@pytest.mark.parametrize(
    ("link", "answer"),
    [
        ("https://old.example.com/api/join/confirm?token=abc", None),
        (f"{SITE}.evil.example/api/join/confirm", None),
        ("", None),
        (f"{SITE}/api/join/confirm?token=abc", Answer(404)),
        (f"{SITE}/api/join/confirm?token=abc", Answer(502)),
    ],
)
def test_a_link_that_leads_elsewhere_or_nowhere_is_a_problem(link: str, answer) -> None:
    assert received_email.link_verdict(link, SITE, answer).status is Status.PROBLEM


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"From: <\n\n", b"DKIM-Signature: ;;=;\n\n"])
def test_an_email_of_another_sender_is_reported(raw: bytes) -> None:
    assert list(problems(raw)) == ["Sender"]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_file_can_be_checked(noise: bytes) -> None:
    raw = newsletter(subject=None, sender=None) + noise
    for content in (noise, b"Subject: " + noise + raw, b"DKIM-Signature: " + noise):
        findings = list(received_email.verdicts(received_email.read(content), SENDER, SITE))
        assert findings, "an email without a verdict would pass for sound"
