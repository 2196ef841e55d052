"""Reads and checks an HTTP request: form, query, headers, origin, network."""

import base64
import binascii
import hmac
from typing import Any
from urllib.parse import parse_qs

from functions.core import clock
from functions.core.addresses import network_hashes
from functions.core.errors import BadRequestError
from functions.core.mail import limits
from functions.core.settings import settings
from functions.core.web.forms import Form

BODY_MAX = 64 * 1024
FIELDS_MAX = 200  # ten offices with years, and a box for each topic
FORM_TYPE = "application/x-www-form-urlencoded"

Event = dict[str, Any]  # of an HTTP API, payload 2.0


def method(event: Event) -> str:
    return str(event["requestContext"]["http"]["method"])


def query(event: Event, name: str) -> str:
    return str((event.get("queryStringParameters") or {}).get(name, ""))


def header(event: Event, name: str) -> str:
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


def form(event: Event) -> Form:
    """The fields of a plain HTML form: name → values.

    Raises:
        BadRequestError: not such a form, too large, or not UTF-8.
    """
    if header(event, "content-type").partition(";")[0].strip().lower() != FORM_TYPE:
        raise BadRequestError("content type", 415)
    sent = body(event)
    try:
        return parse_qs(
            sent.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict"
        )
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequestError("encoding") from None


def body(event: Event, most: int = BODY_MAX) -> bytes:
    """
    Raises:
        BadRequestError: it can't be read; with status 413, it has more than `most` bytes.
    """
    text = event.get("body") or ""
    if len(text) > most * 2:
        raise BadRequestError("size", 413)
    try:
        raw = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, ValueError):
        raise BadRequestError("encoding") from None
    if len(raw) > most:
        raise BadRequestError("size", 413)
    return raw


def came_through_cloudfront(event: Event) -> bool:
    """True if the request has the distribution's secret: others would evade CloudFront's limits."""
    sent = header(event, "x-origin-secret").encode()
    return any(hmac.compare_digest(sent, secret.encode()) for secret in settings().origin_secrets)


def require_own_origin(event: Event) -> None:
    """Refuse a POST that another site makes its visitor send.

    Raises:
        BadRequestError: the Origin is another one, `null`, or missing.
    """
    if header(event, "origin") != settings().site_url:
        raise BadRequestError("origin")


def viewer_ip(event: Event) -> str:
    """As CloudFront names the viewer; not checked."""
    ip, _, _port = header(event, "cloudfront-viewer-address").rpartition(":")
    http = (event.get("requestContext") or {}).get("http") or {}
    return ip.strip("[]") or str(http.get("sourceIp", ""))


def count_network(event: Event) -> None:
    """Count this POST against the sender's networks.

    Raises:
        TooManyError: one of them has reached its limit for this hour.
        BadRequestError: the request doesn't say where it comes from.
    """
    try:
        networks = network_hashes(viewer_ip(event))
    except ValueError:
        raise BadRequestError("viewer") from None
    limits.networks(networks, clock.now())
