"""The scripts of others that the door's page loads."""

import json

from microsite.output.npm_scripts import INSTALLED, SCRIPTS, npm_scripts


def test_the_site_has_the_scripts_that_are_installed(tmp_path):
    assert npm_scripts(tmp_path) == {}
    source = tmp_path / INSTALLED / SCRIPTS["door/npm/jsqr.js"]
    source.parent.mkdir(parents=True)
    source.write_bytes(b"jsQR")
    assert npm_scripts(tmp_path) == {"door/npm/jsqr.js": b"jsQR"}


def test_each_script_is_of_a_locked_package(root):
    lock = json.loads((root / "site/npm/package-lock.json").read_text())["packages"]
    for source in SCRIPTS.values():
        (package,) = [
            name for name in lock if f"node_modules/{source}".startswith(f"{name}/") and name
        ]
        assert lock[package]["integrity"].startswith("sha512-")
        assert "resolved" not in lock[package]
