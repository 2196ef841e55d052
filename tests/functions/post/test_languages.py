"""Mails and pages in the languages that people chose: nothing of them is left in English."""

import boto3
import pytest
from babel.messages.pofile import read_po

from functions.core import site, translations
from functions.core.aws import table
from functions.events import event_time, store
from functions.newsletter.rules.ledger import IssueState
from functions.post.mails import MAILS
from tests.functions import mailbox
from tests.functions.events import scene as hall
from tests.functions.membership import scene
from tests.functions.newsletter import press, team
from tests.functions.stage import SHELL, SITE, written
from tests.test_catalogues import FUNCTIONS, ROOT

LONG = 15  # characters: "April" and "Name" may be the same word

pytestmark = pytest.mark.usefixtures("cloud")


def english() -> set[str]:
    """What an English mail says: the parts of each msgid between its placeholders."""
    with (ROOT / FUNCTIONS[1] / "de" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    texts = [text for each in ids for text in (each if isinstance(each, tuple) else (each,))]
    return {part for text in texts for part in text.split("%") if len(part) > LONG}


def every_mail(language):
    """Somebody joins, joins again, signs up, changes, and cancels: each kind of mail once."""
    hall.publish()
    scene.become_member(language=language)
    scene.join(language=language)
    mailbox.deliver()
    change = hall.accepted(language=language)
    hall.sign_up(language=language)
    mailbox.deliver()
    hall.press(change, action="save", guests="0", dietary="")
    hall.press(hall.newest_link(), action="cancel")
    mailbox.deliver()
    return mails_to_the_team(language)


def mails_to_the_team(language):
    """One newsletter is not sent, then paused; then it is over, with all that a report can say."""
    team.named(language)
    press.publish()
    team.is_not_sent(IssueState.MISSED)
    mailbox.deliver()
    press.publish()
    press.tick()
    team.pause()
    mailbox.deliver()
    team.ends_badly()
    return mailbox.deliver()


@pytest.mark.parametrize("language", ["sv", "de"])
def test_every_mail_is_wholly_in_the_language_that_was_chosen(language):
    mails = every_mail(language)
    assert len(mails) >= len(MAILS)
    for mail in mails:
        said = " ".join((mail["Subject"], mailbox.text(mail), mailbox.html(mail)))
        assert not [text for text in english() if text in said]
        assert mail["Content-Language"] == language
        assert f'lang="{language}"' in mailbox.html(mail)


def test_the_check_above_finds_english():
    said = mailbox.text(every_mail("en")[0])
    assert [text for text in english() if text in said]


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("sv", "Bekräfta att du vill gå med i alumninätverket hos Fjärdholm", "Hej Åsa Ek!"),
        (
            "de",
            "Bitte bestätigen Sie Ihren Beitritt zum Alumni-Netzwerk von Fjärdholm",
            "Guten Tag Åsa Ek,",
        ),
        (
            "en",
            "Please confirm that you want to join the Fjärdholm alumni network",
            "Hello Åsa Ek,",
        ),
    ],
)
def test_subject_and_greeting_are_as_people_write_them(language, subject, greeting):
    scene.join(language=language)
    (mail,) = mailbox.deliver()
    assert mail["Subject"] == subject
    assert greeting in mailbox.text(mail)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("sv", "fredag 4~december 2026 kl.~00.30-03.00 (lokal tid i Hong Kong)"),
        ("de", "Freitag, 4.~Dezember 2026, 00:30-03:00~Uhr (Ortszeit Hong Kong)"),
    ],
)
def test_a_date_is_written_as_people_write_it(language, told):
    hall.publish(time_zone="Asia/Hong_Kong")
    event = store.event(hall.SLUG)
    assert event_time.when(event, SITE, language) == written(told)


def test_a_site_in_swedish_answers_in_swedish():
    swedish = SITE | {"languages": ["sv", "en"]}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": swedish}))
    site.forget()
    boto3.client("s3").put_object(Bucket="alumni-private", Key="shell/sv.html", Body=SHELL.encode())
    answer = scene.join(name="")
    assert "Fyll i ditt namn." in answer["body"]
    assert "<title>Gå med i nätverket</title>" in answer["body"]
    assert not [text for text in english() if text in answer["body"]]


def test_a_language_without_a_catalogue_is_answered_in_english():
    assert translations.gettext("Welcome back", "fr") == "Welcome back"
    assert translations.gettext("Welcome back", "sv") == "Välkommen tillbaka"
