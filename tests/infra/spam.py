"""Mails as SES sends them, and what SpamAssassin thinks of each."""

import email
import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from microsite.output.catalogue import variant_document

from functions.core import settings, tokens
from functions.core.aws.secrets import Secrets
from functions.core.token_keys import TokenKeys
from functions.newsletter import bulk_email
from functions.people.member import Profile, new_member
from tests.functions.newsletter import issue_runs, raw_message
from tests.functions.support import ENVIRONMENT

PROFILE = issue_runs.PROFILE | {"name": "Kim", "interests": ()}
READER = new_member(Profile(email="kim@example.org", **PROFILE), "0" * 64, 0)
STATUS = re.compile(r"score=(-?[\d.]+) .*?tests=([\w,\s]*?)\s+autolearn", re.DOTALL)


class Verdict(NamedTuple):
    score: float
    rules: str


def letter(name: str, variant: Any, site_url: str, sender: str) -> EmailMessage:
    """The variant with all headers, as its request to SES asks for them."""
    with pytest.MonkeyPatch.context() as patch:
        for key, value in {**ENVIRONMENT, "SITE_URL": site_url, "SENDER": sender}.items():
            patch.setenv(key, value)
        patch.setattr(tokens, "secrets", lambda: Secrets(TokenKeys("a-key"), b""))
        patch.setitem(bulk_email._contents, name, json.loads(variant_document(variant)))
        settings.settings.cache_clear()
        of = SimpleNamespace(name=name, key="", hash=name)
        batch: Any = SimpleNamespace(issue=name, number=0, variant=of)
        request: Any = bulk_email.request(batch, {0: READER})
    settings.settings.cache_clear()
    return raw_message.letter(request, request["BulkEmailEntries"][0], name)


def judge(letters: Mapping[str, EmailMessage], home: Path) -> dict[str, Verdict]:
    """Name → verdict. One run for all: starting takes longer than judging.

    Its own rules only, no network, nothing learnt (`-x`: nobody's own settings either).
    """
    if shutil.which("spamassassin") is None:
        pytest.fail("spamassassin is missing: run `make test-tools`, or install it by that name")
    box = b"".join(
        b"From - Tue Dec  1 09:00:00 2026\n" + _bytes(message) for message in letters.values()
    )
    done = subprocess.run(
        ["spamassassin", "-L", "-x", "--cf", "use_bayes 0", "--mbox"],
        input=box,
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        check=True,
    )
    outputs = re.split(rb"^From - .*\n", done.stdout, flags=re.MULTILINE)[1:]
    verdicts = dict(_verdict(raw) for raw in outputs)
    return {name: verdicts[message["Message-ID"]] for name, message in letters.items()}


def _bytes(message: EmailMessage) -> bytes:
    """Lines as they stand in a mailbox."""
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") + b"\n"


def _verdict(raw: bytes) -> tuple[str, Verdict]:
    """Spam is wrapped into a report, with the mail behind it: the first id is found anywhere."""
    message_id = re.search(rb"^Message-ID:\s*(\S+)", raw, re.MULTILINE | re.IGNORECASE)
    status = STATUS.search(email.message_from_bytes(raw)["X-Spam-Status"])
    assert message_id
    assert status
    return message_id[1].decode(), Verdict(float(status[1]), "".join(status[2].split()))
