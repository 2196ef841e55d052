"""The keys of a local cloud: one pair per folder, for its owner only."""

import stat
from pathlib import Path

import boto3
import pytest

from infra.cloud import local_access
from infra.cloud.errors import CloudError

URL, REGION = "http://localhost:4566", "eu-north-1"


def test_each_folder_has_keys_of_its_own_and_keeps_them(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    first = local_access.prepare(one, URL, REGION)
    assert local_access.prepare(one, "http://localhost:5000", REGION).environment == {
        **first.environment,
        "AWS_ENDPOINT_URL": "http://localhost:5000",
    }
    second = local_access.prepare(other, URL, REGION)
    assert first.access_key_id != second.access_key_id
    assert first.secret_access_key != second.secret_access_key


def test_nobody_else_can_read_them_and_no_message_shows_the_secret(tmp_path: Path) -> None:
    access = local_access.prepare(tmp_path, URL, REGION)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert access.secret_access_key not in repr(access)


def test_a_start_that_was_interrupted_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "credentials.new").write_text("half")
    assert local_access.prepare(tmp_path, URL, REGION) == local_access.read(tmp_path)


def test_other_tools_can_read_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = local_access.prepare(tmp_path, URL, REGION)
    for name in access.environment:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    session = boto3.Session()
    assert session.get_credentials().secret_key == access.secret_access_key
    assert session.client("s3").meta.endpoint_url == URL
    assert session.region_name == REGION


@pytest.mark.parametrize("content", [None, "", "half", "[default]\nregion = x\n"])
def test_without_them_the_message_says_what_to_do(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "credentials").write_text(content)
    with pytest.raises(CloudError, match="make demo"):
        local_access.read(tmp_path)


def test_forgetting_deletes_them(tmp_path: Path) -> None:
    local_access.prepare(tmp_path, URL, REGION)
    local_access.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []
