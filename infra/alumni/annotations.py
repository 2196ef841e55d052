"""Problems as the CI of a code host shows them: on the lines of a proposal that they are about."""

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from microsite.content.problems import Problem

from infra.paths import BUILD

CODE_QUALITY = BUILD / "code-quality.json"


class Host(StrEnum):
    GITHUB = "github"
    GITLAB = "gitlab"


def github(problem: Problem, level: str = "error") -> str:
    """One workflow command of GitHub Actions, which reads it from the job's output."""
    place = f"file={_property(problem.file)},line={problem.line}"
    return f"::{level} {place}::{_message(problem.text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def code_quality(problems: Iterable[Problem], severity: str = "major") -> list[dict[str, Any]]:
    """A report of GitLab's Code Quality. A problem is known again by its file and text, so it
    isn't new when lines above it move."""
    return [
        {
            "description": problem.text,
            "check_name": "alumni check",
            "severity": severity,
            "fingerprint": hashlib.sha256(f"{problem.file}\0{problem.text}".encode()).hexdigest(),
            "location": {"path": problem.file, "lines": {"begin": problem.line}},
        }
        for problem in problems
    ]


def write_code_quality(problems: Iterable[Problem], warnings: Iterable[Problem]) -> None:
    """Write the report even if it is empty: GitLab then takes earlier problems for mended."""
    CODE_QUALITY.parent.mkdir(parents=True, exist_ok=True)
    report = [*code_quality(problems), *code_quality(warnings, "info")]
    CODE_QUALITY.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
