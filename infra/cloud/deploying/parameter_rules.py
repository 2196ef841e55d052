"""Rules of the template's parameters: which follow from others, which contradict. No I/O."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from infra.cloud.errors import ParameterError

CLOUDFRONT = ".cloudfront.net"
GITHUB = "token.actions.githubusercontent.com"
MISSING_SENDER = (
    "the first deploy needs the sender of all emails: "
    "--parameter 'Sender=Example Alumni <alumni@example.com>'"
)

Values = Mapping[str, str]


def derive(given: Values, current: Values) -> dict[str, str]:
    """The given parameters and those that follow from them.

    `current` are the stack's own, which hold unless given; empty before the first deploy.

    Raises:
        ParameterError: two parameters contradict each other, or one is missing.
    """
    both = {**current, **given}
    _check_publishing(both)
    return {**given, **_mail(both), **_site(given, both)}


def site_without_domain(distribution: str) -> str:
    """The address of a site that has no domain of its own."""
    return f"https://{distribution}/"


def own_domain(url: str) -> str:
    """The host in the site's address; empty if it is CloudFront's or a laptop's."""
    address = urlsplit(url)
    host = address.hostname or ""
    is_own = address.scheme == "https" and address.port is None and "." in host
    return host if is_own and not host.endswith(CLOUDFRONT) else ""


def _site(given: Values, both: Values) -> dict[str, str]:
    domain = own_domain(both.get("SiteUrl", ""))
    wanted = given.get("SiteDomain", domain)
    if wanted != domain:
        raise ParameterError(
            f"SiteDomain is {wanted or 'empty'}, but SiteUrl is {both.get('SiteUrl') or 'empty'}: "
            "leave SiteDomain out, it follows from SiteUrl"
        )
    return {"SiteDomain": domain}


def _mail(both: Values) -> dict[str, str]:
    sender = both.get("Sender", "")
    if not sender:
        raise ParameterError(MISSING_SENDER)
    at = sender.rpartition("@")[2].rstrip("> ").lower()
    domain = both.get("SenderDomain") or at
    if not is_below(at, domain):
        raise ParameterError(
            f"Sender's address is at {at}, which is not {domain} (SenderDomain) or below it: "
            "SES would refuse every email"
        )
    return {"SenderDomain": domain}


def is_below(domain: str, parent: str) -> bool:
    """Whether a domain is another one, or a subdomain of it."""
    return domain == parent or domain.endswith(f".{parent}")


def _check_publishing(both: Values) -> None:
    provider, subject = both.get("OidcProviderArn", ""), both.get("OidcSubject", "")
    if not provider:
        return
    host = re.sub(r"^.*:oidc-provider/", "", provider)
    kind = "repo:" if host == GITHUB else "project_path:"
    if not subject:
        raise ParameterError(
            "OidcProviderArn needs OidcSubject, which names the repository and branch that may "
            f"publish; it begins with {kind}"
        )
    if not subject.startswith(kind):
        raise ParameterError(f"OidcSubject is {subject}, but subjects of {host} begin with {kind}")
