"""The few DynamoDB expressions that the functions use, evaluated on items of DynamoDB's JSON."""

import re
from typing import Any

Raw = dict[str, Any]

_COMPARED = re.compile(r"(\S+) (=|<>|<|<=|>|>=) (\S+)")
_NUMBERS = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}


class Expressions:
    """The expressions of one request."""

    def __init__(self, request: Raw) -> None:
        self.names: dict[str, str] = request.get("ExpressionAttributeNames", {})
        self.values: Raw = request.get("ExpressionAttributeValues", {})

    def holds(self, condition: str, item: Raw) -> bool:
        """OR of ANDs of plain terms: no room's condition has more."""
        return any(
            all(self._term(term.strip(), item) for term in part.split(" AND "))
            for part in condition.split(" OR ")
        )

    def _term(self, term: str, item: Raw) -> bool:
        if found := re.fullmatch(r"attribute_(not_)?exists\((\S+)\)", term):
            return (self._read(found[2], item) is None) == bool(found[1])
        if found := re.fullmatch(r"(\S+) IN \((.+)\)", term):
            wanted = [self.values[name.strip()] for name in found[2].split(",")]
            return self._read(found[1], item) in wanted
        left, sign, right = re.fullmatch(_COMPARED, term).groups()  # type: ignore[union-attr]
        mine, other = self._read(left, item), self._read(right, item)
        if sign in ("=", "<>"):
            return bool(mine == other) == (sign == "=")
        return mine is not None and bool(_NUMBERS[sign](int(mine["N"]), int(other["N"])))

    def update(self, expression: str, item: Raw) -> None:
        parts = re.split(r"\b(SET|REMOVE|ADD) ", expression)[1:]
        for kind, clause in zip(parts[::2], parts[1::2], strict=True):
            for action in re.split(r",\s+(?![^(]*\))", clause.strip()):
                self._act(kind, action.strip(), item)

    def _act(self, kind: str, action: str, item: Raw) -> None:
        if kind == "REMOVE":
            place, name = self._place(action, item)
            place.pop(name, None)
        elif kind == "ADD":
            path, value = action.split(" ")
            place, name = self._place(path, item)
            total = int(place.get(name, {"N": "0"})["N"]) + int(self.values[value]["N"])
            place[name] = {"N": str(total)}
        else:
            path, _, source = action.partition(" = ")
            place, name = self._place(path, item)
            place[name] = self._source(source, item)

    def _source(self, source: str, item: Raw) -> Any:
        if found := re.fullmatch(r"if_not_exists\((\S+), (\S+)\)", source):
            return self._read(found[1], item) or self.values[found[2]]
        return self._read(source, item)

    def _read(self, path: str, item: Raw) -> Any:
        if path.startswith(":"):
            return self.values[path]
        if found := re.fullmatch(r"size\((\S+)\)", path):
            return {"N": str(len(self._read(found[1], item)["L"]))}
        place, name = self._place(path, item)
        return place.get(name)

    def _place(self, path: str, item: Raw) -> tuple[Raw, str]:
        *outer, last = (self.names[part] for part in path.split("."))
        for name in outer:
            item = item[name]["M"]
        return item, last
