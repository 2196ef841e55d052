"""Responses: pages, redirects and texts with their headers, and the page of each error.

CloudFront maps 403 and 404 to the site's pages for the whole distribution: no response uses them.

See docs/functions.md.
"""

import base64
from dataclasses import dataclass, field
from typing import Any

from functions.core.errors import (
    AlumniError,
    BadRequestError,
    GoneError,
    TooManyError,
)
from functions.core.log import log
from functions.core.settings import settings

# Error → status, and the template and title of its page.
ERRORS: dict[type[AlumniError], tuple[int, str, str]] = {
    BadRequestError: (400, "core/bad_request.html", "Something went wrong"),
    GoneError: (410, "core/gone.html", "This link no longer works"),
    TooManyError: (429, "core/too_many.html", "Please try again later"),
}


@dataclass(frozen=True)
class Response:
    status_code: int
    content_type: str | None = None
    body: str | bytes = ""
    headers: dict[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()

    def for_api_gateway(self) -> dict[str, Any]:
        is_binary = isinstance(self.body, bytes)
        body = base64.b64encode(self.body).decode() if isinstance(self.body, bytes) else self.body
        kind = {"Content-Type": self.content_type} if self.content_type else {}
        return {
            "statusCode": self.status_code,
            "headers": self.headers | kind,
            "body": body,
            "isBase64Encoded": is_binary,
        } | ({"cookies": list(self.cookies)} if self.cookies else {})


def page(status: int, template: str, title: str, **context: Any) -> Response:
    from functions.core.web import pages

    return text(status, pages.render(template, title, **context), "text/html; charset=utf-8")


def stale(path: str, token: str, language: str) -> Response:
    """The page behind a link that a newer one has replaced; its button asks `path` for that one."""
    title = "There is a newer link"
    return page(409, "core/stale.html", title, language=language, path=path, token=token)


def newest_link_sent(language: str) -> Response:
    """The answer to that button, whatever it led to."""
    return page(200, "core/newest_link_sent.html", "Please check your email", language=language)


def text(status: int, body: str, content_type: str = "text/plain; charset=utf-8") -> Response:
    headers = {
        "Cache-Control": "no-store",
        # With no-referrer the browser would send `Origin: null` with the page's form.
        "Referrer-Policy": "same-origin",
    }
    return Response(status, content_type, body, headers)


def file(name: str, content_type: str, content: bytes) -> Response:
    """A file for the reader to store; `name` is ASCII."""
    attachment = f'attachment; filename="{name}"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": attachment}
    return Response(200, content_type, content, headers)


def redirect(path: str, *cookies: str) -> Response:
    """303: the browser GETs a page of the site, so that a reload repeats nothing."""
    headers = {"Location": settings().site_url + path, "Cache-Control": "no-store"}
    return Response(303, headers=headers, cookies=cookies)


def error_page(error: AlumniError, language: str) -> Response:
    """The page for an error that ERRORS holds, in the language of the link that led to it."""
    status, template, title = next(
        entry for kind, entry in ERRORS.items() if isinstance(error, kind)
    )
    status = error.status if isinstance(error, BadRequestError) else status
    log.info("refused", extra={"status": status, "reason": str(error)})
    return page(status, template, title, language=language)
