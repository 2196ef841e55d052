"""Reads and checks the forms of /me/."""

from functions.core.web.forms import Form, Reader
from functions.people.form import SEVERAL

DETAILS = (
    "name", "office", "from_year", "to_year", "kinds", "interests", "language", "frequency",
)  # fmt: skip


def details(form: Form) -> Form:
    """The form's fields of the person's details. A box that isn't ticked isn't sent."""
    return {field: form.get(field, [] if field in SEVERAL else [""]) for field in DETAILS}


def read_address(form: Form) -> str:
    """The address to which link and code go.

    Raises:
        BadInputError: it is no address.
    """
    reader = Reader(form)
    address = reader.email("email")
    reader.raise_errors()
    return address
