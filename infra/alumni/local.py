"""`alumni local`: the whole cloud on this machine."""

from pathlib import Path
from typing import Annotated, Any

import typer

from infra.alumni import console
from infra.alumni.console import Exit
from infra.cloud.local_access import STATE


def _port(text: str) -> Any:
    return typer.Option(help=text, min=1, max=65535)


def local(  # noqa: PLR0913 - four servers, each with its port
    *,
    port_site: Annotated[int, _port("Port of the site.")] = 8000,
    port_mailbox: Annotated[int, _port("Port of the inbox, which shows every email.")] = 8025,
    port_smtp: Annotated[int, _port("Port on which emails arrive.")] = 1025,
    port_cloud: Annotated[int, _port("Port of the local cloud.")] = 4566,
    state: Annotated[
        Path, typer.Option(help="Folder that keeps its data.", show_default="build/local")
    ] = STATE,
    reset: Annotated[bool, typer.Option("--reset", help="Delete its data, and exit.")] = False,
) -> None:
    """Run site, functions, table, SES and an inbox on this machine, until Ctrl-C."""
    # The local stack is for developers: no other command needs it, or its packages.
    from infra.dev.local import demo, saved_state
    from infra.dev.local.local_errors import LocalError, StoppedError
    from infra.dev.local.ports import Ports

    try:
        if reset:
            saved_state.forget(state)
            return
        demo.run(Ports(port_site, port_mailbox, port_smtp, port_cloud), state, console.out)
    except LocalError as error:
        console.error(str(error))
        raise typer.Exit(Exit.PROBLEMS) from None
    except StoppedError:
        console.print_line("\nStopped. Nothing is left running.")
