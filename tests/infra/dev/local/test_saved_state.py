"""What a local stack keeps: whole or not at all, one user at a time, forgotten only on demand."""

import os
from pathlib import Path

import pytest

from infra.dev.local import saved_state as states
from infra.dev.local.local_errors import LocalError


def written(state: Path, text: str, *, saved: bool) -> None:
    for name in states.WHOLE:
        (state / name).mkdir(parents=True, exist_ok=True)
        (state / name / "file").write_text(text)
    if saved:
        (state / states.CLOUD / states.SAVED).touch()


def read(state: Path) -> set[str]:
    return {(state / name / "file").read_text() for name in states.WHOLE}


def test_a_first_start_has_nothing_to_restore(tmp_path: Path) -> None:
    assert states.make_whole(tmp_path) is False
    assert list(tmp_path.iterdir()) == []


def test_a_saved_state_is_continued(tmp_path: Path) -> None:
    written(tmp_path, "one", saved=True)
    assert states.make_whole(tmp_path) is False
    assert read(tmp_path) == {"one"}
    assert not (tmp_path / states.CLOUD / states.SAVED).exists(), "it is not saved any more"


def test_an_unsaved_state_is_restored_to_the_last_saved_one(tmp_path: Path) -> None:
    written(tmp_path, "one", saved=True)
    states.make_whole(tmp_path)
    for _ in range(2):
        written(tmp_path, "half", saved=False)
        assert states.make_whole(tmp_path) is True
        assert read(tmp_path) == {"one"}


def test_an_unsaved_first_run_starts_empty(tmp_path: Path) -> None:
    written(tmp_path, "half", saved=False)
    assert states.make_whole(tmp_path) is True
    assert not any((tmp_path / name).exists() for name in states.WHOLE)


@pytest.mark.parametrize("step", ["copytree", "rmtree"])
def test_an_interrupted_copy_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    written(tmp_path, "one", saved=True)
    states.make_whole(tmp_path)
    written(tmp_path, "two", saved=True)
    monkeypatch.setattr(f"infra.dev.local.saved_state.shutil.{step}", break_off)
    with pytest.raises(KeyboardInterrupt):
        states.make_whole(tmp_path)
    monkeypatch.undo()
    assert states.make_whole(tmp_path) is False
    assert read(tmp_path) == {"two"}


def break_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_forgetting_deletes_only_files_of_the_stack(tmp_path: Path) -> None:
    state = tmp_path / "home"
    written(state, "one", saved=True)
    states.make_whole(state)
    (state / "letter").touch()
    states.forget(state)
    assert [path.name for path in state.iterdir()] == ["letter"]


def test_forgetting_twice_is_harmless(tmp_path: Path) -> None:
    written(tmp_path / "state", "one", saved=True)
    for _ in range(2):
        states.forget(tmp_path / "state")
        assert not (tmp_path / "state").exists()


def test_one_state_has_one_user(tmp_path: Path) -> None:
    lock = states.hold(tmp_path)
    try:
        with pytest.raises(LocalError, match="Another local stack uses"):
            states.hold(tmp_path)
        with pytest.raises(LocalError, match="Another local stack uses"):
            states.forget(tmp_path)
    finally:
        os.close(lock)
    os.close(states.hold(tmp_path))


def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalError, match="can't be used: "):
        states.hold(tmp_path / "file" / "state")
