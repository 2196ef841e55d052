"""A fresh process that imports one handler and answers one request: `python first_answer.py WHO`.

The request comes on standard input, so that building it costs neither side anything. It prints when
it began and when it had answered, in seconds of the machine's monotonic clock.
"""

import time

BEGUN = time.monotonic()

import json  # noqa: E402 - the clock comes first
import sys  # noqa: E402
from typing import Any  # noqa: E402

GONE_WELL = {"join": 303, "rsvp": 303, "bare": 200}


def answer(who: str, event: dict[str, Any]) -> int:
    """The status of what `who` answers."""
    if who == "join":
        from functions.membership.handler import web
    elif who == "rsvp":
        from functions.events.handler import web
    else:
        return bare(event)
    return int(web(event, None)["statusCode"])


def bare(event: dict[str, Any]) -> int:
    """What anybody's first function does: a client, one item, an answer."""
    import boto3

    client = boto3.client("dynamodb")
    item = {"pk": {"S": "SIGNUP"}, "sk": {"S": "SIGNUP"}, "body": {"S": event["body"]}}
    client.put_item(TableName="alumni", Item=item)
    return 200


if __name__ == "__main__":
    who = sys.argv[1]
    status = answer(who, json.load(sys.stdin))
    done = time.monotonic()
    if status != GONE_WELL[who]:
        raise SystemExit(f"{who} answered {status}")
    print(json.dumps([BEGUN, done]))  # noqa: T201 - the benchmark reads it
