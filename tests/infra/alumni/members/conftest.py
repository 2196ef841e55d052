"""What has happened when a test of `alumni members` begins."""

from unittest.mock import Mock

import pytest

from infra.cloud import table_access as connecting
from infra.cloud.aws import Aws
from tests.functions.conftest import cloud, compiled_layouts, moment
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.infra.alumni.members.actions import SuppressionList

__all__ = ["cloud", "compiled_layouts", "moment"]
HR = "arn:aws:sts::123456789012:assumed-role/hr/karin"


@pytest.fixture(autouse=True)
def asa(cloud, monkeypatch):
    """Åsa is a member and comes to an event with a guest; Bo is a member."""
    monkeypatch.setattr(connecting, "connect", lambda *_: {})
    actions.become_member(email="bo@example.org", name="Bo Ek")
    member_id = actions.become_member()
    events.publish()
    events.accepted()
    return member_id


@pytest.fixture(autouse=True)
def ses_list(monkeypatch):
    listed = SuppressionList({"other@example.com"})
    clients = {
        "sesv2": listed,
        "sts": Mock(get_caller_identity=lambda: {"Arn": HR, "UserId": "AROAHR:karin"}),
    }
    monkeypatch.setattr(Aws, "client", lambda _, service: clients[service])
    return listed
