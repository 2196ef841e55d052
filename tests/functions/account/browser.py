"""What the tests of the account act with: browsers that keep cookies, and the mail they read."""

from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from functions.account import handler
from tests.functions import sent_emails
from tests.functions.support import SITE_URL, request

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:156.0) Gecko/20100101 Firefox/156.0"


class Browser:
    """Keeps the cookies of a handler's pages and sends them, as CloudFront passes them on."""

    handler = handler
    sign_in_path = "/me/sign-in"

    def __init__(self, user_agent: str = FIREFOX) -> None:
        self.cookies: dict[str, str] = {}
        self.user_agent = user_agent

    def open(self, path: str, method: str = "GET") -> dict[str, Any]:
        parts = urlsplit(path)
        return self._send(method, parts.path, query=dict(parse_qsl(parts.query)))

    def post(self, path: str, origin: str = SITE_URL, **form: Any) -> dict[str, Any]:
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        return self._send("POST", parts.path, query=query, form=form, origin=origin)

    def _send(
        self, method: str, path: str, *, origin: str = SITE_URL, **sent: Any
    ) -> dict[str, Any]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"cookie": cookies, "user-agent": self.user_agent, "origin": origin}
        answer = self.handler.web(request(method, path, headers=headers, **sent), None)
        for header in answer.get("cookies", ()):
            self._keep(header)
        return answer

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            self.cookies.pop(name, None)
            if morsel["max-age"] != "0":
                self.cookies[name] = morsel.value

    def ask(self, email: str, **form: Any) -> dict[str, Any]:
        return self.post(self.sign_in_path, email=email, **form)

    def press_button(self, link: str) -> dict[str, Any]:
        """The button of the page behind the link."""
        query = sent_emails.query_of(link)
        form = {"token": query["token"], "page_language": query.get("language", "")}
        return self.post(urlsplit(link).path, **form)

    def sign_in(self, email: str) -> None:
        self.ask(email)
        self.press_button(sent_emails.newest_link_to(f"{self.sign_in_path}/link"))

    def is_signed_in(self) -> bool:
        return "You are signed in as" in self.open("/me/?language=en")["body"]


def newest_code() -> str:
    """The code of the email that came last."""
    lines = sent_emails.text(sent_emails.deliver()[-1]).splitlines()
    (line,) = (line for line in lines if line.startswith("Or type this code"))
    return line.partition(":")[2].strip()
