"""The ports of a local stack, all of them on loopback only."""

import socket
from contextlib import closing
from dataclasses import dataclass, fields
from typing import Self

from infra.local.errors import LocalError

HOST = "127.0.0.1"


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
        """Raises LocalError with the first busy port."""
        for each in fields(self):
            port = getattr(self, each.name)
            if is_open(port):
                raise LocalError(
                    f"Port {port} ({each.name}) is in use: stop what runs there, "
                    f"or take another one with --port-{each.name}."
                )


def is_open(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


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
