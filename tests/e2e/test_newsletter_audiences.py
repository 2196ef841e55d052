"""One issue for different members: each gets the blocks and the language meant for them; a
correction goes only to those who got the issue."""

from typing import Any

import pytest

from infra.dev.local.local_stack import Stack
from tests.e2e.form_client import FormClient, Person, person, token_of
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.newsletter_issues import (
    CORRECTION,
    CORRECTION_SUBJECTS,
    DIGEST,
    DIGEST_SUBJECT,
    DIGEST_SUBJECT_DE,
    SOUP,
    SOUP_SUBJECT,
    SOUP_SUBJECT_SV,
)
from tests.e2e.newsletter_steps import reach_send_time, tick_until

ASA = person('Åsa "Ö" & Bo', "asa.o@example.com", kinds="retired", language="sv")
ELLA = person("Ella Young", "ella.young@example.com", office="stockholm")
DIETER = person("Dieter Groß", "dieter.gross@example.com", office="brussels", language="de")
GRETA = person("Greta Vogt", "greta.vogt@example.com", kinds="retired", language="de")
SVEN = person("Sven Kall", "sven.kall@example.com", language="sv")
LARS = person("Lars Sen", "lars.sen@example.com")


@pytest.fixture(scope="module")
def issue(first_member: Person, form_client: FormClient, stack: Stack) -> str:
    """An issue in two languages that was sent, as was a digest of the quarter."""
    form_client.join_all([ASA, ELLA, DIETER, GRETA, SVEN])
    form_client.choose_frequency(GRETA, "quarterly")
    reach_send_time(stack, SOUP, DIGEST)
    for slug in (SOUP, DIGEST):
        tick_until(stack, slug, "sent")
    return SOUP


def recipients(mailbox: Mailbox, *subjects: str) -> list[str]:
    """The addresses of all mails with these subjects, once for each mail."""
    return sorted(
        address
        for row in mailbox.every_row()
        for address in row["recipients"]
        if row["subject"] in subjects
    )


def test_a_retired_swede_of_malmo_gets_both_blocks_in_swedish(issue: str, mailbox: Mailbox) -> None:
    mail = mailbox.wait(ASA.address, SOUP_SUBJECT_SV)
    for part in (mail["text"], mail["html"]):
        for words in ("läser alla", "långa lunchen", "Fyrtio ansikten", "Avsluta prenumerationen"):
            assert words in part
        assert "Everybody" not in part
    assert 'Hej Åsa "Ö" & Bo!' in mail["text"]
    assert "Hej Åsa &quot;Ö&quot; &amp; Bo!" in mail["html"]
    assert 'lang="sv"' in mail["html"]


def test_somebody_in_no_block_gets_none(issue: str, mailbox: Mailbox) -> None:
    mail = mailbox.wait(ELLA.address, SOUP_SUBJECT)
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
    mail = mailbox.wait(DIETER.address, SOUP_SUBJECT)
    assert "Dear Dieter Groß," in mail["text"]
    assert "Everybody reads this." in mail["html"]
    assert 'lang="en"' in mail["html"]


def test_of_two_blocks_a_member_gets_only_their_own(issue: str, mailbox: Mailbox) -> None:
    text = mailbox.wait(SVEN.address, SOUP_SUBJECT_SV)["text"]
    assert "Fyrtio ansikten" in text
    assert "lunchen" not in text


def test_somebody_who_chose_quarterly_gets_only_the_digest(issue: str, mailbox: Mailbox) -> None:
    mail = mailbox.wait(GRETA.address, DIGEST_SUBJECT_DE)
    assert "A talk about journeys" in mail["text"]
    assert "Newsletter abbestellen oder seltener erhalten" in mail["text"]
    assert 'lang="de"' in mail["html"]
    subjects = [row["subject"] for row in mailbox.to(GRETA.address)]
    assert not {SOUP_SUBJECT, SOUP_SUBJECT_SV} & set(subjects)
    assert len(subjects) == 3  # confirmation, welcome, digest
    assert ELLA.address not in recipients(mailbox, DIGEST_SUBJECT)


def test_the_sent_mail_is_well_formed(issue: str, mailbox: Mailbox) -> None:
    mail = mailbox.wait(ASA.address, SOUP_SUBJECT_SV)
    source = mailbox.source(mail)
    assert source["To"] == ASA.address  # the name stands only in the text
    assert source["Subject"] == SOUP_SUBJECT_SV
    assert source["From"].addresses[0].display_name == "Fjärdholm Alumni"
    assert [part.get_content_type() for part in source.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in source.iter_parts()} == {"utf-8"}
    assert source.defects == []
    assert token_of(link_in(mail, "/api/unsubscribe"))
    assert "{{" not in mail["text"] + mail["html"]


@pytest.fixture(scope="module")
def correction(issue: str, form_client: FormClient, stack: Stack) -> str:
    """Was sent after one member left, one chose quarterly and one joined."""
    form_client.join_all([LARS])
    form_client.unsubscribe(DIETER)
    form_client.choose_frequency(ELLA, "quarterly")
    reach_send_time(stack, CORRECTION)
    tick_until(stack, CORRECTION, "sent")
    return CORRECTION


def test_a_correction_goes_only_to_those_who_got_the_issue(
    correction: str, mailbox: Mailbox
) -> None:
    wait_until(
        lambda: mailbox.to(SVEN.address)[0]["subject"] == CORRECTION_SUBJECTS[1], "a correction"
    )
    wrong = recipients(mailbox, SOUP_SUBJECT, SOUP_SUBJECT_SV)
    right = recipients(mailbox, *CORRECTION_SUBJECTS)
    assert wrong == sorted(set(wrong))
    assert right == [address for address in wrong if address != DIETER.address]
    assert {ASA.address, ELLA.address, SVEN.address} <= set(right)
    assert not {LARS.address, GRETA.address} & set(right)


def test_each_report_counts_the_mails_that_arrived(
    correction: str, stack: Stack, mailbox: Mailbox
) -> None:
    subjects_of = {
        SOUP: (SOUP_SUBJECT, SOUP_SUBJECT_SV),
        DIGEST: (DIGEST_SUBJECT, DIGEST_SUBJECT_DE),
        correction: CORRECTION_SUBJECTS,
    }
    for slug, subjects in subjects_of.items():
        report: dict[str, Any] = stack.alumni("issues", "report", slug)
        assert report["audience"] == sum(report["states"].values())
        assert report["states"]["sent"] == len(recipients(mailbox, *subjects)) > 0
