"""A newsletter to 10,000 members through the full ledger, against sending one by one.

Each runs in its own process against the same DynamoDB and SES, which respond over HTTP from
another process. CPU seconds exclude imports; memory is the peak.
"""

import json
import os
import resource
import subprocess
import sys
import time
from statistics import median
from typing import Any

from infra.dev.bench.support import endpoint, newsletter_scene
from infra.dev.bench.support.rows import Row, row

MEMBERS = 10_000
FEW, MANY = 5_000, 50_000
LARGE = 100_000
DISPATCH_GOAL = 0.10
MEMORY_GOAL = 1.2
GROWTH_GOAL = 1.1
INVITATION_GOAL = 1.1
ROUNDS = 3  # of the small runs, before the large one and after it
INVITED_ROUNDS = 5  # of each, in turn: their difference is small

Raw = dict[str, Any]


def run() -> list[Row]:
    """The rows `dispatch` (CPU seconds) and `dispatch_memory` (bytes at the peak)."""
    ours, peer = _measure("ours", MEMBERS), _measure("peer", MEMBERS)
    few, many = _measure("ours", FEW), _measure("ours", MANY)
    return [
        row("dispatch", ours["cpu_seconds"], peer["cpu_seconds"], DISPATCH_GOAL),
        row("dispatch_memory", many["peak_bytes"], few["peak_bytes"], MEMORY_GOAL),
    ]


def run_invitation() -> list[Row]:
    """The row `invite_10k`: CPU microseconds per invitation, against a newsletter's."""
    ours, peer = [], []
    for _ in range(INVITED_ROUNDS):
        ours.append(_measure("invitation", MEMBERS)["cpu_seconds"])
        peer.append(_measure("warm", MEMBERS)["cpu_seconds"])
    microseconds = (median(ours) / MEMBERS * 1e6, median(peer) / MEMBERS * 1e6)
    return [row("invite_10k", *microseconds, INVITATION_GOAL)]


def run_large() -> list[Row]:
    """The row `dispatch_100k`: CPU microseconds per recipient, against those of a tenth of them.

    Both start with their clients created, since that costs the same for few and for many.
    """
    before = [_measure("warm", MEMBERS) for _ in range(ROUNDS)]
    large = _measure("warm", LARGE)
    behind = [_measure("warm", MEMBERS) for _ in range(ROUNDS)]
    small = median(run["cpu_seconds"] for run in before + behind)
    note = f"{large['wall_seconds']:.0f} s, {large['peak_bytes'] / 1e6:.0f} MB at the peak"
    per_recipient = (large["cpu_seconds"] / LARGE * 1e6, small / MEMBERS * 1e6)
    return [row("dispatch_100k", *per_recipient, GROWTH_GOAL, note)]


def _measure(program: str, members: int) -> Raw:
    """Run `program` in a fresh process on a fresh cloud; every member must get one email."""
    with endpoint.running() as address:
        newsletter_scene.fill(address, members)
        command = [sys.executable, "-m", "infra.dev.bench.dispatch", program]
        environment = newsletter_scene.environment(address)
        done = subprocess.run(command, env=environment, stdout=-1, check=True)  # noqa: S603
        ledger = newsletter_scene.query(address, "ledger")
    if (ledger["accepted"], ledger["addresses"]) != (members, members):
        raise RuntimeError(f"{program}: {ledger}")
    return {**json.loads(done.stdout.splitlines()[-1]), **ledger}


def _ours(address: str, kind: str = "issue", *, warm: bool) -> Raw:
    """CPU and wall seconds inside the functions."""
    used = {"cpu_seconds": 0.0, "wall_seconds": 0.0}

    def call(_name: str, handler: newsletter_scene.Handler, event: Raw) -> None:
        started, before = time.perf_counter(), time.process_time()
        handler(event, newsletter_scene.Context)
        used["cpu_seconds"] += time.process_time() - before
        used["wall_seconds"] += time.perf_counter() - started

    if warm:
        _make_clients()
    newsletter_scene.schedule(kind)
    newsletter_scene.dispatch(address, call, newsletter_scene.JumpingClock())
    return used


def _make_clients() -> None:
    from functions.core.aws.clients import client
    from functions.newsletter.sender import READ_SECONDS

    client("sesv2", attempts=1, read_seconds=READ_SECONDS)
    for service in ("dynamodb", "s3", "sqs", "ssm"):
        client(service)


def _peer() -> Raw:
    """CPU seconds of the simple way: read the members, render, build MIME and send, one by one."""
    import boto3
    from itsdangerous import URLSafeSerializer
    from jinja2 import Environment

    content = json.loads(newsletter_scene.variant())
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
                token = signer.dumps([member["sk"]])
                url = f"{endpoint.SITE_URL}/api/unsubscribe?token={token}"
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
    return {"cpu_seconds": time.process_time() - started}


def _mime(subject: str, address: str, url: str, html: str, text: str) -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = newsletter_scene.SENDER, address, subject
    mail["List-Unsubscribe"] = f"<{url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def main(program: str) -> None:
    address = os.environ["AWS_ENDPOINT_URL"]
    if program == "peer":
        used = _peer()
    elif program == "invitation":
        used = _ours(address, "event_invitation", warm=True)
    else:
        used = _ours(address, warm=program == "warm")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({**used, "peak_bytes": peak}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
