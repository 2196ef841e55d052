"""`alumni team`: names the first owner of the desk, and helps when no owner can sign in."""

from typing import TYPE_CHECKING, Annotated

import typer

from functions.core.errors import BadInputError, RefusedError
from infra.alumni import console, options, terminal
from infra.alumni.console import Exit

if TYPE_CHECKING:
    from functions.team.rules import Details, TeamMember

Email = Annotated[str, typer.Argument(help="The address that they sign in with.")]
Name = Annotated[str | None, typer.Option(help="As their colleagues know them.")]
Role = Annotated[str | None, typer.Option(help="editor, coordinator or owner.")]
Language = Annotated[str | None, typer.Option(help="Of the desk and its emails, such as sv.")]
Offices = Annotated[
    list[str] | None,
    typer.Option("--office", help="Slug of an office they are limited to; may be repeated."),
]
NOT_PUBLISHED = {"languages": ["en", "sv", "de"], "offices": []}


def add(
    email: Email,
    *,
    name: Name = None,
    role: Role = None,
    language: Language = None,
    office: Offices = None,
) -> None:
    """Let somebody use the desk. All owners get an email about it.

    The first one is its owner, unless you say otherwise; all others can be added at the desk.
    """
    options.connect()
    from functions.core import clock
    from functions.team.store import team

    known = team.team()
    wanted = _read(
        {
            "name": name or email.partition("@")[0],
            "email": email,
            "role": role or ("coordinator" if known else "owner"),
            "language": language or _site()["languages"][0],
        },
        office or [],
    )
    member = team.add(wanted, terminal.actor(), clock.now())
    if member is None:
        console.error(f"{email} belongs to the team already.")
        raise typer.Exit(Exit.PROBLEMS)
    _print(member, f"{member.name} may use the desk, as {member.role}: {_desk()}")


def change(  # noqa: PLR0913 - a detail, an option
    email: Email,
    *,
    new_email: Annotated[str | None, typer.Option(help="Another address.")] = None,
    name: Name = None,
    role: Role = None,
    language: Language = None,
    office: Offices = None,
) -> None:
    """Change somebody's details; what isn't given stays. `--office ''` lifts the limit."""
    options.connect()
    from functions.core import clock
    from functions.team.store import team

    member = _member(email)
    given = {"name": name, "email": new_email, "role": role, "language": language}
    known = {field: str(getattr(member, field)) for field in given}
    fields = known | {field: value for field, value in given.items() if value is not None}
    wanted = _read(fields, list(member.offices) if office is None else list(filter(None, office)))
    try:
        stored = team.change(member, wanted, terminal.actor(), clock.now())
    except RefusedError as refused:
        taken = team.is_taken(refused)
        console.error("Somebody of the team has this address." if taken else LAST)
        raise typer.Exit(Exit.PROBLEMS) from None
    _print(stored, f"{stored.name}: {stored.role}, {stored.email}")


LAST = "This is the last owner, who has to stay one; or somebody changed it just now."


def remove(email: Email, *, yes: options.Yes = False) -> None:
    """Take somebody out of the team: they are signed out everywhere at once."""
    options.connect()
    from functions.core import clock
    from functions.team.store import team

    member = _member(email)
    if not yes:
        _confirm(f"Remove {member.name} from the team?")
    try:
        team.remove(member, terminal.actor(), clock.now())
    except RefusedError:
        console.error(LAST)
        raise typer.Exit(Exit.PROBLEMS) from None
    _print(member, f"{member.name} is removed and signed out everywhere.")


def reset_passkey(email: Email, *, yes: options.Yes = False) -> None:
    """Delete somebody's passkeys, if they have lost them: they are signed out everywhere.

    They then sign in by the link in an email, and can set up a new one. All owners hear of it.
    """
    options.connect()
    from functions.core import clock
    from functions.team.store import passkeys

    member = _member(email)
    if not member.passkeys:
        console.error(f"{member.name} has no passkey.")
        raise typer.Exit(Exit.PROBLEMS)
    if not yes:
        _confirm(f"Delete the passkeys of {member.name}?")
    try:
        passkeys.reset(member, terminal.actor(), clock.now())
    except RefusedError:
        console.error("Somebody changed this at the same moment. Please run it again.")
        raise typer.Exit(Exit.PROBLEMS) from None
    _print(member, f"The passkeys of {member.name} are deleted; they are signed out everywhere.")


def list_team() -> None:
    """List who may use the desk."""
    options.connect()
    from functions.team.store import team

    members = team.team()
    if options.wants_json():
        console.print_json([_facts(member) for member in members])
        return
    if not members:
        console.print_line("Nobody yet. Name the first owner: alumni team add you@example.com")
    for member in members:
        limit = f" (only {', '.join(member.offices)})" if member.offices else ""
        console.print_line(f"{member.role:12} {member.name} <{member.email}>{limit}")


def _read(fields: dict[str, str], offices: list[str]) -> "Details":
    from functions.desk import form

    wanted = {field: [value] for field, value in fields.items()} | {"offices": offices}
    try:
        return form.read_details(wanted, _site())
    except BadInputError as bad:
        for field, message in bad.errors.items():
            console.error(f"{field}: {message}")
        raise typer.Exit(Exit.USAGE) from None


def _site() -> dict[str, list[str]]:
    """The published settings; before the first publishing, what is needed of them."""
    from functions.core import site
    from functions.core.aws import table

    return site.site() if table.get(site.KEY) else NOT_PUBLISHED


def _member(email: str) -> "TeamMember":
    from functions.core.addresses import address_hash, normalise
    from functions.team.store import team

    member = team.team_member_at(address_hash(normalise(email) or email))
    if member is None:
        console.error(f"Nobody of the team has this address: {email}")
        raise typer.Exit(Exit.PROBLEMS)
    return member


def _confirm(question: str) -> None:
    if not console.confirm(question):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)


def _desk() -> str:
    from functions.core.settings import settings

    return f"{settings().site_url}/desk/"


def _facts(member: "TeamMember") -> dict[str, object]:
    names = ("id", "name", "email", "role", "language", "offices")
    return {name: getattr(member, name) for name in names}


def _print(member: "TeamMember", line: str) -> None:
    if options.wants_json():
        console.print_json(_facts(member))
    else:
        console.print_line(line)
