"""The ports of a local stack, all of them on loopback only."""

import errno
import random
import socket
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from itertools import islice

from infra.dev.local.local_errors import LocalError

HOST = "127.0.0.1"
HOST_6 = "::1"
# Below the range of outgoing connections, so a free port stays free.
UNCLAIMED = range(20_000, 32_000)


@dataclass(frozen=True)
class Ports:
    site: int = 8000
    mailbox: int = 8025
    smtp: int = 1025
    cloud: int = 4566

    @classmethod
    def free(cls) -> "Ports":
        """Ports that are free now."""
        every = random.sample(UNCLAIMED, len(UNCLAIMED))
        free = (port for port in every if not _problem(port))
        return cls(*islice(free, len(fields(cls))))

    def require_free(self) -> None:
        """Raises LocalError for the first port that can't be used."""
        if len(set(astuple(self))) < len(fields(self)):
            raise LocalError("Two ports are the same: choose different ones.")
        for field in fields(self):
            port = getattr(self, field.name)
            problem = _problem(port)
            if problem:
                raise LocalError(
                    f"Port {port} ({field.name}) {problem}, or choose another "
                    f"with --port-{field.name} (make demo ARGS='--port-{field.name} ...')."
                )


def is_open(port: int, host: str = HOST) -> bool:
    try:
        probe = socket.socket(socket.AF_INET6 if host == HOST_6 else socket.AF_INET)
    except OSError:
        return False
    with closing(probe):
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _problem(port: int) -> str:
    """Why the port can't be used, with a remedy; empty if it can."""
    # A browser may try ::1 first for "localhost", and would reach another server there.
    if is_open(port) or is_open(port, HOST_6):
        return "is in use: stop the program that uses it"
    with closing(socket.socket()) as probe:
        # As servers do: a stopped server's port stays in TIME_WAIT for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                return "needs root privileges: run as root"
            return "is in use: stop the program that uses it"
    return ""
