"""People who leave: the form, the list, letters; who of the team sees whom."""

import re

import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.mail import suppression
from functions.desk import leavers
from functions.invitations import store
from functions.invitations.invitation_links import read_link
from functions.people.store import invited
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from tests.functions import sent_emails
from tests.functions.invitations import actions
from tests.functions.support import dump

EMAIL = "asa@example.com"
FORM = {
    "name": "Åsa Ek",
    "email": EMAIL,
    "office": "malmo",
    "role": "Bridge engineer",
    "first_day": "1998-08-01",
    "last_day": "2026-11-30",
    "language": "sv",
    "contact": "anna",
    "agreed": "yes",
    "agreed_on": "2026-11-12",
    "agreed_how": "exit talk",
    "kinds": ["engineer"],
    "interests": ["energy"],
    "returns_from": "2028-06",
}
NEW = "/desk/leavers/new/"
BY_LETTER = {"agreed": "", "agreed_on": "", "agreed_how": ""}


def logged():
    return [(line.deed, line.about) for line in deeds.lines(clock.month_of(clock.now()))]


def invitations():
    return list(store.newest_first())


def send(desk, **changes):
    return desk.post(NEW, **FORM | changes)


def test_one_form_invites_in_the_name_of_the_contact_partner(desk):
    answer = send(desk())
    assert answer["headers"]["Location"].endswith("/desk/leavers/?step=mailed")
    mail = sent_emails.deliver()[-1]
    assert (mail["To"], mail["Reply-To"]) == (EMAIL, "anna@fjardholm.test")
    assert "Anna Lindqvist" in mail["From"]
    assert "alumni@example.com" in mail["From"]
    assert mail["Content-Language"] == "sv"
    (invitation,) = invitations()
    assert invitation.leaver.agreed == actions.AGREED
    assert (Deed.INVITED, invitation.id) in logged()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "enter your name"),
        ({"email": "asa@"}, "an email address, such as"),
        ({"office": "atlantis"}, "choose the office"),
        ({"last_day": ""}, "Please enter a day"),
        ({"first_day": "2027-01-01"}, "after the last one"),
        ({"language": "xx"}, "one of these languages"),
        ({"contact": "nobody"}, "choose a contact partner"),
        ({"agreed_on": "2026-11-19"}, "in the future"),
        ({"agreed_on": ""}, "Please enter a day"),
        ({"agreed_how": ""}, "how they agreed"),
        ({"email": ""}, "or take the agreement back"),
        ({"returns_from": "soon"}, "a year or a month"),
        ({"interests": ["piracy"]}, "The list has changed"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_invited(desk, changes, message):
    answer = send(desk(), **changes)
    assert answer["statusCode"] == 400
    assert message in answer["body"]
    assert "Bridge engineer" in answer["body"]
    assert invitations() == []


def test_without_an_agreement_there_is_a_letter_and_no_email(desk):
    before = len(sent_emails.deliver())
    coordinator = desk()
    signed_in = len(sent_emails.deliver())
    answer = send(coordinator, **BY_LETTER)
    assert answer["headers"]["Location"].endswith(
        f"/desk/leavers/{address_hash(EMAIL)}/?step=letter"
    )
    assert len(sent_emails.deliver()) == signed_in > before
    assert "letter to print" in coordinator.get("/desk/leavers/")["body"]


def test_a_form_without_an_address_that_is_sent_twice_invites_once(desk):
    coordinator = desk()
    number = re.search(r'name="number" value="(\w+)"', coordinator.get(NEW)["body"])[1]
    for _ in range(2):
        answer = send(coordinator, email="", number=number, **BY_LETTER)
        assert answer["statusCode"] == 303
    assert [one.id for one in invitations()] == [number]


def test_whoever_is_invited_already_or_asked_to_be_left_alone_is_not_invited(desk):
    coordinator = desk()
    send(coordinator)
    assert "is invited already" in send(coordinator)["body"]
    store.withdraw(address_hash(EMAIL))
    table.write(invited.leave_alone(address_hash(EMAIL), 1))
    assert "never to write again" in send(coordinator)["body"]


def test_the_list_shows_the_newest_first_page_by_page(desk, cloud, monkeypatch):
    monkeypatch.setattr(leavers, "PAGE", 2)
    monkeypatch.setattr(store, "PAGE", 2)
    for number in range(5):
        actions.invite(
            name=f"Eva {number}x", email=f"eva{number}@example.com", now=cloud.now + number
        )
    coordinator = desk()
    shown, path = [], "/desk/leavers/"
    while path:
        page = coordinator.get(path)["body"]
        shown += re.findall(r">(Eva \d)x<", page)
        older = re.search(r'href="(/desk/leavers/\?after=[^"]*)"', page)
        path = older[1] if older else ""
    assert shown == ["Eva 4", "Eva 3", "Eva 2", "Eva 1", "Eva 0"]
    assert coordinator.get("/desk/leavers/?after=forged")["statusCode"] == 200


def test_a_file_of_leavers_is_read_as_any_list(desk):
    coordinator = desk()
    page = coordinator.get("/desk/leavers/")["body"]
    assert 'href="/desk/imports/"' in page
    assert coordinator.get("/desk/imports/")["statusCode"] == 200


def test_an_address_that_bounced_needs_a_letter(desk, cloud):
    coordinator = desk()
    send(coordinator)
    suppression.stop(address_hash(EMAIL), suppression.BOUNCE, cloud.now)
    assert "print a letter" in coordinator.get("/desk/leavers/")["body"]


def test_the_letter_is_in_their_language_and_its_code_leads_to_joining(desk, monkeypatch):
    coordinator = desk()
    send(coordinator, **BY_LETTER)
    seen = []
    monkeypatch.setattr(leavers, "_code", lambda url: seen.append(url) or "data:,")
    page = coordinator.get(f"/desk/leavers/{address_hash(EMAIL)}/letter/")["body"]
    assert '<article class="letter" lang="sv">' in page
    assert "Vi håller kontakten" in page
    assert "Print this page" in page
    link = read_link(re.search(r"token=([\w.-]+)", seen[0])[1])
    assert (link.invitation_id, link.by_mail) == (address_hash(EMAIL), False)


def test_the_code_is_a_picture_in_the_page(desk):
    coordinator = desk()
    send(coordinator)
    page = coordinator.get(f"/desk/leavers/{address_hash(EMAIL)}/letter/")["body"]
    assert 'src="data:image/svg+xml' in page


def test_one_page_shows_all_that_is_known_and_deletes_it(desk):
    coordinator = desk()
    send(coordinator)
    path = f"/desk/leavers/{address_hash(EMAIL)}/"
    page = coordinator.get(path)["body"]
    for known in (EMAIL, "Bridge engineer", "exit talk", "2028-06", "30", "Anna Lindqvist"):
        assert known in page
    for _ in range(2):
        coordinator.post(f"{path}delete/")
    assert invitations() == []
    assert (Deed.INVITATION_DELETED, address_hash(EMAIL)) in logged()
    before = len(sent_emails.sent())
    assert len(sent_emails.deliver()) == before  # the email that waited is dropped


def test_somebody_of_another_office_does_not_exist_for_whoever_is_limited(desk):
    send(desk())
    other = desk(offices=("stockholm",))
    assert "Åsa" not in other.get("/desk/leavers/")["body"]
    path = f"/desk/leavers/{address_hash(EMAIL)}/"
    for answer in (other.get(path), other.get(f"{path}letter/"), other.post(f"{path}delete/")):
        assert answer["statusCode"] == 410
    assert invitations()
    assert "choose the office" in send(other, email="bo@example.com")["body"]
    assert 'value="malmo"' not in other.get(NEW)["body"]


def test_an_editor_sees_nobody(desk):
    send(desk())
    editor = desk(Role.EDITOR)
    for path in ("/desk/leavers/", NEW, f"/desk/leavers/{address_hash(EMAIL)}/"):
        answer = editor.get(path)
        assert answer["statusCode"] == 400
        assert "Åsa" not in answer["body"]


def test_no_name_and_no_address_is_in_the_log(desk):
    send(desk())
    log = str([item for item in dump() if item["pk"].startswith("DEEDS#")])
    assert not any(text in log for text in ("Åsa", EMAIL, "malmo"))
