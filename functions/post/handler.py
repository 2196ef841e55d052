"""Sends due emails to one person; woken by the table's stream and by the minute tick.

See docs/mail.md.
"""

from email.utils import parseaddr
from typing import Any

from botocore.exceptions import ClientError

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws.clients import client
from functions.core.aws.table import Item, Key
from functions.core.log import error_fields, log
from functions.core.mail import sent_lines, suppression
from functions.core.mail.message import Mail, Skip
from functions.core.mail.sent_lines import SentLine
from functions.core.mail_kinds import KINDS
from functions.core.settings import settings
from functions.core.site import site
from functions.people.store import members as people
from functions.post import mime, rules, store
from functions.post.mails import AFTER_SENDING, MAILS, TAKEN
from functions.post.render import render
from functions.post.rules import Outcome

SENT = "sent"
RESERVE_MS = 10_000  # with less time left, the rest waits for the next tick


def deliver(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send what is due. It always succeeds: a failed email waits in the outbox for its next try."""
    keys = store.keys_in(event) if "Records" in event else store.due(clock.now())
    for done, key in enumerate(keys):
        if context.get_remaining_time_in_millis() < RESERVE_MS:
            log.warning("mails left to the next tick", extra={"left": len(keys) - done})
            break
        _deliver_one(key)
    return {"batchItemFailures": []}


def _deliver_one(key: Key) -> None:
    try:
        item = store.waiting(key)
        if item is None or not rules.is_due(item, clock.now()):
            return
        claimed = store.claim(item, clock.now())
        if claimed is not None:
            _send_or_postpone(claimed)
    except Exception as error:  # noqa: BLE001 - a bad record must not block the others
        log.error("outbox item not handled", extra={"outbox": key[0]} | error_fields(error))


def _send_or_postpone(item: Item) -> None:
    if item["tries"] > rules.MAX_TRIES:  # the last try was killed before it ended
        _give_up(item, "killed")
        return
    try:
        mail = MAILS[item["mail"]](item)
        outcome, message_id = (mail.reason, "") if isinstance(mail, Skip) else _send(item, mail)
    except Exception as error:  # noqa: BLE001 - a defect in one mail is that mail's failure
        _failed(item, error)
    else:
        if message_id:
            _leave_line(item, message_id)
        recorded = _record(item, mail, outcome)
        log.info("mail done", extra=_of(item) | {"outcome": outcome, "recorded": recorded})
        if message_id and item["mail"] in AFTER_SENDING:
            AFTER_SENDING[item["mail"]](item, message_id, clock.now())


def _record(item: Item, mail: Mail | Skip, outcome: str) -> bool:
    """Remove the email from the outbox, with what follows from its having been taken."""
    if isinstance(mail, Skip):
        return store.put_back(item, clock.now()) if mail.keep else store.delete(item)
    taken = TAKEN.get(item["mail"])
    facts = taken(item, clock.now(), reached=outcome == SENT) if taken else ()
    return store.delete(item, *facts)


def _send(item: Item, mail: Mail) -> tuple[str, str]:
    """Send the email, unless its address is stopped; returns which, for the log, and SES's id of
    the message, if it was sent."""
    # The team's address is read only now, and a member may have another one by now.
    hashed = address_hash(mail.address)
    if _is_stopped(item, hashed):
        return "suppressed", ""
    message = mime.build(mail, render(mail, site()), settings().sender, clock.now())
    # One attempt, because the outbox retries. SES's first API, because it sends the message
    # unchanged, calendar file and headers included.
    answer = client("ses", attempts=1).send_raw_email(
        Source=parseaddr(settings().sender)[1],
        Destinations=[mail.address],
        RawMessage={"Data": message},
        ConfigurationSetName=settings().transactional_set,
        Tags=[
            {"Name": "address", "Value": hashed},
            {"Name": "mail", "Value": item["mail"]},
        ],
    )
    return SENT, answer["MessageId"]


def _leave_line(item: Item, message_id: str) -> None:
    """Note that the email was sent. It has left: whatever fails here must not send it again."""
    if not rules.leaves_line(item["mail"]):
        return
    line = SentLine(clock.now(), item["mail"], message_id, item["ref"].get("slug", ""))
    try:
        member_id = item["ref"].get("member_id") or people.member_id_at(item["address_hash"])
        sent_lines.add(sent_lines.owner_of_line(member_id, item["address_hash"]), line)
    except Exception as error:  # noqa: BLE001 - the line is for information only
        log.error("line not written", extra=_of(item) | error_fields(error))


def _is_stopped(item: Item, address_hash: str) -> bool:
    """A complaint stops every email; a bounce not the one with which its reader can disprove it."""
    if not suppression.is_stopped(address_hash):
        return False
    proof = KINDS[item["mail"]].proof
    return not proof or not suppression.let_through(address_hash, item["ref"][proof], clock.now())


def _failed(item: Item, error: Exception) -> None:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    match rules.after_failure(item["tries"], code):
        case Outcome.GIVE_UP:
            _give_up(item, code or type(error).__name__)
        case Outcome.TRY_AGAIN:
            store.postpone(item, rules.next_try(item["tries"], clock.now()))
            log.warning("mail postponed", extra=_of(item) | error_fields(error))


def _give_up(item: Item, why: str) -> None:
    """The alarm in template.yaml counts this message."""
    store.give_up(item, why, clock.now())
    log.error("mail given up", extra=_of(item) | {"why": why})


def _of(item: Item) -> dict[str, Any]:
    return {"outbox": item["pk"], "mail": item.get("mail"), "tries": item["tries"]}
