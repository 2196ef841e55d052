"""The stage for the functions' tests: table, buckets, secrets, SES by moto; a clock that stands."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from functions.core import clock, settings, site, translations
from functions.core.aws import clients, secrets, table
from functions.core.web import pages
from functions.imports import bringing_in
from functions.newsletter import sending_rate
from functions.post import render
from tests import cheap_aws
from tests.cheap_aws import ClientPool
from tests.functions import compiled_files, mail_doors, table_access, written_items
from tests.functions.support import ACCOUNT, ENVIRONMENT, NOW, SECRETS, SHELL, SITE


@pytest.fixture(scope="session", autouse=True)
def compiled_layouts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Layouts and translations, compiled as for the artifact, where the functions look for them."""
    layouts = compiled_files.templates(tmp_path_factory.mktemp("layouts"))
    locale = compiled_files.catalogues(tmp_path_factory.mktemp("locale"))
    with pytest.MonkeyPatch.context() as patch:
        cheap_aws.put_on(patch)
        patch.setattr(secrets, "_cache", table_access.WatchedKeys())
        patch.setattr(render, "FOLDERS", [render.TEMPLATES, layouts])
        patch.setattr(translations, "LOCALE", locale)
        events = clients._session().get_component("event_emitter")
        for check in (table_access.check, mail_doors.check, written_items.check):
            events.register("provide-client-params.dynamodb", check)
        for kept in (translations.translations, pages._environment, render._environment):
            kept.cache_clear()
        yield


@pytest.fixture(autouse=True)
def one_row_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto puts the whole table back if a transaction is refused, with what others wrote."""
    monkeypatch.setattr(bringing_in, "AT_ONCE", 1)


@pytest.fixture(autouse=True)
def within_its_role() -> Iterator[None]:
    """Fails a test in which a handler touched items that its role in template.yaml may not."""
    table_access.refused.clear()
    yield
    assert table_access.refused == set()


@pytest.fixture(autouse=True)
def within_its_limits() -> Iterator[None]:
    """Fails a test in which an email was queued past the limit of its kind."""
    mail_doors.wrong.clear()
    yield
    assert mail_doors.wrong == set()


@pytest.fixture(autouse=True)
def within_the_data_map() -> Iterator[None]:
    """Fails a test in which a function wrote something that the data map doesn't name."""
    written_items.unnamed.clear()
    yield
    assert written_items.problems() == "", written_items.problems()


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> "Moment":
    standing = Moment()
    monkeypatch.setattr(clock, "now", lambda: standing.now)
    return standing


class Moment:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = NOW

    def pass_(self, seconds: int) -> None:
        self.now += seconds


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, moment: Moment) -> Iterator[Moment]:
    """An empty network, just published."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    _account.update(deepcopy(ACCOUNT))
    events = clients._session().get_component("event_emitter")
    events.register_first(
        "before-call.sesv2.GetAccount", _answer_for_the_account, unique_id="account"
    )
    with mock_aws():
        _forget()
        for pool, (module, name) in _POOLS.items():
            pool.sort_out()
            monkeypatch.setattr(module, name, pool)
        queue = boto3.client("sqs").create_queue(QueueName="send")["QueueUrl"]
        monkeypatch.setenv("SEND_QUEUE_URL", queue)
        _create_table()
        _create_rest()
        table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 1, "site": SITE}))
        yield moment
    events.unregister("before-call.sesv2.GetAccount", unique_id="account")
    _forget()


@pytest.fixture
def account(cloud: object) -> dict[str, Any]:
    """What SES says of our account; a test may change it."""
    return _account


_account: dict[str, Any] = {}


def _answer_for_the_account(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
    """moto has no GetAccount."""
    return AWSResponse("", 200, {}, None), _account  # type: ignore[arg-type]


_client = clients._client
_POOLS = {
    ClientPool(_client.__wrapped__): (clients, "_client"),
    ClientPool(boto3.client): (boto3, "client"),
}


def _forget() -> None:
    """What a container keeps between calls, a test must not; compiled templates hold no data."""
    for cached in (_client, settings.settings):
        cached.cache_clear()
    secrets.forget()
    pages._shells.clear()
    site.forget()
    sending_rate.forget()


def _create_table() -> None:
    kinds = {"pk": "S", "sk": "S", "due_kind": "S", "due_at": "N"}
    boto3.client("dynamodb").create_table(
        TableName="alumni",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in kinds.items()],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": _keys("due_kind", "due_at"),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


def _keys(partition: str, sort: str) -> list[Any]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def _create_rest() -> None:
    s3, ssm = boto3.client("s3"), boto3.client("ssm")
    location: Any = {"LocationConstraint": "eu-north-1"}
    for bucket in ("alumni-private", "alumni-public"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    for language in SITE["languages"]:
        shell = SHELL.replace("'en'", f"'{language}'").encode()
        s3.put_object(Bucket="alumni-private", Key=f"shell/{language}.html", Body=shell)
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=f"/alumni/test/{name}", Value=value, Type="SecureString")
    boto3.client("sesv2").create_email_identity(EmailIdentity="alumni@example.com")
