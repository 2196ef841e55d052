"""Excel files of people: what is in them, who may fetch them, and until when."""

import pytest

from functions.core.aws import private_files
from functions.core.clock import DAY
from functions.core.excel_sheets import Sheet
from functions.exports import people_file
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from functions.work import handler as work
from functions.work import store as work_store
from tests.functions.desk.conftest import desk  # noqa: F401 - a fixture
from tests.functions.excel_files import downloaded, rows_of
from tests.functions.membership import actions
from tests.functions.sent_emails import Context

FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "https://x.test", "{=1}")


@pytest.fixture
def coordinator(desk):  # noqa: F811 - the fixture
    actions.become_member(name="Åsa Nyström", office="malmo")
    actions.become_member(email="bo@example.org", name="Bo Nysted", office="stockholm")
    return desk()


def asks(browser, segment=""):
    """The path of the file's page."""
    answer = browser.post("/desk/files/people", segment=segment)
    assert answer["statusCode"] == 303
    return "/desk/" + answer["headers"]["Location"].partition("/desk/")[2]


def tick(context=None):
    work.advance({"tick": True}, context or Context())


def work_of(path):
    known = work_store.work(path.split("/")[3])
    assert known
    return known


def fetched(browser, path):
    """The rows below the heading, of all parts."""
    rows = []
    for part in work_of(path).cursor["parts"]:
        answer = browser.get(path + part["name"])
        assert answer["statusCode"] == 200
        heads, *more = downloaded(answer)
        assert heads[:3] == ("Name", "Email", "Office")
        rows += more
    return rows


def names(rows):
    return sorted(row[0] for row in rows)


def test_what_is_filtered_becomes_a_file(coordinator):
    path = asks(coordinator, "office: malmo")
    assert "being written" in coordinator.get(path)["body"]
    tick()
    assert "Ready: 1 person." in coordinator.get(path)["body"]
    (row,) = fetched(coordinator, path)
    assert (row[0], row[2], row[9]) == ("Åsa Nyström", "Malmö harbour", "yes")


def test_without_a_filter_it_holds_everybody(coordinator):
    path = asks(coordinator)
    tick()
    assert names(fetched(coordinator, path)) == ["Bo Nysted", "Åsa Nyström"]


def test_whoever_is_limited_to_an_office_gets_its_people_only(coordinator, desk):  # noqa: F811
    limited = desk(Role.COORDINATOR, ("malmo",))
    path = asks(limited)
    tick()
    assert names(fetched(limited, path)) == ["Åsa Nyström"]


def test_only_whoever_asked_for_it_fetches_it(coordinator, desk):  # noqa: F811
    path = asks(coordinator)
    tick()
    (part,) = work_of(path).cursor["parts"]
    other = desk(Role.OWNER)
    assert other.get(path)["statusCode"] == 410
    assert other.get(path + part["name"])["statusCode"] == 410
    assert coordinator.get(path + "0" * 32)["statusCode"] == 410


def test_other_work_is_no_file(coordinator, cloud):
    from functions.figures import store as figures

    figures.ask(coordinator.actor.id, cloud.now)
    (work_id,) = work_store.due(cloud.now)
    assert coordinator.get(f"/desk/files/{work_id}/")["statusCode"] == 410


def test_an_editor_gets_none(coordinator, desk):  # noqa: F811
    assert desk(Role.EDITOR).post("/desk/files/people")["statusCode"] == 400
    tick()
    assert list(private_files.names("exports/")) == []


def test_the_log_says_who_asked_for_whom(coordinator, cloud):
    asks(coordinator, "office: malmo")
    (line,) = (line for line in deeds.lines("2026-11") if line.deed is Deed.PEOPLE_DOWNLOADED)
    assert (line.by, line.facts) == (coordinator.actor.id, {"office": "malmo"})


def test_it_is_gone_after_a_day(coordinator, cloud, desk):  # noqa: F811
    path = asks(coordinator)
    tick()
    assert len(list(private_files.names("exports/"))) == 1
    cloud.pass_(DAY)
    tick()
    assert list(private_files.names("exports/")) == []
    assert work_store.work(path.split("/")[3]) is None


def test_nothing_starts_a_formula():
    with Sheet(("Name", "Email", "Office")) as sheet:
        sheet.add(FORMULAS)
    _, row = rows_of(sheet.content)
    assert tuple(cell.replace("_x000D_", "\r") for cell in row) == FORMULAS


def test_many_people_are_several_files(coordinator, monkeypatch):
    monkeypatch.setattr(people_file, "ROWS", 1)
    path = asks(coordinator)
    tick()
    assert "Download file 2 of 2" in coordinator.get(path)["body"]
    assert names(fetched(coordinator, path)) == ["Bo Nysted", "Åsa Nyström"]


class OneStep(Context):
    def __init__(self):
        super().__init__()
        self.left = iter([True] * 2)  # the work is begun, and one row written

    def get_remaining_time_in_millis(self):
        return 50_000 if next(self.left, False) else 0


def test_it_goes_on_where_time_was_over(coordinator):
    path = asks(coordinator)
    for _ in range(4):
        tick(OneStep())
    assert names(fetched(coordinator, path)) == ["Bo Nysted", "Åsa Nyström"]


def test_a_file_that_nobody_fits_is_none(coordinator):
    path = asks(coordinator, "joined: 2020")
    tick()
    assert "Nobody matches, so there is no file." in coordinator.get(path)["body"]


def test_a_segment_that_is_not_understood_is_no_file(coordinator):
    answer = coordinator.post("/desk/files/people", segment="ofice: malmo")
    assert answer["headers"]["Location"].endswith("/desk/people/?segment=ofice%3A+malmo")
    tick()
    assert list(private_files.names("exports/")) == []
