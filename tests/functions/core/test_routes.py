"""Which function answers: by path and method, exactly, and nothing else."""

import pytest

from functions.core.errors import GoneError
from functions.core.web.responses import Response
from functions.core.web.routes import Application
from tests.functions.support import request

app = Application()


@app.get("/api/rsvp/confirm")
def show_confirmation() -> Response:
    return Response(200, "text/plain", f"{app.current_event['rawPath']}")


@app.post("/api/events/<slug>/rsvp")
def sign_up(slug: str) -> Response:
    return Response(303, headers={"Location": f"/{slug}"})


def respond(method: str, path: str) -> Response:
    return app.respond(request(method, path))


def test_a_route_gets_the_request_and_the_parts_of_its_path():
    assert respond("GET", "/api/rsvp/confirm") == Response(200, "text/plain", "/api/rsvp/confirm")
    assert respond("POST", "/api/events/autumn-talk/rsvp") == sign_up("autumn-talk")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/rsvp/confirm"),
        ("get", "/api/rsvp/confirm"),
        ("GET", "/api/rsvp/confirm/"),
        ("GET", "/api/rsvp/confirm\n"),
        ("GET", "/api/rsvp/confirmed"),
        ("GET", "/x/api/rsvp/confirm"),
        ("POST", "/api/events//rsvp"),
        ("POST", "/api/events/a/b/rsvp"),
    ],
)
def test_an_unknown_method_or_path_has_no_route(method, path):
    with pytest.raises(GoneError):
        respond(method, path)


def test_a_response_has_the_format_that_the_http_api_expects():
    answer = Response(200, "text/plain", "å", {"Cache-Control": "no-store"})
    headers = {"Cache-Control": "no-store", "Content-Type": "text/plain"}
    expected = {"statusCode": 200, "headers": headers, "body": "å", "isBase64Encoded": False}
    assert answer.for_api_gateway() == expected
    assert "Content-Type" not in Response(303).for_api_gateway()["headers"]
