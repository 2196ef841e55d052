"""The tests of handlers refuse what AWS would refuse, although moto doesn't."""

import pytest

from functions.membership import handler
from tests.functions import table_access
from tests.functions.membership import actions
from tests.functions.sent_emails import Context
from tests.infra.cloud.table_permissions import Call


def test_a_handler_of_a_role_without_the_key_is_noticed(
    cloud: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(table_access.HANDLERS, "functions.membership.handler.tick", "Post")
    handler.tick({"tick": True}, Context())
    refused = set(table_access.refused)
    table_access.refused.clear()
    assert refused >= {
        ("Post", Call("dynamodb:Query", "due", frozenset({"ERASURE"}))),
        ("Post", Call("dynamodb:Query", "due", frozenset({"SIGNUP"}))),
        ("Post", Call("dynamodb:PutItem", "", frozenset({"RETENTION"}))),
    }


def test_a_handler_of_its_own_role_is_not(cloud: object) -> None:
    actions.become_member()
    handler.tick({"tick": True}, Context())
    assert table_access.refused == set()


def test_what_a_test_does_itself_is_not_held_against_a_role(cloud: object) -> None:
    from tests.functions.support import dump

    dump()
    assert table_access.refused == set()
