"""The IP address behind a consent: never kept, unless the company says so, and then for a time."""

import pytest

from functions.core.clock import DAY
from functions.membership import handler
from tests.functions.membership import actions
from tests.functions.sent_emails import Context
from tests.functions.support import NOW, dump, outbox

IP = "192.0.2.1"


@pytest.fixture
def kept_for_30_days(cloud):
    actions.keep_ip_addresses(days=30)
    return cloud


def addresses():
    return [item for item in dump() if item["sk"].startswith("VIEWER#")]


def test_no_address_is_kept_unless_a_setting_says_so(cloud):
    actions.unsubscribe(actions.become_member())
    assert addresses() == []
    assert IP not in str(dump())


def test_each_line_has_one_beside_it_which_is_swept_at_its_end(kept_for_30_days, caplog):
    actions.join()
    assert IP not in str(dump()), "nobody has consented yet"
    actions.press_button(actions.newest_link())
    member_id = actions.member_id()
    purposes = ("invitations", "membership", "newsletter")
    known = [item["sk"] for item in addresses()]
    assert known == [f"VIEWER#{NOW}#{purpose} given" for purpose in purposes]
    assert {(item["ip"], item["expires_at"]) for item in addresses()} == {(IP, NOW + 30 * DAY)}
    kept_for_30_days.pass_(DAY)
    actions.unsubscribe(member_id)
    assert len(addresses()) == 4
    kept_for_30_days.pass_(29 * DAY - 1)
    handler.tick({"tick": True}, Context())
    assert len(addresses()) == 4
    kept_for_30_days.pass_(1)
    handler.tick({"tick": True}, Context())
    assert [item["sk"] for item in addresses()] == [f"VIEWER#{NOW + DAY}#newsletter withdrawn"]
    lines = [item for item in dump() if item["sk"].startswith("CONSENT#")]
    assert IP not in str((lines, outbox()))
    assert IP not in str([record.__dict__ for record in caplog.records])


def test_erasing_takes_them_along(kept_for_30_days):
    actions.become_member()
    actions.erase()
    assert addresses() == []
