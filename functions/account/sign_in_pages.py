"""The pages of signing in, at /me/ and at the desk."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from functions.account.form import draft as draft_of
from functions.core.clock import HOUR
from functions.core.lifetimes import SIGN_IN_SECONDS
from functions.core.translations import N_
from functions.core.web.forms import Errors, Form, first
from functions.core.web.responses import Response, page

SIGN_IN, SENT = N_("Sign in"), N_("Check your email")
ENDED = N_("This link no longer works")
WRONG_CODE = N_("This isn't the code in our newest email to you. Please check it and try again.")
NO_LONGER = N_("This code no longer works. Please open the link in the email, or start again.")
SUSPENDED = N_("Codes are switched off for the moment. Please open the link in the email instead.")
MINUTES = SIGN_IN_SECONDS // 60


@dataclass(frozen=True)
class SignInPages:
    home: str  # path of the page behind them
    template: str  # of the page that asks for the address
    session_seconds: int

    def sign_in(
        self, language: str, *, signed_out: bool = False, draft: Form | None = None
    ) -> Response:
        """With a `draft`, sent after the session had ended, the form carries it along."""
        return self._sign_in(200, language, {}, {}, signed_out=signed_out, draft=draft or {})

    def sign_in_again(self, form: Form, errors: Errors, language: str) -> Response:
        values = {"email": first(form, "email")}
        return self._sign_in(400, language, values, errors, draft=draft_of(form))

    def _sign_in(
        self, status: int, language: str, values: dict[str, str], errors: Errors, **context: Any
    ) -> Response:
        form = SimpleNamespace(values=values, errors=errors)
        context = {"signed_out": False, "draft": {}} | context
        return self._page(status, self.template, SIGN_IN, language, form=form, **context)

    def sent(self, language: str) -> Response:
        return self._enter_code(200, language, {}, {})

    def wrong_code(self, form: Form, language: str) -> Response:
        return self._enter_code(400, language, {"code": first(form, "code")}, {"code": WRONG_CODE})

    def code_ended(self, language: str) -> Response:
        return self._enter_code(400, language, {}, {"code": NO_LONGER})

    def codes_suspended(self, language: str) -> Response:
        return self._enter_code(400, language, {}, {"code": SUSPENDED})

    def _enter_code(
        self, status: int, language: str, values: dict[str, str], errors: Errors
    ) -> Response:
        form = SimpleNamespace(values=values, errors=errors)
        return self._page(status, "account/sent.html", SENT, language, form=form, minutes=MINUTES)

    def link(self, token: str, language: str) -> Response:
        hours = self.session_seconds // HOUR
        return self._page(200, "account/link.html", SIGN_IN, language, token=token, hours=hours)

    def ended(self, language: str) -> Response:
        form = SimpleNamespace(values={}, errors={})
        template = "account/ended.html"
        return self._page(410, template, ENDED, language, form=form, minutes=MINUTES, draft={})

    def _page(
        self, status: int, template: str, title: str, language: str, **context: Any
    ) -> Response:
        return page(status, template, title, language=language, home=self.home, **context)
