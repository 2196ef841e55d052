"""One issue, different readers: each gets the words meant for them, in a language of theirs; and a
correction goes to those who got the wrong one, and to nobody else."""

from pathlib import Path
from typing import Any

import pytest

from infra.dev.local.local_stack import Stack
from tests.e2e import press, readers
from tests.e2e.readers import Door, reader
from tests.e2e.stage import Mailbox, eventually, link
from tests.e2e.trail import as_publisher

ASA = reader('Åsa "Ö" & Bo', "asa.o@example.com", kind="retired", language="sv")
ELLA = reader("Ella Young", "ella.young@example.com", office="stockholm")
DIETER = reader("Dieter Groß", "dieter.gross@example.com", office="brussels", language="de")
GRETA = reader("Greta Vogt", "greta.vogt@example.com", kind="retired", language="de")
SVEN = reader("Sven Kall", "sven.kall@example.com", language="sv")
LATE = reader("Lars Sen", "lars.sen@example.com")

SOUP, SOPPA = "Soup on Thursday", "Ärtsoppa på torsdag"
BODY = """Everybody reads this.

::: for: retired
The long lunch is laid for you.
:::

::: office: Malmö
Forty faces hang in Bryggan.
:::
"""
SWEDISH = """Det här läser alla.

::: for: retired
Den långa lunchen är dukad.
:::

::: office: Malmö
Fyrtio ansikten hänger på Bryggan.
:::
"""
DIGEST = "The quarter in two minutes"


@pytest.fixture(scope="module")
def issue(door: Door, stack: Stack, folder: Path) -> str:
    """An issue in two languages that has gone out; so has a digest of the quarter."""
    door.enter([ASA, ELLA, DIETER, GRETA, SVEN])
    door.choose(GRETA, "quarterly")
    press.write(folder, "soup", BODY, ago=2, subject=SOUP, preheader="Soup")
    press.write(folder, "soup.sv", SWEDISH, subject=SOPPA, preheader="Soppa")
    talks = "next 9 of the reader's offices"
    facts = {"subject": DIGEST, "preheader": "Short", "digest": "quarterly", "events": talks}
    press.write(folder, "quarter", "", ago=2, **facts)
    press.write(folder, "quarter.de", "", subject="Das Quartal", preheader="Kurz")
    as_publisher(stack, "publish")
    press.taken_over(stack, "soup", "quarter")
    for slug in ("soup", "quarter"):
        press.until(stack, slug, "sent")
    return "soup"


def got(mailbox: Mailbox, *subjects: str) -> list[str]:
    """Every address to which a mail of this subject came, once for each."""
    return sorted(
        address
        for row in mailbox.every_row()
        for address in row["recipients"]
        if row["subject"] in subjects
    )


def test_a_retired_swede_of_malmo_reads_both_blocks_in_swedish(
    issue: str, mailbox: Mailbox
) -> None:
    mail = mailbox.wait(ASA.address, SOPPA)
    for part in (mail["text"], mail["html"]):
        for said in ("läser alla", "långa lunchen", "Fyrtio ansikten", "Avsluta prenumerationen"):
            assert said in part
        assert "Everybody" not in part
    assert 'Hej Åsa "Ö" & Bo!' in mail["text"]
    assert "Hej Åsa &quot;Ö&quot; &amp; Bo!" in mail["html"]
    assert 'lang="sv"' in mail["html"]


def test_who_is_in_no_block_reads_none(issue: str, mailbox: Mailbox) -> None:
    mail = mailbox.wait(ELLA.address, SOUP)
    assert "Dear Ella Young," in mail["text"]
    for part in (mail["text"], mail["html"]):
        assert "Everybody reads this." in part
        assert "Unsubscribe or get it less often" in part
        assert "lunch" not in part
        assert "Forty faces" not in part
    assert 'lang="en"' in mail["html"]


def test_an_issue_without_german_comes_in_the_first_language_that_it_has(
    issue: str, mailbox: Mailbox
) -> None:
    mail = mailbox.wait(DIETER.address, SOUP)
    assert "Dear Dieter Groß," in mail["text"]
    assert "Everybody reads this." in mail["html"]
    assert 'lang="en"' in mail["html"]


def test_of_two_blocks_a_reader_gets_the_one_that_is_theirs(issue: str, mailbox: Mailbox) -> None:
    text = mailbox.wait(SVEN.address, SOPPA)["text"]
    assert "Fyrtio ansikten" in text
    assert "lunchen" not in text


def test_who_asked_for_less_gets_the_digest_and_no_other(issue: str, mailbox: Mailbox) -> None:
    mail = mailbox.wait(GRETA.address, "Das Quartal")
    assert "A talk about journeys" in mail["text"]
    assert "Newsletter abbestellen oder seltener erhalten" in mail["text"]
    assert 'lang="de"' in mail["html"]
    subjects = [each["subject"] for each in mailbox.to(GRETA.address)]
    assert not {SOUP, SOPPA} & set(subjects)
    assert len(subjects) == 3  # asked, welcome, digest
    assert ELLA.address not in got(mailbox, DIGEST)


def test_the_mail_that_went_out_is_well_formed(issue: str, mailbox: Mailbox) -> None:
    listed = mailbox.wait(ASA.address, SOPPA)
    raw = press.raw(mailbox, listed)
    assert raw["To"] == ASA.address  # their name stays inside
    assert raw["Subject"] == SOPPA
    assert raw["From"].addresses[0].display_name == "Fjärdholm Alumni"
    assert [part.get_content_type() for part in raw.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in raw.iter_parts()} == {"utf-8"}
    assert raw.defects == []
    assert readers.token(link(listed, "/api/unsubscribe"))
    assert "{{" not in listed["text"] + listed["html"]


@pytest.fixture(scope="module")
def corrected(issue: str, door: Door, stack: Stack, folder: Path) -> list[str]:
    """What a correction is called, sent after one left, one asked for less and one joined."""
    door.enter([LATE])
    door.leave(DIETER)
    door.choose(ELLA, "quarterly")
    told = ["It is Friday", "Det är på fredag"]
    press.write(folder, "friday", "Friday!", corrects=issue, subject=told[0], preheader="Sorry")
    press.write(folder, "friday.sv", "Fredag!", subject=told[1], preheader="Sorry")
    as_publisher(stack, "publish")
    press.taken_over(stack, "friday")
    press.until(stack, "friday", "sent")
    return told


def test_a_correction_goes_to_exactly_those_who_got_the_wrong_one(
    corrected: list[str], mailbox: Mailbox
) -> None:
    eventually(lambda: mailbox.to(SVEN.address)[0]["subject"] == corrected[1], "a correction")
    wrong = got(mailbox, SOUP, SOPPA)
    right = got(mailbox, *corrected)
    assert wrong == sorted(set(wrong))
    assert right == [each for each in wrong if each != DIETER.address]
    assert {ASA.address, ELLA.address, SVEN.address} <= set(right)
    assert not {LATE.address, GRETA.address} & set(right)


def test_the_ledger_says_of_each_issue_how_many_mails_came(
    corrected: list[str], stack: Stack, mailbox: Mailbox
) -> None:
    came = {"soup": [SOUP, SOPPA], "quarter": [DIGEST, "Das Quartal"], "friday": corrected}
    for slug, subjects in came.items():
        told: dict[str, Any] = stack.alumni("issues", "report", slug)
        assert told["audience"] == sum(told["states"].values())
        assert told["states"]["sent"] == len(got(mailbox, *subjects)) > 0
