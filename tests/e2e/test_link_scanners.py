"""Mail scanners send HEAD to the links of a mail: it is answered as GET, without the body."""

import urllib.error
import urllib.request

import pytest

from infra.dev.local.local_stack import Stack

PAGES = (
    *("join/confirm", "invitation", "invitation/never", "unsubscribe"),
    *("rsvp/confirm", "rsvp/change", "guest-list"),
)


def status_cache_and_body(url: str, method: str) -> tuple[int, str | None, bytes]:
    request = urllib.request.Request(url, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers["Cache-Control"], response.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Cache-Control"], refused.read()


@pytest.mark.parametrize("page", PAGES)
def test_head_of_a_link_has_the_status_and_headers_of_get(stack: Stack, page: str) -> None:
    url = f"{stack.site_url}/api/{page}?token=forged"
    get, head = status_cache_and_body(url, "GET"), status_cache_and_body(url, "HEAD")
    assert get[0] == 410
    assert b"This link no longer works" in get[2]
    assert head == (*get[:2], b"")
