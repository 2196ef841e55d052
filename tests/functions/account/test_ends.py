"""Sessions and the list of changes have an end: the tick deletes them, and doesn't wait for TTL."""

from dataclasses import replace

from functions.account.rules import SESSION_SECONDS
from functions.core import site
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.keep import MONTH
from functions.membership import handler
from functions.people.member import THEMSELVES
from functions.people.store import corrections
from functions.people.store import members as people
from tests.functions.account.conftest import ASA
from tests.functions.sent_emails import Context
from tests.functions.support import dump


def tick():
    handler.tick({"tick": True}, Context())


def sessions():
    return [item for item in dump() if item["pk"].startswith("SESSIONS#")]


def rename(member_id, name, now):
    before = people.member(member_id)
    table.transact(
        *corrections.correct(before, replace(before, name=name), THEMSELVES, "form", now)
    )


def test_a_session_is_deleted_once_it_is_over_and_no_sooner(asa, browser, cloud):
    browser.sign_in(ASA)
    cloud.pass_(SESSION_SECONDS - 1)
    tick()
    assert len(sessions()) == 1
    cloud.pass_(1)
    tick()
    assert sessions() == []


def test_a_change_is_listed_for_two_years(asa, cloud):
    rename(asa, "Åsa Berg", cloud.now)
    cloud.pass_(30 * DAY)
    rename(asa, "Åsa Lund", cloud.now)
    cloud.pass_(24 * MONTH - 30 * DAY - 1)
    tick()
    assert len(corrections.of_member(asa)) == 2
    cloud.pass_(1)
    tick()
    (left,) = corrections.of_member(asa)
    assert left.after == {"name": "Åsa Lund"}
    assert people.member(asa).name == "Åsa Lund"


def test_a_shorter_time_holds_at_once(asa, cloud):
    rename(asa, "Åsa Berg", cloud.now)
    cloud.pass_(13 * MONTH)
    known = table.get(("CATALOGUE", "CATALOGUE"))
    known["site"]["keep"] = {"history_months": 12}
    table.write(table.put(known))
    site.forget()
    tick()
    assert corrections.of_member(asa) == []
