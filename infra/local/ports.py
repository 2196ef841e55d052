"""The ports of a local stack, all of them on loopback only."""

import errno
import socket
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from typing import Self

from infra.local.errors import LocalError

HOST = "127.0.0.1"
HOST_6 = "::1"


@dataclass(frozen=True)
class Ports:
    site: int = 8000
    mailbox: int = 8025
    smtp: int = 1025
    cloud: int = 4566

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nobody uses at this moment."""
        with _held(len(fields(cls))) as sockets:
            return cls(*(each.getsockname()[1] for each in sockets.sockets))

    def require_free(self) -> None:
        """Raises LocalError with the first port that can't be had."""
        if len(set(astuple(self))) < len(fields(self)):
            raise LocalError("Two ports are the same: give each its own.")
        for each in fields(self):
            port = getattr(self, each.name)
            problem = _problem(port)
            if problem:
                raise LocalError(
                    f"Port {port} ({each.name}) {problem}, or take another one "
                    f"with --port-{each.name} (make demo ARGS='--port-{each.name} ...')."
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
    """Why nothing can listen there, and what to do; empty if something can."""
    # A browser may try ::1 first for "localhost", and would find somebody else there.
    if is_open(port) or is_open(port, HOST_6):
        return "is in use: stop what runs there"
    with closing(socket.socket()) as probe:
        # As servers do: what was just stopped leaves its port waiting for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                return "is for the system's own services: run as its user"
            return "is in use: stop what runs there"
    return ""


class _held:  # noqa: N801 - reads as a verb
    def __init__(self, number: int) -> None:
        self.sockets = [socket.socket() for _ in range(number)]

    def __enter__(self) -> Self:
        for each in self.sockets:
            each.bind((HOST, 0))
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.sockets:
            each.close()
