"""Keys are replaced on the running stack: no link breaks, and no request is refused."""

import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from itsdangerous import URLSafeTimedSerializer

from functions.core import token_keys
from functions.core.aws.secrets import FRESH_SECONDS
from functions.core.token_keys import TokenKeys
from functions.core.tokens import Purpose
from infra.cloud.deploying import rotation, ssm_secrets
from infra.cloud.deploying.rotation import Step
from infra.dev.local.local_errors import LocalError
from infra.dev.local.local_stack import Stack
from tests.e2e.form_client import FormClient, person, token_of
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.project_copy import EVENT

PREFIX = "/alumni/alumni"
HEADER = "x-origin-secret"


def status(url: str, headers: dict[str, str] | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {})) as response:
            return int(response.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return int(refused.code)


def secret(stack: Stack, name: str) -> str:
    answer = stack.client("ssm").get_parameter(Name=f"{PREFIX}/{name}", WithDecryption=True)
    return str(answer["Parameter"]["Value"])


def keys(stack: Stack) -> TokenKeys:
    return token_keys.parse(secret(stack, "token-keys"))


def signed_anew(link: str, purpose: Purpose, key: str) -> str:
    """The link with the same content, signed by another key."""
    serializer = URLSafeTimedSerializer(key, salt=purpose)
    _, content = serializer.loads_unsafe(token_of(link))
    return link.replace(token_of(link), str(serializer.dumps(content)))


def let_the_new_key_sign(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second step, as the command takes it an hour after the first."""
    for name, value in stack.environment.items():
        monkeypatch.setitem(os.environ, name, value)
    stored = ssm_secrets.read(stack.aws(), PREFIX, "token-keys")
    later = int(time.time()) + FRESH_SECONDS
    step = rotation.next_of_token_keys(keys(stack), stored.changed_at, later, "")
    assert isinstance(step, Step)
    ssm_secrets.replace(stack.aws(), PREFIX, "token-keys", stored, step.value)


def test_links_of_both_keys_work_while_a_key_is_replaced(
    stack: Stack, form_client: FormClient, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = form_client.join(person("Vera", "vera@example.com"))
    unsubscribe = link_in(member, "/api/unsubscribe")
    old_links = [unsubscribe]
    for name in ("wim", "xenia"):
        form_client.post_join_form(person(name, f"{name}@example.com"))
        mail = mailbox.wait(f"{name}@example.com", "Please confirm")
        old_links.append(link_in(mail, "/api/join/confirm"))
    stack.alumni("secrets", "rotate", "token-keys", "--yes")
    with pytest.raises(LocalError, match="Run this again after"):
        stack.alumni("secrets", "rotate", "token-keys", "--yes")
    of_the_new_key = signed_anew(unsubscribe, Purpose.UNSUBSCRIBE, keys(stack).following)
    assert status(of_the_new_key) == 200  # by a function that has been at work since before
    assert [status(link) for link in old_links] == [200, 200, 200]
    form_client.press_button(old_links[1])
    let_the_new_key_sign(stack, monkeypatch)
    assert status(of_the_new_key) == 200
    assert [status(link) for link in old_links] == [200, 200, 200]
    form_client.press_button(old_links[2])
    form_client.join(person("Yngve", "yngve@example.com"))
    forged = signed_anew(unsubscribe, Purpose.UNSUBSCRIBE, "f" * 43)
    assert status(forged) == 410


@contextmanager
def no_request_refused(url: str) -> Iterator[None]:
    """Sends requests all the while, and fails if one is refused.

    A 502 is no refusal: under load the local cloud answers it while it replaces a function.
    """
    done, statuses = threading.Event(), []

    def send() -> None:
        while not done.is_set():
            statuses.append(status(url))
            time.sleep(0.05)

    sending = threading.Thread(target=send)
    sending.start()
    yield
    done.set()
    sending.join()
    assert len(statuses) > 5
    assert set(statuses) <= {200, 502}
    assert statuses.count(502) < 3


def test_no_request_is_refused_while_the_origin_secret_is_replaced(stack: Stack) -> None:
    seats = f"/api/events/{EVENT}/seats"
    api = f"{stack.cloud_url}/_aws/execute-api/{stack.outputs['ApiId']}/$default{seats}"
    old = secret(stack, "origin-secrets")
    assert status(api, {HEADER: old}) == 200
    for number in range(3):
        stack.alumni("secrets", "rotate", "origin-secrets", "--yes")
        if number == 0:
            with pytest.raises(LocalError, match="isn't deployed"):
                stack.alumni("secrets", "rotate", "origin-secrets", "--yes")
        with no_request_refused(stack.site_url + seats):
            stack.alumni("deploy", "--yes", "--no-publish")
    new = secret(stack, "origin-secrets")
    assert new != old
    assert "," not in new
    assert (status(api, {HEADER: old}), status(api, {HEADER: new})) == (400, 200)


def test_a_check_has_nothing_to_say_against_the_stacks_secrets(stack: Stack) -> None:
    states = stack.alumni("secrets", "check")
    assert all(state["usable"] for state in states.values())
