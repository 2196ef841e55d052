"""`alumni privacy`: the privacy notice and the record of processing, as files to check and keep.

See docs/privacy/how-long.md.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.paths import BUILD, ROOT

if TYPE_CHECKING:
    from microsite.content.company import Settings

FOLDER = BUILD / "privacy"


def write_papers(
    *,
    to: Annotated[
        Path, typer.Option(help="The folder to write them to.", show_default="build/privacy")
    ] = FOLDER,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
) -> None:
    """Write the privacy notice and the record of processing (Art. 30 GDPR), from mkdocs.yml and the
    code.

    The notice is written in each language of the site. Where only the company knows what to write,
    it says so: look for "fill in".
    """
    from microsite.content import settings

    papers = {to / name: text for name, text in _papers(settings.load(ROOT)).items()}
    existing = [path for path in papers if path.exists()]
    if existing and not force:
        console.error(f"{existing[0]} exists: add --force to overwrite it, or --to another folder")
        raise typer.Exit(Exit.USAGE)
    to.mkdir(parents=True, exist_ok=True)
    for path, text in papers.items():
        path.write_text(text, encoding="utf-8")
    if options.wants_json():
        console.print_json([str(path) for path in papers])
    else:
        for path in papers:
            console.print_line(str(path))


def _papers(settings: "Settings") -> dict[str, str]:
    from infra.privacy_papers.notice import notice
    from infra.privacy_papers.record import record

    languages = settings.languages
    notices = {f"privacy-notice.{lang}.md": notice(settings, lang) for lang in languages}
    return notices | {"record-of-processing.md": record(settings)}
