"""A stack that was torn down leaves its table, and the next deploy takes that over."""

from pathlib import Path

from infra.dev.local.local_stack import Stack
from infra.dev.local.ports import Ports

ALUM = {"pk": {"S": "MEMBERS#0"}, "sk": {"S": "0" * 32}, "name": {"S": "Written Before"}}
KEY = {"pk": ALUM["pk"], "sk": ALUM["sk"]}


def test_people_outlive_a_teardown_and_the_next_deploy(folder: Path, tmp_path: Path) -> None:
    with Stack(Ports.free(), tmp_path, root=folder) as first:
        table = first.outputs["TableName"]
        first.client("dynamodb").put_item(TableName=table, Item=ALUM)
        kept = first.alumni("teardown", "--yes")["kept"]
        assert {"kind": "table", "name": table} in kept
        for bucket in (each["name"] for each in kept if "bucket" in each["kind"]):
            first.client("s3").head_bucket(Bucket=bucket)
        assert first.client("lambda").list_functions()["Functions"] == []
    with Stack(Ports.free(), tmp_path, root=folder) as second:
        assert second.outputs["TableName"] == table
        item = second.client("dynamodb").get_item(TableName=table, Key=KEY)["Item"]
        assert item["name"] == ALUM["name"]
