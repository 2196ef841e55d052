"""The `alumni` command for the items of another project: `run_alumni.py PROJECT COMMAND…`."""

import sys
from pathlib import Path

from infra import paths


def main(project: Path, arguments: list[str]) -> None:
    paths.ROOT = project  # before the commands are imported, which take it by name
    from infra.alumni import main

    sys.argv = ["alumni", *arguments]
    main.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
