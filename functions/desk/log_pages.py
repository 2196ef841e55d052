"""The log: who did what at the desk, and when."""

import datetime as dt
from typing import Any

from functions.core import dates
from functions.core.keep import keep_of
from functions.core.translations import N_, translations
from functions.core.web.responses import Response
from functions.desk.layout import page
from functions.desk.request import Request
from functions.team.rules import DEED_NAMES, LogLine
from functions.team.store import deeds, team

PAGE = 100


def show(request: Request) -> Response:
    months = _months(request)
    month = request.query("month")
    month = month if month in months else months[0]
    lines = list(deeds.lines(month, before=request.query("before") or None, limit=PAGE))
    names = {member.id: member.name for member in team.team()}
    language = request.site["language"]
    return page(
        request,
        "desk/log.html",
        N_("Log"),
        month=month,
        months={key: _in_words(key, language) for key in months},
        lines=[_line(line, names, request.site) for line in lines],
        older=lines[-1].id if len(lines) == PAGE else "",
    )


def _line(line: LogLine, names: dict[str, str], site: dict[str, Any]) -> dict[str, Any]:
    at = dates.local(line.at, site["time_zone"])
    return {
        "when": dates.short_moment(at, translations(site["language"])),
        "by": names.get(line.by, line.by),
        "deed": DEED_NAMES[line.deed],
        "about": names.get(line.about, line.about),
        "facts": line.facts,
    }


def _months(request: Request) -> list[str]:
    """The months of which lines are kept, the newest first."""
    day = dt.datetime.fromtimestamp(request.now, dt.UTC).date().replace(day=1)
    months = []
    for _ in range(keep_of(request.site).log_months + 1):
        months.append(day.isoformat()[:7])
        day = (day - dt.timedelta(days=1)).replace(day=1)
    return months


def _in_words(month: str, language: str) -> str:
    return dates.month_in_text(dt.date.fromisoformat(f"{month}-01"), translations(language))
