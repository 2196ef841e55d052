"""The `alumni` command: the names of all commands, and the exit code of each failure."""

from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from microsite.content.problems import ContentError
from typer.core import TyperGroup

from functions.core.errors import UnusableSecretError
from infra.alumni import (
    check_and_build,
    console,
    deploy,
    doctor,
    event_acts,
    events,
    local,
    options,
    privacy,
    publish,
    restore_check,
    secret_keys,
    teardown,
)
from infra.alumni.console import Exit
from infra.alumni.issues import (
    forecast,
    list_and_show,
    new,
    pause_resume_cancel,
    preview,
    report,
    send_test,
    settle,
)
from infra.alumni.members import (
    activity,
    audit,
    correct,
    erase,
    evidence,
    import_list,
    show,
    unsubscribe,
    unsuppress,
)
from infra.alumni.options import CloudCommand, CloudGroup, Command
from infra.alumni.team import manage
from infra.cloud.errors import BuildError, CloudError, ParameterError, StackFailedError


class Commands(TyperGroup):
    """Turns an exception into one line on stderr and a documented exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ContentError as error:
            check_and_build.print_problems(error.problems)
            raise typer.Exit(Exit.PROBLEMS) from None
        except StackFailedError as error:
            console.error("\n  ".join([str(error), *error.reasons]))
            raise typer.Exit(Exit.PROBLEMS) from None
        except (BuildError, UnusableSecretError) as error:
            console.error(str(error))
            raise typer.Exit(Exit.PROBLEMS) from None
        except ParameterError as error:
            console.error(str(error))
            raise typer.Exit(Exit.USAGE) from None
        except ClientError as error:
            details = error.response["Error"]
            console.error(f"{error.operation_name}: {details.get('Message') or details['Code']}")
            raise typer.Exit(Exit.CLOUD) from None
        except NoCredentialsError:
            console.error(options.NO_CREDENTIALS)
            raise typer.Exit(Exit.CLOUD) from None
        except (CloudError, BotoCoreError) as error:
            console.error(str(error))
            raise typer.Exit(Exit.CLOUD) from None


app = typer.Typer(
    cls=Commands,
    callback=options.declare,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Check, build, publish and run an alumni microsite.",
    epilog=console.EXIT_CODES,
)
app.command("check", cls=Command)(check_and_build.check)
app.command("build", cls=Command)(check_and_build.build)
app.command("publish", cls=CloudCommand)(publish.publish)
app.command("deploy", cls=CloudCommand)(deploy.deploy)
app.command("doctor", cls=CloudCommand)(doctor.doctor)
app.command("restore-check", cls=CloudCommand)(restore_check.restore_check)
app.command("teardown", cls=CloudCommand)(teardown.teardown)
app.command("local")(local.local)
app.command("privacy", cls=Command)(privacy.write_papers)


def _add_group(name: str, help_: str) -> typer.Typer:
    group = typer.Typer(cls=CloudGroup, no_args_is_help=True, help=help_, epilog=console.EXIT_CODES)
    app.add_typer(group, name=name)
    return group


_members = _add_group("members", "Find, show, correct and erase people; stop a newsletter.")
_members.command("list", cls=CloudCommand)(show.list_members)
_members.command("find", cls=CloudCommand)(show.find_members)
_members.command("show", cls=CloudCommand)(show.show_person)
_members.command("activity", cls=CloudCommand)(activity.show_activity)
_members.command("correct", cls=CloudCommand)(correct.correct_member)
_members.command("unsubscribe", cls=CloudCommand)(unsubscribe.unsubscribe_member)
_members.command("unsuppress", cls=CloudCommand)(unsuppress.unsuppress)
_members.command("erase", cls=CloudCommand)(erase.erase_member)
_members.command("audit", cls=CloudCommand)(audit.audit_members)
_members.command("evidence", cls=CloudCommand)(evidence.write_evidence)
_members.command("import", cls=CloudCommand)(import_list.import_list)

_segments = _add_group("segments", "Say how many members a segment holds.")
_segments.command("count", cls=CloudCommand)(show.count_members)

_team = _add_group("team", "Say who may use the desk; the first one is its owner.")
_team.command("add", cls=CloudCommand)(manage.add)
_team.command("change", cls=CloudCommand)(manage.change)
_team.command("remove", cls=CloudCommand)(manage.remove)
_team.command("reset-passkey", cls=CloudCommand)(manage.reset_passkey)
_team.command("list", cls=CloudCommand)(manage.list_team)

_events = _add_group("events", "See what is on, and who is coming.")
_events.command("list", cls=CloudCommand)(events.list_events)
_events.command("guests", cls=CloudCommand)(events.show_guests)
_events.command("capacity", cls=CloudCommand)(event_acts.set_capacity)
_events.command("promote", cls=CloudCommand)(event_acts.promote)
_events.command("link", cls=CloudCommand)(event_acts.set_link)
_events.command("door", cls=CloudCommand)(event_acts.send_door)
_events.command("export", cls=CloudCommand)(event_acts.export)
_events.command("mail", cls=CloudCommand)(event_acts.mail)

_issues = _add_group("issues", "Write, preview, control and account for newsletter issues.")
_issues.command("new", cls=Command)(new.new)
_issues.command("preview", cls=CloudCommand)(preview.preview)
_issues.command("test-send", cls=CloudCommand)(send_test.send_test)
_issues.command("forecast", cls=CloudCommand)(forecast.forecast)
_issues.command("list", cls=CloudCommand)(list_and_show.list_issues)
_issues.command("show", cls=CloudCommand)(list_and_show.show_issue)
_issues.command("pause", cls=CloudCommand)(pause_resume_cancel.pause)
_issues.command("resume", cls=CloudCommand)(pause_resume_cancel.resume)
_issues.command("cancel", cls=CloudCommand)(pause_resume_cancel.cancel)
_issues.command("report", cls=CloudCommand)(report.report)
_issues.command("settle", cls=CloudCommand)(settle.settle)

_secrets = _add_group("secrets", "Replace, check and back up the secrets in SSM.")
_secrets.command("rotate", cls=CloudCommand)(secret_keys.rotate)
_secrets.command("check", cls=CloudCommand)(secret_keys.check)
_secrets.command("export", cls=CloudCommand)(secret_keys.export)
_secrets.command("restore", cls=CloudCommand)(secret_keys.restore)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
