"""What the desk has and who may use it: one table of routes, with the least role for each.

The handler, docs/desk.md and the tests read this table. See `functions.team.rules.Role`.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from functions.team.rules import Role


@dataclass(frozen=True)
class Route:
    """`<name>` in the path is one part of it, handed to the function by that name."""

    method: str  # GET changes nothing; a POST changes something, and answers with another page
    path: str
    least: Role  # this role may use it, and those above it
    answer: str  # module and function in functions/desk/, loaded when it is first needed
    is_upload: bool = False  # its body is not a plain form, but for the function to read
    is_second_step: bool = False  # open to whoever still has to confirm with a passkey

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", self.path))


EDITOR, COORDINATOR, OWNER = Role
ROUTES = (
    Route("GET", "/desk/", EDITOR, "today.show"),
    Route("GET", "/desk/approvals/", COORDINATOR, "approval_pages.show"),
    Route("POST", "/desk/approvals/<address_hash>/", COORDINATOR, "approval_pages.decide"),
    Route("GET", "/desk/approvals/<address_hash>/", COORDINATOR, "approval_pages.show_one"),
    Route("GET", "/desk/events/", EDITOR, "event_pages.show"),
    Route("GET", "/desk/events/<slug>/", EDITOR, "event_pages.show_one"),
    Route("POST", "/desk/events/<slug>/close", COORDINATOR, "event_acts.close"),
    Route("POST", "/desk/events/<slug>/answer", COORDINATOR, "event_acts.answer"),
    Route("GET", "/desk/events/<slug>/write/", COORDINATOR, "event_message.show"),
    Route("POST", "/desk/events/<slug>/write/", COORDINATOR, "event_message.write"),
    Route("POST", "/desk/events/<slug>/link", COORDINATOR, "event_acts.set_link"),
    Route("POST", "/desk/events/<slug>/give-place", COORDINATOR, "event_acts.give_place"),
    Route("POST", "/desk/events/<slug>/seats", COORDINATOR, "event_acts.set_seats"),
    Route("GET", "/desk/events/<slug>/sign-up/", COORDINATOR, "event_acts.show_form"),
    Route("POST", "/desk/events/<slug>/sign-up/", COORDINATOR, "event_acts.sign_up"),
    Route("GET", "/desk/events/<slug>/guests/<address_hash>/", COORDINATOR, "event_guest.show"),
    Route("POST", "/desk/events/<slug>/guests/<address_hash>/", COORDINATOR, "event_guest.change"),
    Route("POST", "/desk/events/<slug>/door", COORDINATOR, "event_pages.open_door"),
    Route("POST", "/desk/events/<slug>/file", COORDINATOR, "event_pages.download"),
    Route("POST", "/desk/files/people", COORDINATOR, "file_pages.ask"),
    Route("GET", "/desk/files/<work_id>/", COORDINATOR, "file_pages.show"),
    Route("GET", "/desk/files/<work_id>/<part>", COORDINATOR, "file_pages.fetch"),
    Route("GET", "/desk/figures/", COORDINATOR, "figure_pages.show"),
    Route("POST", "/desk/figures/count", COORDINATOR, "figure_pages.count"),
    Route("GET", "/desk/imports/", COORDINATOR, "import_pages.show"),
    Route("GET", "/desk/imports/<import_id>/", COORDINATOR, "import_pages.show_one"),
    Route("POST", "/desk/imports/", COORDINATOR, "import_pages.upload", is_upload=True),
    Route("POST", "/desk/imports/<import_id>/columns", COORDINATOR, "import_pages.change_columns"),
    Route("POST", "/desk/imports/<import_id>/discard", COORDINATOR, "import_pages.discard"),
    Route("POST", "/desk/imports/<import_id>/start", COORDINATOR, "import_pages.start"),
    Route("POST", "/desk/imports/<import_id>/undo", COORDINATOR, "import_pages.undo"),
    Route("GET", "/desk/leavers/", COORDINATOR, "leavers.show"),
    Route("GET", "/desk/leavers/new/", COORDINATOR, "leavers.show_new"),
    Route("POST", "/desk/leavers/new/", COORDINATOR, "leavers.add"),
    Route("GET", "/desk/leavers/<invitation_id>/", COORDINATOR, "leavers.show_one"),
    Route("GET", "/desk/leavers/<invitation_id>/letter/", COORDINATOR, "leavers.letter"),
    Route("POST", "/desk/leavers/<invitation_id>/delete/", COORDINATOR, "leavers.delete"),
    Route("GET", "/desk/newsletters/", EDITOR, "newsletter_pages.show"),
    Route("GET", "/desk/newsletters/<slug>/", EDITOR, "newsletter_pages.show_one"),
    Route("POST", "/desk/newsletters/<slug>/pause", EDITOR, "newsletter_pages.pause"),
    Route("POST", "/desk/newsletters/<slug>/resume", COORDINATOR, "newsletter_pages.resume"),
    Route("GET", "/desk/newsletters/<slug>/cancel", COORDINATOR, "newsletter_pages.ask_to_cancel"),
    Route("POST", "/desk/newsletters/<slug>/cancel", COORDINATOR, "newsletter_pages.cancel"),
    Route("GET", "/desk/passkeys/", EDITOR, "passkey_pages.show"),
    Route("POST", "/desk/passkeys/confirm", EDITOR, "passkey_pages.confirm", is_second_step=True),
    Route(
        "POST",
        "/desk/passkeys/confirm/options",
        EDITOR,
        "passkey_pages.confirm_options",
        is_second_step=True,
    ),
    Route("POST", "/desk/passkeys/new", EDITOR, "passkey_pages.add", is_second_step=True),
    Route(
        "POST",
        "/desk/passkeys/new/options",
        EDITOR,
        "passkey_pages.new_options",
        is_second_step=True,
    ),
    Route("POST", "/desk/passkeys/<passkey_id>/remove", EDITOR, "passkey_pages.remove"),
    Route("GET", "/desk/people/", COORDINATOR, "people_pages.show"),
    Route("GET", "/desk/people/<member_id>/", COORDINATOR, "person_pages.show"),
    Route("POST", "/desk/people/<member_id>/correct", COORDINATOR, "person_pages.correct"),
    Route("POST", "/desk/people/<member_id>/unsubscribe", COORDINATOR, "person_pages.unsubscribe"),
    Route("POST", "/desk/people/<member_id>/cancel", COORDINATOR, "person_pages.cancel_sign_up"),
    Route("POST", "/desk/people/<member_id>/send-link", COORDINATOR, "person_pages.send_link"),
    Route("POST", "/desk/people/<member_id>/stop", COORDINATOR, "person_pages.stop_all"),
    Route("POST", "/desk/people/<member_id>/resume", COORDINATOR, "person_pages.resume"),
    Route("POST", "/desk/people/<member_id>/file", COORDINATOR, "person_pages.download"),
    Route("GET", "/desk/people/<member_id>/erase", COORDINATOR, "person_pages.ask_to_erase"),
    Route("POST", "/desk/people/<member_id>/erase", COORDINATOR, "person_pages.erase"),
    Route("GET", "/desk/guests/<address_hash>/", COORDINATOR, "person_pages.show"),
    Route("POST", "/desk/guests/<address_hash>/cancel", COORDINATOR, "person_pages.cancel_sign_up"),
    Route("POST", "/desk/guests/<address_hash>/send-link", COORDINATOR, "person_pages.send_link"),
    Route("POST", "/desk/guests/<address_hash>/stop", COORDINATOR, "person_pages.stop_all"),
    Route("POST", "/desk/guests/<address_hash>/resume", COORDINATOR, "person_pages.resume"),
    Route("POST", "/desk/guests/<address_hash>/file", COORDINATOR, "person_pages.download"),
    Route("GET", "/desk/guests/<address_hash>/erase", COORDINATOR, "person_pages.ask_to_erase"),
    Route("POST", "/desk/guests/<address_hash>/erase", COORDINATOR, "person_pages.erase"),
    # Owners only
    Route("GET", "/desk/team/", OWNER, "team_pages.show"),
    Route("GET", "/desk/team/new/", OWNER, "team_pages.show_new"),
    Route("POST", "/desk/team/new/", OWNER, "team_pages.add"),
    Route("GET", "/desk/team/<team_id>/", OWNER, "team_pages.show_one"),
    Route("POST", "/desk/team/<team_id>/", OWNER, "team_pages.change"),
    Route("GET", "/desk/team/<team_id>/remove/", OWNER, "team_pages.ask_to_remove"),
    Route("POST", "/desk/team/<team_id>/remove/", OWNER, "team_pages.remove"),
    Route("POST", "/desk/team/<team_id>/reset-passkeys/", OWNER, "team_pages.reset_passkeys"),
    Route("GET", "/desk/log/", OWNER, "log_pages.show"),
    Route("POST", "/desk/log/file", OWNER, "log_pages.download"),
)


def route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request, and the parts of its path by name."""
    for candidate in ROUTES:
        parts = candidate.pattern.fullmatch(path)
        if parts and candidate.method == method:
            return candidate, parts.groupdict()
    return None
