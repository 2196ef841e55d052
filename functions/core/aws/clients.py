"""AWS clients, created when first needed: a cold start pays only for those that it uses.

botocore directly: importing boto3 costs a cold start 60 ms and gives these functions nothing.
"""

import json
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, overload

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

ATTEMPTS = 4
CONNECT_SECONDS = 3
READ_SECONDS = 10
# S3's codes for what is not there: without the right to list the bucket it answers 403.
ABSENT = frozenset({"404", "NoSuchKey", "403", "AccessDenied"})


@overload
def client(service: Literal["dynamodb"], attempts: int = ...) -> "DynamoDBClient": ...
@overload
def client(service: Literal["kms"], attempts: int = ...) -> Any: ...  # one call: no types for it
@overload
def client(service: Literal["s3"], attempts: int = ...) -> "S3Client": ...
@overload
def client(service: Literal["ses"], attempts: int = ...) -> "SESClient": ...
@overload
def client(
    service: Literal["sesv2"], attempts: int = ..., read_seconds: int = ...
) -> "SESV2Client": ...
@overload
def client(service: Literal["sqs"], attempts: int = ...) -> "SQSClient": ...
@overload
def client(service: Literal["ssm"], attempts: int = ...) -> "SSMClient": ...
def client(service: str, attempts: int = ATTEMPTS, read_seconds: int = READ_SECONDS) -> Any:
    """The client of `service`; `attempts` is the total of tries, 1 where a repeat could do harm."""
    return _client(service, attempts, read_seconds)


@cache
def _client(service: str, attempts: int, read_seconds: int) -> Any:
    config = Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        # It took a fifth of a newsletter's time; tests check requests against the model instead.
        parameter_validation=False,
    )
    new_client = _session().create_client(service, config=config)
    if service == "dynamodb":
        new_client.meta.events.register("before-parse.dynamodb", _read_json)
    return new_client


def _read_json(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Take DynamoDB's JSON as it is. botocore would walk it value by value along its model, for a
    result that differs in binary values only: those stay in base64."""
    if response_dict["status_code"] == HTTPStatus.OK:
        customized_response_dict.update(json.loads(response_dict["body"]))
        response_dict["body"] = b"{}"


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()
