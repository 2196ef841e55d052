"""`alumni members unsuppress`: lets an address get email again that bounced or complained."""

from typing import Annotated

import typer

from infra.alumni import console, options, terminal
from infra.alumni.console import Exit
from infra.alumni.members.lookup import PersonArgument, addresses_of, hash_of, id_of
from infra.cloud import ses_suppression


def unsuppress(
    person: PersonArgument,
    *,
    reason: Annotated[str, typer.Option(help="Why it may get email again; kept with a member.")],
    force: Annotated[
        bool, typer.Option("--force", help="Even after a complaint: the person asked for it.")
    ] = False,
) -> None:
    """Let an address get email again after a bounce: a full mailbox is empty, a typo is mended.

    It is taken off SES's suppression list of the account, too. A complaint is lifted only with
    --force. The newsletter goes only to members who want it, as before.
    """
    options.connect()
    from functions.core.mail import suppression

    hashed = hash_of(person) or ""
    stopped = (suppression.get(hashed) or {}).get("reason", "")
    listed = ses_suppression.listed(options.shared().aws, addresses_of(person))
    if problem := _problem(person, stopped, is_listed=bool(listed), reason=reason, force=force):
        console.error(problem)
        raise typer.Exit(Exit.PROBLEMS)
    ses_suppression.take_off(options.shared().aws, listed)
    _lift(person, hashed, stopped, reason.strip())
    if options.wants_json():
        console.print_json({"was": stopped, "ses_suppression": bool(listed)})
        return
    lists = [f"our own ({stopped})"] if stopped else []
    lists += ["SES's"] if listed else []
    console.print_line(f"Gets email again; taken off: {' and '.join(lists)}.")


def _problem(person: str, stopped: str, *, is_listed: bool, reason: str, force: bool) -> str:
    """Why nothing is lifted; empty if it is."""
    if not stopped and not is_listed:
        return f"Nothing stops email to {person}."
    if not reason.strip():
        return "Give a reason: --reason 'Wrote on 3 March that the mailbox works again'."
    if stopped == "complaint" and not force:
        return (
            f"{person} reported an email of ours as spam. If they have asked you to write again, "
            "use --force."
        )
    return ""


def _lift(person: str, address_hash: str, stopped: str, reason: str) -> None:
    """Lift our own, with a line in the desk's log; if only SES's was in force, the line follows."""
    from functions.core import clock
    from functions.core.aws import table
    from functions.membership import correcting
    from functions.team.rules import Deed
    from functions.team.store import deeds

    by, about, now = terminal.actor(), id_of(person) or address_hash, clock.now()
    line = deeds.line(by, Deed.EMAIL_RESUMED, about, now, was=stopped or "ses")
    if not stopped:
        table.write(line)
    elif not correcting.lift_suppression(address_hash, stopped, by, reason, now, line):
        console.error("It has changed at this moment. Please look again.")
        raise typer.Exit(Exit.PROBLEMS)
