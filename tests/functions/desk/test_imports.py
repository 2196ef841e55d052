"""Lists at the desk: uploaded, looked through, brought in on a ground, undone."""

import re

import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws import private_files
from functions.imports import list_files, store
from functions.imports.rules import UPLOAD_BYTES
from functions.invitations import store as invitations
from functions.people.store import members
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from functions.work import handler as work_handler
from functions.work import store as work_store
from tests.functions.imports import lists
from tests.functions.sent_emails import Context

CONTENT = "Name;E-post;Kontor\nÅsa Öberg;asa@example.com;Malmö hamn\nBo Ek;bo@;\n"
INVITE = {
    "ground": "agreed to be invited",
    "agreed_on": "2026-05-31",
    "how": "reunion",
    "office": "malmo",
    "language": "sv",
    "contact": "",
}
CONSENT = INVITE | {
    "ground": "consent given elsewhere",
    "how": "the engineers' club",
    "words": "Yes,\r\nwrite to me.",
    "purposes": ["newsletter"],
}


def upload(desk, content=CONTENT, name="Åsas lista.csv"):
    sent = content.encode() if isinstance(content, str) else content
    return desk.upload("/desk/imports/", "file", name, sent)


def uploaded(desk, content=CONTENT):
    answer = upload(desk, content)
    assert answer["statusCode"] == 303, answer["body"]
    work()
    return path_of(answer)


def path_of(answer):
    return "/desk/imports/" + answer["headers"]["Location"].rstrip("/").rpartition("/")[2] + "/"


def work():
    """The minute tick does what waits."""
    work_handler.advance({"tick": True}, Context())


def is_invited(email="asa@example.com"):
    return invitations.get(address_hash(email)) is not None


def test_a_list_is_shown_before_anything_is_written(desk):
    hr = desk()
    body = hr.get(uploaded(hr))["body"]
    assert "Åsas lista.csv" in body
    assert "Åsa Öberg" in body
    assert "has an email address that can't be right" in body
    assert re.search(r'<option value="office" selected', body)
    assert not is_invited()


def test_people_are_invited_and_that_is_undone(desk):
    hr = desk()
    path = uploaded(hr)
    assert hr.post(f"{path}start", **INVITE)["statusCode"] == 303
    assert "Working on it" in hr.get(path)["body"]
    assert hr.get(path)["headers"]["Refresh"]
    work()
    assert "The list is brought in." in hr.get(path)["body"]
    assert is_invited()
    assert hr.post(f"{path}undo")["statusCode"] == 303
    work()
    assert "1 person is taken back." in hr.get(path)["body"]
    assert not is_invited()


def test_what_could_not_be_finished_is_tried_again_or_undone(desk, monkeypatch):
    hr = desk()
    path = uploaded(hr)
    hr.post(f"{path}start", **INVITE)
    with monkeypatch.context() as patch:
        patch.setattr(work_store, "MOST_TRIES", 0)
        work()
    body = hr.get(path)["body"]
    assert "t work. Please try again" in body
    assert "Undo the import" in body
    assert f'action="{path}start"' in body
    assert hr.post(f"{path}start")["statusCode"] == 303
    work()
    assert "The list is brought in." in hr.get(path)["body"]
    assert is_invited()


def test_a_list_that_is_done_while_its_page_is_read_has_not_failed(desk, monkeypatch):
    hr = desk()
    path = uploaded(hr)
    hr.post(f"{path}start", **INVITE)
    read, ends = work_store.work, [work]

    def read_late(work_id):
        if ends:
            ends.pop()()
        return read(work_id)

    monkeypatch.setattr(work_store, "work", read_late)
    assert "The list is brought in." in hr.get(path)["body"]


def test_consent_given_elsewhere_makes_members(desk):
    hr = desk()
    path = uploaded(hr)
    assert hr.post(f"{path}start", **CONSENT)["statusCode"] == 303
    work()
    member = members.member(members.member_id_at(address_hash("asa@example.com")))
    assert (member.newsletter, member.invitations) == (True, False)


@pytest.mark.parametrize("field", ["agreed_on", "how", "office"])
@pytest.mark.parametrize("ground", [INVITE, CONSENT], ids=["invite", "consent"])
def test_nobody_is_brought_in_without_a_ground(desk, ground, field):
    hr = desk()
    path = uploaded(hr)
    answer = hr.post(f"{path}start", **ground | {field: ""})
    assert answer["statusCode"] == 400
    assert "Please check the following" in answer["body"]
    work()
    assert not is_invited()


def test_consent_needs_its_words(desk):
    hr = desk()
    assert hr.post(f"{uploaded(hr)}start", **CONSENT | {"words": " "})["statusCode"] == 400


def test_columns_can_be_changed(desk):
    hr = desk()
    path = uploaded(hr, "Kolumn 1;Kolumn 2\nÅsa;asa@example.com\n")
    body = hr.get(path)["body"]
    assert "Please choose the column that holds:" in body
    assert "Invite them" not in body
    hr.post(f"{path}columns", **{"column-0": "name", "column-1": "email"})
    work()
    hr.post(f"{path}start", **INVITE)
    work()
    assert is_invited()


def test_every_deed_is_logged(desk):
    hr = desk()
    path = uploaded(hr)
    hr.post(f"{path}start", **INVITE)
    work()
    hr.post(f"{path}undo")
    lines = deeds.lines(clock.month_of(clock.now()))
    own = [line for line in lines if line.about == path.rstrip("/").rpartition("/")[2]]
    assert {line.deed for line in own} == {
        Deed.LIST_UPLOADED,
        Deed.LIST_BROUGHT_IN,
        Deed.IMPORT_UNDONE,
    }
    assert {line.by for line in own} == {hr.actor.id}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7", list_files.IS_PDF),
        (b"\xd0\xcf\x11\xe0" * 9, list_files.IS_LOCKED),
        (b"", list_files.EMPTY),
        (b"PK\x03\x04 and no more", list_files.BROKEN),
    ],
)
def test_what_is_no_list_says_what_to_do_and_stays_nowhere(desk, content, message):
    hr = desk()
    answer = upload(hr, content)
    assert answer["statusCode"] == 400
    assert message[:30] in answer["body"]
    assert list(private_files.names("imports/")) == []
    assert store.newest(clock.now()) == []


def test_a_workbook_is_looked_through(desk):
    hr = desk()
    book = lists.workbook([["Name", "Email"], ["Åsa Öberg", "asa@example.com"]])
    assert "Åsa Öberg" in hr.get(uploaded(hr, book.getvalue()))["body"]


def test_a_file_that_is_too_large_gets_a_page_that_names_the_command(desk):
    answer = upload(desk(), b"a" * (UPLOAD_BYTES + 20_000))
    assert answer["statusCode"] == 413
    assert "alumni members import" in answer["body"]


def test_no_file(desk):
    answer = upload(desk(), b"", name="")
    assert answer["statusCode"] == 400
    assert "Please choose a file." in answer["body"]


def test_whoever_is_limited_to_some_offices_brings_in_only_those(desk):
    hr = desk(offices=("stockholm",))
    path = uploaded(hr)
    assert "is of an office that isn't yours" in hr.get(path)["body"]
    assert hr.post(f"{path}start", **INVITE)["statusCode"] == 400
    hr.post(f"{path}start", **INVITE | {"office": "stockholm"})
    work()
    assert not is_invited()


def test_and_sees_only_their_own_lists(desk):
    path, limited = uploaded(desk()), desk(offices=("stockholm",))
    assert limited.get(path)["statusCode"] == 410
    assert "Åsas lista" not in limited.get("/desk/imports/")["body"]
    assert "Åsas lista" in desk(Role.OWNER).get("/desk/imports/")["body"]


def test_a_list_is_deleted_at_once(desk):
    hr = desk()
    path = uploaded(hr)
    assert hr.post(f"{path}discard")["statusCode"] == 303
    assert hr.get(path)["statusCode"] == 410
    assert list(private_files.names("imports/")) == []


def test_pressing_start_twice_brings_in_once(desk):
    hr = desk()
    path = uploaded(hr)
    for _ in range(2):
        assert hr.post(f"{path}start", **INVITE)["statusCode"] == 303
    work()
    assert "The list is brought in." in hr.get(path)["body"]


def test_what_a_file_holds_is_shown_as_text(desk):
    hr = desk()
    path = uploaded(hr, "<script>x</script>;E-post\n<b>Åsa</b>;asa@example.com\n")
    body = hr.get(path)["body"]
    assert "<script>x" not in body
    assert "<b>Åsa" not in body
