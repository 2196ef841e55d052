"""DynamoDB's client in memory: it takes and returns what botocore's does, without the network and
its formats. `test_memory_table.py` holds it to moto's answers."""

from typing import Any

from botocore.exceptions import ClientError

from infra.dev.fake_aws.dynamodb import CancelledError, ConditionError, DynamoDb

Raw = dict[str, Any]


class MemoryTable:
    def __init__(self) -> None:
        self.database = DynamoDb()

    def get_item(self, **request: Any) -> Raw:
        return self.database.on_GetItem(request)

    def batch_get_item(self, **request: Any) -> Raw:
        return self.database.on_BatchGetItem(request)

    def query(self, **request: Any) -> Raw:
        return self.database.on_Query(request)

    def put_item(self, **request: Any) -> None:
        self._write("PutItem", request)

    def update_item(self, **request: Any) -> None:
        self._write("UpdateItem", request)

    def delete_item(self, **request: Any) -> None:
        self._write("DeleteItem", request)

    def transact_write_items(self, **request: Any) -> None:
        self._write("TransactWriteItems", request)

    def _write(self, operation: str, request: Raw) -> None:
        try:
            getattr(self.database, f"on_{operation}")(request)
        except ConditionError as error:
            raise _refusal("ConditionalCheckFailedException", error.stored) from None
        except CancelledError as error:
            reasons = {"CancellationReasons": error.reasons}
            raise _refusal("TransactionCanceledException", reasons) from None


def _refusal(code: str, more: Raw) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}, **more}, "write")  # type: ignore[misc]
