"""Excel files of people: asked for with what the People page filters, and fetched when ready."""

from urllib.parse import urlencode

from functions.core import excel_sheets, segments
from functions.core.errors import GoneError
from functions.core.segments import SegmentError
from functions.core.translations import N_
from functions.core.web.responses import Response, file, redirect
from functions.desk.layout import page
from functions.desk.request import Request
from functions.exports import rules, store
from functions.work import store as work_store
from functions.work.rules import State, Work


def ask(request: Request) -> Response:
    try:
        segment = segments.parse(request.field("segment"), segments.choices_of(request.site))
    except SegmentError:
        return redirect(f"/desk/people/?{urlencode({'segment': request.field('segment')})}")
    work = store.ask(request.actor, segment, request.site["language"], request.now)
    return redirect(f"/desk/files/{work.id}/")


def show(request: Request, work_id: str) -> Response:
    work = _work(request, work_id)
    parts = rules.parts(work)
    return page(
        request,
        "desk/file.html",
        N_("Excel file"),
        is_waiting=work.state is State.WAITING,
        has_failed=work.state is State.FAILED,
        parts=parts if work.state is State.DONE else [],
        rows=sum(int(part.rows) for part in parts),
    )


def fetch(request: Request, work_id: str, part: str) -> Response:
    work = _work(request, work_id)
    for number, one in enumerate(rules.parts(work), 1):
        if one.name == part and work.state is State.DONE:
            return file(f"people-{number}.xlsx", excel_sheets.TYPE, store.read(work, one))
    raise GoneError("file")


def _work(request: Request, work_id: str) -> Work:
    work = work_store.work(work_id)
    if work is None or not rules.is_for(work, request.actor):
        raise GoneError("file")
    return work
