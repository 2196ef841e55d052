"""The tests of handlers refuse what AWS would refuse, although moto doesn't."""

import pytest

from functions.membership import handler
from tests.functions import table_access
from tests.functions.membership import actions


def test_a_handler_of_a_role_without_the_key_is_noticed(
    cloud: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(table_access.HANDLERS, "functions.membership.handler.tick", "Post")
    handler.tick({"tick": True}, None)
    refused = {(function, call.action, call.index) for function, call in table_access.refused}
    assert refused == {("Post", "dynamodb:Query", "due")}
    assert {key for _, call in table_access.refused for key in call.keys} == {"ERASURE", "SIGNUP"}
    table_access.refused.clear()


def test_a_handler_of_its_own_role_is_not(cloud: object) -> None:
    actions.become_member()
    handler.tick({"tick": True}, None)
    assert table_access.refused == set()


def test_what_a_test_does_itself_is_not_held_against_a_role(cloud: object) -> None:
    from tests.functions.support import dump

    dump()
    assert table_access.refused == set()
