"""Unsubscribing by mail: the token in the subject counts, and nothing else of the mail."""

from email.header import Header

import pytest

from functions.core import tokens
from functions.core.clock import DAY
from functions.core.tokens import Purpose
from functions.membership import handler
from functions.membership.unsubscribe_email import token_in
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions.membership import actions
from tests.functions.support import dump

pytestmark = pytest.mark.usefixtures("cloud")


def received(subject, sender="asa@example.com"):
    """The event of SES's Lambda action, as much of it as there is."""
    mail = {
        "messageId": "m1",
        "source": sender,
        "destination": ["leave@in.example.com"],
        "headers": [{"name": "From", "value": sender}, {"name": "Subject", "value": subject}],
        "commonHeaders": {"from": [sender], "subject": subject},
    }
    receipt = {"recipients": ["leave@in.example.com"], "action": {"type": "Lambda"}}
    ses = {"mail": mail, "receipt": receipt}
    return {"Records": [{"eventSource": "aws:ses", "eventVersion": "1.0", "ses": ses}]}


def arrives(subject, **about):
    handler.mailed(received(subject, **about), None)


def token(member_id):
    return tokens.make(Purpose.UNSUBSCRIBE, member_id)


def gets_it(member_id):
    return people.member(member_id).newsletter


def encoded(text):
    """As a mail programme folds and encodes a long subject (RFC 2047)."""
    return Header(text, "utf-8", maxlinelen=60).encode(linesep="\r\n")


@pytest.mark.parametrize(
    "write",
    [
        "unsubscribe {}".format,
        "UNSUBSCRIBE {}".format,
        "Re: unsubscribe {}".format,
        "AW: SV: Unsubscribe: {}.".format,
        "{}".format,
        "  \t{}  ".format,
        "unsubscribe\r\n {}".format,
        "please, from www.news.example.com: unsubscribe <{}>".format,
        lambda token_text: encoded(f"Avbryt är unsubscribe {token_text}"),
        lambda token_text: f"=?nonsense?q?Re=3A?= unsubscribe {token_text}",
    ],
)
def test_an_email_with_the_token_unsubscribes(asa, write):
    arrives(write(token(asa)))
    assert not gets_it(asa)
    assert consents.of_member(asa)[-1].how == "mail to the unsubscribe address"


@pytest.mark.parametrize(
    "subject",
    ["", None, "unsubscribe", "unsubscribe me now.please.thanks", "W10.abc.def", "x." * 50_000],
)
def test_an_email_without_a_valid_token_changes_nothing(asa, subject):
    before = dump()
    arrives(subject)
    assert dump() == before


def test_a_forged_token_changes_nothing(asa):
    before = dump()
    right = token(asa)
    arrives(f"unsubscribe {right[:-4]}AAAA")
    arrives(f"unsubscribe {tokens.make(Purpose.CONFIRM_JOIN, asa, 1)}")
    arrives(f"unsubscribe {right.swapcase()}")
    assert dump() == before


@pytest.mark.parametrize("event", [{}, {"ses": {}}, {"ses": {"mail": {"commonHeaders": {}}}}])
def test_an_empty_email_changes_nothing(asa, event):
    before = dump()
    handler.mailed({"Records": [event]}, None)
    assert dump() == before


def test_the_sender_of_the_email_does_not_matter(asa):
    arrives(f"unsubscribe {token(asa)}", sender="office@example.org")
    assert not gets_it(asa)


def but_signs_of_life():
    return [item for item in dump() if item["sk"] != "LIFE"]


def test_repeated_late_and_post_erasure_emails_change_nothing_more(asa, cloud):
    mail = f"unsubscribe {token(asa)}"
    arrives(mail)
    after = but_signs_of_life()
    cloud.pass_(12 * 365 * DAY)
    arrives(mail)
    assert but_signs_of_life() == after
    actions.erase()
    erased = dump()
    arrives(mail)
    assert dump() == erased


def test_the_log_counts_emails_and_names_nobody(asa, caplog):
    right, wrong = token(asa), f"{token(asa)[:-4]}AAAA"
    caplog.clear()
    arrives(f"unsubscribe {right}")
    arrives(f"unsubscribe {wrong}", sender="mallory@example.org")
    assert [(record.stopped, record.ignored) for record in caplog.records] == [(1, 0), (0, 1)]
    logged = str([vars(record) for record in caplog.records])
    secrets = (right, wrong, right[:20], asa, "example.")
    assert not [secret for secret in secrets if secret in logged]


def test_the_first_word_shaped_like_a_token_is_used():
    first, second = "a" * 48 + ".bbbbbb." + "c" * 27, "d" * 48 + ".eeeeee." + "f" * 27
    assert token_in(received(f"{first} {second}")["Records"][0]) == first
    assert token_in(received(f".{first}")["Records"][0]) == f".{first}"
