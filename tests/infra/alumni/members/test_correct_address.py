"""`alumni members correct --email`: a new address, and what moves there."""

import pytest

from functions.account import new_address
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.mail import suppression
from functions.people.moves import Move
from functions.people.store import address_moves
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.functions.support import before_writing, dump
from tests.infra.alumni.members.actions import finish_erasing, run, shown

NEW = "asa@example.net"


@pytest.fixture
def moved(asa):
    link = sent_emails.links(sent_emails.text(sent_emails.sent()[-1]))
    run("correct", asa, "--email", NEW, "--yes")
    sent_emails.deliver()
    return link


def test_a_new_address_is_found_and_the_old_one_is_free(asa, moved):
    assert shown(NEW)["member_id"] == asa
    assert run("show", "asa@example.com").exit_code == 1
    actions.become_member(name="Åsa Son")
    assert actions.member_id() != asa


def test_both_addresses_hear_of_it_the_new_one_without_the_name(moved):
    mails = {str(mail["To"]): mail for mail in sent_emails.sent() if "address" in mail["Subject"]}
    assert set(mails) == {NEW, "asa@example.com"}
    assert "Åsa" not in sent_emails.decoded(mails[NEW])
    assert "Hello Åsa Ek," in sent_emails.text(mails["asa@example.com"])
    assert NEW not in sent_emails.text(mails["asa@example.com"])


def test_sign_ups_move_along_and_their_new_link_works(moved):
    (sign_up,) = shown(NEW)["events"]
    assert (sign_up["status"], sign_up["party"], sign_up["email"]) == ("accepted", 2, NEW)
    assert events.event()["free"] == 38
    mails = [sent_emails.text(mail) for mail in sent_emails.sent() if mail["To"] == NEW]
    (link,) = [link for link in sent_emails.links("\n".join(mails)) if "/rsvp/change" in link]
    assert events.press_button(link, action="cancel")["statusCode"] == 200
    assert events.event()["free"] == 40


def test_an_address_that_the_member_asked_for_is_shown_and_dropped_by_a_correction(asa, cloud):
    new_address.ask(people.member(asa), "own@example.net", cloud.now)
    assert shown(asa)["new_address"]["email"] == "own@example.net"
    result = run("correct", asa, "--email", NEW, "--yes")
    assert "They have asked for own@example.net themselves" in result.stderr
    assert "new_address" not in shown(asa)


def test_an_earlier_address_is_shown_while_it_is_reserved(asa, cloud):
    new_address.ask(people.member(asa), NEW, cloud.now)
    sent_emails.deliver()
    link = sent_emails.newest_link_to("/me/address/confirm")
    new_address.confirm(sent_emails.token_of(link), cloud.now)
    (earlier,) = shown(asa)["earlier_addresses"]
    assert earlier["email"] == "asa@example.com"
    assert shown("asa@example.com") == shown(asa)


def test_links_to_unsubscribe_go_on_working(asa, moved):
    welcome = [mail for mail in sent_emails.sent() if mail["Subject"].startswith("Welcome")][-1]
    actions.press_button(sent_emails.links(sent_emails.text(welcome))[0])
    assert not people.member(asa).newsletter


def test_everything_of_somebody_with_a_new_address_is_erased(moved, cloud):
    run("erase", NEW, "--yes")
    finish_erasing(cloud)
    assert NEW not in str(dump())
    assert "asa@example.com" not in str(dump())


def test_another_writing_of_the_address_moves_nothing(asa):
    run("correct", asa, "--email", "Asa@example.com", "--yes")
    assert people.member(asa).email == "Asa@example.com"
    assert actions.member_id() == asa
    assert len(shown("asa@example.com")["events"]) == 1


def reserve(email):
    """Somebody has had this address until now."""
    owner = f"m{actions.become_member(email='bo@example.com')}"
    before, after = address_hash(email), address_hash("bo@example.com")
    move = Move(
        owner=owner,
        from_hash=before,
        from_email=email,
        to_hash=after,
        to_email="bo@example.com",
        at=1,
        ends_at=2,
        revision=1,
    )
    table.transact(*address_moves.begin(move))


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda: actions.become_member(email=NEW), "belongs to another member"),
        (lambda: suppression.stop(address_hash(NEW), "bounce", 1), "gets no email: one came back"),
        (lambda: reserve(NEW), "is reserved"),
    ],
)
def test_an_address_that_cannot_be_theirs_is_refused(asa, prepare, message):
    prepare()
    result = run("correct", asa, "--email", NEW, "--yes")
    assert (result.exit_code, people.member(asa).email) == (1, "asa@example.com")
    assert message in result.stderr


def test_an_address_that_somebody_joins_with_meanwhile_stays_theirs(asa, monkeypatch):
    before_writing(monkeypatch, lambda: actions.become_member(email=NEW))
    assert run("correct", asa, "--email", NEW, "--yes").exit_code == 1
    assert people.member(asa).email == "asa@example.com"
