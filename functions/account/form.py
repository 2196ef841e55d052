"""Reads and checks the forms of /me/."""

from functions.core.web.forms import Form, Reader


def read_address(form: Form) -> str:
    """The address to which link and code go.

    Raises:
        BadInputError: it is no address.
    """
    reader = Reader(form)
    address = reader.email("email")
    reader.raise_errors()
    return address
