"""The log: who did what at the desk, and when."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from functions.core import dates
from functions.core.keep import keep_of
from functions.core.translations import N_, translations
from functions.core.web.responses import Response
from functions.desk.layout import page
from functions.desk.request import Request
from functions.team.rules import DEED_NAMES, LogLine
from functions.team.store import deeds, team

PAGE = 100
MOST_READ = 2_000  # lines, for one page: a filter may leave few of them


def show(request: Request) -> Response:
    months = _months(request)
    month = request.query("month")
    month = month if month in months else months[0]
    wanted = {"by": request.query("by"), "deed": request.query("deed")}
    lines, older = _page(month, request.query("before"), wanted)
    names = {member.id: member.name for member in team.team()}
    language = request.site["language"]
    return page(
        request,
        "desk/log.html",
        N_("Log"),
        month=month,
        months={key: _in_words(key, language) for key in months},
        wanted=wanted,
        names=names,
        deeds=DEED_NAMES,
        lines=[_line(line, names, request.site) for line in lines],
        older=urlencode({"month": month, **wanted, "before": older}) if older else "",
    )


def _page(month: str, before: str, wanted: dict[str, str]) -> tuple[list[LogLine], str]:
    """The next lines that are wanted, and the id of the last one that was read; empty behind the
    last line of the month."""
    read = 0
    chosen: list[LogLine] = []
    for line in deeds.lines(month, before=before or None, limit=MOST_READ):
        read += 1
        if all(value in {"", getattr(line, name)} for name, value in wanted.items()):
            chosen.append(line)
            if len(chosen) == PAGE:
                return chosen, line.id
    return chosen, line.id if read == MOST_READ else ""


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
