"""Runs every linter, prints its problems and duration, and fails if one fails."""

import subprocess
import sys
import time
from pathlib import Path

from infra.paths import ROOT

BIN = Path(sys.executable).parent
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
CHECKOV_SKIPS = "infra/dev/lint/checkov.yaml"
PYTHON_FOLDERS = ("functions", "infra", "site", "tests")
GITHUB_WORKFLOWS = (".github/workflows/check.yml", ".github/workflows/publish.yml")
GITLAB = ".gitlab-ci.yml"
SCHEMA = (str(BIN / "check-jsonschema"), "--quiet", "--builtin-schema")

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff", (str(BIN / "ruff"), "check", *PYTHON_FOLDERS)),
    ("ruff format", (str(BIN / "ruff"), "format", "--check", "--quiet", *PYTHON_FOLDERS)),
    ("mypy --strict", (str(BIN / "mypy"),)),
    ("cfn-lint", (str(BIN / "cfn-lint"), "template.yaml")),
    ("checkov", (str(CHECKOV), "--file", "template.yaml", "--config-file", CHECKOV_SKIPS)),
    ("policies", (sys.executable, "-m", "infra.dev.lint.policies")),
    ("templates", (sys.executable, "-m", "infra.dev.lint.templates")),
    ("GitHub workflows", (*SCHEMA, "vendor.github-workflows", *GITHUB_WORKFLOWS)),
    ("GitLab pipeline", (*SCHEMA, "vendor.gitlab-ci", "--data-transform=gitlab-ci", GITLAB)),
    ("zizmor", (str(BIN / "zizmor"), "--offline", "--quiet", *GITHUB_WORKFLOWS)),
    ("lock files", (sys.executable, "-m", "infra.dev.lint.locks")),
)


def main() -> int:
    failed = []
    for name, command in STEPS:
        begun = time.monotonic()
        problems = run(command)
        took = time.monotonic() - begun
        if problems is not None:
            failed.append(name)
            print(problems, end="")  # noqa: T201
        result = "ok" if problems is None else "FAILED"
        print(f"{result:<7}{took:6.1f} s  {name}", flush=True)  # noqa: T201
    return 1 if failed else 0


def run(command: tuple[str, ...]) -> str | None:
    """The output of a linter that found problems; None if it found none."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        return f"{command[0]} is not installed: run `make env` (`make lint` installs checkov).\n"
    return done.stdout + done.stderr if done.returncode else None


if __name__ == "__main__":
    raise SystemExit(main())
