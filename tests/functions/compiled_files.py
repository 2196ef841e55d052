"""What the artifact holds ready-made and the repository does not: layouts as HTML, catalogues."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from infra.cloud.deploying.mail_layout import TEMPLATES, compile_layout
from infra.paths import ROOT

LOCALE = ROOT / "functions" / "locale"


def templates(folder: Path) -> Path:
    """The layouts, compiled into `folder`."""
    for source in TEMPLATES.glob("*.mjml"):
        (folder / source.with_suffix(".html").name).write_text(compile_layout(source))
    return folder


def catalogues(folder: Path) -> Path:
    """The functions' translations, compiled into `folder`."""
    for source in LOCALE.rglob("*.po"):
        target = (folder / source.relative_to(LOCALE)).with_suffix(".mo")
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as text, target.open("wb") as compiled:
            write_mo(compiled, read_po(text, abort_invalid=True))
    return folder
