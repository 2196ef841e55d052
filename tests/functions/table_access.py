"""Notes each call of a handler to the table, and each use of the secret keys, that AWS would
refuse: its role lacks the permission.

The real policies are read from template.yaml; moto, like the local cloud, doesn't enforce them.
"""

import sys
from typing import Any

from tests.infra.cloud.table_permissions import Call, calls, is_allowed
from tests.infra.cloud.template_resources import FUNCTIONS, as_list, policies

HANDLERS = {function["Handler"]: name for name, function in FUNCTIONS.items()}
SECRETS = Call("ssm:GetParameters", "", frozenset())
refused: set[tuple[str, Call]] = set()


def check(params: dict[str, Any], model: Any, **_: Any) -> None:
    """Hook for botocore's event `provide-client-params.dynamodb`."""
    if function := _running_function():
        for call in calls(model.name, params):
            if not is_allowed(function, call):
                refused.add((function, call))


class WatchedKeys(dict[str, Any]):
    """What a container knows of the keys in SSM: whoever uses them must be able to read them."""

    def __getitem__(self, name: str) -> Any:
        function = _running_function() if name == "secrets" else None
        if function and not _may_read_keys(function):
            refused.add((function, SECRETS))
        return super().__getitem__(name)


def _may_read_keys(function: str) -> bool:
    return any(SECRETS.action in as_list(one["Action"]) for one in policies(f"{function}Role"))


def _running_function() -> str | None:
    """The function whose handler makes this call; None if a test makes it, or meddles with it."""
    frame = sys._getframe(2)
    while frame := frame.f_back:  # type: ignore[assignment]
        module = str(frame.f_globals.get("__name__"))
        if module.startswith("tests."):
            return None
        if function := HANDLERS.get(f"{module}.{frame.f_code.co_name}"):
            return function
    return None
