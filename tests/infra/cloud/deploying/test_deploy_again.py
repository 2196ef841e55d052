"""Deploys to the local cloud: after a failure, after a teardown, with a restored table, without a
domain. Each stack has a name and a sender's domain of its own."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.cloud import local_access
from infra.cloud.aws import Aws
from infra.cloud.deploying import deployment, wheels
from infra.cloud.deploying.existing_data import KINDS
from infra.cloud.errors import StackFailedError
from infra.dev.local import saved_state
from infra.dev.local.local_errors import LocalError
from infra.dev.local.local_stack import ALUMNI, REGION, Stack
from infra.dev.local.ports import Ports
from infra.dev.local.processes import run
from infra.paths import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.takes_minutes]
LOCAL = {
    "ApiOriginDomain": "localhost",
    "ApiOriginPath": "/_aws/execute-api",
    "ViewerProtocolPolicy": "allow-all",
    "Permissions": "local",
}
INDEX = ("IndexName", "KeySchema", "Projection")
# It fails when everything that is kept has been created.
FAILS = """
  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle

  Fails:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: [Table, PublicBucket, PrivateBucket, SenderDomainIdentity]
    Properties: {Handle: !Ref Handle, Timeout: "1"}

Outputs:
"""
JOIN = """
import json, os
from functions.core import clock, tokens
from functions.core.addresses import address_hash
from functions.people.store import members as people
from functions.people.member import Profile, new_member
from infra.cloud import table_access
from infra.cloud.aws import Aws

table_access.connect(Aws(os.environ["AWS_REGION"], os.environ["AWS_ENDPOINT_URL"]), "torn")
person = Profile(
    name="Kept Member", email="kept@example.com", office="malmo", from_year=1999, to_year=2009,
    kinds=("engineer",), interests=(), language="en",
)
member = new_member(person, address_hash(person.email), clock.now())
people.add(member, ())
print(json.dumps([member.id, tokens.make(tokens.Purpose.UNSUBSCRIBE, member.id)]))
"""


class LocalCloud(Stack):
    """The cloud alone: no inbox, no site, and nothing deployed."""

    def start(self) -> None:
        self.ports.require_free()
        self._lock = saved_state.hold(self.state)
        self._start_cloud()

    def deploy(self, name: str, **parameters: str) -> dict[str, Any]:
        return dict(self.alumni("deploy", "--no-publish", "--stack", name, *options(parameters)))

    def parameters(self, name: str) -> dict[str, str]:
        """Of a first deploy of a stack of this name."""
        port = {"ApiOriginPort": str(self.ports.cloud)}
        sender = {"Sender": f"Test <test@{name}.example>", "SiteUrl": "http://localhost:8000/"}
        return {**LOCAL, **port, **sender}

    def tear_down(self, name: str) -> list[str]:
        """Returns the names of what stays."""
        kept = self.alumni("teardown", "--stack", name, "--yes")["kept"]
        return [resource["name"] for resource in kept]

    def items(self, table: str) -> list[dict[str, Any]]:
        return list(self.client("dynamodb").scan(TableName=table)["Items"])


def options(parameters: dict[str, str]) -> list[str]:
    return [
        part for name, value in parameters.items() for part in ("--parameter", f"{name}={value}")
    ]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(Ports.free(), tmp_path_factory.mktemp("state")) as running:
        yield running


@pytest.fixture
def aws(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name, value in local_access.read(cloud.state).environment.items():
        monkeypatch.setenv(name, value)
    return Aws(REGION, cloud.cloud_url)


def test_after_a_failed_first_deploy_the_next_one_starts_anew(
    cloud: LocalCloud, aws: Aws, tmp_path: Path
) -> None:
    template = tmp_path / "template.yaml"
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    template.write_text(text.replace("\nOutputs:\n", FAILS), encoding="utf-8")
    parameters = cloud.parameters("failed")
    with pytest.raises(StackFailedError) as failure:
        deployment.deploy(aws, "failed", parameters, target=wheels.HERE, template=template)
    assert "Fails (AWS::CloudFormation::WaitCondition)" in " ".join(failure.value.reasons)
    assert "failed-data" not in cloud.client("dynamodb").list_tables()["TableNames"]
    assert "failed.example" not in identities(cloud)
    done = cloud.deploy("failed", **parameters)
    assert done["notes"] == []
    table = cloud.client("dynamodb").describe_table(TableName="failed-data")["Table"]
    assert table["DeletionProtectionEnabled"]


def identities(cloud: LocalCloud) -> set[str]:
    listed = cloud.client("sesv2").list_email_identities()["EmailIdentities"]
    return {identity["IdentityName"] for identity in listed}


def test_after_a_teardown_members_are_still_there_and_their_links_still_work(
    cloud: LocalCloud,
) -> None:
    first = cloud.deploy("torn", **cloud.parameters("torn"))
    member_id, token = json.loads(run_python(cloud, JOIN))
    kept = cloud.tear_down("torn")
    names = ("TableName", "PublicBucket", "PrivateBucket", "EvidenceKeyArn")
    data = [first["outputs"][name] for name in names]
    assert kept[:6] == [*data, "torn.example", "/alumni/torn/"]
    assert can_verify(cloud, first["outputs"]["EvidenceKeyArn"])
    assert not functions_of(cloud, first["outputs"])
    again = cloud.deploy("torn", **cloud.parameters("torn"))
    assert again["secrets_made"] == []
    assert [note.split(" exists")[0] for note in again["notes"]] == [
        "SES already knows torn.example: the stack uses it, and leaves its settings alone.",
        "The table torn-data",
        f"The bucket {first['outputs']['PublicBucket']}",
        f"The bucket {first['outputs']['PrivateBucket']}",
    ]
    assert is_subscribed(cloud, member_id)
    assert unsubscribe(cloud, again["outputs"]["ApiId"], token) == 200
    assert not is_subscribed(cloud, member_id)
    assert cloud.deploy("torn")["changes"] == []


def can_verify(cloud: LocalCloud, key: str) -> bool:
    """Whether what the key has signed can still be checked."""
    return bool(cloud.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Enabled"])


def functions_of(cloud: LocalCloud, outputs: dict[str, str]) -> set[str]:
    listed = cloud.client("lambda").list_functions()["Functions"]
    names = {value for name, value in outputs.items() if name.endswith("Name")}
    return names & {function["FunctionName"] for function in listed}


def run_python(cloud: LocalCloud, program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, env=cloud.environment, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def is_subscribed(cloud: LocalCloud, member_id: str) -> bool:
    shown = cloud.alumni("members", "show", member_id, "--stack", "torn")
    return bool(shown["newsletter"])


def unsubscribe(cloud: LocalCloud, api: str, token: str) -> int:
    """Unsubscribe by one click, as an email provider does through the distribution."""
    name = "/alumni/torn/origin-secrets"
    secret = cloud.client("ssm").get_parameter(Name=name, WithDecryption=True)
    url = f"{cloud.cloud_url}/_aws/execute-api/{api}/$default/api/unsubscribe?token={token}"
    headers = {"x-origin-secret": secret["Parameter"]["Value"], "Content-Type": "text/plain"}
    request = urllib.request.Request(url, b"List-Unsubscribe=One-Click", headers)
    with urllib.request.urlopen(request) as answer:
        return int(answer.status)


def test_a_running_stack_takes_over_a_restored_table_and_keeps_the_old_one(
    cloud: LocalCloud,
) -> None:
    done = cloud.deploy("restores", **cloud.parameters("restores"))
    dynamodb = cloud.client("dynamodb")
    old = dynamodb.describe_table(TableName="restores-data")["Table"]
    same = ("AttributeDefinitions", "KeySchema")
    index = {key: old["GlobalSecondaryIndexes"][0][key] for key in INDEX}
    dynamodb.create_table(
        TableName="restored",
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index],
        **{key: old[key] for key in same},
    )
    member = {"pk": {"S": "MEMBERS#0"}, "sk": {"S": "0" * 32}, "name": {"S": "Restored"}}
    dynamodb.put_item(TableName="restored", Item=member)
    send_at = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    sent = {"subject": "Hello", "send_at": send_at, "variants": {}}
    cloud.client("s3").put_object(
        Bucket=done["outputs"]["PrivateBucket"],
        Key="catalogue.json",
        Body=json.dumps({"issues": {"sent-since": sent}}).encode(),
    )
    done = cloud.deploy("restores", TableName="restored")
    assert done["held_back"] == {"paused": [], "cancelled": ["sent-since"]}
    assert done["notes"] == ["The table restored exists: it is adopted with all it holds."]
    assert member in cloud.items("restored")
    assert "restores-data" in dynamodb.list_tables()["TableNames"]
    assert done["outputs"]["TableName"] == "restored"
    assert ":table/restored/stream/" in stream_of_post(cloud, done["outputs"])
    assert cloud.deploy("restores")["changes"] == []


def stream_of_post(cloud: LocalCloud, outputs: dict[str, str]) -> str:
    """The ARN of the stream that wakes Post when an email is to be sent."""
    look_up = cloud.client("lambda").list_event_source_mappings
    (mapping,) = look_up(FunctionName=outputs["PostName"])["EventSourceMappings"]
    return str(mapping["EventSourceArn"])


def test_a_table_that_is_not_there_is_refused_and_the_stack_stays(cloud: LocalCloud) -> None:
    with pytest.raises(LocalError, match="there is no table restord"):
        cloud.deploy("restores", TableName="restord")
    assert cloud.deploy("restores")["outputs"]["TableName"] == "restored"


def test_without_a_domain_the_site_is_at_the_distributions_name_until_it_gets_one(
    cloud: LocalCloud,
) -> None:
    done = cloud.deploy("nameless", **cloud.parameters("nameless") | {"SiteUrl": ""})
    assert "at CloudFront's own name" in done["notes"][0]
    outputs = done["outputs"]
    address = f"https://{outputs['DistributionDomain']}/"
    assert outputs["SiteUrl"] == address
    assert site_url(cloud, outputs) == address
    assert cloud.deploy("nameless")["changes"] == []
    moved = cloud.deploy("nameless", SiteUrl="https://alumni.nameless.example/")
    assert site_url(cloud, moved["outputs"]) == "https://alumni.nameless.example/"


def site_url(cloud: LocalCloud, outputs: dict[str, str]) -> str:
    """The address that links in emails begin with."""
    name = outputs["MembershipWebName"]
    function = cloud.client("lambda").get_function_configuration(FunctionName=name)
    return str(function["Environment"]["Variables"]["SITE_URL"])


def test_the_publishers_role_trusts_one_branch_at_its_own_code_host(cloud: LocalCloud) -> None:
    publishing = {
        "OidcProviderArn": "arn:aws:iam::000000000000:oidc-provider/git.example.com/gitlab",
        "OidcSubject": "project_path:group/project:ref_type:branch:ref:main",
    }
    outputs = cloud.deploy("nameless", **cloud.parameters("nameless"), **publishing)["outputs"]
    name = outputs["PublisherRoleArn"].rpartition("/")[2]
    policy = cloud.client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Federated": publishing["OidcProviderArn"]}
    assert statement["Condition"]["StringEquals"] == {
        "git.example.com/gitlab:aud": "sts.amazonaws.com",
        "git.example.com/gitlab:sub": publishing["OidcSubject"],
    }


def test_whoever_has_the_printed_rights_deploys_publishes_and_tears_down(cloud: LocalCloud) -> None:
    """The local cloud checks the calls of the command, but not those of its CloudFormation."""
    policy = cloud.alumni("deploy", "--rights", "--stack", "entitled")
    deployer = user(cloud, "deployer", policy)
    site = {"SiteUrl": "https://alumni.entitled.example/"}
    parameters = options(cloud.parameters("entitled") | site)
    deployed = run_alumni(deployer, "deploy", "--stack", "entitled", *parameters)
    assert deployed["published"]["uploaded"]
    assert run_alumni(deployer, "teardown", "--stack", "entitled", "--yes")["kept"]
    again = ("deploy", "--no-publish", "--stack", "entitled", *parameters)
    assert len(run_alumni(deployer, *again)["notes"]) == len(KINDS) + 1
    with pytest.raises(AssertionError, match="not authorized"):
        run_alumni(deployer, "deploy", "--stack", "another", *parameters)


def user(cloud: LocalCloud, name: str, policy: dict[str, Any]) -> dict[str, str]:
    """Somebody with this policy, as an environment."""
    for statement in policy["Statement"]:
        # The local cloud can't check the resources of these.
        if statement["Sid"] in {"Email", "Keys"}:
            statement["Resource"] = "*"
    iam = cloud.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="deploy", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    names = {"AWS_ACCESS_KEY_ID": "AccessKeyId", "AWS_SECRET_ACCESS_KEY": "SecretAccessKey"}
    return cloud.environment | {variable: key[field] for variable, field in names.items()}


def run_alumni(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    done = run([*ALUMNI, *arguments, "--json"], environment, ROOT)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
