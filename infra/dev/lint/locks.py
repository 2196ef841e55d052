"""Checks that the lock files match their sources; `--renew` rewrites them.

A lock is current if resolving its source again, preferring the locked versions, returns the same.
"""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.paths import ROOT

FOLDER = ROOT / "infra" / "requirements"
UV = Path(sys.executable).parent / "uv"
OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
)


def resolve(source: Path, output: Path) -> str:
    """Why the source can't be resolved; empty if it can. Versions in `output` are preferred."""
    command = (str(UV), "pip", "compile", *OPTIONS, source.name, "--output-file", str(output))
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stderr.strip() if done.returncode else ""


def problem(source: Path) -> str:
    lock = source.with_suffix(".txt")
    if not lock.exists():
        return f"{lock.name} is missing: run `make lock`"
    text = lock.read_text()
    if "://" in text.replace("# via", ""):
        return f"{lock.name} contains a URL: locks hold names, versions and hashes only"
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / lock.name
        again.write_text(text)
        failed = resolve(source, again)
        if failed:
            return f"{source.name} can't be resolved: {failed}"
        if again.read_text() != text:
            return f"{lock.name} does not match {source.name}: run `make lock`"
    return ""


def main() -> int:
    sources = sorted(FOLDER.glob("*.in"))
    if "--renew" in sys.argv:
        results = [resolve(source, source.with_suffix(".txt")) for source in sources]
    else:
        with ThreadPoolExecutor() as pool:
            results = list(pool.map(problem, sources))
    problems = [text for text in results if text]
    print("\n".join(problems) or "all lock files are current")  # noqa: T201
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
