"""`alumni local`: the whole cloud on this machine."""

from pathlib import Path
from typing import Annotated, Any

import typer

from infra.alumni import console
from infra.alumni.console import Exit
from infra.dev.local import demo
from infra.dev.local import saved_state as states
from infra.dev.local.local_errors import LocalError, StoppedError
from infra.dev.local.local_stack import STATE
from infra.dev.local.ports import Ports


def _port(text: str) -> Any:
    return typer.Option(help=text, min=1, max=65535)


def local(  # noqa: PLR0913 - a command's options
    *,
    port_site: Annotated[int, _port("Where the site answers.")] = Ports.site,
    port_mailbox: Annotated[int, _port("Where mails are shown.")] = Ports.mailbox,
    port_smtp: Annotated[int, _port("Where mails arrive.")] = Ports.smtp,
    port_cloud: Annotated[int, _port("Where the local cloud answers.")] = Ports.cloud,
    state: Annotated[Path, typer.Option(help="Where its state is kept.")] = STATE,
    reset: Annotated[bool, typer.Option("--reset", help="Forget its state, and exit.")] = False,
) -> None:
    """Run site, functions, table, mail and mailbox on this machine, until Ctrl-C."""
    ports = Ports(port_site, port_mailbox, port_smtp, port_cloud)
    try:
        if reset:
            states.forget(state)
            return
        demo.run(ports, state, console.out)
    except LocalError as error:
        console.complain(str(error))
        raise typer.Exit(Exit.PROBLEMS) from None
    except StoppedError:
        console.line("\nStopped. Nothing is left running.")
