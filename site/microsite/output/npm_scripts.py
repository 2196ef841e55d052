"""Scripts of others for the door's page: locked in site/npm, installed by `make env`, never kept in
git. A site that is built without npm lacks them: there, an iPhone can't scan tickets."""

from pathlib import Path

INSTALLED = "build/npm/node_modules"
SCRIPTS = {
    "door/npm/jsqr.js": "jsqr/dist/jsQR.js",
    "door/npm/noble-ed25519.js": "@noble/ed25519/index.js",
}


def npm_scripts(root: Path) -> dict[str, bytes]:
    """Path below the site → content, of those that are installed."""
    installed = {name: root / INSTALLED / source for name, source in SCRIPTS.items()}
    return {name: path.read_bytes() for name, path in installed.items() if path.is_file()}
