"""The newest 2,000 emails on disk, one file each, with the facts for lists in memory.

A file is one line of JSON (the envelope), then the exact bytes that SMTP received.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.dev.mailbox.message import Summary, summarise

LIMIT = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Envelope:
    """The SMTP envelope, from which the headers may differ. `received_at` is ISO, UTC."""

    id: str
    sender: str
    recipients: tuple[str, ...]
    received_at: str


@dataclass(frozen=True)
class Mail:
    envelope: Envelope
    summary: Summary

    def is_to(self, address: str) -> bool:
        wanted = address.strip().lower()
        return any(wanted == recipient.lower() for recipient in self.envelope.recipients)


class Store:
    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        folder.mkdir(parents=True, exist_ok=True)
        self._mails = {mail.envelope.id: mail for mail in _load(folder)}
        self._last = max(map(int, self._mails), default=0)
        self._drop_oldest()

    def add(self, sender: str, recipients: Sequence[str], raw: bytes) -> Mail:
        self._last += 1
        received = datetime.now(UTC).isoformat(timespec="milliseconds")
        envelope = Envelope(f"{self._last:08d}", sender, tuple(recipients), received)
        self._write(envelope, raw)
        mail = self._mails[envelope.id] = Mail(envelope, summarise(raw))
        self._drop_oldest()
        return mail

    def newest_first(self) -> list[Mail]:
        return list(reversed(self._mails.values()))

    def get(self, mail_id: str) -> tuple[Mail, bytes] | None:
        """The email and its bytes as received, or None if there is none with this id."""
        mail = self._mails.get(mail_id)
        return (mail, _read(self._path(mail_id))[1]) if mail else None

    def clear(self) -> None:
        for mail_id in list(self._mails):
            self._drop(mail_id)

    def _path(self, mail_id: str) -> Path:
        return self._folder / f"{mail_id}.mail"

    def _write(self, envelope: Envelope, raw: bytes) -> None:
        # Written under another name, then renamed: a crash leaves no half an email.
        draft = self._folder / "draft"
        draft.write_bytes(json.dumps(asdict(envelope)).encode() + b"\n" + raw)
        draft.replace(self._path(envelope.id))

    def _drop_oldest(self) -> None:
        for mail_id in list(self._mails)[: max(0, len(self._mails) - self._limit)]:
            self._drop(mail_id)

    def _drop(self, mail_id: str) -> None:
        del self._mails[mail_id]
        self._path(mail_id).unlink(missing_ok=True)


def _load(folder: Path) -> Iterator[Mail]:
    for path in sorted(folder.glob("*.mail")):
        try:
            envelope, raw = _read(path)
        except (ValueError, TypeError, KeyError, OSError):
            log.warning("skipped, unreadable: %s", path)
            continue
        yield Mail(envelope, summarise(raw))


def _read(path: Path) -> tuple[Envelope, bytes]:
    first, _, raw = path.read_bytes().partition(b"\n")
    facts = json.loads(first)
    if facts["id"] != path.stem or not facts["id"].isdecimal():
        raise ValueError(path.stem)
    facts["recipients"] = tuple(facts["recipients"])
    return Envelope(**facts), raw
