"""`alumni members correct`: changes a member's details, as the person asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options, terminal
from infra.alumni.console import Exit
from infra.alumni.members.lookup import MemberArgument, find_member

if TYPE_CHECKING:
    from functions.people.member import Member

Text = str | None
CHOICES = {"office": "offices", "offices_of_interest": "offices"}
CHOICES |= {"kinds": "kinds", "interests": "topics"}


def correct_member(  # noqa: PLR0913 - a field, an option
    person: MemberArgument,
    *,
    name: Annotated[Text, typer.Option(help="Full name.")] = None,
    email: Annotated[Text, typer.Option(help="New address; both get an email.")] = None,
    sort_as: Annotated[
        Text, typer.Option(help="Where lists sort the name; empty: last word.")
    ] = None,
    works_at: Annotated[Text, typer.Option(help="Where they work now.")] = None,
    works_as: Annotated[Text, typer.Option(help="And as what.")] = None,
    office: Annotated[Text, typer.Option(help="Slug of the office where they last worked.")] = None,
    years: Annotated[Text, typer.Option(help="From and to, there, such as 1998-2019.")] = None,
    stays: Annotated[
        Text, typer.Option(help="All offices: malmo 1998-2019, lund 1990-1998.")
    ] = None,
    kinds: Annotated[Text, typer.Option(help="Slugs with commas between.")] = None,
    offices_of_interest: Annotated[
        Text, typer.Option(help="Slugs with commas between; empty: the last office counts.")
    ] = None,
    topics: Annotated[Text, typer.Option(help="Slugs with commas between; empty: none.")] = None,
    language: Annotated[Text, typer.Option(help="Language of emails, such as sv.")] = None,
    frequency: Annotated[Text, typer.Option(help="every or quarterly.")] = None,
    yes: options.Yes = False,
) -> None:
    """Correct a member's details, as the person asked: what changes, and by whom, is recorded.

    The rules are those of the form to join. A new address takes the sign-ups for events along; an
    email there and to the old one says so. Links to unsubscribe go on working.
    """
    options.connect()
    member = find_member(person)
    single = {"name": name, "email": email, "language": language, "frequency": frequency}
    single |= {"sort_as": sort_as, "works_at": works_at, "works_as": works_as}
    wanted = {field: [value] for field, value in single.items() if value is not None}
    wanted |= _several(kinds=kinds, interests=topics, offices_of_interest=offices_of_interest)
    after = _checked(member, wanted | _stays(member, stays, office, years))
    changes = _changes(member, after)
    if not changes:
        console.print_line("Nothing would change.")
        return
    if "email" in changes:
        _warn_of_pending(member)
    for field, (old, new) in changes.items():
        console.note(f"{field}: {_shown(old)} → {_shown(new)}")
    if not yes and not console.confirm("Apply these changes?"):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    _save(member, after, list(changes))


def _warn_of_pending(member: "Member") -> None:
    from functions.account.rules import owner_of
    from functions.core import clock
    from functions.people.store import address_moves

    if new := address_moves.pending(owner_of(member.id), clock.now()):
        console.note(f"They have asked for {new.email} themselves: that link then ends.")


def _stays(member: "Member", stays: Text, office: Text, years: Text) -> dict[str, list[str]]:
    """The form's rows: those of `stays`, or the member's own with the last office or its years
    changed."""
    from functions.people.form import STAY, form_of

    if stays is not None:
        columns = zip(*map(_stay, stays.split(",")), strict=True)
        return {field: list(column) for field, column in zip(STAY, columns, strict=True)}
    known = form_of(member)
    from_year, to_year = (None, None) if years is None else _years(years)
    last = {"office": office, "from_year": from_year, "to_year": to_year}
    return {field: [value, *known[field][1:]] for field, value in last.items() if value is not None}


def _stay(text: str) -> tuple[str, str, str]:
    """`malmo 1998-2019` as the values of a row."""
    office, _, years = text.strip().rpartition(" ")
    return (office, *_years(years))


def _years(years: str) -> tuple[str, str]:
    from_year, _, to_year = years.partition("-")
    return from_year.strip(), to_year.strip()


def _several(**fields: Text) -> dict[str, list[str]]:
    return {
        name: [value.strip() for value in text.split(",") if value.strip()]
        for name, text in fields.items()
        if text is not None
    }


def _checked(member: "Member", wanted: dict[str, list[str]]) -> "Member":
    """The corrected member; prints what is wrong with it and exits, if anything is."""
    from functions.core import clock
    from functions.core.errors import BadInputError
    from functions.core.site import site
    from functions.people import form

    try:
        return form.read_correction(member, wanted, site(), clock.now())
    except BadInputError as bad:
        for field, message in bad.errors.items():
            console.error(f"{field}: {message}{_choices(field, site())}")
        raise typer.Exit(Exit.USAGE) from None


def _choices(field: str, site: Mapping[str, Any]) -> str:
    field = field.partition("-")[0]  # a stay's has the number of its row
    if field not in CHOICES:
        return ""
    return f" There are: {', '.join(choice['slug'] for choice in site[CHOICES[field]])}."


def _changes(before: "Member", after: "Member") -> dict[str, tuple[Any, Any]]:
    from functions.people.member import changed_details

    names = changed_details(before, after)
    return {name: (getattr(before, name), getattr(after, name)) for name in names}


def _shown(value: Any) -> str:
    return (", ".join(map(str, value)) if isinstance(value, tuple) else value) or "none"


def _save(before: "Member", after: "Member", changes: list[str]) -> None:
    from functions.core import clock
    from functions.membership import correcting
    from functions.people.member import plain
    from functions.team.rules import Deed
    from functions.team.store import deeds

    by, now = terminal.actor(), clock.now()
    line = deeds.line(by, Deed.PERSON_CORRECTED, before.id, now, fields=", ".join(changes))
    if problem := correcting.correct(before, after, by, now, line):
        console.error(problem)
        raise typer.Exit(Exit.PROBLEMS)
    if options.wants_json():
        console.print_json({"id": before.id, "changed": plain(after, changes)})
        return
    emails = " Both addresses get an email." if "email" in changes else ""
    console.print_line(f"Corrected {', '.join(changes)} of {before.id}.{emails}")
