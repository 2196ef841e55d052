"""The unsubscribe button of email apps (RFC 8058): on every email that nobody asked for."""

from functions.core.mail.message import Mail
from functions.core.mail_kinds import KINDS, Basis
from functions.post import handler, mime
from tests.functions.every_email import emails_of_every_kind

# SES sends newsletters and invitations, and a list brings members in who did nothing themselves.
UNASKED = {name for name, kind in KINDS.items() if kind.basis is Basis.CONSENT and not kind.needs}
UNASKED |= {"imported"}


def test_every_email_that_nobody_asked_for_has_it_and_no_other(cloud, monkeypatch):
    sent: dict[str, bytes] = {}
    build = mime.build

    def note(mail: Mail, *rest) -> bytes:
        sent[mail.template] = build(mail, *rest)
        return sent[mail.template]

    monkeypatch.setattr(handler.mime, "build", note)
    emails_of_every_kind("en")
    heads = {name: message.partition(b"\r\n\r\n")[0] for name, message in sent.items()}
    assert {name for name, head in heads.items() if b"List-Unsubscribe" in head} == UNASKED
    for name in UNASKED:
        lines = heads[name].split(b"\r\n")
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
        (address,) = (line for line in lines if line.startswith(b"List-Unsubscribe: "))
        assert address.startswith(b"List-Unsubscribe: <https://"), "neither folded nor encoded"
        assert address.endswith(b">")
