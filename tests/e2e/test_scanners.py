"""What mail scanners do to the links of a mail, in the running stack: HEAD is answered as GET."""

import urllib.error
import urllib.request

import pytest

from infra.dev.local.local_stack import Stack

PAGES = ("join/confirm", "unsubscribe", "rsvp/confirm", "rsvp/change")


def ask(url: str, method: str) -> tuple[int, str | None, bytes]:
    request = urllib.request.Request(url, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers["Cache-Control"], answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Cache-Control"], refused.read()


@pytest.mark.parametrize("page", PAGES)
def test_the_head_of_a_link_is_its_page_without_the_page(stack: Stack, page: str) -> None:
    url = f"{stack.site_url}/api/{page}?token=forged"
    got, head = ask(url, "GET"), ask(url, "HEAD")
    assert got[0] == 410
    assert b"This link no longer works" in got[2]
    assert head == (*got[:2], b"")
