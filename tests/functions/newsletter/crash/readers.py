"""Who gets the newsletter, and what they do while it goes out."""

import json
import random
from functools import cache
from hashlib import sha256
from typing import Any

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.mail import suppression
from functions.core.mail_kinds import KINDS
from functions.core.texts import ConsentPurpose
from functions.events.rules import erased_at
from functions.events.store import declines
from functions.events.store.events import HAS_RSVPS, event_key
from functions.membership import erasing
from functions.newsletter.rules.ledger import IssueKind
from functions.people.store import members as people
from functions.people.store import subscriptions
from tests.functions.newsletter import issue_runs
from tests.functions.support import EVENT, NOW, SITE

SLUG = issue_runs.SLUG
COUNT = 120
LANGUAGES = ("en", "en", "en", "sv")
KEY = "newsletters/autumn/{}.json"
PAGE = "newsletters/autumn/index.html"
Raw = dict[str, Any]
kind = IssueKind.NEWSLETTER  # of what goes out; a test sets the other one


@cache
def items() -> list[Raw]:
    """The table before the issue: members, their pointers and the catalogue. DynamoDB's JSON."""
    rng = random.Random(0)
    ids = [f"{rng.getrandbits(128):032x}" for _ in range(COUNT)]
    all_members = [
        item for number, member_id in enumerate(ids) for item in _member(number, member_id)
    ]
    catalogue = {"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 1, "site": SITE}
    return [table.to_item(item) for item in [catalogue, *all_members]]


def event() -> Raw:
    """To which an invitation invites."""
    seats = {"capacity": 40, "free": 40, "waiting": 0, "sequence": 1}
    due = {"due_kind": HAS_RSVPS, "due_at": erased_at(EVENT)}
    return table.to_item(table.keyed(event_key(SLUG)) | {"facts": EVENT} | seats | due)


def _member(number: int, member_id: str) -> list[Raw]:
    email = f"reader.{number}@example.com"
    of_address = address_hash(email)
    pk, sk = people.member_key(member_id)
    person = {"pk": pk, "sk": sk, "email": email, "address_hash": of_address}
    # One in forty had unsubscribed, or complained, long ago.
    person |= {"newsletter": number % 40 != 1, "language": LANGUAGES[number % 4], "revision": 1}
    person |= {"joined_at": NOW, "invitations": number % 40 != 1}
    pointer_pk, pointer_sk = people.pointer_key(of_address)
    pointer = {"pk": pointer_pk, "sk": pointer_sk, "member_id": member_id}
    stopped_pk, stopped_sk = suppression.key(of_address)
    stopped = {"pk": stopped_pk, "sk": stopped_sk, "reason": "bounce", "at": NOW - 1}
    profile = {name: issue_runs.PROFILE[name] for name in ("name", "office", "interests")}
    profile["kinds"] = ["retired" if number % 5 == 0 else "engineer"]
    return [profile | person, pointer, *([stopped] if number % 40 == 2 else [])]


def variants() -> dict[str, bytes]:
    """Name → a rendered issue: in each language one for the retired and one for everybody else."""
    values = "{{name_html}} {{unsubscribe_url}}"
    values += " {{answer_token}}" if kind is IssueKind.INVITATION else ""
    names = [
        name for language in dict.fromkeys(LANGUAGES) for name in (language, f"{language}-retired")
    ]
    contents = {
        name: {"subject": f"News {name}", "html": f"<p>{values}</p>", "text": values}
        for name in names
    }
    return {name: json.dumps(content).encode() for name, content in contents.items()}


def facts(send_at: str, deadline: str | None) -> Raw:
    variant_facts = {
        name: {
            "key": KEY.format(name),
            "hash": sha256(content).hexdigest(),
            "language": name[:2],
            "readers": [{"kind": ["retired"]} if "-" in name else {}],
        }
        for name, content in variants().items()
    }
    facts = {"subject": "News", "send_at": send_at, "deadline": deadline, "kind": kind}
    return facts | {"variants": variant_facts, "pages": [PAGE]}


def consent() -> str:
    """The member's attribute with the consent that the email needs."""
    needed = KINDS[kind].needs
    assert needed
    return str(needed)


def act(rng: random.Random, person: Raw, now: int) -> bool:
    """One member does something; True where they want nothing of this issue from now on."""
    match rng.choice(["unsubscribe", "seldom", "erase", "complain", "speak"]):
        case "unsubscribe":
            subscriptions.withdraw(person["sk"], ConsentPurpose(consent()), "one click", now)
        case "seldom" if kind is IssueKind.INVITATION:  # it doesn't matter, but an answer does
            declines.decline(SLUG, person["sk"], now)
        case "seldom":
            key, rarely = people.member_key(person["sk"]), {":rarely": "quarterly"}
            seldom = table.update(key, "SET #frequency = :rarely", rarely, condition=table.EXISTS)
            table.try_write(seldom)
        case "erase":
            erasing.begin(person["address_hash"], now)
        case "complain":
            suppression.stop(person["address_hash"], "complaint", now)
        case _:
            speak = "SET #language = :language"
            values = {":language": rng.choice(LANGUAGES)}
            key = people.member_key(person["sk"])
            table.try_write(table.update(key, speak, values, condition=table.EXISTS))
            return False
    return True
