"""Lists: the team uploads one, sees what would become of it, brings it in, and can undo that."""

import io
import tempfile
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from functions.core import dates
from functions.core.errors import BadInputError, BadRequestError, GoneError
from functions.core.translations import N_, translations
from functions.core.web import uploads
from functions.core.web.forms import Errors, typed
from functions.core.web.responses import Response, redirect
from functions.desk.layout import page
from functions.desk.request import Request
from functions.imports import bringing_in, import_form, requesting, store
from functions.imports.listed_people import Listed, Wrong
from functions.imports.rules import (
    FIELD_NAMES,
    UPLOAD_BYTES,
    VERDICT_NAMES,
    Ground,
    Import,
    Stage,
    Verdict,
)
from functions.work import store as work_store
from functions.work.rules import State, Work

LISTS = "/desk/imports/"
REFRESH = {"Refresh": "2"}  # the browser loads the page again after so many seconds
FORM_BYTES = 10_000  # around the file
TITLE = N_("Bring in a list")
NO_FILE = N_("Please choose a file.")
TOO_LARGE = N_(
    "This file is larger than 4 MB. Please ask whoever runs the site to bring it in with the "
    "command alumni members import, which takes up to 50 MB."
)
NOT_NOW = N_("Somebody else was faster, or the list isn't looked through yet. Please look again.")
STAGE_NAMES = {
    Stage.SHOWN: N_("not brought in yet"),
    Stage.STARTED: N_("is being brought in"),
    Stage.DONE: N_("brought in"),
    Stage.UNDOING: N_("is being undone"),
    Stage.UNDONE: N_("undone"),
}
LAYOUTS = {Ground.INVITE: "invite", Ground.CONSENT: "consent"}


def show(request: Request) -> Response:
    return _lists(request)


def _lists(request: Request, error: str = "", status: int = 200) -> Response:
    own = [known for known in store.newest(request.now) if _is_theirs(request, known)]
    return page(
        request,
        "desk/imports.html",
        TITLE,
        status=status,
        imports=[_entry(known, request) for known in own],
        form=SimpleNamespace(values={}, errors={"file": error} if error else {}),
        most_bytes=UPLOAD_BYTES,
        too_large=TOO_LARGE,
    )


def _entry(known: Import, request: Request) -> dict[str, str]:
    at = dates.local(known.at, request.site["time_zone"])
    when = dates.short_moment(at, translations(request.site["language"]))
    return {
        "url": f"{LISTS}{known.id}/",
        "name": known.name,
        "when": when,
        "stage": STAGE_NAMES[known.stage],
    }


def upload(request: Request) -> Response:
    try:
        sent = uploads.read(request.event, "file", UPLOAD_BYTES + FORM_BYTES)
    except BadRequestError as bad:
        if bad.status != 413:  # noqa: PLR2004 - HTTP's own
            raise
        return _lists(request, TOO_LARGE, 413)
    if sent is None:
        return _lists(request, NO_FILE, 400)
    try:
        known = requesting.upload(request.actor, sent.name, io.BytesIO(sent.content), request.now)
    except BadInputError as bad:
        return _lists(request, bad.errors["file"], 400)
    return redirect(f"{LISTS}{known.id}/")


def show_one(request: Request, import_id: str) -> Response:
    return _list(request, _own(request, import_id))


def change_columns(request: Request, import_id: str) -> Response:
    known = _own(request, import_id)
    meant = import_form.read_columns(request.form, known.columns)
    if known.stage is Stage.SHOWN:
        requesting.look_again(known, request.actor, meant, request.now)
    return redirect(f"{LISTS}{import_id}/")


def start(request: Request, import_id: str) -> Response:
    known = _own(request, import_id)
    if known.stage is not Stage.SHOWN:  # to try again, or the button was pressed twice
        requesting.go_on(known, request.actor, request.now)
        return redirect(f"{LISTS}{import_id}/")
    try:
        terms = import_form.read_terms(request.form, known, request.site)
    except BadInputError as bad:
        return _list(request, known, bad.errors)
    if not requesting.start(known, request.actor, terms, request.now):
        return _list(request, _own(request, import_id), {"agreed_on": NOT_NOW})
    return redirect(f"{LISTS}{import_id}/")


def undo(request: Request, import_id: str) -> Response:
    requesting.undo(_own(request, import_id), request.actor, request.now)
    return redirect(f"{LISTS}{import_id}/")


def discard(request: Request, import_id: str) -> Response:
    store.discard(_own(request, import_id))
    return redirect(LISTS)


def _own(request: Request, import_id: str) -> Import:
    known = store.get(import_id, request.now)
    if known is None or not _is_theirs(request, known):
        raise GoneError("import")
    return known


def _is_theirs(request: Request, known: Import) -> bool:
    """Whoever is limited to some offices sees only their own lists."""
    return not request.actor.offices or known.by == request.actor.id


def _list(request: Request, known: Import, errors: Errors | None = None) -> Response:
    work = work_store.work(known.work_id)
    if requesting.is_given_up(known, work):  # or both have ended since the first was read
        known = _own(request, known.id)
        work = work_store.work(known.work_id)
    waits = work is not None and work.state is State.WAITING
    response = page(
        request,
        "desk/import.html",
        TITLE,
        status=400 if errors else 200,
        known=known,
        stage=STAGE_NAMES[known.stage],
        waits=waits,
        work=work,
        failed=work is not None and work.state is State.FAILED,
        given_up=requesting.is_given_up(known, work),
        counts=_counts(known, work),
        wrong=work.cursor.get("wrong", []) if work else [],
        preview=_preview(known) if known.stage is Stage.SHOWN else None,
        forms=_forms(request, errors),
        offices=[o for o in request.site["offices"] if known.sees(o["slug"])],
        contacts=[
            {"slug": slug, "name": contact["name"]}
            for slug, contact in request.site["contacts"].items()
        ],
        fields=FIELD_NAMES,
    )
    return replace(response, headers=response.headers | REFRESH) if waits else response


def _counts(known: Import, work: Work | None) -> list[dict[str, Any]]:
    """How many rows are what, in the order of the verdicts."""
    counts = known.counts or (work.cursor.get("counts", {}) if work else {})
    return [
        {"name": name, "number": counts[verdict]}
        for verdict, name in VERDICT_NAMES.items()
        if counts.get(verdict)
    ]


def _preview(known: Import) -> dict[str, Any]:
    """The first rows as they are understood, and the columns with examples."""
    with tempfile.TemporaryFile() as file:
        store.copy_file(known, file)
        rows = requesting.sample(file)
    heading = rows[0].cells if known.columns.has_heading else ()
    body = rows[known.columns.has_heading :]
    return {
        "columns": [
            {
                "number": at,
                "heading": heading[at] if at < len(heading) else "",
                "examples": [row.cells[at] for row in body if at < len(row.cells)][:3],
                "field": field,
            }
            for at, field in enumerate(known.columns.fields)
        ],
        "missing": [FIELD_NAMES[field] for field in known.columns.missing],
        "rows": [_row(*expected) for expected in bringing_in.expected(known, body)],
    }


def _row(entry: Listed | Wrong, verdict: Verdict) -> dict[str, Any]:
    facts = {"number": entry.number, "verdict": VERDICT_NAMES[verdict]}
    if isinstance(entry, Wrong):
        return facts | {"name": "", "email": "", "reason": entry.reason}
    return facts | {"name": entry.leaver.name, "email": entry.leaver.email, "reason": ""}


def _forms(request: Request, errors: Errors | None) -> dict[str, SimpleNamespace]:
    """A form for each ground; the one that was sent shows again what was typed."""
    empty = {"language": request.site["languages"][0], "purposes": []}
    forms = {name: SimpleNamespace(values=empty, errors={}) for name in LAYOUTS.values()}
    if errors:
        sent = LAYOUTS.get(Ground(request.field("ground") or Ground.INVITE), "invite")
        values = {"purposes": []} | typed(request.form, {"purposes"})
        forms[sent] = SimpleNamespace(values=values, errors=errors)
    return forms
