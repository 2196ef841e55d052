"""Reads the consent lines of everybody, person by person, whoever they are."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from functions.core.aws.clients import client
from functions.core.aws.table import from_item
from functions.core.settings import settings
from functions.people.member import SHARDS
from infra.consent_evidence.chains import Chain, chain_of

if TYPE_CHECKING:
    from functions.core.aws.table import Item

PREFIX = "MEMBER#"


def chains() -> Iterator[Chain]:
    """A scan, which only the command may do: nothing lists the people who left."""
    for pk, items in groupby(_items(), key=lambda item: item["pk"]):
        member_id = str(pk).removeprefix(PREFIX)
        if member_id[0] in SHARDS:  # `alumni doctor`'s recipients are nobody
            yield chain_of(member_id, items)


def _items() -> "Iterator[Item]":
    request: Any = {
        "TableName": settings().table_name,
        "ConsistentRead": True,
        "FilterExpression": "begins_with(pk, :prefix)",
        "ExpressionAttributeValues": {":prefix": {"S": PREFIX}},
    }
    for page in client("dynamodb").get_paginator("scan").paginate(**request):
        yield from map(from_item, page["Items"])
