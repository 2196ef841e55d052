"""The HTTP door that all rooms share: what comes in is checked, what goes out has its headers.

CloudFront maps 403 and 404 to the site's pages for the whole distribution: no answer uses them.

See docs/functions.md.
"""

import base64
import binascii
import hmac
from typing import Any
from urllib.parse import parse_qs

from functions.core import clock
from functions.core.addresses import network_hash
from functions.core.errors import (
    AlumniError,
    BadRequestError,
    GoneError,
    StaleError,
    TooManyError,
)
from functions.core.log import log
from functions.core.mail import limits
from functions.core.settings import settings
from functions.core.web.routes import Answer, Application, Event

BODY_MAX = 64 * 1024
FIELDS_MAX = 100
FORM_TYPE = "application/x-www-form-urlencoded"

Form = dict[str, list[str]]

# Exception → status and the page in core/pages that says it.
ANSWERS: dict[type[AlumniError], tuple[int, str, str]] = {
    BadRequestError: (400, "core/bad_request.html", "Something went wrong"),
    GoneError: (410, "core/gone.html", "This link no longer works"),
    StaleError: (409, "core/stale.html", "There is a newer link"),
    TooManyError: (429, "core/too_many.html", "Please try again later"),
}


def serve(app: Application, event: Event) -> dict[str, Any]:
    """Answer one request, if it came through our distribution."""
    if not _from_distribution(header(event, "x-origin-secret")):
        log.warning("request past the distribution")
        return {"statusCode": 400, "body": "Please use the site."}
    try:
        answer = app.answer(event) or _sorry(GoneError("no such path or method"))
    except tuple(ANSWERS) as error:
        answer = _sorry(error)
    told = answer.as_event()
    # Mail scanners ask for the head of every link: as GET, without the page (RFC 9110, 9.3.2).
    return told | {"body": ""} if _method(event) == "HEAD" else told


def _method(event: Event) -> str:
    return str(event["requestContext"]["http"]["method"])


def _from_distribution(given: str) -> bool:
    secrets = settings().origin_secrets
    return any(hmac.compare_digest(given.encode(), secret.encode()) for secret in secrets)


def form(event: Event) -> Form:
    """The fields of a plain HTML form: name → values.

    Raises:
        BadRequestError: not such a form, too large, or not UTF-8.
    """
    if header(event, "content-type").partition(";")[0].strip().lower() != FORM_TYPE:
        raise BadRequestError("content type", 415)
    body = _body(event)
    try:
        return parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict"
        )
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequestError("encoding") from None


def _body(event: Event) -> bytes:
    text = event.get("body") or ""
    if len(text) > BODY_MAX * 2:
        raise BadRequestError("size", 413)
    try:
        raw = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, ValueError):
        raise BadRequestError("encoding") from None
    if len(raw) > BODY_MAX:
        raise BadRequestError("size", 413)
    return raw


def field(form: Form, name: str) -> str:
    """The first value of a field without surrounding space; empty where there is none."""
    return form.get(name, [""])[0].strip()


def query(event: Event, name: str) -> str:
    return str((event.get("queryStringParameters") or {}).get(name, ""))


def header(event: Event, name: str) -> str:
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


def require_own_origin(event: Event) -> None:
    """A form of ours names our origin; another site that posts here for its visitor does not.

    Raises:
        BadRequestError: the Origin is another one, `null`, or missing.
    """
    if header(event, "origin") != settings().site_url:
        raise BadRequestError("origin")


def count_network(event: Event) -> None:
    """Count this POST against its network (raises TooManyError)."""
    ip, _, _port = header(event, "cloudfront-viewer-address").rpartition(":")
    http = (event.get("requestContext") or {}).get("http") or {}
    viewer = ip.strip("[]") or http.get("sourceIp", "")
    try:
        network = network_hash(viewer)
    except ValueError:
        raise BadRequestError("viewer") from None
    limits.network(network, clock.now())


def redirect(path: str) -> Answer:
    """303: the browser GETs a page of the site, so that a reload repeats nothing."""
    headers = {"Location": settings().site_url + path, "Cache-Control": "no-store"}
    return Answer(303, headers=headers)


def page(status: int, template: str, title: str, **context: Any) -> Answer:
    from functions.core.web import pages

    return _response(status, "text/html; charset=utf-8", pages.render(template, title, **context))


def text(status: int, body: str, content_type: str = "text/plain; charset=utf-8") -> Answer:
    return _response(status, content_type, body)


def _response(status: int, content_type: str, body: str) -> Answer:
    headers = {
        "Cache-Control": "no-store",
        # With no-referrer the browser would send `Origin: null` with the page's form.
        "Referrer-Policy": "same-origin",
    }
    return Answer(status, content_type, body, headers)


def _sorry(error: AlumniError) -> Answer:
    status, template, title = next(
        answer for kind, answer in ANSWERS.items() if isinstance(error, kind)
    )
    status = error.status if isinstance(error, BadRequestError) else status
    log.info("refused", extra={"status": status, "reason": str(error)})
    return page(status, template, title)
