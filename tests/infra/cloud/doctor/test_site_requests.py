"""Requests to a real server on this machine: what a doctor sees that a browser would hide."""

import socket
import threading
from collections.abc import Iterator

import pytest

from infra.cloud.doctor import http, sign_up

ANSWERS = {
    "/join/": b"HTTP/1.1 200 OK\r\nVia: 1.1 x.cloudfront.net\r\nContent-Length: 2\r\n\r\nhi",
    "/moved": b"HTTP/1.1 303 See Other\r\nLocation: /join/\r\nContent-Length: 0\r\n\r\n",
    "/gone": b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\nGone",
    "/noise": b"what?\r\n\r\n",
    "/silent": b"",
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _serve(listening: socket.socket) -> None:
    while True:
        try:
            visitor, _ = listening.accept()
        except OSError:
            return
        with visitor:
            path = visitor.recv(65536).split(b" ")[1].decode()
            visitor.sendall(ANSWERS[path])


def test_redirects_and_errors_are_shown_as_they_are(server: str) -> None:
    assert http.get(f"{server}/join/").text == "hi"
    moved = http.post(f"{server}/moved", {"a": "b"}, origin=server)
    assert (moved.status, moved.headers["location"]) == (303, "/join/")
    gone = http.get(f"{server}/gone")
    assert (gone.status, gone.text) == (410, "Gone")


@pytest.mark.parametrize("path", ["/noise", "/silent"])
def test_a_server_that_talks_no_http_can_not_be_reached(server: str, path: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        http.get(server + path)


def test_a_site_that_can_not_be_opened_is_found() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    (finding,) = sign_up.check(f"http://127.0.0.1:{port}", "", patience=0, in_sandbox=False)
    assert "can't be opened" in finding.seen
    assert "DNS and certificate" in finding.remedy
