"""The outbox: every mail arrives at least once, none blocks another, none is tried for ever."""

import html
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.mail import outbox as leaving
from functions.core.mail import suppression
from functions.post import handler, store
from functions.post.rules import LEASE_SECONDS, MAX_TRIES, WAITS_SECONDS
from tests.functions import sent_emails
from tests.functions.membership import actions
from tests.functions.membership.actions import join
from tests.functions.sent_emails import Context, deliver, sent
from tests.functions.support import NOW, outbox

GIVEN_UP = "mail given up"  # what the metric filter in template.yaml counts

pytestmark = pytest.mark.usefixtures("cloud")


class Killed(BaseException):
    """Lambda ends a function without asking it."""


class Refusing:
    """SES, refusing whoever has `word` in the address with `error`."""

    def __init__(self, word: str, error: Exception) -> None:
        self.word, self.error, self.real = word, error, handler.client("ses", attempts=1)
        self.refused = 0

    def __call__(self, *_: Any, **__: Any) -> "Refusing":
        return self

    def send_raw_email(self, **mail: Any) -> Any:
        if self.word in mail["Destinations"][0]:
            self.refused += 1
            raise self.error
        return self.real.send_raw_email(**mail)


def ses_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "asa@example.com"}}, "SendRawEmail")


def refuse(monkeypatch, error, word="asa@"):
    refusing = Refusing(word, error)
    monkeypatch.setattr(handler, "client", refusing)
    return refusing


def kill(*_: Any) -> None:
    raise Killed


def killed_in(monkeypatch, module, function):
    with monkeypatch.context() as patch:
        patch.setattr(module, function, kill)
        with pytest.raises(Killed):
            deliver()


def to():
    return [mail["To"] for mail in sent()]


def test_an_email_is_sent_once_and_leaves_the_outbox():
    join()
    assert [mail["To"] for mail in deliver()] == ["asa@example.com"]
    assert outbox() == []
    assert len(deliver()) == 1


def test_an_email_is_sent_again_after_a_crash_between_sending_and_recording(cloud, monkeypatch):
    join()
    killed_in(monkeypatch, store, "delete")
    assert len(sent()) == 1
    cloud.pass_(LEASE_SECONDS - 6)
    assert len(deliver()) == 1  # nobody takes what may still be in somebody's hands
    cloud.pass_(6)
    assert len(deliver()) == 2
    assert outbox() == []


def test_an_email_is_sent_after_the_lease_if_post_crashed_before_sending(cloud, monkeypatch):
    join()
    killed_in(monkeypatch, handler, "render")
    assert sent() == []
    cloud.pass_(LEASE_SECONDS)
    assert len(deliver()) == 1


def test_an_email_that_always_crashes_post_is_given_up(cloud, monkeypatch, caplog):
    join()
    monkeypatch.setattr(handler, "render", kill)
    for _ in range(MAX_TRIES):
        with pytest.raises(Killed):
            deliver()
        cloud.pass_(LEASE_SECONDS)
    deliver()
    (dead,) = outbox()
    assert (dead["state"], dead["why"]) == ("dead", "killed")
    assert GIVEN_UP in caplog.messages


@pytest.mark.parametrize(
    "error",
    [
        ses_error("Throttling"),
        ses_error("MessageRejected"),
        ses_error("AccountSendingPausedException"),
        ReadTimeoutError(endpoint_url="https://email.example.com"),
        RuntimeError("a defect"),
    ],
)
def test_an_email_refused_by_ses_waits_and_the_others_are_sent(cloud, monkeypatch, error):
    join()
    join(email="bo@example.org")
    with monkeypatch.context() as patch:
        refuse(patch, error)
        deliver()
        assert to() == ["bo@example.org"]
        (waiting,) = outbox()
        assert (waiting["tries"], waiting["due_at"]) == (1, NOW + WAITS_SECONDS[0])
    cloud.pass_(WAITS_SECONDS[0] - 6)
    assert len(deliver()) == 1
    cloud.pass_(6)
    assert len(deliver()) == 2
    assert outbox() == []


def test_an_email_that_always_fails_ends_with_an_alarm_and_blocks_no_other(
    cloud, monkeypatch, caplog
):
    cloud.pass_(-DAY)  # its mails are due before everybody else's
    broken = leaving.mail("welcome", "0" * 32, {}, 1, cloud.now)  # of nobody
    table.write(broken)
    for n, wait in enumerate((*WAITS_SECONDS, 0)):
        assert GIVEN_UP not in caplog.messages
        join(email=f"p{n}@example.org")
        deliver()
        assert len(sent()) == n + 1
        cloud.pass_(wait)
    (dead,) = outbox()
    assert (dead["state"], dead["tries"], dead["why"]) == ("dead", MAX_TRIES, "KeyError")
    assert dead["due_kind"] == "GIVEN_UP"  # by which Today at the desk finds it
    assert dead["expires_at"] > cloud.now + 80 * DAY
    assert caplog.messages.count(GIVEN_UP) == 1
    cloud.pass_(365 * DAY)
    deliver()
    assert caplog.messages.count(GIVEN_UP) == 1


def test_an_address_that_ses_can_never_write_to_is_given_up_at_once(monkeypatch, caplog):
    join()
    refusing = refuse(monkeypatch, ses_error("InvalidParameterValue"))
    deliver()
    deliver()
    assert refusing.refused == 1
    assert (outbox()[0]["state"], outbox()[0]["why"]) == ("dead", "InvalidParameterValue")
    assert GIVEN_UP in caplog.messages


def test_an_invalid_outbox_item_is_reported_and_blocks_no_other(caplog):
    table.write(table.put({"pk": "OUTBOX#0", "sk": "OUTBOX", "due_kind": "OUTBOX", "due_at": NOW}))
    join()
    assert len(deliver()) == 1
    assert "mail postponed" in caplog.messages


def test_two_concurrent_runs_send_an_email_once(monkeypatch):
    join()
    actions.before_writing(monkeypatch, deliver, "write")
    assert len(deliver()) == 1
    assert outbox() == []


def test_without_the_claim_two_runs_would_send_an_email_twice(monkeypatch):
    join()
    twice = [deliver]

    def unclaimed(item, now):
        if twice:
            twice.pop()()
        return item | {"tries": 1, "leased_until": now}

    monkeypatch.setattr(store, "claim", unclaimed)
    assert len(deliver()) == 2


def test_a_run_that_lost_its_lease_deletes_nothing():
    join()
    (item,) = outbox()
    mine = store.claim(item, NOW)
    theirs = store.claim(mine, NOW + LEASE_SECONDS)
    assert store.delete(mine) is False
    store.postpone(mine, NOW)
    store.give_up(mine, "?", NOW)
    assert outbox() == [theirs]
    assert store.delete(theirs) is True


def test_an_email_replaced_by_a_newer_one_is_dropped():
    join(name="Asa Older")
    join()
    assert [mail["To"] for mail in deliver()] == ["asa@example.com"]
    assert outbox() == []


def test_a_suppressed_address_gets_no_email_and_the_item_is_deleted():
    join()
    suppression.stop(address_hash("asa@example.com"), "complaint", NOW)
    assert deliver() == []
    assert outbox() == []


def test_emails_without_time_left_wait_for_the_next_tick(caplog):
    join()
    join(email="bo@example.org")
    handler.deliver({"tick": True}, Context(left_ms=9_999))
    assert sent() == []
    assert [mail["tries"] for mail in outbox()] == [0, 0]
    assert "mails left to the next tick" in caplog.messages
    assert len(deliver()) == 2


def woken_by(*items):
    """A stream's event: keys only."""
    keys = [{name: {"S": item[name]} for name in ("pk", "sk")} for item in items]
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"Keys": key}} for key in keys]}


def test_the_stream_triggers_post_for_new_items():
    join()
    join(email="bo@example.org")
    asa = next(m for m in outbox() if m["address_hash"] == address_hash("asa@example.com"))
    event = woken_by(
        asa, asa, {"pk": "MEMBERS#a", "sk": "x"}, {"pk": "OUTBOX#gone", "sk": "OUTBOX"}
    )
    assert handler.deliver(event, Context()) == {"batchItemFailures": []}
    assert to() == ["asa@example.com"]
    assert handler.deliver(event, Context()) == {"batchItemFailures": []}
    assert len(sent()) == 1


def test_a_repeated_stream_record_does_not_shorten_the_wait(monkeypatch):
    join()
    event = woken_by(*outbox())
    refusing = refuse(monkeypatch, ses_error("Throttling"))
    handler.deliver(event, Context())
    assert handler.deliver(event, Context()) == {"batchItemFailures": []}
    assert refusing.refused == 1


def test_the_call_names_configuration_set_and_tags_without_an_address(monkeypatch):
    calls = []
    monkeypatch.setattr(handler, "client", lambda *_, **__: type("Ses", (), {
        "send_raw_email": lambda _self, **call: calls.append(call)})())  # fmt: skip
    join()
    deliver()
    (call,) = calls
    assert call["ConfigurationSetName"] == "transactional"
    tags = {tag["Name"]: tag["Value"] for tag in call["Tags"]}
    assert tags == {"address": address_hash("asa@example.com"), "mail": "confirm_join"}
    assert (call["Source"], call["Destinations"]) == ("alumni@example.com", ["asa@example.com"])


def test_failures_are_logged_without_address_name_or_token(monkeypatch, caplog):
    join(name="Zebulon Xystus", email="zebulon@example.com")
    refuse(monkeypatch, ses_error("Throttling"), word="zebulon")
    deliver()
    logged = str([record.__dict__ for record in caplog.records])
    assert "mail postponed" in logged
    assert "Throttling" in logged
    for secret in ("zebulon", "Zebulon", "asa@example.com", "token="):
        assert secret not in logged


def test_the_confirmation_email_has_one_working_link():
    join()
    (mail,) = deliver()
    (link,) = actions.links(sent_emails.text(mail))
    assert set(actions.links(html.unescape(sent_emails.html(mail)).replace('"', " "))) == {link}
    assert actions.open_link(link)["statusCode"] == 200
