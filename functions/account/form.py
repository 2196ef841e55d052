"""Reads and checks the forms of /me/."""

from itertools import zip_longest

from functions.core.addresses import ADDRESS_MAX
from functions.core.web.forms import Form, Reader
from functions.people.form import LINES, MOST_STAYS, SEVERAL, STAY

DRAFT = "draft_"  # begins the names of these fields
DRAFT_MAX = 100  # characters of a value
DRAFT_VALUES = dict.fromkeys(SEVERAL, 40) | dict.fromkeys(STAY, MOST_STAYS)
REMOVE = "remove"  # the box beside a stay; its value is the number of its row
NEW_EMAIL = "new_email"
DETAILS = (
    "name", *LINES, *STAY, "kinds", "offices_of_interest", "interests", "language", "frequency",
)  # fmt: skip


def details(form: Form) -> Form:
    """The form's fields of the person's details. A box that isn't ticked isn't sent."""
    fields = {field: form.get(field, [] if field in SEVERAL else [""]) for field in DETAILS}
    return fields | _kept_stays(form)


def _kept_stays(form: Form) -> Form:
    """The rows of stays without those that are empty or to be removed."""
    removed = form.get(REMOVE, ())
    rows = zip_longest(*(form.get(field, ()) for field in STAY), fillvalue="")
    kept = [
        row
        for number, row in enumerate(rows, 1)
        if "".join(row).strip() and str(number) not in removed
    ]
    columns = zip(*kept or [("",) * len(STAY)], strict=True)
    return {field: list(column) for field, column in zip(STAY, columns, strict=True)}


def draft(form: Form) -> Form:
    """What somebody typed before their session ended, as the form to sign in carries it along."""
    longest = dict.fromkeys(DETAILS, DRAFT_MAX) | {NEW_EMAIL: ADDRESS_MAX}
    return {
        field: [value[:length] for value in form[DRAFT + field][: DRAFT_VALUES.get(field, 1)]]
        for field, length in longest.items()
        if DRAFT + field in form
    }


def new_address(form: Form) -> Form:
    """The form's field of the address that a member wants to change to."""
    return {NEW_EMAIL: form.get(NEW_EMAIL, [""])[:1]}


def read_address(form: Form, field: str = "email") -> str:
    """The address to which an email is to go: link and code, unless it is another field's.

    Raises:
        BadInputError: it is no address.
    """
    reader = Reader(form)
    address = reader.email(field)
    reader.raise_errors()
    return address
