"""Reads and checks the forms of /me/."""

from functions.core.web.forms import Form, Reader
from functions.people.form import SEVERAL

DRAFT = "draft_"  # begins the names of these fields
DRAFT_VALUES, DRAFT_MAX = 40, 100
DETAILS = (
    "name", "office", "from_year", "to_year", "kinds", "interests", "language", "frequency",
)  # fmt: skip


def details(form: Form) -> Form:
    """The form's fields of the person's details. A box that isn't ticked isn't sent."""
    return {field: form.get(field, [] if field in SEVERAL else [""]) for field in DETAILS}


def draft(form: Form) -> Form:
    """What somebody typed before their session ended, as the form to sign in carries it along."""
    fields = {
        field: form[DRAFT + field][:DRAFT_VALUES] for field in DETAILS if DRAFT + field in form
    }
    return {field: [value[:DRAFT_MAX] for value in values] for field, values in fields.items()}


def read_address(form: Form) -> str:
    """The address to which link and code go.

    Raises:
        BadInputError: it is no address.
    """
    reader = Reader(form)
    address = reader.email("email")
    reader.raise_errors()
    return address
