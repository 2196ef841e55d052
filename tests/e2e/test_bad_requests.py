"""Malformed and hostile requests on every route: a 4xx, nothing written, never a 5xx."""

import urllib.error
import urllib.request

import pytest

from infra.dev.local.local_stack import Stack
from tests.e2e.page_list import FORM
from tests.e2e.project_copy import EVENT
from tests.e2e.stack_access import table_without_upkeep

POSTS = ("/api/join", "/api/join/confirm", f"/api/events/{EVENT}/rsvp", "/api/rsvp/confirm")
POSTS += ("/api/rsvp/change", "/api/unsubscribe")
BODIES = {
    "nothing": b"",
    "no form": b"{}",
    "not UTF-8": b"name=%ff%fe&email=%ff&token=%ff",
    "raw bytes": b"\xff\xfe\x00name=x",
    "huge": b"name=" + b"a" * 300_000,
    "many fields": b"&".join(b"f%d=1" % n for n in range(2000)),
    "forged token": b"token=WyJhIiwxXQ.aaaa.bbbb",
}
WRONG_ROUTES = [("GET", "/api/join"), ("DELETE", "/api/join"), ("PUT", f"/api/events/{EVENT}/rsvp")]
WRONG_ROUTES += [
    ("POST", f"/api/events/{EVENT}/seats"),
    ("GET", "/api/nowhere"),
    ("PATCH", "/api/rsvp/change"),
]
GETS = ("/api/join/confirm", "/api/rsvp/confirm", "/api/rsvp/change", "/api/unsubscribe")


def status(stack: Stack, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
    all_headers = {"Origin": stack.site_url, "Content-Type": FORM} | headers
    request = urllib.request.Request(stack.site_url + path, body, all_headers, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("path", POSTS)
def test_a_bad_body_is_refused_and_writes_nothing(stack: Stack, path: str) -> None:
    before = table_without_upkeep(stack)
    statuses = {name: status(stack, "POST", path, body) for name, body in BODIES.items()}
    assert {name: code for name, code in statuses.items() if not 400 <= code < 500} == {}
    assert table_without_upkeep(stack) == before


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("token", ["", "x", "WyJhIiwxXQ.aaaa.bbbb", "%00%ff", "a" * 4000])
def test_a_forged_link_is_gone(stack: Stack, path: str, token: str) -> None:
    assert status(stack, "GET", f"{path}?token={token}") == 410


@pytest.mark.parametrize(("method", "path"), WRONG_ROUTES)
def test_a_wrong_method_or_path_is_no_server_error(stack: Stack, method: str, path: str) -> None:
    assert 400 <= status(stack, method, path, b"a=b" if method != "GET" else None) < 500


def test_an_unknown_event_is_gone(stack: Stack) -> None:
    assert status(stack, "GET", "/api/events/no-such-event/seats") == 410
    assert (
        status(stack, "POST", "/api/events/no-such-event/rsvp", b"name=A&email=a@example.com")
        == 410
    )


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", ""])
def test_a_form_of_another_site_is_refused(stack: Stack, origin: str) -> None:
    assert status(stack, "POST", "/api/join", b"name=A", Origin=origin) == 400


def test_the_api_does_not_answer_past_the_distribution(stack: Stack) -> None:
    api = f"{stack.cloud_url}/_aws/execute-api/{stack.outputs['ApiId']}/$default/api/join"
    request = urllib.request.Request(api, b"name=A", {"Content-Type": FORM})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 400
    refused.value.close()
