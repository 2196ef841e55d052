"""The parameters that follow from others, and those that contradict them."""

import pytest

from infra.cloud.deploying.parameter_rules import derive, own_domain, site_without_domain
from infra.cloud.errors import ParameterError

SENDER = {"Sender": "Example Alumni <alumni@example.com>"}
GITHUB = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
GITLAB = "arn:aws:iam::123456789012:oidc-provider/git.example.com/gitlab"


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://alumni.example.com/", "alumni.example.com"),
        ("https://example.com", "example.com"),
        ("https://d111111abcdef8.cloudfront.net/", ""),
        ("http://localhost:8000/", ""),
        ("https://alumni.example.com:8443/", ""),
        ("", ""),
    ],
)
def test_the_domain_follows_from_the_address(url, domain):
    assert own_domain(url) == domain
    assert derive({**SENDER, "SiteUrl": url}, {})["SiteDomain"] == domain


def test_another_domain_than_the_addresses_is_refused():
    given = {**SENDER, "SiteUrl": "https://alumni.example.com/", "SiteDomain": "example.org"}
    with pytest.raises(ParameterError, match="leave SiteDomain out"):
        derive(given, {})
    assert derive(given | {"SiteDomain": "alumni.example.com"}, {})


def test_a_site_that_gets_a_domain_later_names_its_address_only():
    current = {**SENDER, "SiteUrl": "https://d1.cloudfront.net/", "SenderDomain": "example.com"}
    values = derive({"SiteUrl": "https://alumni.example.com/"}, current)
    assert values["SiteDomain"] == "alumni.example.com"
    assert derive({}, current)["SiteDomain"] == ""


def test_a_site_without_a_domain_is_at_the_distributions_name():
    assert site_without_domain("d1.cloudfront.net") == "https://d1.cloudfront.net/"


def test_the_senders_domain_follows_from_the_sender():
    assert derive(SENDER, {})["SenderDomain"] == "example.com"
    assert derive({"Sender": "A <a@Mail.Example.com>"}, {})["SenderDomain"] == "mail.example.com"


@pytest.mark.parametrize("domain", ["example.com", "com"])
def test_a_sender_may_be_below_its_domain(domain):
    given = {"Sender": "A <a@news.example.com>", "SenderDomain": domain}
    assert derive(given, {})["SenderDomain"] == domain


@pytest.mark.parametrize("domain", ["example.org", "ample.com", "news.example.com"])
def test_a_sender_elsewhere_is_refused_before_ses_refuses_every_email(domain):
    with pytest.raises(ParameterError, match=f"at example.com, which is not {domain}"):
        derive({**SENDER, "SenderDomain": domain}, {})


def test_a_new_sender_is_compared_with_the_domain_of_the_stack():
    with pytest.raises(ParameterError, match=r"example\.org"):
        derive({"Sender": "A <a@example.org>"}, {**SENDER, "SenderDomain": "example.com"})


def test_the_first_deploy_needs_a_sender():
    with pytest.raises(ParameterError, match="--parameter 'Sender="):
        derive({"SiteUrl": "https://alumni.example.com/"}, {})


def test_a_provider_needs_a_subject_of_its_own_kind():
    with pytest.raises(ParameterError, match="begins with project_path:"):
        derive({**SENDER, "OidcProviderArn": GITLAB}, {})
    github = "repo:org/site:ref:refs/heads/main"
    with pytest.raises(ParameterError, match=r"git\.example\.com/gitlab begin with project_path:"):
        derive({**SENDER, "OidcProviderArn": GITLAB, "OidcSubject": github}, {})
    assert derive({**SENDER, "OidcProviderArn": GITHUB, "OidcSubject": github}, {})
