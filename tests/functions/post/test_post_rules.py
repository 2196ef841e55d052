"""What post decides, on values alone."""

import pytest

from functions.post import render, rules, store
from functions.post.mails import MAILS
from functions.post.rules import LEASE_SECONDS, MAX_TRIES, WAITS_SECONDS, Outcome

NOW = 1_795_000_000


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_has_its_function_and_its_three_templates(name):
    assert MAILS[name].__name__ == name
    folder = render.TEMPLATES / name
    assert {file.name for file in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}


def test_every_mails_templates_are_those_of_a_mail():
    assert {path.name for path in render.TEMPLATES.iterdir() if path.is_dir()} == set(MAILS)


def test_waits_grow_and_last_a_day():
    assert list(WAITS_SECONDS) == sorted(WAITS_SECONDS)
    assert sum(WAITS_SECONDS) > 24 * 3600
    assert min(WAITS_SECONDS) >= 60
    assert [rules.next_try(n, NOW) - NOW for n in range(1, MAX_TRIES)] == list(WAITS_SECONDS)


@pytest.mark.parametrize("code", ["Throttling", "MessageRejected", "ServiceUnavailable", ""])
def test_transient_failures_are_retried_up_to_the_last_attempt(code):
    assert rules.after_failure(1, code) is Outcome.TRY_AGAIN
    assert rules.after_failure(MAX_TRIES - 1, code) is Outcome.TRY_AGAIN
    assert rules.after_failure(MAX_TRIES, code) is Outcome.GIVE_UP


def test_a_mail_that_ses_can_never_send_is_given_up_at_once():
    assert rules.after_failure(1, "InvalidParameterValue") is Outcome.GIVE_UP


@pytest.mark.parametrize(
    ("item", "due"),
    [
        ({"due_kind": "OUTBOX", "due_at": NOW}, True),
        ({"due_kind": "OUTBOX", "due_at": NOW + 5}, True),
        ({"due_kind": "OUTBOX", "due_at": NOW + 6}, False),
        ({"due_kind": "OUTBOX", "due_at": NOW, "leased_until": NOW + LEASE_SECONDS}, False),
        ({"due_kind": "OUTBOX", "due_at": NOW, "leased_until": NOW}, True),
        ({"state": "dead"}, False),
    ],
)
def test_leased_postponed_and_abandoned_items_are_not_due(item, due):
    assert rules.is_due(item, NOW) is due


def key(pk):
    return {"dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": "OUTBOX"}}}}


def test_a_streams_event_names_each_outbox_item_once_and_nothing_else():
    records = [key("OUTBOX#1"), key("MEMBERS#a"), key("OUTBOX#2"), key("OUTBOX#1"), {}]
    assert store.keys_in({"Records": records}) == [("OUTBOX#1", "OUTBOX"), ("OUTBOX#2", "OUTBOX")]
