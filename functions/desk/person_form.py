"""The form that corrects a member at the desk: only what the reader has changed is saved.

So two of the team, or one and the member, may change different fields at once.
"""

import json
from typing import Any

from functions.core.web.forms import Form, first
from functions.people.form import LINES, MOST_STAYS, SEVERAL, STAY, form_of
from functions.people.member import Member

SINGLE = ("name", "email", *LINES, "language", "frequency")
FIELDS = (*SINGLE, *SEVERAL, *STAY)
BEFORE = "before"  # the hidden field with what the page showed
REMOVE = "remove"  # the box beside a stay; its value is the number of its row
MOST_VALUES = 100


def shown(member: Member) -> str:
    """What the form shows, for its hidden field."""
    known = form_of(member)
    return json.dumps({field: known[field] for field in FIELDS}, ensure_ascii=False)


def changes(form: Form, member: Member) -> tuple[Form, list[str]]:
    """The fields that the reader has changed, and those of them that somebody else has changed
    since the page was opened. The columns of stays belong together."""
    typed, known = _typed(form), form_of(member)
    seen = _seen(form, known)
    wanted = {field: typed[field] for field in FIELDS if typed[field] != seen[field]}
    if wanted.keys() & set(STAY):
        wanted |= {field: typed[field] for field in STAY}
    clashing = [
        field for field in wanted if known[field] != seen[field] and known[field] != wanted[field]
    ]
    return wanted, [f"{field}-1" if field in STAY else field for field in clashing]


def is_same(typed: str, name: str) -> bool:
    """Whether somebody typed this name, in whatever case and with whatever spaces."""
    return " ".join(typed.casefold().split()) == " ".join(name.casefold().split())


def _typed(form: Form) -> Form:
    """A box that isn't ticked isn't sent; a row that is empty or to be removed is none."""
    rows = zip(*(_column(form, field) for field in STAY), strict=True)
    removed = form.get(REMOVE, ())
    kept = [row for n, row in enumerate(rows, 1) if "".join(row) and str(n) not in removed]
    columns = {field: [row[n] for row in kept] for n, field in enumerate(STAY)}
    single = {field: [first(form, field)] for field in SINGLE}
    return single | {field: form.get(field, []) for field in SEVERAL} | columns


def _column(form: Form, field: str) -> list[str]:
    values = [value.strip() for value in form.get(field, [])[:MOST_STAYS]]
    return values + [""] * (MOST_STAYS - len(values))


def _seen(form: Form, known: Form) -> Form:
    """What the page showed; what it doesn't say is as it is now."""
    try:
        sent: Any = json.loads(first(form, BEFORE) or "{}")
    except ValueError:
        sent = {}
    shown = sent if isinstance(sent, dict) else {}
    return {field: _texts(shown.get(field), known[field]) for field in FIELDS}


def _texts(value: Any, otherwise: list[str]) -> list[str]:
    if not isinstance(value, list):
        return otherwise
    return [str(part) for part in value[:MOST_VALUES]]
