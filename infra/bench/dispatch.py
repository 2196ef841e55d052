"""A newsletter to 10,000 members through the full ledger, against mailing them one by one.

Both run in a process of their own against the same DynamoDB and SES, which answer over HTTP from
another one. CPU seconds are the process's own, imports apart; memory is its peak.
"""

import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MEMBERS = 10_000
FEW, MANY = 5_000, 50_000
DISPATCH_GOAL = 0.10
MEMORY_GOAL = 1.2
MESSAGES_AT_ONCE = 5  # BatchSize of NewsletterSend in template.yaml
SLUG = "autumn"
KEY = f"newsletters/{SLUG}/en.json"
SENDER = "Fjärdholm Alumni <alumni@example.com>"
SITE = "https://alumni.example.com"

Row = dict[str, Any]
Raw = dict[str, Any]


def run() -> list[Row]:
    """The rows `dispatch` (CPU seconds) and `dispatch_memory` (bytes at the peak)."""
    ours, peer = _measure("ours", MEMBERS), _measure("peer", MEMBERS)
    few, many = _measure("ours", FEW), _measure("ours", MANY)
    return [
        _row("dispatch", ours["cpu_seconds"], peer["cpu_seconds"], DISPATCH_GOAL),
        _row("dispatch_memory", many["peak_bytes"], few["peak_bytes"], MEMORY_GOAL),
    ]


def _row(name: str, ours: float, peer: float, goal: float) -> Row:
    ratio = round(ours / peer, 4)
    numbers = {"ours": round(ours, 3), "peer": round(peer, 3), "ratio": ratio}
    return {"name": name, **numbers, "goal": goal, "holds": ratio <= goal}


def _measure(who: str, members: int) -> Raw:
    """Run `who` in a fresh process on a fresh cloud; every member must have got one mail."""
    with _cloud() as endpoint:
        _fill(endpoint, members)
        command = [sys.executable, "-m", "infra.bench.dispatch", who]
        done = subprocess.run(command, env=_environment(endpoint), stdout=-1, check=True)  # noqa: S603
        ledger = _ask(endpoint, "ledger")
    if (ledger["accepted"], ledger["addresses"]) != (members, members):
        raise RuntimeError(f"{who}: {ledger}")
    return {**json.loads(done.stdout.splitlines()[-1]), **ledger}


@contextmanager
def _cloud() -> Iterator[str]:
    command = [sys.executable, "-m", "infra.bench.fake_aws"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:  # noqa: S603
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipes")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


def _environment(endpoint: str) -> dict[str, str]:
    settings = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "TABLE_NAME": "alumni",
        "PRIVATE_BUCKET": "private",
        "SITE_URL": SITE,
        "PARAMETER_PREFIX": "/bench",
        "SENDER": SENDER,
        "NEWSLETTER_SET": "newsletter",
        "SEND_QUEUE_URL": f"{endpoint}/1/send",
        "POWERTOOLS_LOG_LEVEL": "ERROR",
    }
    return {**os.environ, **settings}


def _ask(endpoint: str, what: str, body: Any = None, method: str = "POST") -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    path = what if "/" in what else f"ask/{what}"
    request = urllib.request.Request(f"{endpoint}/{path}", data, method=method)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own process on 127.0.0.1
        text = answer.read()
    return json.loads(text) if text and method == "POST" else None


def _fill(endpoint: str, members: int) -> None:
    """Members and the published issue, as the rooms store them."""
    from functions.core.table import to_item

    languages = {"languages": ["en"]}
    _ask(endpoint, "fill", [to_item({"pk": "CATALOGUE", "sk": "CATALOGUE", "site": languages})])
    for start in range(0, members, 5000):
        numbers = range(start, min(start + 5000, members))
        _ask(endpoint, "fill", [to_item(_member(number)) for number in numbers])
    _ask(endpoint, f"private/{KEY}", variant(), method="PUT")


def _member(number: int) -> Raw:
    member_id = uuid.uuid4().hex
    return {
        "pk": f"MEMBERS#{member_id[0]}",
        "sk": member_id,
        "name": f"Åsa Ek {number}",
        "email": f"asa.ek.{number}@example.com",
        "address_hash": uuid.uuid4().hex,
        "office": "stockholm",
        "from_year": 1998,
        "to_year": 2014,
        "kind": "engineer",
        "interests": ["energy", "law"],
        "language": "en",
        "newsletter": True,
        "revision": 1,
        "joined_at": 1_790_000_000,
    }


def variant() -> bytes:
    """A rendered issue of 30 KB HTML and 6 KB text."""
    cell = (
        '<tr><td style="padding:12px 24px;font-family:Georgia,serif;color:#1d2b33">{}</td></tr>\n'
    )
    words = "The harbour office opened its doors to forty former colleagues. "
    rows = "".join(cell.format(words * 4) for _ in range(200))
    html = f"<html><body>Hej {{{{name_html}}}}<table>{rows}"[:29_800]
    text = "Hej {{name_text}}\n\n" + (words + "\n") * 100
    content = {
        "subject": "News from Fjärdholm",
        "preheader": "A new office, and a talk in December",
        "html": html + '</table><a href="{{unsubscribe_url}}">Unsubscribe</a></body></html>',
        "text": text[:5_900] + "\n{{unsubscribe_url}}\n",
    }
    return json.dumps(content, ensure_ascii=False).encode()


class Context:
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 50_000


def _ours(endpoint: str) -> float:
    """CPU seconds of the functions, from the tick that finds the issue to the one that ends it."""
    import hashlib

    from functions.newsletter import handler, store

    now = int(time.time())
    store.schedule(SLUG, _facts(now, hashlib.sha256(variant()).hexdigest()), now)
    started = time.process_time()
    asking = 0.0
    while _state(store) != "sent":
        handler.tick({"tick": True}, Context)
        before = time.process_time()
        messages = _ask(endpoint, "queue")
        asking += time.process_time() - before
        for start in range(0, len(messages), MESSAGES_AT_ONCE):
            handler.send({"Records": messages[start : start + MESSAGES_AT_ONCE]}, Context)
    return time.process_time() - started - asking


def _facts(now: int, digest: str) -> Raw:
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    variants = {"en": {"key": KEY, "hash": digest}}
    return {"subject": "News", "send_at": moment, "deadline": None, "variants": variants}


def _state(store: Any) -> str:
    return str(store.issue(SLUG).state)


def _peer() -> float:
    """CPU seconds of the plain way: read the members, render, make MIME, send, one by one."""
    import boto3
    from itsdangerous import URLSafeSerializer
    from jinja2 import Environment

    content = json.loads(variant())
    environment = Environment(autoescape=True)
    html = environment.from_string(content["html"].replace("name_html", "name"))
    text = Environment(autoescape=False).from_string(content["text"].replace("name_text", "name"))  # noqa: S701 - plain text
    table, ses = boto3.resource("dynamodb").Table("alumni"), boto3.client("sesv2")
    signer = URLSafeSerializer("secret", salt="unsubscribe")
    started = time.process_time()
    for shard in "0123456789abcdef":
        shard_key = {":pk": f"MEMBERS#{shard}"}
        page: Raw = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": shard_key}
        while page:
            answer = table.query(**page)
            for member in answer["Items"]:
                address = str(member["email"])
                url = f"{SITE}/api/unsubscribe?token={signer.dumps([member['sk']])}"
                values = {"name": member["name"], "unsubscribe_url": url}
                parts = (html.render(values), text.render(values))
                raw = _mime(content["subject"], address, url, *parts)
                ses.send_email(
                    FromEmailAddress="alumni@example.com",
                    Destination={"ToAddresses": [address]},
                    Content={"Raw": {"Data": raw}},
                    ConfigurationSetName="newsletter",
                )
            last = answer.get("LastEvaluatedKey")
            page = page | {"ExclusiveStartKey": last} if last else {}
    return time.process_time() - started


def _mime(subject: str, address: str, url: str, html: str, text: str) -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, address, subject
    mail["List-Unsubscribe"] = f"<{url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def main(who: str) -> None:
    cpu_seconds = _peer() if who == "peer" else _ours(os.environ["AWS_ENDPOINT_URL"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"cpu_seconds": cpu_seconds, "peak_bytes": peak}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
