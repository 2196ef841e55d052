"""`alumni members evidence`: what a person consented to, as a page that a court can read."""

from pathlib import Path
from typing import Annotated

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.alumni.members.lookup import PersonArgument, id_of
from infra.paths import BUILD

Html = Annotated[
    Path | None,
    typer.Option("--html", help="The file to write; without it, build/evidence/<id>.html."),
]


def write_evidence(person: PersonArgument, *, html: Html = None) -> None:
    """Write what a person consented to, and what proves it, as one page to print.

    The texts word for word, when each was shown, sent and confirmed, the chain that links them and
    the signed digests. Of somebody who was erased, only hashes. It is personal data: keep it safe.
    """
    options.connect()
    from functions.core import clock
    from functions.core.aws import table
    from functions.core.site import site
    from functions.people.store import members as people
    from infra.consent_evidence import chains, digests, page

    member_id = id_of(person) or ""
    own = chains.chain_of(member_id, table.query(f"MEMBER#{member_id}"))
    if not own.lines:
        console.error(f"There are no consents of {person}.")
        raise typer.Exit(Exit.PROBLEMS)
    member = people.member(member_id)
    names = (member.name, member.email) if member else ("", "")
    who = page.Person(member_id, *names)
    now = clock.now()
    content = page.page(who, own, digests.read(now), site(), now)
    path = html or BUILD / "evidence" / f"{member_id}.html"  # git ignores it
    console.write_file(path, content.encode())
