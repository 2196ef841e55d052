"""Saves what a member changes on their own page."""

from collections.abc import Mapping
from typing import Any

from functions.core.aws import table
from functions.core.errors import RefusedError, TooManyError
from functions.core.web.forms import Form
from functions.people.form import read_correction
from functions.people.member import THEMSELVES, Member
from functions.people.store import corrections
from functions.people.store import members as people

HOW = "form on their own page"
TRIES = 5  # if two changes of the member collide


def save(member: Member, wanted: Form, site: Mapping[str, Any], now: int) -> None:
    """Save the fields of `wanted`, with a record of what was changed; nothing if nothing was.

    Of two changes at once the later one wins, field by field.

    Raises:
        BadInputError: a field is wrong.
        TooManyError: the person changes something faster than this can be saved.
    """
    before: Member | None = member
    for _ in range(TRIES):
        if before is None:
            return  # erased meanwhile
        after = read_correction(before, wanted, site, now)
        if after == before:
            return
        try:
            table.transact(*corrections.correct(before, after, THEMSELVES, HOW, now))
        except RefusedError:
            before = people.member(member.id)
            continue
        return
    raise TooManyError("details")
