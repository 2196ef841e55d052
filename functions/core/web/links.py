"""Links in emails to pages that functions answer."""

from urllib.parse import urlencode

from functions.core.settings import settings


def link(path: str, token: str, language: str) -> str:
    """With the email's language, in which the page says so if the token leads to nothing."""
    return f"{settings().site_url}{path}?{urlencode({'token': token, 'language': language})}"
