"""What the artifact keeps of botocore's data gives the same requests and responses as the whole."""

import gzip
import json
import shutil
from pathlib import Path

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from infra.cloud.deploying import artifact, service_models, wheels

DATA = Path(botocore.__file__).parent / "data"
WHOLE = {
    "metadata": {"endpointPrefix": "sqs"},
    "operations": {
        "SendMessage": {"name": "SendMessage", "input": {"shape": "In"}, "documentation": "Long."},
        "ListQueues": {"name": "ListQueues", "input": {"shape": "Other"}},
    },
    "shapes": {
        "In": {"type": "structure", "members": {"documentation": {"shape": "Word"}}},
        "Word": {"type": "string"},
        "Other": {"type": "string"},
        "QueueGone": {"type": "structure", "exception": True},
    },
}
KEY = {"pk": {"S": "A"}, "sk": {"S": "B"}}
CALLS = [
    ("dynamodb", "GetItem", {"TableName": "t", "Key": KEY, "ConsistentRead": True}),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "t", "Item": KEY}}]},
    ),
    ("s3", "GetObject", {"Bucket": "b", "Key": "shell/sv.html"}),
    ("s3", "HeadObject", {"Bucket": "b", "Key": "catalogue.json"}),
    ("ses", "SendRawEmail", {"Source": "a@example.com", "RawMessage": {"Data": b"mail"}}),
    ("sesv2", "GetAccount", {}),
    ("sesv2", "SendBulkEmail", {"DefaultContent": {}, "BulkEmailEntries": [{"Destination": {}}]}),
    ("sqs", "GetQueueAttributes", {"QueueUrl": "https://sqs.eu-north-1.amazonaws.com/1/send"}),
    ("ssm", "GetParameters", {"Names": ["/a"], "WithDecryption": True}),
]
OF_THE_MOMENT = {"Authorization", "X-Amz-Date", "amz-sdk-invocation-id", "User-Agent"}


def trimmed(words):
    return json.loads(service_models.trimmed(gzip.compress(json.dumps(WHOLE).encode()), words))


def test_a_service_keeps_what_a_function_may_call_and_every_error():
    model = trimmed({"send_message"})
    assert list(model["operations"]) == ["SendMessage"]
    assert set(model["shapes"]) == {"In", "Word", "QueueGone"}


def test_texts_are_left_out_and_members_of_that_name_are_not():
    model = trimmed({"send_message"})
    assert "documentation" not in model["operations"]["SendMessage"]
    assert "documentation" in model["shapes"]["In"]["members"]


def test_the_table_of_endpoints_keeps_the_regions_and_our_services():
    whole = (DATA / "endpoints.json").read_bytes()
    first = json.loads(service_models.endpoints(whole, {"sqs"}))["partitions"][0]
    assert list(first["services"]) == ["sqs"]
    assert "eu-north-1" in first["regions"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory, root) -> Path:
    """botocore's data as it is in the artifact."""
    folder = tmp_path_factory.mktemp("artifact")
    packages = tmp_path_factory.mktemp("packages")
    for service in artifact.SERVICES:
        shutil.copytree(DATA / service, packages / "botocore/data" / service)
    for shared in DATA.glob("*.json"):
        shutil.copy(shared, packages / "botocore/data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(artifact.bytecode, "find_python", lambda _target: None)
        contents = artifact.make(wheels.HERE, root, packages).contents
    for path, content in contents.items():
        if path.startswith("botocore/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return folder / "botocore/data"


def sent(data: Path, service: str, operation: str, parameters) -> tuple[object, ...]:
    """Method, address, headers and body of a call, and the error that its response becomes."""
    session = botocore.session.Session()
    loader = Loader([str(data)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    client = session.create_client(
        service, "eu-north-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )
    requests = []

    def answer(request, **_):
        requests.append(request)
        return AWSResponse(request.url, 400, {"x-amzn-errortype": "Refused"}, Body())

    client.meta.events.register("before-send", answer)
    with pytest.raises(ClientError) as error:
        client._make_api_call(operation, parameters)
    request = requests[0]
    headers = {k: v for k, v in request.headers.items() if k not in OF_THE_MOMENT}
    return request.method, request.url, headers, request.body, str(error.value)


class Body:
    """What is no answer to a service that speaks JSON, and an empty one of another."""

    def stream(self):
        return iter((b"<Error/>",))


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS)
def test_a_call_is_the_same_with_the_data_that_the_artifact_keeps(
    kept, service, operation, parameters
):
    whole = sent(DATA, service, operation, parameters)
    assert sent(kept, service, operation, parameters) == whole
    assert whole[1].startswith("https://")
