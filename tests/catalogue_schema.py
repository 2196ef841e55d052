"""The shape of catalogue.json, against which the tests of the site and of the functions check."""

import json
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator, FormatChecker

from tests.conftest import ROOT

FILE = ROOT / "functions" / "catalogue" / "catalogue.schema.json"
formats = FormatChecker()


@formats.checks("time-zone", raises=(KeyError, ValueError, OSError))
def is_time_zone(value: Any) -> bool:
    return not isinstance(value, str) or bool(ZoneInfo(value))


@cache
def schema() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


@cache
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema(), format_checker=formats)


def problems(document: Any) -> list[str]:
    """What is wrong, each with its place."""
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(document)]
