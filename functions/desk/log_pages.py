"""The log: who did what at the desk, and when."""

import datetime as dt
from gettext import NullTranslations
from typing import Any
from urllib.parse import urlencode

from functions.core import dates, excel_sheets
from functions.core.aws import table
from functions.core.keep import keep_of
from functions.core.translations import N_, translations
from functions.core.web.responses import Response, file
from functions.desk import deed_words
from functions.desk.layout import page
from functions.desk.request import Request
from functions.team.rules import DEED_NAMES, TERMINAL, Deed, LogLine
from functions.team.store import deeds, team

PAGE = 100
MOST_READ = 2_000  # lines, for one page: a filter may leave few of them
MOST_IN_FILE = 10_000  # lines: a function returns 6 MB at most
FILTERS = ("by", "deed")
AT_TERMINAL = N_("at a terminal")
HEADS = (N_("When"), N_("Who"), N_("What"), N_("About whom"), N_("Details"))


def show(request: Request) -> Response:
    months = _months(request)
    month = _month(request.query("month"), request)
    wanted = {name: request.query(name) for name in FILTERS}
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
        names=names | {TERMINAL: translations(language).gettext(AT_TERMINAL)},
        deeds=DEED_NAMES,
        lines=[_line(line, names, request.site) for line in lines],
        older=urlencode({"month": month, **wanted, "before": older}) if older else "",
    )


def download(request: Request) -> Response:
    """The newest lines of the month that are wanted, as a file; the log says who has it."""
    month = _month(request.field("month"), request)
    wanted = {name: request.field(name) for name in FILTERS}
    lines = [line for line in deeds.lines(month, limit=MOST_IN_FILE) if _is_wanted(line, wanted)]
    names = {member.id: member.name for member in team.team()}
    words = translations(request.site["language"])
    rows = [_cells(_line(line, names, request.site), words) for line in lines]
    by, now = request.actor, request.now
    table.write(deeds.line(by, Deed.LOG_DOWNLOADED, by.id, now, month=month, rows=len(rows)))
    content = excel_sheets.sheet(map(words.gettext, HEADS), rows)
    return file(f"log-{month}.xlsx", excel_sheets.TYPE, content)


def _cells(line: dict[str, Any], words: NullTranslations) -> tuple[str, ...]:
    facts = "; ".join(f"{name}: {value}" for name, value in line["facts"].items())
    deed = line["deed"]  # a msgid
    return (line["when"], line["by"], words.gettext(deed), line["about"], facts)


def _month(wanted: str, request: Request) -> str:
    """The month if its lines are kept, else this one."""
    months = _months(request)
    return wanted if wanted in months else months[0]


def _is_wanted(line: LogLine, wanted: dict[str, str]) -> bool:
    doers = {line.person, *((TERMINAL,) if line.is_at_terminal else ())}
    return wanted["by"] in {"", *doers} and wanted["deed"] in {"", line.deed}


def _page(month: str, before: str, wanted: dict[str, str]) -> tuple[list[LogLine], str]:
    """The next lines that are wanted, and the id of the last one that was read; empty behind the
    last line of the month."""
    read = 0
    chosen: list[LogLine] = []
    for line in deeds.lines(month, before=before or None, limit=MOST_READ):
        read += 1
        if _is_wanted(line, wanted):
            chosen.append(line)
            if len(chosen) == PAGE:
                return chosen, line.id
    return chosen, line.id if read == MOST_READ else ""


def _line(line: LogLine, names: dict[str, str], site: dict[str, Any]) -> dict[str, Any]:
    at, words = dates.local(line.at, site["time_zone"]), translations(site["language"])
    return {
        "when": dates.short_moment(at, words),
        "by": _who(line, names, words),
        "deed": DEED_NAMES[line.deed],
        "about": names.get(line.about, line.about),
        "facts": deed_words.facts(line, words.gettext),
    }


def _who(line: LogLine, names: dict[str, str], words: NullTranslations) -> str:
    """The name of the team member; of somebody at a terminal, whatever is known."""
    name = names.get(line.person, line.person)
    return f"{words.gettext(AT_TERMINAL)} ({name})" if line.is_at_terminal else name


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
