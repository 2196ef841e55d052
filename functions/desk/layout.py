"""A page of the desk: the navigation that the role allows, and the content of a template."""

from dataclasses import dataclass
from typing import Any

from functions.core.translations import N_
from functions.core.web import responses
from functions.core.web.responses import Response
from functions.desk.request import Request
from functions.team.rules import Role, SecondFactor, Step, second_factor_of


@dataclass(frozen=True)
class Place:
    """An entry of the navigation."""

    path: str
    name: str  # a msgid
    least: Role


PLACES = (
    Place("/desk/", N_("Today"), Role.EDITOR),
    Place("/desk/people/", N_("People"), Role.COORDINATOR),
    Place("/desk/leavers/", N_("People who left"), Role.COORDINATOR),
    Place("/desk/imports/", N_("Lists"), Role.COORDINATOR),
    Place("/desk/events/", N_("Events"), Role.EDITOR),
    Place("/desk/newsletters/", N_("Newsletters"), Role.EDITOR),
    Place("/desk/figures/", N_("Figures"), Role.COORDINATOR),
    Place("/desk/team/", N_("The team"), Role.OWNER),
    Place("/desk/log/", N_("Log"), Role.OWNER),
)
OWN = Place("/desk/passkeys/", N_("Your passkeys"), Role.EDITOR)  # beside the name


def page(
    request: Request, template: str, title: str, *, status: int = 200, **context: Any
) -> Response:
    """`title` is a msgid; the template in functions/desk/pages extends `desk/frame.html`."""
    path = request.event["rawPath"]
    is_open = request.second_step is Step.NONE
    places = [place for place in PLACES if is_open and request.actor.may(place.least)]
    own = [OWN] if is_open and second_factor_of(request.site) is not SecondFactor.OFF else []
    within = [place for place in (*places, *own) if path.startswith(place.path)]
    return responses.page(
        status,
        template,
        title,
        language=request.site["language"],
        actor=request.actor,
        places=places,
        own_places=own,
        here=max((place.path for place in within), key=len, default=""),
        **context,
    )
