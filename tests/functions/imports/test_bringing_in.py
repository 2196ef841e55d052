"""Bringing in a list: shown first, a transaction a row, taken over after a death, undone."""

from collections import Counter

import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws import private_files, table
from functions.core.clock import DAY
from functions.imports import bringing_in, requesting, store
from functions.imports.rules import Stage, Verdict
from functions.invitations import store as invitations
from functions.people.store import activities, consents, invited, members, signs_of_life, tallies
from functions.work import handler as work_handler
from functions.work import kinds
from functions.work.rules import LEASE_SECONDS, MOST_TRIES, State
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.imports.conftest import CONSENT, INVITE, rows
from tests.functions.membership import actions
from tests.functions.support import dump

ASA = "person-1@example.com"


def member(email=ASA):
    member_id = members.member_id_at(address_hash(email))
    return members.member(member_id) if member_id else None


def invitation(email=ASA):
    return invitations.get(address_hash(email))


WAITS = "waits@example.com"  # for the team's decision


def at_addresses():
    return [item for item in dump() if item["pk"].startswith("ADDRESS#")]


def test_looking_through_it_brings_nobody_in(team):
    known = team.upload(rows())
    assert team.progress(known).state is State.DONE
    assert team.progress(known).cursor["counts"] == {Verdict.NEW: 3}
    assert invitation() is None
    assert member() is None
    assert sent_emails.deliver() == []


def test_every_row_is_told_apart_before_and_after(team, cloud):
    actions.become_member(email="person-2@example.com")
    team.bring_in("Name,Email\nBo,person-3@example.com\n")
    hashed = address_hash("person-4@example.com")
    assert invitations.refuse_for_good(hashed, cloud.now, has_address=True)
    table.write(table.put(table.keyed(invited.application_key(address_hash(WAITS)))))
    content = rows(4) + f"Åsa Öberg;PERSON-1@example.com\nNobody;\nWaits;{WAITS}\n"
    expected = {
        Verdict.WAITING: 1,
        Verdict.NEW: 1,
        Verdict.MEMBER: 1,
        Verdict.INVITED_BEFORE: 1,
        Verdict.LEFT_ALONE: 1,
        Verdict.REPEATED: 1,
        Verdict.WRONG: 1,
    }
    known = team.upload(content)
    assert team.progress(known).cursor["counts"] == expected
    assert team.progress(known).cursor["wrong"] == [[7, "has no email address"]]
    assert team.start(known).counts == expected


def test_who_was_erased_is_not_brought_back(team):
    actions.become_member(email=ASA)
    actions.begin_erasing(ASA)
    for terms in (INVITE, CONSENT):
        assert team.bring_in(rows(1), terms).counts == {Verdict.ERASED: 1}
    assert invitation() is None
    assert member() is None


def test_people_are_invited_once_by_email(team):
    done = team.bring_in(rows())
    assert (done.stage, done.counts) == (Stage.DONE, {Verdict.NEW: 3})
    assert invitation().leaver.agreed.how == "reunion"
    assert len(sent_emails.deliver()) == 3


@pytest.mark.parametrize("terms", [INVITE, CONSENT], ids=["invited", "members"])
def test_the_same_file_again_changes_nothing(team, terms):
    team.bring_in(rows(), terms)
    sent = len(sent_emails.deliver())
    before = at_addresses()
    again = team.bring_in(rows(), terms)
    assert again.counts == {Verdict.INVITED_BEFORE if terms is INVITE else Verdict.MEMBER: 3}
    assert at_addresses() == before
    assert len(sent_emails.deliver()) == sent


@pytest.mark.parametrize("terms", [INVITE, CONSENT], ids=["invited", "members"])
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_run_that_stops_goes_on_and_repeats_nothing(team, monkeypatch, terms, steps):
    monkeypatch.setattr(bringing_in, "CHUNK", 2)
    known = team.upload(rows(6))
    assert team.start(known, terms, lives=steps).stage is Stage.STARTED
    done = team.work(known)
    assert (done.stage, done.counts) == (Stage.DONE, {Verdict.NEW: 6})
    assert len(sent_emails.deliver()) == 6


@pytest.mark.parametrize("terms", [INVITE, CONSENT], ids=["invited", "members"])
def test_a_run_that_dies_between_two_rows_goes_on_and_repeats_nothing(
    team, cloud, monkeypatch, terms
):
    known = team.upload(rows(6))
    take, calls = bringing_in._take, iter(range(4))

    def dying(*arguments):
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return take(*arguments)

    monkeypatch.setattr(bringing_in, "_take", dying)
    with pytest.raises(KeyboardInterrupt):
        team.start(known, terms)
    monkeypatch.setattr(bringing_in, "_take", take)
    cloud.pass_(LEASE_SECONDS + 1)
    assert team.work(known).counts == {Verdict.NEW: 6}
    assert len(sent_emails.deliver()) == 6


def test_consent_given_elsewhere_is_recorded_as_such(team):
    team.bring_in("Name,Email,Agreed\nÅsa Öberg,person-1@example.com,2021-03-05\n", CONSENT)
    asa = member()
    assert (asa.newsletter, asa.invitations, asa.office) == (True, False, "malmo")
    given = consents.of_member(asa.id)
    assert [line.what for line in given] == ["membership given", "newsletter given"]
    agreement = given[1].agreement
    assert agreement.words == "Yes, write to me."
    assert (agreement.source, agreement.version) == ("the engineers' club", "2021-03-05")


def test_imported_members_read_once_where_their_data_came_from(team):
    team.bring_in(rows(1), CONSENT)
    (mail,) = sent_emails.deliver()
    body = mail.get_body(("plain",)).get_content()
    assert "the engineers' club" in body
    assert "Yes, write to me." in body
    assert "/me/" in body


def test_their_own_page_shows_what_they_agreed_to(team, cloud):
    team.bring_in(rows(1), CONSENT)
    cloud.pass_(1)
    browser = Browser()
    browser.sign_in(ASA)
    assert "Yes, write to me." in browser.open("/me/")["body"]
    assert ">0<" not in browser.open("/me/details")["body"]


@pytest.mark.parametrize("terms", [INVITE, CONSENT], ids=["invited", "members"])
def test_undo_takes_everybody_back_who_did_nothing(team, terms):
    known = team.upload(rows())
    team.start(known, terms)
    undone = team.undo(known)
    assert (undone.stage, undone.counts) == (Stage.UNDONE, {"undone": 3, "kept": 0})
    assert invitation() is None
    assert member() is None
    assert team.bring_in(rows(), terms).counts == {Verdict.NEW: 3}


@pytest.mark.parametrize("terms", [INVITE, CONSENT], ids=["invited", "members"])
def test_an_undo_that_dies_between_two_rows_counts_whom_it_took_back(
    team, cloud, monkeypatch, terms
):
    known = team.bring_in(rows(4), terms)
    take_back, calls = bringing_in._take_back, iter(range(2))

    def dying(*arguments):
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return take_back(*arguments)

    monkeypatch.setattr(bringing_in, "_take_back", dying)
    with pytest.raises(KeyboardInterrupt):
        team.undo(known.id)
    monkeypatch.setattr(bringing_in, "_take_back", take_back)
    cloud.pass_(LEASE_SECONDS + 1)
    assert team.work(known.id).counts == {"undone": 4, "kept": 0}


def test_an_undone_import_is_in_no_figure_and_no_digest(team, cloud):
    known = team.bring_in(rows(2), CONSENT)
    assert len(list(activities.between(0, cloud.now + 1))) == 2
    team.undo(known.id)
    assert +tallies.of_year(2026) == Counter()
    assert +tallies.members_by_offices() == Counter()
    assert list(activities.between(0, cloud.now + 1)) == []


def test_undo_says_no_goodbye(team):
    known = team.upload(rows(1))
    team.start(known, CONSENT)
    sent = len(sent_emails.deliver())
    team.undo(known)
    assert len(sent_emails.deliver()) == sent


def signs_in(cloud):
    Browser().sign_in(ASA)


def unsubscribes(cloud):
    actions.unsubscribe(member().id)


@pytest.mark.parametrize("act", [signs_in, unsubscribes])
@pytest.mark.parametrize("later", [1, DAY + 1], ids=["on the same day", "on the next day"])
def test_undo_leaves_members_who_acted(team, cloud, act, later):
    known = team.upload(rows(2))
    team.start(known, CONSENT)
    cloud.pass_(later)
    act(cloud)
    assert team.undo(known).counts == {"undone": 1, "kept": 1}
    assert member() is not None


def test_undo_leaves_who_signs_in_at_the_same_moment(team, cloud, monkeypatch):
    known = team.bring_in(rows(1), CONSENT)
    cloud.pass_(1)
    assert requesting.undo(known, team.by, cloud.now)
    actions.before_writing(monkeypatch, lambda: signs_of_life.sign_of_life(member().id, cloud.now))
    assert team.work(known.id).counts == {"undone": 0, "kept": 1}
    assert member() is not None


def test_undo_leaves_who_joined_by_the_invitation(team):
    known = team.upload(rows(2))
    team.start(known)
    sent_emails.deliver()
    actions.become_member(email=ASA)
    assert team.undo(known).counts == {"undone": 1, "kept": 1}
    assert member() is not None


def test_undo_forgets_nobodys_wish_to_be_left_alone(team, cloud):
    known = team.upload(rows(1))
    team.start(known)
    assert invitations.refuse_for_good(address_hash(ASA), cloud.now, has_address=True)
    assert team.undo(known).counts == {"undone": 0, "kept": 1}
    assert any(item["sk"] == invited.left_alone_key("")[1] for item in at_addresses())


def give_up(team, cloud, monkeypatch, import_id):
    """The work dies again and again."""
    with monkeypatch.context() as patch:
        patch.setattr(kinds, "advance", lambda *_: 1 / 0)
        for _ in range(MOST_TRIES + 1):
            team.work(import_id)
            cloud.pass_(LEASE_SECONDS)
    assert team.progress(import_id).state is State.FAILED


@pytest.mark.parametrize("terms", [INVITE, CONSENT], ids=["invited", "members"])
def test_work_that_was_given_up_can_go_on(team, cloud, monkeypatch, terms):
    monkeypatch.setattr(bringing_in, "CHUNK", 2)
    known = team.upload(rows(6))
    team.start(known, terms, lives=1)
    give_up(team, cloud, monkeypatch, known)
    assert requesting.go_on(team.get(known), team.by, cloud.now)
    assert not requesting.go_on(team.get(known), team.by, cloud.now)
    assert team.work(known).counts == {Verdict.NEW: 6}
    assert len(sent_emails.deliver()) == 6
    assert requesting.undo(team.get(known), team.by, cloud.now)
    team.work(known, steps=1)
    give_up(team, cloud, monkeypatch, known)
    assert requesting.go_on(team.get(known), team.by, cloud.now)
    assert team.work(known).counts == {"undone": 6, "kept": 0}


def test_a_list_that_could_not_be_brought_in_whole_can_be_undone(team, cloud, monkeypatch):
    monkeypatch.setattr(bringing_in, "CHUNK", 2)
    known = team.upload(rows(6))
    team.start(known, CONSENT, lives=1)
    give_up(team, cloud, monkeypatch, known)
    assert team.undo(known).counts == {"undone": 2, "kept": 0}
    assert member() is None


def test_the_file_is_deleted_when_done(team):
    team.bring_in(rows())
    assert list(private_files.names("imports/")) == []


def test_a_file_that_nobody_brings_in_is_deleted_after_a_day(team, cloud):
    known = team.upload(rows())
    cloud.pass_(DAY + 1)
    work_handler.advance({"tick": True}, sent_emails.Context())
    assert list(private_files.names("imports/")) == []
    assert store.get(known, clock.now()) is None


def test_a_list_that_breaks_further_down_says_so_and_cannot_be_started(team):
    known = team.upload(rows(100) + '"' + "never closed;\n" * 20_000)
    work = team.progress(known)
    assert work.state is State.FAILED
    assert "quotation mark" in work.cursor["problem"]
    with pytest.raises(AssertionError):
        team.start(known)
