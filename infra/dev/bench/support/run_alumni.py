"""The `alumni` command for the items of another project: `run_alumni.py PROJECT COMMAND…`."""

import sys
from pathlib import Path

from infra.cloud import place


def main(project: Path, arguments: list[str]) -> None:
    place.ROOT = project  # before the commands are imported, which take it by name
    from infra.alumni import main

    sys.argv = ["alumni", *arguments]
    main.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
