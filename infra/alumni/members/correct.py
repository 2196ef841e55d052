"""`alumni members correct`: changes a member's details, as the person asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.alumni.members.lookup import MemberArgument, find_member

if TYPE_CHECKING:
    from functions.people.member import Member

Text = str | None
CHOICES = {"office": "offices", "kinds": "kinds", "interests": "topics"}


def correct_member(  # noqa: PLR0913 - a field, an option
    person: MemberArgument,
    *,
    name: Annotated[Text, typer.Option(help="Full name.")] = None,
    email: Annotated[Text, typer.Option(help="New address; both get an email.")] = None,
    office: Annotated[Text, typer.Option(help="Slug of the office.")] = None,
    years: Annotated[Text, typer.Option(help="From and to, such as 1998-2019.")] = None,
    kinds: Annotated[Text, typer.Option(help="Slugs with commas between.")] = None,
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
    single = {"name": name, "email": email, "office": office}
    single |= {"language": language, "frequency": frequency}
    wanted = {field: [value] for field, value in single.items() if value is not None}
    after = _checked(member, wanted | _years(years) | _several(kinds=kinds, interests=topics))
    changes = _changes(member, after)
    if not changes:
        console.print_line("Nothing would change.")
        return
    for field, (old, new) in changes.items():
        console.note(f"{field}: {_shown(old)} → {_shown(new)}")
    if not yes and not console.confirm("Apply these changes?"):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    _save(member, after, changes)


def _years(years: str | None) -> dict[str, list[str]]:
    if years is None:
        return {}
    from_year, _, to_year = years.partition("-")
    return {"from_year": [from_year.strip()], "to_year": [to_year.strip()]}


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
    if field not in CHOICES:
        return ""
    return f" There are: {', '.join(choice['slug'] for choice in site[CHOICES[field]])}."


def _changes(before: "Member", after: "Member") -> dict[str, tuple[Any, Any]]:
    new = vars(after)
    return {name: (old, new[name]) for name, old in vars(before).items() if old != new[name]}


def _shown(value: Any) -> str:
    return (", ".join(value) or "none") if isinstance(value, tuple) else str(value)


def _save(before: "Member", after: "Member", changes: dict[str, tuple[Any, Any]]) -> None:
    from functions.core import clock
    from functions.membership import correcting

    caller = options.shared().aws.client("sts").get_caller_identity()["Arn"]
    if problem := correcting.correct(before, after, caller, clock.now()):
        console.error(problem)
        raise typer.Exit(Exit.PROBLEMS)
    if options.wants_json():
        console.print_json({"id": before.id, "changed": {n: v[1] for n, v in changes.items()}})
        return
    emails = " Both addresses get an email." if "email" in changes else ""
    console.print_line(f"Corrected {', '.join(changes)} of {before.id}.{emails}")
