"""One publisher at a time, and nobody locked out by one that died."""

from typing import Any

import pytest

from infra.cloud.errors import CloudError
from infra.cloud.publishing import lease
from infra.cloud.publishing.lease import Lease


@pytest.fixture
def s3(aws, to) -> Any:
    return aws.client("s3")


def taken(s3: Any) -> Lease:
    one = Lease(s3, "private")
    one.take()
    return one


def test_a_second_publisher_learns_who_holds_the_lease(s3):
    taken(s3)
    with pytest.raises(CloudError, match=r"is publishing: .* in \d+ s"):
        taken(s3)


def test_a_released_lease_is_free(s3):
    taken(s3).release("v1")
    assert taken(s3).headers == "v1"


def test_the_lease_of_a_crashed_publisher_expires(s3, monkeypatch):
    taken(s3)
    with pytest.raises(CloudError, match="is publishing"):
        taken(s3)
    monkeypatch.setattr(lease, "LASTS_SECONDS", 0)
    taken(s3)


def test_only_one_of_two_publishers_gets_a_free_lease(s3, monkeypatch):
    taken(s3).release("v1")
    slow = Lease(s3, "private")
    write = slow._write

    def late(token: str) -> None:
        taken(s3)
        write(token)

    monkeypatch.setattr(slow, "_write", late)
    with pytest.raises(CloudError, match="somebody else"):
        slow.take()


def test_only_one_of_two_publishers_gets_the_lease_on_an_empty_bucket(s3, monkeypatch):
    slow = Lease(s3, "private")
    write = slow._write

    def late(token: str) -> None:
        taken(s3)
        write(token)

    monkeypatch.setattr(slow, "_write", late)
    with pytest.raises(CloudError, match="somebody else"):
        slow.take()


def test_renewing_fails_for_a_publisher_whose_lease_was_taken_over(s3, monkeypatch):
    slow = taken(s3)
    monkeypatch.setattr(lease, "LASTS_SECONDS", 0)
    taken(s3)
    monkeypatch.setattr(lease, "RENEW_AFTER_SECONDS", -1)
    with pytest.raises(CloudError, match="somebody else"):
        slow.renew()


def test_the_lease_is_not_renewed_for_every_file(s3):
    held = taken(s3)
    etag = held._etag
    held.renew()
    assert held._etag == etag
