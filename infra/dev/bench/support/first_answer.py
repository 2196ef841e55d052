"""A fresh process that imports one handler and answers one request: `first_answer.py FUNCTION`.

The request comes on stdin, so that neither side pays for building it. It prints the times of its
start and of its response, in seconds of the monotonic clock.
"""

import time

BEGUN = time.monotonic()

import json  # noqa: E402 - the clock comes first
import sys  # noqa: E402
from typing import Any  # noqa: E402

SUCCESS = {"join": 303, "rsvp": 303, "me": 200, "desk": 200, "bare": 200}


def answer(function: str, event: dict[str, Any]) -> int:
    """The status of the response."""
    if function == "join":
        from functions.membership.handler import web
    elif function == "rsvp":
        from functions.events.handler import web
    elif function == "me":
        from functions.account.handler import web
    elif function == "desk":
        from functions.desk.handler import web
    else:
        return bare(event)
    return int(web(event, None)["statusCode"])


def bare(event: dict[str, Any]) -> int:
    """The simplest useful function: a client, one item, a response."""
    import boto3

    client = boto3.client("dynamodb")
    item = {"pk": {"S": "SIGNUP"}, "sk": {"S": "SIGNUP"}, "body": {"S": event["body"]}}
    client.put_item(TableName="alumni", Item=item)
    return 200


if __name__ == "__main__":
    function = sys.argv[1]
    status = answer(function, json.load(sys.stdin))
    done = time.monotonic()
    if status != SUCCESS[function]:
        raise SystemExit(f"{function} returned {status}")
    print(json.dumps([BEGUN, done]))  # noqa: T201 - the benchmark reads it
