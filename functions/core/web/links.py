"""Links in emails to pages that functions answer."""

from urllib.parse import urlencode

from functions.core.settings import settings


def link(path: str, token: str, language: str) -> str:
    """A link with the email's language, so that its page is in it even if the token is invalid."""
    return f"{settings().site_url}{path}?{urlencode({'token': token, 'language': language})}"


def own_page(language: str) -> str:
    """A link to the person's own page, which asks them to sign in."""
    return f"{settings().site_url}/me/?{urlencode({'language': language})}"
