"""Reads and checks the forms of the desk's team pages."""

from collections.abc import Mapping
from typing import Any

from functions.core.translations import N_
from functions.core.web.forms import Form, Reader, slugs
from functions.people.form import NO_INTEREST, NO_LANGUAGE
from functions.team.rules import Details, Role

NO_ROLE = N_("Please choose one of the roles.")


def read_details(form: Form, site: Mapping[str, Any]) -> Details:
    """
    Raises:
        BadInputError: a field is wrong.
    """
    reader = Reader(form)
    name, email = reader.person_name("name"), reader.email("email")
    language = reader.one_of("language", site["languages"], NO_LANGUAGE)
    role = reader.one_of("role", list(Role), NO_ROLE)
    offices = reader.some_of("offices", slugs(site["offices"]), NO_INTEREST)
    reader.raise_errors()
    return Details(name=name, email=email, language=language, role=Role(role), offices=offices)
