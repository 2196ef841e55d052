"""A team member's browser at the desk."""

import base64
from typing import Any

from functions.desk import handler
from functions.team.rules import TeamMember
from tests.functions.account.browser import Browser
from tests.functions.support import SITE_URL, request


class Desk(Browser):
    handler = handler
    sign_in_path = "/desk/sign-in"
    actor: TeamMember

    def get(self, path: str) -> dict[str, Any]:
        return self.open(path)

    def upload(self, path: str, field: str, name: str, content: bytes) -> dict[str, Any]:
        """A form with one file, as browsers send it."""
        head = f'form-data; name="{field}"; filename="{name}"'
        body = (
            f"--mark\r\nContent-Disposition: {head}\r\nContent-Type: text/csv\r\n\r\n".encode()
            + content
            + b"\r\n--mark--\r\n"
        )
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        kind = "multipart/form-data; boundary=mark"
        headers = {"cookie": cookies, "origin": SITE_URL, "content-type": kind}
        sent = {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        answer: dict[str, Any] = self.handler.web(
            request("POST", path, headers=headers) | sent, None
        )
        return answer

    def is_signed_in(self) -> bool:
        return "/desk/sign-out" in self.open("/desk/")["body"]
