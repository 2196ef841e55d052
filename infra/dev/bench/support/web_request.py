"""A browser's request as the functions get it."""

from typing import Any
from urllib.parse import urlencode

from infra.dev.bench.support import endpoint

VIEWER = "192.0.2.1:4711"


def event(  # noqa: PLR0913 - the parts of a request
    method: str,
    path: str,
    form: dict[str, str] | None = None,
    *,
    query: dict[str, str] | None = None,
    cookie: str = "",
    viewer: str = VIEWER,
) -> dict[str, Any]:
    """An HTTP API event (payload 2.0) as CloudFront passes it on."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "queryStringParameters": query,
        "headers": {
            "content-type": "application/x-www-form-urlencoded",
            "origin": endpoint.SITE_URL,
            "x-origin-secret": endpoint.ORIGIN_SECRET,
            "cloudfront-viewer-address": viewer,
            "cookie": cookie,
        },
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.9"},
            "stage": "$default",
        },
        "body": urlencode(form or {}),
        "isBase64Encoded": False,
    }
