"""`alumni doctor`: one real round against a deployed stack, and what to do about what is wrong."""

import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from microsite.content.problems import ContentError

from infra.alumni import console, doctor_report, options
from infra.alumni.console import Exit
from infra.cloud.errors import BuildError
from infra.cloud.publishing import publication as publishing
from infra.cloud.publishing import published_issues
from infra.cloud.publishing.publication import Destination, Published
from infra.paths import BUILD, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from microsite.build import Built
    from microsite.content.edition import PublishedIssues

    from infra.cloud.doctor.examination import Patient
    from infra.cloud.doctor.findings import Part, Section

COST = "A run sends up to seven emails, which cost less than one cent."
Address = Annotated[
    str,
    typer.Option(
        help="Your address, for two test emails: a sign-up's and a newsletter. Asked for if not "
        "given; without one, the checks that need it are skipped.",
    ),
]
Eml = Annotated[
    list[str] | None,
    typer.Option(
        "--eml",
        metavar="FILE",
        help="Check only this received test email (- reads stdin), and send nothing. May be "
        "repeated.",
    ),
]
Patience = Annotated[
    int, typer.Option(min=1, help="Seconds to wait for each email and each event.")
]


def doctor(*, address: Address = "", eml: Eml = None, patience: Patience = 120) -> None:
    """Make one real round against the deployed stack, and say what is wrong and what to do.

    It checks DNS, certificate, SES and alarms, signs up with your address by the
    site's own form, sends a test newsletter to SES's mailbox simulator and to
    you, follows the events that come back, and publishes again. No member is
    touched, and everything that it creates it deletes again. It sends up to
    seven emails, which cost less than one cent.
    """
    from infra.cloud.doctor import examination

    patient = examination.admit(options.shared().aws, options.shared().stack)
    emails = [_read_email(name) for name in eml or ()]
    if emails:
        sections = _run([examination.received_part(patient, raw) for raw in emails])
    else:
        console.err.print(COST)
        address = _valid(address or _ask_address())
        with _leaving_nothing(patient, address):
            publish = _Publisher(patient)
            sections = _run(examination.parts(patient, address, publish, patience))
            if address:
                received = _ask_emails()
                sections += _run([examination.received_part(patient, raw) for raw in received])
    _finish(patient, sections)


# ---- What the operator gives


def _can_ask() -> bool:
    return sys.stdin.isatty() and not options.wants_json()


def _ask_address() -> str:
    if not _can_ask():
        return ""
    question = "Your address for the test emails (Enter: without)"
    return str(typer.prompt(question, default="", show_default=False, err=True))


def _valid(address: str) -> str:
    from functions.core.addresses import normalise

    if not address:
        return ""
    if (valid := normalise(address)) is None:
        raise typer.BadParameter(f"{address!r} is no email address", param_hint="--address")
    return valid


def _read_email(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).expanduser().read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{name}: {error.strerror}", param_hint="--eml") from None


def _ask_emails() -> list[bytes]:
    """The test emails that the operator saved; none if nobody is there to be asked."""
    emails: list[bytes] = []
    if not _can_ask():
        return emails
    console.err.print(
        "\nTwo test emails are on their way to you. Save each as .eml (in Gmail: `Show original`,\n"
        "then `Download`) to let their signatures and links be checked."
    )
    while name := _ask_file():
        try:
            emails.append(_read_email(name.strip("'\" ")))
        except typer.BadParameter as error:
            console.error(str(error))
    return emails


def _ask_file() -> str:
    """Empty if there are no more; so is Ctrl-C or Ctrl-D here, or all findings would be lost."""
    try:
        name = typer.prompt("File (Enter: no more)", default="", show_default=False, err=True)
    except typer.Abort:
        console.err.print()
        return ""
    return str(name)


# ---- Examining


@contextmanager
def _leaving_nothing(patient: "Patient", address: str) -> "Iterator[None]":
    """Delete what an interrupted run left, and at the end what this one did."""
    from infra.cloud.doctor import examination

    if left := examination.sweep(patient):
        console.err.print(f"Deleted what an interrupted run had left ({left}).")
    try:
        yield
    finally:
        examination.forget_sign_up(address)


def _run(parts: "Sequence[Part]") -> "list[Section]":
    from infra.cloud.doctor import findings

    sections = []
    with console.progress() as report:
        for done, part in enumerate(parts):
            report(part.name, done, len(parts))
            sections.append(findings.run(part))
    return sections


class _Publisher:
    """Publishes this checkout to the stack; it is built once."""

    def __init__(self, patient: "Patient") -> None:
        self._patient = patient

    @cached_property
    def _to(self) -> Destination:
        return publishing.destination(self._patient.aws, self._patient.stack)

    @cached_property
    def _known(self) -> "PublishedIssues":
        return published_issues.read(self._patient.aws, self._to)

    @cached_property
    def _built(self) -> "Built":
        from microsite import build

        url = self._patient.values["SiteUrl"]
        try:
            return build.build(ROOT, BUILD, url, published=self._known)
        except ContentError as error:
            count = len(error.problems)
            raise BuildError(f"{count} problems in this checkout: run `alumni check`") from None

    def __call__(self, dry_run: bool) -> Published:  # noqa: FBT001 - the only choice
        aws, built = self._patient.aws, self._built
        return publishing.publish(
            *(aws, self._to, built.site, built.private),
            begun=self._known.begun,
            dry_run=dry_run,
            may_remove_events=dry_run,  # that this checkout differs is reported, not refused
        )


# ---- Reporting


def _finish(patient: "Patient", sections: "Sequence[Section]") -> None:
    """Print the report; the exit code tells whether there are problems."""
    counts = Counter(str(finding.status) for section in sections for finding in section.findings)
    if options.wants_json():
        console.print_json(_as_json(patient, sections, counts))
    else:
        doctor_report.print_report(_title(patient), sections, counts)
    raise typer.Exit(Exit.PROBLEMS if counts["problem"] else Exit.OK)


def _title(patient: "Patient") -> str:
    return f"{patient.stack} in {patient.aws.region}, {patient.site_url}/"


def _as_json(
    patient: "Patient", sections: "Sequence[Section]", counts: Counter[str]
) -> dict[str, Any]:
    return {
        "stack": patient.stack,
        "region": patient.aws.region,
        "site": patient.site_url,
        "counts": {status: counts[status] for status in ("ok", "problem", "skipped")},
        "checks": [
            {"part": section.part} | asdict(finding)
            for section in sections
            for finding in section.findings
        ],
    }
