"""`make install` and `make uninstall`: a launcher on the PATH, and nothing of somebody else's."""

import os
import subprocess
from pathlib import Path

import pytest

from infra.dev import launcher


def test_the_launcher_runs_this_folders_command_from_anywhere(tmp_path: Path) -> None:
    launcher.install(tmp_path / "bin")
    command = [str(tmp_path / "bin" / "alumni"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Check, build, publish and run an alumni microsite." in done.stdout


def test_what_is_on_the_path_needs_no_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, *advice) = launcher.install(tmp_path)
    assert first.startswith(f"Installed {tmp_path}/alumni: it runs ")
    assert f'export PATH="{tmp_path}:$PATH"' in "\n".join(advice)
    assert not launcher.is_installed()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert len(launcher.install(tmp_path)) == 1
    assert launcher.is_installed()


def test_uninstalling_removes_it_and_can_be_repeated(tmp_path: Path) -> None:
    launcher.install(tmp_path)
    assert launcher.uninstall(tmp_path) == [f"Removed {tmp_path}/alumni."]
    assert launcher.uninstall(tmp_path) == [f"Nothing to remove: there is no {tmp_path}/alumni."]


@pytest.mark.parametrize("act", [launcher.install, launcher.uninstall])
def test_another_program_of_this_name_is_left_alone(act, tmp_path: Path) -> None:
    other = tmp_path / "alumni"
    other.write_bytes(b"\x7fELF \xff")
    with pytest.raises(launcher.NotOursError, match="is another program"):
        act(tmp_path)
    assert other.read_bytes() == b"\x7fELF \xff"
