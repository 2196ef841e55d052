"""Folders of the working copy that commands and developers' tools share."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
