"""`--demo`: commands use the local cloud of `make demo`, with the keys in its state folder."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from infra.cloud import local_access
from infra.cloud.aws import Aws
from infra.cloud.errors import CloudError
from infra.cloud.local_access import LocalAccess

PATIENCE_SECONDS = 2


def enter(state: Path) -> Aws:
    """The demo's cloud. Its keys go into the environment, where the functions' clients read them.

    Raises:
        CloudError: no demo has run with this folder, or it doesn't run now.
    """
    access = local_access.read(state)
    _require_running(access)
    # A profile, a session, an endpoint of one service: each would lead past the demo.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(access.environment)
    return Aws(access.region, access.endpoint_url)


def _require_running(access: LocalAccess) -> None:
    parts = urlsplit(access.endpoint_url)
    try:
        address = (parts.hostname or "", parts.port or 0)
        socket.create_connection(address, PATIENCE_SECONDS).close()
    except OSError:
        raise CloudError("The demo isn't running: start it with `make demo`.") from None
