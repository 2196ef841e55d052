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
        """Change `item`; what is read for it is the item as it was before.

        Raises:
            ValueError: an attribute is read that the item doesn't have.
        """
        parts = re.split(r"\b(SET|REMOVE|ADD) ", expression)[1:]
        changes = [
            self._change(kind, action.strip(), item)
            for kind, clause in zip(parts[::2], parts[1::2], strict=True)
            for action in re.split(r",\s+(?![^(]*\))", clause.strip())
        ]
        for path, value in changes:
            parent, name = self._parent(path, item)
            if value is None:
                parent.pop(name, None)
            else:
                parent[name] = value

    def _change(self, kind: str, action: str, item: Raw) -> tuple[str, Any]:
        """A path and its new value; None removes it."""
        if kind == "REMOVE":
            return action, None
        if kind == "ADD":
            path, value = action.split(" ")
            return path, _sum(self.read(path, item) or {"N": "0"}, self.values[value], 1)
        path, _, source = action.partition(" = ")
        return path, self._source(source, item)

    def _source(self, source: str, item: Raw) -> Any:
        if match := re.fullmatch(r"if_not_exists\((\S+), (\S+)\)", source):
            return self.read(match[1], item) or self.values[match[2]]
        if match := re.fullmatch(r"list_append\((.+), (\S+)\)", source):
            longer = [*self._source(match[1], item)["L"], *self._present(match[2], item)["L"]]
            return {"L": longer}
        if match := re.fullmatch(r"(\S+) ([+-]) (\S+)", source):
            left, right = self._present(match[1], item), self._present(match[3], item)
            return _sum(left, right, 1 if match[2] == "+" else -1)
        return self._present(source, item)

    def _present(self, path: str, item: Raw) -> Any:
        value = self.read(path, item)
        if value is None:
            raise ValueError(f"{path} is read, but not in the item")
        return value

    def read(self, path: str, item: Raw) -> Any:
        """The value there; None if there is none."""
        if path.startswith(":"):
            return self.values[path]
        if match := re.fullmatch(r"size\((\S+)\)", path):
            sized = self.read(match[1], item)
            return {"N": str(len(sized["L"]))} if sized else None
        value: Any = {"M": item}
        for part in path.split("."):
            value = value.get("M", {}).get(self.names[part]) if value else None
        return value

    def _parent(self, path: str, item: Raw) -> tuple[Raw, str]:
        *outer, last = (self.names[part] for part in path.split("."))
        for name in outer:
            item = item[name]["M"]
        return item, last


def _sum(left: Raw, right: Raw, sign: int) -> Raw:
    return {"N": str(int(left["N"]) + sign * int(right["N"]))}


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
        if operand == "contains":
            return self._containment()
        return self._membership(operand) if self._take("IN") else self._comparison(operand)

    def _existence(self, *, wanted: bool) -> Test:
        self._expect("(")
        path = self._next()
        self._expect(")")
        return lambda expressions, item: (expressions.read(path, item) is not None) == wanted

    def _containment(self) -> Test:
        """Of a list, in which the value is one."""
        self._expect("(")
        path = self._next()
        self._expect(",")
        name = self._next()
        self._expect(")")
        return lambda expressions, item: (
            expressions.values[name] in (expressions.read(path, item) or {"L": ()})["L"]
        )

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
