"""What the functions' tests act with: a known company, HTTP API events, a look into the table."""

import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import boto3

from functions.core.aws import clients, table
from functions.core.mail import limits
from functions.people.store import consents, erased

NOW = 1_795_000_000  # 2026-11-18 11:06:40 UTC
SITE_URL = "https://alumni.example.com"
ORIGIN_SECRET = "let-me-in"
EARLIER_KEY, SIGNING_KEY = "earlier-" + "e" * 35, "signing-" + "s" * 35
ADDRESS_KEY = "00" * 32
TICKET_KEY = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"  # RFC 8032, 7.1
TICKET_PUBLIC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SECRETS = {
    "token-keys": f"{EARLIER_KEY},{SIGNING_KEY}",
    "address-key": ADDRESS_KEY,
    "ticket-key": TICKET_KEY,
}
ENVIRONMENT = {
    "TABLE_NAME": "alumni",
    "PRIVATE_BUCKET": "alumni-private",
    "PUBLIC_BUCKET": "alumni-public",
    "SITE_URL": SITE_URL,
    "PARAMETER_PREFIX": "/alumni/test",
    "SENDER": "Fjärdholm Alumni <alumni@example.com>",
    "TRANSACTIONAL_SET": "transactional",
    "NEWSLETTER_SET": "newsletter",
    "ORIGIN_SECRETS": ORIGIN_SECRET,
    "TICKET_PUBLIC_KEY": TICKET_PUBLIC_KEY,
    "AWS_DEFAULT_REGION": "eu-north-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def _text(english: str, swedish: str, german: str) -> dict[str, str]:
    """A text of the settings in each language."""
    return {"en": english, "sv": swedish, "de": german}


def _version(english: str, swedish: str, german: str) -> list[dict[str, Any]]:
    """The only version of a consent's text."""
    return [{"version": "2026-11", "text": _text(english, swedish, german)}]


SITE: dict[str, Any] = {
    "company": "Fjärdholm",
    "url": SITE_URL,
    "time_zone": "Europe/Stockholm",
    "languages": ["en", "sv", "de"],
    "offices": [
        {"slug": "stockholm", "name": "Stockholm", "time_zone": "Europe/Stockholm"},
        {
            "slug": "malmo",
            "name": _text("Malmö harbour", "Malmö hamn", "Malmö Hafen"),
            "time_zone": "Europe/Stockholm",
            "contact": "anna",
        },
    ],
    "kinds": [
        {"slug": "engineer", "name": _text("Engineer", "Ingenjör", "Ingenieurwesen")},
        {"slug": "retired", "name": _text("Retired", "Pensionär", "Im Ruhestand")},
    ],
    "topics": [
        {"slug": "energy", "name": _text("Energy", "Energi", "Energie")},
        {"slug": "law", "name": _text("Law and courts", "Juridik", "Recht")},
    ],
    "contacts": {
        "anna": {
            "name": "Anna Lindqvist",
            "role": _text("Head of Alumni", "Ansvarig för alumner", "Leiterin Alumni"),
            "email": "anna@fjardholm.test",
        }
    },
    "consents": {
        "membership": _version("I agree.", "Jag samtycker.", "Ich stimme zu."),
        "newsletter": _version("Write to me.", "Skriv till mig.", "Schreiben Sie mir."),
        "invitations": _version("Invite me.", "Bjud in mig.", "Laden Sie mich ein."),
        "food": _version("Know my food.", "Känn till min mat.", "Kennen Sie mein Essen."),
    },
    "imprint": _text("Fjärdholm AB, Sweden", "Fjärdholm AB, Sverige", "Fjärdholm AB, Schweden"),
}
EVENT = {
    "title": "Autumn talk",
    "url": f"{SITE_URL}/events/autumn-talk/",
    "starts_at": "2026-12-03T16:30:00Z",
    "ends_at": "2026-12-03T19:00:00Z",
    "closes_at": "2026-12-03T16:30:00Z",
    "time_zone": "Europe/Stockholm",
    "place": "Harbour hall",
    "address": "Kajen 1, Malmö",
    "office": "malmo",
    "seats": 40,
    "max_guests": 1,
    "contact": "anna",
}
ACCOUNT: dict[str, Any] = {
    "SendingEnabled": True,
    "ProductionAccessEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 100_000.0, "SentLast24Hours": 0.0},
}
SHELL = "<html lang='en'><title><!--title--></title><article><!--content--></article></html>"


def request(
    method: str,
    path: str,
    *,
    form: dict[str, Any] | None = None,
    query: dict[str, str] | None = None,
    body: str | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """An HTTP API event (payload 2.0) as our distribution passes it on."""
    sent = {
        "content-type": "application/x-www-form-urlencoded",
        "origin": SITE_URL,
        "x-origin-secret": ORIGIN_SECRET,
        "cloudfront-viewer-address": "192.0.2.1:4711",
    } | (headers or {})
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "queryStringParameters": query or {},
        "headers": sent,
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.9"},
            "stage": "$default",
        },
        "body": urlencode(form, doseq=True) if form is not None else body,
        "isBase64Encoded": False,
    }


def dump() -> list[dict[str, Any]]:
    """Everything in the table, in key order."""
    items = boto3.client("dynamodb").scan(TableName="alumni", ConsistentRead=True)["Items"]
    return sorted(map(table.from_item, items), key=lambda item: (item["pk"], item["sk"]))


def left_of(member_id: str) -> list[str]:
    """What is kept about a member, but for the hashes of their consents: sort keys."""
    own = [item for item in dump() if member_id in item["pk"] or item["sk"] == member_id]
    return [item["sk"] for item in own if not _holds_hashes_only(item)]


def _holds_hashes_only(item: dict[str, Any]) -> bool:
    ends_chain = item.get("what", consents.ERASED) == consents.ERASED
    return "hash" in item and ends_chain and item.keys() <= {*erased.HASHES, "what", "kept_until"}


def outbox() -> list[dict[str, Any]]:
    """The mails that wait, oldest first."""
    return [item for item in dump() if item["sk"] == "OUTBOX"]


def but_limits() -> list[dict[str, Any]]:
    """Everything in the table but what counts POSTs and mails."""
    return [item for item in dump() if item["sk"] != "LIMIT"]


def table_calls(do: Callable[[], Any]) -> tuple[list[tuple[str, int]], Any]:
    """What `do` asks of the table, with the number of writes in a transaction; and its result."""
    seen = []

    def note(model: Any, params: Any, **_: Any) -> None:
        seen.append((model.name, len(json.loads(params["body"]).get("TransactItems", ()))))

    events = clients.client("dynamodb").meta.events
    events.register("before-call.dynamodb", note)
    result = do()
    events.unregister("before-call.dynamodb", note)
    return seen, result


def before_writing(monkeypatch: Any, do: Callable[[], Any], operation: str = "transact") -> None:
    """Have `do` happen once, between a handler's reading and its next write."""
    write = getattr(table, operation)
    waiting = [do]

    def overtaken(*writes: Any) -> None:
        if waiting:
            waiting.pop()()
        write(*writes)

    monkeypatch.setattr(table, operation, overtaken)


def break_at_once(monkeypatch: Any) -> None:
    """The hourly breaker over all emails is open."""
    key, one_more = ("LIMIT#mails#all#0", "LIMIT"), "ADD #count :one"
    full = table.update(key, one_more, {":one": 1}, condition=table.EXISTS)
    monkeypatch.setattr(limits, "mail_at_all", lambda _now: full)


def written(text: str) -> str:
    """A date as it is shown, from one that a person can type: `~` never breaks, `-` is a range."""
    return text.replace("~", "\N{NO-BREAK SPACE}").replace("-", "\N{EN DASH}")


def page_facts(answer: dict[str, Any]) -> dict[str, str]:
    """The rows of a page's lists of facts, in words; a line break is as it was typed."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", answer["body"], re.DOTALL)
    return {name: html.unescape(value.replace("<br>", "\n")) for name, value in pairs}
