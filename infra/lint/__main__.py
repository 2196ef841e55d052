"""Runs every linter, shows what each found and how long it took, and fails if one did."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
CHECKOV_SKIPS = "infra/lint/checkov.yaml"
PYTHON_FOLDERS = ("functions", "infra", "site", "tests")

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff", (str(BIN / "ruff"), "check", *PYTHON_FOLDERS)),
    ("ruff format", (str(BIN / "ruff"), "format", "--check", "--quiet", *PYTHON_FOLDERS)),
    ("mypy --strict", (str(BIN / "mypy"),)),
    ("cfn-lint", (str(BIN / "cfn-lint"), "template.yaml")),
    ("checkov", (str(CHECKOV), "--file", "template.yaml", "--config-file", CHECKOV_SKIPS)),
    ("templates", (sys.executable, "-m", "infra.lint.templates")),
    ("lock files", (sys.executable, "-m", "infra.lint.locks")),
)


def main() -> int:
    failed = []
    for name, command in STEPS:
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
        took = time.monotonic() - begun
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout + done.stderr, end="")  # noqa: T201
        print(f"{'FAILED' if done.returncode else 'ok':<7}{took:6.1f} s  {name}", flush=True)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
