"""`alumni restore-check`: erases again who had been erased, after a backup was restored."""

from typing import TYPE_CHECKING

import typer

from infra.alumni import console, options, terminal
from infra.alumni.console import Exit

if TYPE_CHECKING:
    from functions.membership.erasure_list import Listed


def restore_check(*, yes: options.Yes = False) -> None:
    """After a backup of the table was restored: erase again who had been erased since.

    Erasures are listed outside the table, by hash. No email goes out. Running it again
    is harmless.
    """
    options.connect()
    from functions.membership import erasing, erasure_list

    with console.progress() as report:
        back = []
        for number, listed in enumerate(erasure_list.everything(), start=1):
            report("reading erasures", number, 0)
            back += [listed] if erasing.is_back(listed) else []
    if back and not yes and not console.confirm(f"Erase again: {len(back)} people. Go on?"):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    _erase_again(back)
    if options.wants_json():
        console.print_json({"erased_again": [listed.id for listed in back]})
    elif back:
        console.print_line(
            f"Erased again: {len(back)}. The rest of each is deleted within an hour."
        )
    else:
        console.print_line("Nobody who was erased is back.")


def _erase_again(back: "list[Listed]") -> None:
    from functions.core import clock
    from functions.membership import erasing
    from functions.team.rules import Deed
    from functions.team.store import deeds

    by = terminal.actor() if back else ""
    for listed in back:
        now = clock.now()
        line = deeds.line(by, Deed.PERSON_ERASED, listed.id, now)
        erasing.begin_again(listed, now, line)
