"""The `alumni` command: what a maintainer runs. It asks, shows and exits; others do the work."""

from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from microsite.content.problems import ContentError
from typer.core import TyperGroup

from infra.alumni import check_and_build, console, deploy, local, members, publish
from infra.alumni.console import Exit
from infra.alumni.issues import list_and_show
from infra.cloud.errors import BuildError, CloudError, StackFailedError


class Commands(TyperGroup):
    """Says in one line what went wrong, and exits as documented."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ContentError as error:
            check_and_build.show_problems(error.problems)
            raise typer.Exit(Exit.PROBLEMS) from None
        except StackFailedError as error:
            console.complain("\n  ".join([str(error), *error.reasons]))
            raise typer.Exit(Exit.PROBLEMS) from None
        except BuildError as error:
            console.complain(str(error))
            raise typer.Exit(Exit.PROBLEMS) from None
        except ClientError as error:
            told = error.response["Error"]
            console.complain(f"{error.operation_name}: {told.get('Message') or told['Code']}")
            raise typer.Exit(Exit.CLOUD) from None
        except (CloudError, BotoCoreError) as error:
            console.complain(str(error))
            raise typer.Exit(Exit.CLOUD) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An alumni microsite: check, build and publish what HR wrote, deploy and look after it.",
    epilog=console.EXIT_CODES,
)

app.command("check")(check_and_build.check)
app.command("build")(check_and_build.build)
app.command("publish")(publish.publish)
app.command("deploy")(deploy.deploy)
app.command("local")(local.local)
app.add_typer(members.app, name="members")
app.add_typer(list_and_show.app, name="issues")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
