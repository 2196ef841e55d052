"""Evaluates the few DynamoDB expressions that the functions use, on items of DynamoDB's JSON."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

Raw = dict[str, Any]

_NUMBERS = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
_COMPARATORS = {"=", "<>", *_NUMBERS}
_TOKEN = re.compile(r"size\(\S+?\)|<>|<=|>=|[=<>(),]|[^\s=<>(),]+")


class Expressions:
    """The expressions of one request."""

    def __init__(self, request: Raw) -> None:
        self.names: dict[str, str] = request.get("ExpressionAttributeNames", {})
        self.values: Raw = request.get("ExpressionAttributeValues", {})

    def holds(self, condition: str, item: Raw) -> bool:
        return _parsed(condition)(self, item)

    def update(self, expression: str, item: Raw) -> None:
        parts = re.split(r"\b(SET|REMOVE|ADD) ", expression)[1:]
        for kind, clause in zip(parts[::2], parts[1::2], strict=True):
            for action in re.split(r",\s+(?![^(]*\))", clause.strip()):
                self._act(kind, action.strip(), item)

    def _act(self, kind: str, action: str, item: Raw) -> None:
        if kind == "REMOVE":
            parent, name = self._parent(action, item)
            parent.pop(name, None)
        elif kind == "ADD":
            path, value = action.split(" ")
            parent, name = self._parent(path, item)
            total = int(parent.get(name, {"N": "0"})["N"]) + int(self.values[value]["N"])
            parent[name] = {"N": str(total)}
        else:
            path, _, source = action.partition(" = ")
            parent, name = self._parent(path, item)
            parent[name] = self._source(source, item)

    def _source(self, source: str, item: Raw) -> Any:
        if match := re.fullmatch(r"if_not_exists\((\S+), (\S+)\)", source):
            return self.read(match[1], item) or self.values[match[2]]
        return self.read(source, item)

    def read(self, path: str, item: Raw) -> Any:
        if path.startswith(":"):
            return self.values[path]
        if match := re.fullmatch(r"size\((\S+)\)", path):
            return {"N": str(len(self.read(match[1], item)["L"]))}
        parent, name = self._parent(path, item)
        return parent.get(name)

    def _parent(self, path: str, item: Raw) -> tuple[Raw, str]:
        *outer, last = (self.names[part] for part in path.split("."))
        for name in outer:
            item = item[name]["M"]
        return item, last


# ---- Conditions

Test = Callable[[Expressions, Raw], bool]


@cache
def _parsed(condition: str) -> Test:
    """DynamoDB's precedence: comparisons, functions and parentheses bind tightest, then NOT, AND
    and OR.

    Raises:
        ValueError: it is no condition, or has something that no package uses, such as BETWEEN.
    """
    parser = _Parser(_TOKEN.findall(condition))
    test = parser.any_of()
    if parser.tokens:
        raise ValueError(f"{condition}: unexpected {parser.tokens[0]}")
    return test


class _Parser:
    """Each method takes what it parses off the front of `tokens`."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def any_of(self) -> Test:
        tests = [self._all_of()]
        while self._take("OR"):
            tests.append(self._all_of())
        return lambda expressions, item: any(test(expressions, item) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._negated()]
        while self._take("AND"):
            tests.append(self._negated())
        return lambda expressions, item: all(test(expressions, item) for test in tests)

    def _negated(self) -> Test:
        if not self._take("NOT"):
            return self._term()
        test = self._negated()
        return lambda expressions, item: not test(expressions, item)

    def _term(self) -> Test:
        if self._take("("):
            test = self.any_of()
            self._expect(")")
            return test
        operand = self._next()
        if operand in ("attribute_exists", "attribute_not_exists"):
            return self._existence(wanted=operand == "attribute_exists")
        return self._membership(operand) if self._take("IN") else self._comparison(operand)

    def _existence(self, *, wanted: bool) -> Test:
        self._expect("(")
        path = self._next()
        self._expect(")")
        return lambda expressions, item: (expressions.read(path, item) is not None) == wanted

    def _membership(self, operand: str) -> Test:
        self._expect("(")
        names = [self._next()]
        while self._take(","):
            names.append(self._next())
        self._expect(")")
        return lambda expressions, item: (
            expressions.read(operand, item) in [expressions.values[name] for name in names]
        )

    def _comparison(self, left: str) -> Test:
        sign, right = self._next(), self._next()
        if sign not in _COMPARATORS:
            raise ValueError(f"{left} {sign}: no comparison")
        return lambda expressions, item: _compares(
            expressions.read(left, item), sign, expressions.read(right, item)
        )

    def _take(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        del self.tokens[0]
        return True

    def _next(self) -> str:
        if not self.tokens:
            raise ValueError("the condition ends too early")
        return self.tokens.pop(0)

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise ValueError(f"{token} expected, not {' '.join(self.tokens) or 'the end'}")


def _compares(left: Any, sign: str, right: Any) -> bool:
    if sign in ("=", "<>"):
        return bool(left == right) == (sign == "=")
    return left is not None and bool(_NUMBERS[sign](int(left["N"]), int(right["N"])))
