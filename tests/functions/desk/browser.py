"""A team member's browser at the desk."""

from typing import Any

from functions.desk import handler
from functions.team.rules import TeamMember
from tests.functions.account.browser import Browser


class Desk(Browser):
    handler = handler
    sign_in_path = "/desk/sign-in"
    actor: TeamMember

    def get(self, path: str) -> dict[str, Any]:
        return self.open(path)

    def is_signed_in(self) -> bool:
        return "/desk/sign-out" in self.open("/desk/")["body"]
