"""Columns and rows: exports and plain spreadsheets as people keep them."""

import pytest

from functions.imports import columns, list_files, listed_people
from functions.imports.listed_people import Listed, ListReader, Wrong
from functions.imports.rules import Field, Ground, Import, Terms
from functions.invitations.rules import Agreed, Leaver
from tests.functions.imports import lists
from tests.functions.support import NOW, SITE

TERMS = Terms(ground=Ground.INVITE, agreed_on="2026-05-01", how="reunion", language="en")
MAILCHIMP = (
    "Email Address,First Name,Last Name,Address,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,NOTES\n"
    "asa@example.com,Åsa,Öberg,,2,2021-03-04 10:00:00,2021-03-05 11:12:13,\n"
)
LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    '9f,asa@example.com,Åsa Öberg,"{""city"": ""Malmö""}",enabled,2021-03-05T11:12:13Z,\n'
)
GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,"
    "deleted_at,labels\n64,asa@example.com,Åsa Öberg,,true,false,,2021-03-05T11:12:13.000Z,,\n"
)


def read(content: str) -> list[Listed | Wrong]:
    rows = list(list_files.rows(lists.text(content)))
    meant = columns.guess([row.cells for row in rows])
    of = Import(id="1", by="t", offices=(), name="x", at=NOW, columns=meant)
    reader = ListReader(of, TERMS, SITE)
    return [reader.read(row) for row in rows[meant.has_heading :]]


def person(content: str) -> Leaver:
    (entry,) = read(content)
    assert isinstance(entry, Listed), entry
    return entry.leaver


def reason(content: str) -> str:
    (entry,) = read(content)
    assert isinstance(entry, Wrong), entry
    return entry.reason


@pytest.mark.parametrize(
    "export", [MAILCHIMP, LISTMONK, GHOST], ids=["mailchimp", "listmonk", "ghost"]
)
def test_an_export_is_understood(export):
    leaver = person(export)
    assert (leaver.name, leaver.email) == ("Åsa Öberg", "asa@example.com")
    assert leaver.agreed == Agreed("2021-03-05", "reunion")


@pytest.mark.parametrize(
    ("export", "on", "off"),
    [
        (LISTMONK, "enabled", "blocklisted"),
        (LISTMONK, "enabled", "unsubscribed"),
        (GHOST, "true", "false"),
    ],
)
def test_who_is_unsubscribed_there_is_left_out(export, on, off):
    assert reason(export.replace(on, off, 1)) == listed_people.NO_LONGER


@pytest.mark.parametrize(
    "heading",
    [
        "Förnamn;Efternamn;E-postadress;Kontor;Anställd från;Slutade;Språk",
        "Vorname;Nachname;E-Mail-Adresse;Standort;Eintrittsdatum;Austritt;Sprache",
        "First name;Surname;Private e-mail;Office;Start date;Last day;Language",
    ],
    ids=["sv", "de", "en"],
)
def test_headings_of_three_languages_are_understood(heading):
    leaver = person(f"{heading}\nÅsa;Öberg;asa@example.com;malmö hamn;1998;31.05.2019;Svenska\n")
    assert (leaver.name, leaver.office, leaver.language) == ("Åsa Öberg", "malmo", "sv")
    assert (leaver.first_day, leaver.last_day) == ("1998", "2019-05-31")


def test_without_a_heading_the_columns_are_known_by_what_they_hold():
    leaver = person("4711;Åsa Öberg;asa@example.com\n")
    assert (leaver.name, leaver.email) == ("Åsa Öberg", "asa@example.com")


def test_one_column_of_addresses_lacks_a_name():
    assert columns.guess([["asa@example.com"], ["bo@example.com"]]).missing == (Field.NAME,)


def test_a_list_without_addresses_lacks_them():
    assert columns.guess([["Namn"], ["Åsa Öberg"]]).missing == (Field.EMAIL,)


@pytest.mark.parametrize(
    "written",
    [
        " asa@example.com ", "asa@example.com\u00a0", "mailto:asa@example.com", "<asa@example.com>",
        "MAILTO:asa@example.com?subject=x", "Åsa Öberg <asa@example.com>", "asa@example.com;",
    ],
)  # fmt: skip
def test_an_address_is_freed_of_what_lists_put_around_it(written):
    assert person(f'Name,Email\nÅsa,"{written}"\n').email == "asa@example.com"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("Åsa,", listed_people.NO_ADDRESS),
        ("Åsa,asa@", listed_people.BAD_ADDRESS),
        ("Åsa,åsa@example.com", listed_people.BAD_ADDRESS),
        (",asa@example.com", listed_people.NAMELESS),
        ("buy at www.example.com,asa@example.com", listed_people.BAD_NAME),
        (f"{'Å' * 101},asa@example.com", listed_people.BAD_NAME),
    ],
)
def test_a_row_that_cannot_be_used_says_why(cells, why):
    assert reason(f"Name,Email\n{cells}\n") == why


def test_last_name_first_is_turned_round():
    assert person('Name,Email\n"Öberg, Åsa",asa@example.com\n').name == "Åsa Öberg"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019-05-31", "2019-05-31"), ("31/5/2019", "2019-05-31"), ("43616", "2019-05-31"),
        ("2019", "2019"), ("2019-05", "2019-05"), ("5/31/2019", "2019-05-31"),
        ("2019-05-31T10:00:00Z", "2019-05-31"), ("31.02.2019", ""), ("long ago", ""), ("", ""),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(written, day):
    assert listed_people.day_of(written) == day
