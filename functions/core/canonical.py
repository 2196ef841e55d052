"""JSON in its canonical form (RFC 8785): the same value is always the same bytes, to be hashed."""

import json
from typing import Any


def json_bytes(value: Any) -> bytes:
    """Names in order, no white space, UTF-8. Numbers are integers; tuples are lists."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
