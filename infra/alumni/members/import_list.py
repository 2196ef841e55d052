"""`alumni members import`: brings in a list that is too large for the desk, or from a terminal."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from functions.core.errors import BadInputError
from infra.alumni import console, options, terminal
from infra.alumni.console import Exit

if TYPE_CHECKING:
    from functions.imports.rules import Import, Terms
    from functions.work.rules import Facts

POLL_SECONDS = 1.0
GROUNDS = {"invite": "agreed to be invited", "consent": "consent given elsewhere"}
File = Annotated[Path, typer.Argument(help=".xlsx or .csv, up to 50 MB.", dir_okay=False)]
Ground = Annotated[
    str | None,
    typer.Option(help="`invite` if they agreed to be invited, `consent` if given elsewhere."),
]
On = Annotated[str, typer.Option(help="The day on which they agreed, such as 2026-05-31.")]
How = Annotated[str, typer.Option(help="How they agreed, or from whom the consent comes.")]
Words = Annotated[str, typer.Option(help="With `consent`: the words that they agreed to.")]
Covers = Annotated[
    list[str] | None,
    typer.Option(help="With `consent`: newsletter or invitations; may be repeated."),
]
Office = Annotated[str, typer.Option(help="Slug, for rows that name none.")]
Language = Annotated[str | None, typer.Option(help="For rows that name none.")]
Contact = Annotated[str, typer.Option(help="Slug of the contact in whose name they are invited.")]


def import_list(  # noqa: PLR0913 - what the team says of a list, an option each
    file: File,
    *,
    ground: Ground = None,
    agreed_on: On = "",
    how: How = "",
    words: Words = "",
    covers: Covers = None,
    office: Office = "",
    language: Language = None,
    contact: Contact = "",
    yes: options.Yes = False,
) -> None:
    """Show what would become of a list's rows, and bring them in once you confirm.

    It goes on by itself if you press Ctrl-C; run it again to see how far it is. Undo it at the
    desk. Without `--ground`, it only shows.
    """
    if ground not in {None, *GROUNDS}:
        console.error("--ground: invite or consent")
        raise typer.Exit(Exit.USAGE)
    options.connect()
    caller = terminal.actor()
    if running := _running(caller, file.name):
        _go_on(running, caller)
        _follow(running)
        return
    form = {
        "ground": [GROUNDS[ground or "invite"]],
        "agreed_on": [agreed_on],
        "how": [how],
        "words": [words],
        "purposes": covers or [],
        "office": [office],
        "language": [language or _languages()[0]],
        "contact": [contact],
    }
    with file.open("rb") as content:
        known = _looked_through(content, file, caller)
        if ground is None:
            console.note("Nothing was written. To bring the list in, say why: --ground")
            return
        terms = _terms(form, known)
        if not yes and not console.confirm("Bring in the new ones?"):
            console.error("Nothing was written.")
            raise typer.Exit(Exit.PROBLEMS)
        _start(known, content, terms, caller)
    _follow(known)


def _languages() -> list[str]:
    from functions.core.site import site

    languages: list[str] = site()["languages"]
    return languages


def _running(caller: str, name: str) -> "Import | None":
    """This list, if it is being brought in now."""
    from functions.core import clock
    from functions.imports import store
    from functions.imports.rules import Stage

    own = (known for known in store.newest(clock.now()) if (known.by, known.name) == (caller, name))
    return next((known for known in own if known.stage is Stage.STARTED), None)


def _go_on(running: "Import", caller: str) -> None:
    """Have it tried again if its work was given up."""
    from functions.core import clock
    from functions.imports import requesting

    requesting.go_on(running, caller, clock.now())


def _looked_through(content: BinaryIO, file: Path, caller: str) -> "Import":
    """Print how the columns are understood and what would become of the rows."""
    from functions.core import clock
    from functions.imports import bringing_in, columns, requesting, store
    from functions.imports.rules import FIELD_NAMES, FILE_BYTES

    if file.stat().st_size > FILE_BYTES:
        console.error("This file is larger than 50 MB. Please split it.")
        raise typer.Exit(Exit.PROBLEMS)
    try:
        rows = requesting.sample(content)
        known = store.new(caller, file.name, columns.guess([r.cells for r in rows]), clock.now())
        console.print_table(
            ("Column", "Holds"),
            [
                (rows[0].cells[at] if at < len(rows[0].cells) else "", FIELD_NAMES[field])
                for at, field in enumerate(known.columns.fields)
            ],
        )
        if known.columns.missing:
            missing = ", ".join(FIELD_NAMES[field] for field in known.columns.missing)
            console.error(f"No column holds: {missing}. Name it in the first row.")
            raise typer.Exit(Exit.PROBLEMS)
        facts: Facts = {}
        with console.progress() as bar:
            for facts in bringing_in.looked_through(content, known):
                bar("rows", facts["row"], 0)
    except BadInputError as bad:
        console.error(bad.errors["file"])
        raise typer.Exit(Exit.PROBLEMS) from None
    _print(facts)
    return known


def _print(facts: "Facts") -> None:
    from functions.imports.rules import VERDICT_NAMES, Verdict

    counts = [(VERDICT_NAMES[Verdict(key)], str(n)) for key, n in facts["counts"].items()]
    console.print_table(("What becomes of the rows", "Rows"), counts)
    for row, reason in facts.get("wrong", ()):
        console.print_line(f"Row {row} {reason}")


def _terms(form: dict[str, list[str]], known: "Import") -> "Terms":
    from functions.core.site import site
    from functions.imports import import_form

    try:
        return import_form.read_terms(form, known, site())
    except BadInputError as bad:
        for field, message in bad.errors.items():
            console.error(f"--{field.replace('_', '-')}: {message}")
        raise typer.Exit(Exit.USAGE) from None


def _start(known: "Import", content: BinaryIO, terms: "Terms", caller: str) -> None:
    from functions.core import clock
    from functions.imports import requesting

    requesting.start_at_once(known, caller, content, terms, clock.now())


def _follow(known: "Import") -> None:
    """Show how far it is, until it is done."""
    from functions.core import clock
    from functions.imports import store
    from functions.imports.rules import Stage
    from functions.work import store as work_store
    from functions.work.rules import State

    with console.progress() as bar:
        while (now := store.get(known.id, clock.now())) and now.stage is Stage.STARTED:
            work = work_store.work(now.work_id)
            if work is None or work.state is State.FAILED:
                console.error("It could not be finished. Run the command again.")
                raise typer.Exit(Exit.PROBLEMS)
            bar("rows", work.cursor.get("row", 0), 0)
            time.sleep(POLL_SECONDS)
    if now:
        _print({"counts": now.counts})
