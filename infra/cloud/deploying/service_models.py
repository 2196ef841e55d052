"""botocore's descriptions of AWS's services, cut down to the operations that the functions call.

Parsing the whole descriptions takes longer than all else that creating a client does.
"""

import gzip
import json
import re
from collections.abc import Collection
from typing import Any

from botocore import xform_name

Model = dict[str, Any]

# What botocore calls itself: for a bucket's region and session, and a table's endpoint.
BOTOCORES_OWN = {"head_bucket", "create_session", "describe_endpoints"}


def trimmed(packed: bytes, words: Collection[str]) -> bytes:
    """A `service-2.json.gz` without documentation and without operations not named in `words`.

    `words` are all words of the functions' code, so no call by its name can miss its operation.
    """
    model: Model = json.loads(gzip.decompress(packed))
    operations = {
        name: operation
        for name, operation in model["operations"].items()
        if xform_name(name) in BOTOCORES_OWN or xform_name(name) in words
    }
    shapes = _reachable(operations, model["shapes"])
    # Only of these: botocore reads the documentation of `clientContextParams`.
    smaller = {"operations": _undocumented(operations), "shapes": _undocumented(shapes)}
    return _compact(model | smaller)


def words_of(source: str) -> set[str]:
    return set(re.findall(r"\w+", source))


def _reachable(operations: Model, shapes: Model) -> Model:
    """The shapes that the operations use, and all errors: an error comes by its name."""
    waiting = [name for name, shape in shapes.items() if shape.get("exception")]
    waiting += _named_in(operations)
    kept: Model = {}
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = shapes[name]
            waiting += _named_in(shapes[name])
    return kept


def _named_in(part: Any) -> list[str]:
    if isinstance(part, list):
        return [name for item in part for name in _named_in(item)]
    if not isinstance(part, dict):
        return []
    own = [part["shape"]] if isinstance(part.get("shape"), str) else []
    return own + [name for item in part.values() for name in _named_in(item)]


def _undocumented(part: Any) -> Any:
    if isinstance(part, list):
        return [_undocumented(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _undocumented(value)
        for name, value in part.items()
        # A member of a structure may have that name, too: its value is no text.
        if not (name == "documentation" and isinstance(value, str))
    }


def endpoints(whole: bytes, services: Collection[str]) -> bytes:
    """botocore's `endpoints.json` with these services only, named as in their addresses."""
    data: Model = json.loads(whole)
    for partition in data["partitions"]:
        known = partition["services"].items()
        partition["services"] = {name: facts for name, facts in known if name in services}
    return _compact(data)


def _compact(data: Model) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()
