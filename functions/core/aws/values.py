"""Python's values as DynamoDB's JSON and back."""

import base64
from typing import Any


def to_value(value: Any) -> dict[str, Any]:
    """A Python value as DynamoDB's JSON. Floats are refused: money, time, counts are integers."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case dict():
            return {"M": {name: to_value(element) for name, element in value.items()}}
        case list() | tuple():
            return {"L": [to_value(element) for element in value]}
    raise TypeError(f"no {type(value).__name__} in the table")


def from_value(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return int(content)
        case "NULL":
            return None
        case "B" if isinstance(content, str):  # as `aws` leaves it
            return base64.b64decode(content)
        case "M":
            return {name: from_value(element) for name, element in content.items()}
        case "L":
            return [from_value(element) for element in content]
    return content
