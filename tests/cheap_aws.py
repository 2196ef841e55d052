"""botocore and moto without the work that no test looks at: together it was half of the time of
the tests that use AWS. Both are pinned, so what is replaced here changes only with the lock file.
"""

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.regions import EndpointRulesetResolver
from botocore.useragent import UserAgentString
from moto.core.base_backend import BaseBackend
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend, Table
from moto.dynamodb.models.dynamo_type import DynamoType


def put_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(UserAgentString, "to_string", lambda _: "tests")  # composed for each request
    # Service models are read once in a process, not once for each session.
    patch.setattr(botocore.session, "create_loader", _loader)
    patch.setattr(EndpointRulesetResolver, "construct_endpoint", _endpoint)
    patch.setattr(BaseBackend, "urls", property(_urls))
    patch.setattr(BaseJSONSerializer, "_serialize_type_structure", _serialize_structure)
    patch.setattr(DynamoDBBackend, "update_item", _update_item)
    patch.setattr(Table, "__deepcopy__", _backup, raising=False)


_work_out = EndpointRulesetResolver.construct_endpoint


def _endpoint(resolver: Any, operation_model: Any, *more: Any, **call: Any) -> Any:
    """A client works out the address of each request by rules; only S3's differs between them."""
    if operation_model.service_model.service_name == "s3":
        return _work_out(resolver, operation_model, *more, **call)
    known = vars(resolver).setdefault("known_endpoints", {})
    if operation_model.name not in known:
        known[operation_model.name] = _work_out(resolver, operation_model, *more, **call)
    return known[operation_model.name]


_loader = cache(botocore.session.create_loader)
_read_urls = BaseBackend.urls.fget
_urls_of: dict[type, Any] = {}


def _urls(backend: BaseBackend) -> Any:
    """moto composes the patterns of a service's addresses anew for each request."""
    if type(backend) not in _urls_of:
        _urls_of[type(backend)] = _read_urls(backend)
    return _urls_of[type(backend)]


_walk_structure = BaseJSONSerializer._serialize_type_structure


def _serialize_structure(
    serializer: Any, serialized: Any, value: Any, shape: Any, key: str
) -> None:
    """moto holds DynamoDB's values as the JSON that it answers: no need to walk through them."""
    if shape.name == "AttributeValue" and _is_json(value):
        serialized[key] = value
    else:
        _walk_structure(serializer, serialized, value, shape, key)


def _is_json(value: Any) -> bool:
    """Of DynamoDB's values only binary ones are held otherwise."""
    if type(value) is not dict:
        return False
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return all(map(_is_json, content.values()))
        case "L":
            return all(map(_is_json, content))
    return kind not in ("B", "BS")


_update_in_place = DynamoDBBackend.update_item


def _update_item(
    backend: DynamoDBBackend, table_name: str, key: dict[str, Any], *rest: Any, **more: Any
) -> Any:
    """Puts a copy in the item's place first, so that a table's backup may share its items."""
    table = backend.get_table(table_name)
    partition = table.items.get(DynamoType(key[table.hash_key_attr]), {})
    item = partition.get(sort := DynamoType(key[str(table.range_key_attr)]))
    if item is not None:
        partition[sort] = copy.deepcopy(item)
    return _update_in_place(backend, table_name, key, *rest, **more)


def _backup(table: Table, _memo: Any) -> Table:
    """For each transaction moto copies the whole table, in case that it has to be undone."""
    backup = copy.copy(table)
    backup.items = table.items.copy()
    for pk, partition in table.items.items():
        backup.items[pk] = partition.copy()
    return backup


class ClientPool:
    """Makes each client once in a process, and anew where a test gave it a handler of its own."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._clients: dict[Any, tuple[Any, object]] = {}

    def __call__(self, *of: Any) -> Any:
        if of not in self._clients:
            client = self._make(*of)
            client.meta.events.register_first("choose-signer", _unsigned)
            self._clients[of] = client, _handlers(client)
        return self._clients[of][0]

    def sort_out(self) -> None:
        """Drop the clients that have other handlers than when they were made."""
        self._clients = {of: m for of, m in self._clients.items() if _handlers(m[0]) is m[1]}


def _unsigned(event_name: str, **_: Any) -> object:
    """Only moto's S3 looks whether there is a signature."""
    return None if ".s3." in event_name else botocore.UNSIGNED


def _handlers(client: Any) -> object:
    """botocore begins a new cache with each handler that comes or goes, and at no other time."""
    return client.meta.events._emitter._lookup_cache
