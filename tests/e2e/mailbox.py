"""The emails that arrived by SMTP, and waiting for them."""

import email
import email.policy
import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

# What a failed try leaves behind is found by the tick, a minute later.
PATIENCE_SECONDS = 100


@dataclass(frozen=True)
class Mailbox:
    """The local stack's inbox, read over its HTTP API."""

    url: str

    def to(self, address: str) -> list[dict[str, Any]]:
        """Newest first, without bodies."""
        return list(self._get(f"/api/messages?to={address}"))

    def wait(self, address: str, subject: str, after: int = 0) -> dict[str, Any]:
        """The newest mail whose subject contains `subject`, once there are more than `after`."""

        def newest() -> dict[str, Any] | None:
            mails = [mail for mail in self.to(address) if subject in mail["subject"]]
            return mails[0] if len(mails) > after else None

        mail_id = wait_until(newest, f"{subject!r} to {address}")["id"]
        return self.read(mail_id)

    def read(self, mail_id: str) -> dict[str, Any]:
        """With its body and links."""
        return dict(self._get(f"/api/messages/{mail_id}"))

    def every_row(self) -> list[dict[str, Any]]:
        """Newest first, without bodies."""
        return list(self._get("/api/messages"))

    def every_mail(self) -> list[dict[str, Any]]:
        """Newest first, with bodies."""
        return [self.read(row["id"]) for row in self.every_row()]

    def source(self, mail: dict[str, Any]) -> EmailMessage:
        """The mail as it came by SMTP."""
        with urllib.request.urlopen(f"{self.url}/messages/{mail['id']}/raw") as response:
            return email.message_from_bytes(response.read(), policy=email.policy.default)

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path) as response:
            return json.load(response)


def wait_until(
    condition: Callable[[], Any], description: str, seconds: float = PATIENCE_SECONDS
) -> Any:
    """The condition's value once it is true; AssertionError with `description` if it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.2)
    raise AssertionError(f"still waiting for: {description}")


def link_in(mail: dict[str, Any], part: str) -> str:
    """The mail's only link that contains `part`."""
    (link,) = {link for link in mail["links"] if part in link}
    return str(link)
