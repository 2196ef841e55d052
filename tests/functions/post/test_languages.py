"""Emails and pages as people of a language write them."""

import re

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.core import site, translations
from functions.core.aws import table
from functions.core.web import pages
from functions.events import event_time
from functions.events.store import events as event_store
from tests.functions import sent_emails
from tests.functions.events import actions as events
from tests.functions.every_email import emails_of_every_kind
from tests.functions.membership import actions
from tests.functions.support import SHELL, SITE, written

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("sv", "Bekräfta att du vill gå med i alumninätverket hos Fjärdholm", "Hej!"),
        (
            "de",
            "Bitte bestätigen Sie Ihren Beitritt zum Alumni-Netzwerk von Fjärdholm",
            "Guten Tag,",
        ),
        (
            "en",
            "Please confirm that you want to join the Fjärdholm alumni network",
            "Hello,",
        ),
    ],
)
def test_subject_and_greeting_are_as_people_write_them(language, subject, greeting):
    actions.join(language=language)
    (mail,) = sent_emails.deliver()
    assert mail["Subject"] == subject
    assert greeting in sent_emails.text(mail)


BEGINNING = re.compile(r"^(?:Hello|Hej|Guten Tag)\b.*?([,!])\s+(\W*)(\w+)", re.MULTILINE)
FORMAL = {"Sie", "Ihnen", "Ihr", "Ihre", "Ihrem", "Ihren", "Ihrer"}


@pytest.mark.parametrize("language", ["en", "sv", "de"])
def test_the_sentence_after_a_greeting_starts_as_the_language_requires(language):
    """With a capital; in German the sentence goes on after the greeting's comma."""
    for mail in emails_of_every_kind(language):
        first = BEGINNING.search(sent_emails.text(mail))
        assert first, mail["Subject"]
        end, mark, word = first.groups()
        goes_on = language == "de" and end == "," and not mark and word not in FORMAL
        assert word[0].islower() == goes_on, (mail["Subject"], word)


@pytest.mark.parametrize(
    ("language", "wording"),
    [
        ("sv", "fredag 4~december 2026 kl.~00.30-03.00 (lokal tid i Hong Kong)"),
        ("de", "Freitag, 4.~Dezember 2026, 00:30-03:00~Uhr (Ortszeit Hong Kong)"),
    ],
)
def test_a_date_is_written_as_people_write_it(language, wording):
    events.publish(time_zone="Asia/Hong_Kong")
    event = event_store.get(events.SLUG)
    assert event_time.when(event, SITE, language) == written(wording)


def test_a_site_in_swedish_answers_in_swedish():
    swedish = SITE | {"languages": ["sv", "en"]}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": swedish}))
    site.forget()
    boto3.client("s3").put_object(Bucket="alumni-private", Key="shell/sv.html", Body=SHELL.encode())
    answer = actions.join(name="", page_language="sv")
    assert "Fyll i ditt namn." in answer["body"]
    assert "<title>Gå med i nätverket</title>" in answer["body"]


def test_the_first_languages_shell_is_used_until_a_new_language_is_published():
    boto3.client("s3").delete_object(Bucket="alumni-private", Key="shell/sv.html")
    pages._shells.clear()
    answer = actions.join(name="", page_language="sv")
    assert answer["statusCode"] == 400
    assert "Fyll i ditt namn." in answer["body"]


def test_without_any_published_shell_the_error_is_raised():
    boto3.client("s3").delete_object(Bucket="alumni-private", Key="shell/en.html")
    pages._shells.clear()
    with pytest.raises(ClientError):
        actions.join(name="", page_language="en")


def test_a_language_without_translations_is_answered_in_english():
    assert translations.gettext("Welcome back", "fr") == "Welcome back"
    assert translations.gettext("Welcome back", "sv") == "Välkommen tillbaka"
