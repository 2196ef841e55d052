"""What the site's answers to a sign-up mean."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode

import pytest

from functions.core.texts import ConsentPurpose, translated
from functions.core.web import pages
from functions.membership.form import read_join
from functions.membership.rules import Known, Signup
from functions.people.member import Profile
from infra.cloud.doctor import sign_up, traces
from infra.cloud.doctor.findings import Status
from infra.cloud.doctor.http import Answer
from tests.functions.support import NOW, SITE

VIA = {"via": "1.1 abc.cloudfront.net (CloudFront)"}
FORM = """
<form action="/search"><input name="q"></form>
<form action="/api/join" method="post">
  <input name="name" type="text" value=""><select name="office"><option value="">Choose</option>
  <option value="malmo">Malmö</option><option value="lund">Lund</option></select>
  <input type="checkbox" name="interests" value="water"><input
  type="checkbox" name="consent_membership" value="abc"><input type="checkbox"
  name="consent_newsletter" value="def"><input name="motto" type="text">
</form>
"""
PAGE = Answer(200, VIA, FORM)
URL = "https://alumni.example.com/join/"


def test_the_form_is_read_as_a_browser_would_send_it() -> None:
    assert sign_up.fields_of(FORM) == {
        "name": "",
        "office": "malmo",
        "consent_membership": "abc",
        "motto": "",
    }


@pytest.mark.parametrize(
    ("answer", "seen", "remedy"),
    [
        (Answer(200, {"via": "1.1 proxy"}, FORM), "other than CloudFront", "DNS record"),
        (Answer(403, VIA), "refuses", "SiteDomain and CertificateArn"),
        (Answer(404, VIA, "<h1>404</h1>"), "answers 404", "alumni publish"),
        (Answer(200, VIA, "<p>Soon</p>"), "without the form", "alumni publish"),
    ],
)
def test_a_foreign_or_unready_site_is_a_problem(answer, seen: str, remedy: str) -> None:
    assert sign_up.page_verdict(URL, PAGE).status is Status.OK
    finding = sign_up.page_verdict(URL, answer)
    assert seen in finding.seen
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (Answer(400, text=FORM), "alumni publish"),
        (Answer(400, text="Something went wrong"), "SiteUrl"),
        (Answer(403), "Deploy again"),
        (Answer(404), "Deploy again"),
        (Answer(429), "wait an hour"),
        (Answer(502), "log of MembershipWeb"),
    ],
)
def test_a_refused_form_is_a_problem(answer: Answer, remedy: str) -> None:
    accepted = Answer(303, {"location": f"{URL}check-your-mail/"})
    assert sign_up.form_verdict(accepted).status is Status.OK
    finding = sign_up.form_verdict(answer)
    assert finding.status is Status.PROBLEM
    assert remedy in finding.remedy


def known(name: str) -> Known:
    profile = Profile(
        name=name,
        email="op@example.com",
        office="malmo",
        from_year=2001,
        to_year=2002,
        kinds=("engineer",),
        interests=(),
        language="en",
    )
    return Known(signup=Signup(profile, {}, 1, 2))


def test_an_address_is_used_unless_it_is_stopped_or_waits_for_its_owner() -> None:
    assert sign_up.unusable("op@example.com", Known(), is_stopped=False) is None
    assert sign_up.unusable("op@example.com", known(traces.NAME), is_stopped=False) is None
    stopped = sign_up.unusable("op@example.com", Known(), is_stopped=True)
    assert stopped
    assert stopped.status is Status.PROBLEM
    theirs = sign_up.unusable("op@example.com", known("Olle Persson"), is_stopped=False)
    assert theirs
    assert theirs.status is Status.SKIPPED


def verdict(state: Known, *, is_waiting: bool = False, in_sandbox: bool = False):
    return sign_up.email_verdict(
        "op@example.com", state, is_waiting=is_waiting, in_sandbox=in_sandbox
    )


def test_an_unsent_email_is_a_problem() -> None:
    assert verdict(known(traces.NAME)).status is Status.OK
    assert verdict(Known(member_id="1")).status is Status.OK
    assert "MailsPerAddressPerDay" in verdict(Known()).remedy
    assert "log of Post" in verdict(known(traces.NAME), is_waiting=True).remedy
    sandbox = verdict(known(traces.NAME), is_waiting=True, in_sandbox=True)
    assert "Verify op@example.com in SES" in sandbox.remedy


def test_the_real_form_is_filled_in_as_it_asks_for() -> None:
    """With a membership alone: the doctor subscribes to nothing."""
    form = SimpleNamespace(values={}, errors={})
    template = pages._environment("en").get_template("membership/join.html")
    page = template.render(site=translated(SITE, "en"), form=form)
    sent = parse_qs(urlencode(sign_up._filled(page, "op@example.com")))
    assert sent.keys() >= {"office", "kinds", "language"}
    joining = read_join(sent, SITE, NOW)
    assert joining.profile.name == traces.NAME
    assert set(joining.agreements) == {ConsentPurpose.MEMBERSHIP}
