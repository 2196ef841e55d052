"""`alumni members`, on a table that the functions have filled."""

import json
import re
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from functions.account import new_address
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.mail import suppression
from functions.membership import handler
from functions.membership.rules import GOODBYE_SECONDS
from functions.people.member import Preferences
from functions.people.moves import Move
from functions.people.store import address_moves, consents, subscriptions
from functions.people.store import members as people
from infra.alumni import main
from infra.cloud import table_access as connecting
from infra.cloud.aws import Aws
from tests.functions import sent_emails
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.events import actions as events
from tests.functions.invitations import actions as invitations
from tests.functions.membership import actions
from tests.functions.sent_emails import Context
from tests.functions.support import before_writing, dump, left_of

HR = "arn:aws:sts::123456789012:assumed-role/hr/karin"


@pytest.fixture(autouse=True)
def asa(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    """Åsa is a member and comes to an event with a guest; Bo is a member."""
    monkeypatch.setattr(connecting, "connect", lambda *_: {})
    actions.become_member(email="bo@example.org", name="Bo Ek")
    member_id = actions.become_member()
    events.publish()
    events.accepted()
    return member_id


class SuppressionList(set):
    """SES's, of the account: moto has none."""

    def get_suppressed_destination(self, EmailAddress):  # noqa: N803 - SES's name
        if EmailAddress not in self:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "GetSuppressedDestination")

    def delete_suppressed_destination(self, EmailAddress):  # noqa: N803 - SES's name
        self.remove(EmailAddress)


@pytest.fixture(autouse=True)
def ses_list(monkeypatch):
    listed = SuppressionList({"other@example.com"})
    clients = {
        "sesv2": listed,
        "sts": Mock(get_caller_identity=lambda: {"Arn": HR, "UserId": "AROAHR:karin"}),
    }
    monkeypatch.setattr(Aws, "client", lambda _, service: clients[service])
    return listed


def run(*arguments, **options):
    return CliRunner().invoke(main.app, ["members", *arguments], **options)


def finish_erasing(cloud):  # noqa: F811 - the fixture itself
    cloud.pass_(GOODBYE_SECONDS)
    handler.tick({"tick": True}, Context())


def test_erasing_says_what_goes_what_stays_and_until_when(asa, cloud):  # noqa: F811
    result = run("erase", "asa@example.com", "--yes", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "member_id": asa,
        "signup": False,
        "invitation": False,
        "events": ["autumn-talk"],
        "ses_suppression": False,
        "goodbye": True,
        "stays": [
            "the member's number with the date",
            "which issues that number was sent",
            "hashes that prove the consents, for some years",
        ],
        "deleted_by": cloud.now + GOODBYE_SECONDS,
    }
    assert events.event()["free"] == 40


def test_erasing_leaves_a_tombstone(asa, cloud):  # noqa: F811
    run("erase", "asa@example.com", "--yes")
    finish_erasing(cloud)
    assert "asa@example.com" not in str(dump())
    assert "Åsa" not in str(dump())
    assert left_of(asa) == ["ERASED"]


def test_who_is_being_erased_is_shown_as_such(asa, cloud):  # noqa: F811
    run("erase", "asa@example.com", "--yes")
    (erasure,) = json.loads(run("show", "asa@example.com", "--json").stdout)["being_erased"]
    assert (erasure["id"], erasure["deleted_at"]) == (asa, cloud.now + GOODBYE_SECONDS)
    assert run("find", "asa").exit_code == 1
    assert "erased_at: 2026-11-18 11:06 UTC" in run("show", asa).stdout
    finish_erasing(cloud)
    assert run("show", "asa@example.com").exit_code == 1


def test_erasing_leaves_other_members_alone():
    run("erase", "asa@example.com", "--yes")
    (bo,) = [item for item in dump() if item["pk"].startswith("MEMBERS#")]
    assert bo["email"] == "bo@example.org"
    assert len(consents.of_member(bo["sk"])) == 3


def test_a_member_is_erased_by_id_and_by_address_in_any_writing(asa):
    assert run("erase", asa, "--yes").exit_code == 0
    assert run("erase", " ASA@Example.com ", "--yes").exit_code == 1
    assert run("erase", "Bo@EXAMPLE.org", "--yes").exit_code == 0
    assert [item for item in dump() if item["pk"].startswith("MEMBERS#")] == []


def test_a_member_who_phones_gets_no_newsletter_and_the_withdrawal_is_kept(asa):
    stopped = json.loads(run("unsubscribe", "asa@example.com", "--json").stdout)
    assert stopped == {"id": asa, "newsletter": False, "changed": True}
    assert people.member(asa).newsletter is False
    (withdrawal,) = [record for record in consents.of_member(asa) if "withdrawn" in record.what]
    assert withdrawal.how == "the team, as the person asked"


def test_stopping_twice_adds_no_second_record(asa):
    run("unsubscribe", asa)
    before = dump()
    again = run("unsubscribe", asa)
    assert again.exit_code == 0
    assert again.stdout == f"Already unsubscribed: {asa}.\n"
    assert dump() == before


def test_a_newsletter_of_nobody_cannot_be_stopped():
    assert run("unsubscribe", "nobody@example.com").exit_code == 1


def test_a_non_member_is_erased_from_events_and_sign_ups():
    events.sign_up(email="eva@example.net")
    actions.join(email="eva@example.net")
    erased = json.loads(run("erase", "eva@example.net", "--yes", "--json").stdout)
    assert not erased["member_id"]
    assert (erased["signup"], erased["events"]) == (True, ["autumn-talk"])
    assert (erased["goodbye"], erased["stays"]) == (False, [])
    assert "eva@example.net" not in str(dump())


def test_a_complaint_is_kept_after_erasing():
    suppression.stop(address_hash("asa@example.com"), "complaint", 1)
    erased = run("erase", "asa@example.com", input="y\n")
    assert "gets no email (complaint)" in erased.stderr
    assert "An email tells them" not in erased.stdout
    assert suppression.is_stopped(address_hash("asa@example.com"))


def test_the_address_is_taken_off_the_list_that_ses_keeps(asa, ses_list):
    ses_list.add("asa@example.com")
    erased = run("erase", asa, "--yes")
    assert "the address on SES's suppression list" in erased.stdout
    assert ses_list == {"other@example.com"}


def test_an_address_that_only_ses_has_is_taken_off(ses_list):
    ses_list.add("eva@example.net")
    assert run("erase", "eva@example.net", "--yes").exit_code == 0
    assert ses_list == {"other@example.com"}


def test_somebody_who_is_invited_is_shown_and_erased_and_then_left_alone():
    invitations.invite(email="eva@example.net", name="Eva Ek")
    shown = json.loads(run("show", "eva@example.net", "--json").stdout)
    assert shown["invitation"]["name"] == "Eva Ek"
    assert shown["invitation"]["agreed"]["how"] == "exit talk"
    assert "nobody invites it again" in run("erase", "eva@example.net", input="n").output
    assert "the invitation to join" in run("erase", "eva@example.net", "--yes").output
    shown = json.loads(run("show", "eva@example.net", "--json").stdout)
    assert "invitation" not in shown
    assert shown["left_alone_since"]


def test_if_ses_refuses_nothing_is_erased_so_that_the_next_run_finds_the_address(
    ses_list, monkeypatch
):
    ses_list.add("asa@example.com")
    before = dump()
    denied = ClientError({"Error": {"Code": "AccessDenied"}}, "DeleteSuppressedDestination")
    monkeypatch.setattr(ses_list, "remove", Mock(side_effect=denied))
    assert run("erase", "asa@example.com", "--yes").exit_code == 3
    assert dump() == before


def test_nothing_is_erased_without_a_yes(ses_list):
    ses_list.add("asa@example.com")
    before = dump()
    declined = run("erase", "asa@example.com", input="n\n")
    assert declined.exit_code == 1
    assert "Nothing was changed" in declined.stderr
    assert run("erase", "asa@example.com").exit_code == 1
    assert dump() == before
    assert "asa@example.com" in ses_list


def test_a_yes_to_the_question_erases():
    erased = run("erase", "asa@example.com", input="y\n")
    assert "An email tells them. The rest is deleted by 2026-11-18 11:51 UTC." in erased.stdout
    assert actions.member_id() is None


def test_an_unknown_person_is_reported():
    result = run("erase", "nobody@example.com", "--yes")
    assert result.exit_code == 1
    assert "Nothing is stored about nobody@example.com" in result.stderr


def test_a_member_is_shown_with_every_consent(asa):
    shown = json.loads(run("show", "asa@example.com", "--json").stdout)
    assert (shown["member_id"], shown["name"]) == (asa, "Åsa Ek")
    assert [consent["what"] for consent in shown["consents"]] == [
        "membership given",
        "newsletter given",
        "invitations given",
    ]
    assert run("show", "nobody@example.com").exit_code == 1


def test_members_are_listed():
    listed = json.loads(run("list", "--json").stdout)
    assert sorted(member["email"] for member in listed) == ["asa@example.com", "bo@example.org"]
    assert "2 members" in run("list").stdout


def test_the_list_is_readable(asa):
    """No seconds since the epoch, and no word of a programming language."""
    (line,) = [line for line in run("list").stdout.splitlines() if asa in line]
    assert re.search(r" yes +every +2026-11-18 11:06 UTC$", line.rstrip())


def test_everything_about_a_member_is_shown(asa):
    suppression.stop(address_hash("asa@example.com"), "complaint", 7)
    shown = json.loads(run("show", "asa@example.com", "--json").stdout)
    (rsvp,) = shown["events"]
    assert (rsvp["slug"], rsvp["party"], rsvp["dietary"]) == ("autumn-talk", 2, "No nuts, please")
    assert shown["no_email_since"] == {"reason": "complaint", "at": 7}


def test_people_who_are_no_members_are_shown_too():
    events.sign_up(email="eva@example.net")
    actions.join(email="eva@example.net")
    shown = json.loads(run("show", "EVA@example.net", "--json").stdout)
    assert shown["request_to_join"]["email"] == "eva@example.net"
    assert [rsvp["status"] for rsvp in shown["events"]] == ["pending"]
    assert "member_id" not in shown


def test_what_is_stored_is_readable_without_json(asa):
    text = run("show", asa).stdout
    assert "name: Åsa Ek" in text
    assert "  - slug: autumn-talk" in text
    assert "expires_at: none," in text
    assert re.search(r"^joined_at: 20\d\d-\d\d-\d\d \d\d:\d\d UTC$", text, re.MULTILINE)


@pytest.mark.parametrize("text", ["ASA", "sa e", "åsa", "example.com"])
def test_a_member_is_found_by_a_part_of_name_or_address(asa, text):
    (member,) = json.loads(run("find", text, "--json").stdout)
    assert member["member_id"] == asa


def test_all_members_whose_names_match_are_listed():
    table_ = run("find", "ek").stdout
    assert table_.index("Åsa Ek") < table_.index("Bo Ek")


def test_a_text_that_nobody_has_finds_nobody():
    result = run("find", "nobody")
    assert result.exit_code == 1
    assert "No member's name or address contains: nobody" in result.stderr


def test_the_frequency_and_topics_of_a_member_are_shown(asa):
    assert json.loads(run("show", asa, "--json").stdout)["frequency"] == "every"
    subscriptions.save_preferences(asa, Preferences("quarterly", ("law",)), None, "form", 5)
    shown = json.loads(run("show", asa, "--json").stdout)
    assert (shown["frequency"], shown["interests"]) == ("quarterly", ["law"])
    assert shown["consents"][-1]["what"] == "newsletter preferences"


def test_choosing_no_topic_is_shown_as_an_empty_list(asa):
    subscriptions.save_preferences(asa, Preferences("every", ()), None, "form", 5)
    record = json.loads(run("show", asa, "--json").stdout)["consents"][-1]
    assert (record["frequency"], record["interests"]) == ("every", [])


def test_who_joined_and_left_is_listed_and_the_erased_by_their_number(asa):
    run("erase", "bo@example.org", "--yes")
    lines = json.loads(run("activity", "--since", "2026-11-18", "--json").stdout)
    facts = [(line["what"], line["name"]) for line in lines]
    assert sorted(facts) == [("joined", ""), ("joined", "Åsa Ek"), ("left", "")]


def test_a_time_is_on_the_companys_clock():
    """Both joined at 12:06 in Stockholm."""
    assert "Åsa Ek" in run("activity", "--since", "2026-11-18T12:06").stdout
    later = run("activity", "--since", "2026-11-18T12:07")
    assert later.stdout == "Nobody joined, left or unsubscribed.\n"


# ---- Correcting


def shown(person):
    return json.loads(run("show", person, "--json").stdout)


def test_a_correction_is_shown_before_and_after_and_recorded(asa):
    result = run("correct", asa, "--name", "Åsa Berg", "--years", "1997-2019", input="y\n")
    assert "name: Åsa Ek → Åsa Berg" in result.stderr
    assert "stays: malmo 1998-2019 → malmo 1997-2019" in result.stderr
    assert f"Corrected name, stays of {asa}.\n" in result.stdout
    (correction,) = shown(asa)["corrections"]
    assert (correction["by"], correction["before"], correction["after"]) == (
        "terminal role/hr",
        {"name": "Åsa Ek", "stays": [{"office": "malmo", "from_year": 1998, "to_year": 2019}]},
        {"name": "Åsa Berg", "stays": [{"office": "malmo", "from_year": 1997, "to_year": 2019}]},
    )
    assert "name: Åsa Berg" in run("show", asa).stdout


def test_without_a_yes_nothing_is_corrected(asa):
    before = dump()
    assert run("correct", asa, "--name", "Åsa Berg", input="n\n").exit_code == 1
    assert dump() == before


def test_what_is_right_already_is_not_corrected(asa):
    before = dump()
    assert run("correct", asa, "--office", "malmo", "--yes").stdout == "Nothing would change.\n"
    assert dump() == before


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--name", "https://example.com", "without links"),
        ("--email", "asa", "such as name@example.com"),
        ("--office", "paris", "There are: stockholm, malmo."),
        ("--years", "2019-1998", "can't be before the year you started"),
        ("--topics", "law,cooking", "There are: energy, law."),
        ("--kinds", "pirate", "There are: engineer, retired."),
        ("--kinds", "", "There are: engineer, retired."),
        ("--language", "fr", "Please choose one of these languages."),
        ("--frequency", "daily", "how often"),
    ],
)
def test_a_correction_obeys_the_rules_of_the_form(asa, option, value, message):
    before = dump()
    result = run("correct", asa, option, value, "--yes")
    assert result.exit_code == 2
    assert message in result.stderr
    assert dump() == before


def test_a_field_that_is_not_corrected_stays_even_if_it_would_be_refused_today(asa):
    closed = table.update(people.member_key(asa), "SET #office = :o", {":o": "closed"})
    table.write(closed)
    assert run("correct", asa, "--name", "Åsa Berg", "--yes").exit_code == 0
    assert (people.member(asa).office, people.member(asa).name) == ("closed", "Åsa Berg")


def test_topics_and_frequency_are_corrected_with_a_record_of_the_preferences(asa):
    run("correct", asa, "--topics", "", "--frequency", "quarterly", "--yes")
    assert people.member(asa).preferences == Preferences("quarterly", ())
    assert consents.of_member(asa)[-1].preferences == Preferences("quarterly", ())


def test_of_two_corrections_at_once_one_wins_and_the_other_hears_of_it(asa, monkeypatch):
    other = ("correct", asa, "--name", "Åsa Berg", "--yes")
    before_writing(monkeypatch, lambda: run(*other))
    late = run("correct", asa, "--name", "Åsa Lund", "--yes")
    assert (late.exit_code, people.member(asa).name) == (1, "Åsa Berg")
    assert "has changed at this moment" in late.stderr


def test_the_optional_details_are_corrected_and_shown_too(asa, cloud):  # noqa: F811
    options = ("--sort-as", "Åsa", "--works-at", "Kajen AB", "--works-as", "head of docks")
    run("correct", asa, *options, "--offices-of-interest", "malmo,stockholm", "--yes")
    facts = shown(asa)
    assert (facts["sort_as"], facts["works_at"]) == ("Åsa", "Kajen AB")
    assert (facts["works_as"], facts["offices_of_interest"]) == (
        "head of docks",
        ["stockholm", "malmo"],
    )
    cloud.pass_(1)
    run("correct", asa, "--works-at", "", "--offices-of-interest", "", "--yes")
    assert (shown(asa)["works_at"], shown(asa)["offices_of_interest"]) == ("", [])


def test_all_offices_and_years_are_corrected_the_latest_first(asa, cloud):  # noqa: F811
    stays = "stockholm 1990-1998, malmo 1998-2019"
    result = run("correct", asa, "--stays", stays, "--yes")
    assert "malmo 1998-2019 → malmo 1998-2019, stockholm 1990-1998" in result.stderr
    assert "earlier_stays: stockholm 1990-1998" in run("show", asa).stdout
    cloud.pass_(1)
    run("correct", asa, "--years", "1999-2019", "--yes")
    assert [str(stay) for stay in people.member(asa).stays] == [
        "malmo 1999-2019",
        "stockholm 1990-1998",
    ]


@pytest.mark.parametrize(
    ("stays", "message"),
    [
        ("malmo 2019-1998", "to_year-1: The year you left can't be before"),
        ("malmo 1998-2019, paris 1990-1995", "There are: stockholm, malmo."),
        ("malmo", "office-1"),
        ("", "office-1"),
    ],
)
def test_a_wrong_stay_is_named_by_its_row(asa, stays, message):
    before = dump()
    result = run("correct", asa, "--stays", stays, "--yes")
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert dump() == before


def test_members_are_listed_by_their_last_word_or_by_what_they_are_sorted_as():
    actions.become_member(email="jan@example.net", name="Jan van der Berg")
    actions.become_member(email="wei@example.net", name="Chen Wei")
    run("correct", "wei@example.net", "--sort-as", "Chen", "--yes")
    names = ("Jan van der Berg", "Chen Wei", "Åsa Ek", "Bo Ek")
    listed = run("list").stdout
    assert [name for name in names if name in listed] == list(names)
    assert sorted(names, key=listed.index) == list(names)


# ---- A new address


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


def test_an_address_that_the_member_asked_for_is_shown_and_dropped_by_a_correction(asa, cloud):  # noqa: F811
    new_address.ask(people.member(asa), "own@example.net", cloud.now)
    assert shown(asa)["new_address"]["email"] == "own@example.net"
    result = run("correct", asa, "--email", NEW, "--yes")
    assert "They have asked for own@example.net themselves" in result.stderr
    assert "new_address" not in shown(asa)


def test_an_earlier_address_is_shown_while_it_is_reserved(asa, cloud):  # noqa: F811
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


def test_everything_of_somebody_with_a_new_address_is_erased(moved, cloud):  # noqa: F811
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


def test_somebody_who_retires_is_of_two_kinds(asa):
    result = run("correct", asa, "--kinds", "engineer, retired", "--yes")
    assert "kinds: engineer → engineer, retired" in result.stderr
    assert shown(asa)["kinds"] == ["engineer", "retired"]


# ---- Lifting a suppression


def stop(reason):
    suppression.stop(address_hash("asa@example.com"), reason, 1)


def is_stopped():
    return suppression.is_stopped(address_hash("asa@example.com"))


def test_a_bounced_address_gets_email_again_on_both_lists_and_it_is_recorded(asa, ses_list):
    stop("bounce")
    ses_list.add("asa@example.com")
    result = run("unsuppress", "asa@example.com", "--reason", "wrote that it works")
    assert result.stdout == "Gets email again; taken off: our own (bounce) and SES's.\n"
    assert not is_stopped()
    assert ses_list == {"other@example.com"}
    (correction,) = shown(asa)["corrections"]
    assert (correction["by"], correction["before"]) == ("terminal role/hr", {"no_email": "bounce"})
    assert correction["after"] == {"no_email": "", "why": "wrote that it works"}


def test_a_complaint_is_lifted_only_by_force():
    stop("complaint")
    refused = run("unsuppress", "asa@example.com", "--reason", "phoned")
    assert (refused.exit_code, is_stopped()) == (1, True)
    assert "use --force" in refused.stderr
    assert run("unsuppress", "asa@example.com", "--reason", "phoned", "--force").exit_code == 0
    assert not is_stopped()


def test_a_reason_is_needed():
    stop("bounce")
    assert run("unsuppress", "asa@example.com").exit_code == 2
    assert run("unsuppress", "asa@example.com", "--reason", " ").exit_code == 1
    assert is_stopped()


def test_an_address_that_gets_email_has_nothing_to_lift():
    result = run("unsuppress", "asa@example.com", "--reason", "phoned")
    assert result.exit_code == 1
    assert "Nothing stops email to asa@example.com" in result.stderr


def test_a_guest_who_is_no_member_gets_email_again_too():
    suppression.stop(address_hash("eva@example.net"), "bounce", 1)
    assert run("unsuppress", "eva@example.net", "--reason", "phoned").exit_code == 0
    assert not suppression.is_stopped(address_hash("eva@example.net"))


def test_a_complaint_that_comes_meanwhile_is_not_lifted(monkeypatch):
    stop("bounce")
    key = suppression.key(address_hash("asa@example.com"))
    complaint = table.put(table.keyed(key) | {"reason": "complaint", "at": 2})
    transact = table.transact
    before_writing(monkeypatch, lambda: transact(complaint))
    assert run("unsuppress", "asa@example.com", "--reason", "phoned").exit_code == 1
    assert is_stopped()


def test_a_segment_is_listed_and_counted(asa):
    listed = json.loads(run("list", "office: malmo", "--json").stdout)
    result = CliRunner().invoke(main.app, ["segments", "count", "office: malmo", "--json"])
    assert json.loads(result.stdout)["members"] == len(listed) > 0
    assert json.loads(run("list", "office: stockholm", "--json").stdout) == []


def test_a_segment_that_is_not_understood_says_what_to_write():
    result = run("list", "office: atlantis")
    assert (result.exit_code, "write one of" in result.stderr) == (2, True)
