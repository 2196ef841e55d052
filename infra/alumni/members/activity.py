"""`alumni members activity`: who joined, left and unsubscribed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from infra.alumni import console, options

COLUMNS = ("at", "what", "member_id", "name", "email")


@dataclass(frozen=True)
class Line:
    at: int
    what: str
    member_id: str
    name: str  # empty for somebody who has left
    email: str


def show_activity(
    since: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="From when on, at most 90 days ago, in the company's time zone.",
        ),
    ],
) -> None:
    """Show who joined, left and unsubscribed since a time: what the daily digest counts.

    Of those who left only their number is known.
    """
    options.connect()
    from functions.core.site import site

    begins_at = int(since.replace(tzinfo=ZoneInfo(site()["time_zone"])).timestamp())
    lines = _lines(begins_at)
    if options.wants_json():
        console.print_json([vars(line) for line in lines])
        return
    rows = ((console.utc(x.at), x.what, x.member_id, x.name, x.email) for x in lines)
    if lines:
        console.print_table(COLUMNS, rows)
    else:
        console.print_line("Nobody joined, left or unsubscribed.")


def _lines(since: int) -> list[Line]:
    from functions.core import clock
    from functions.people.store import activities
    from functions.people.store import members as people

    lines = []
    for activity in activities.between(since, clock.now() + 1):
        member = people.member(activity.member_id)
        who = (member.name, member.email) if member else ("", "")
        lines.append(Line(activity.at, str(activity.act), activity.member_id, *who))
    return lines
