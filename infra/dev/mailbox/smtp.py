"""The SMTP server: it accepts every email up to SES's limit and delivers none elsewhere."""

import logging

from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.dev.mailbox.store import Store

# Amazon SES takes up to 40 MB a message (SES quotas).
LARGEST_MAIL = 40 * 1024 * 1024

log = logging.getLogger(__name__)


class Handler:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        del server, session
        try:
            raw = envelope.original_content or b""
            self._store.add(envelope.mail_from or "", envelope.rcpt_tos, raw)
        except OSError as problem:
            # A full disk: the sender should try again, and this server should go on.
            log.warning("email not stored: %s", problem)
            return "452 Insufficient system storage"
        return "250 OK"


def protocol(store: Store) -> SMTP:
    return SMTP(Handler(store), data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, ident="mailbox")
