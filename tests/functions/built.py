"""What the artifact holds ready-made and the repository does not: layouts as HTML, catalogues."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from infra.cloud.mails import TEMPLATES, compile_layout


def templates(folder: Path) -> Path:
    """The layouts, compiled into `folder`."""
    for source in TEMPLATES.glob("*.mjml"):
        (folder / source.with_suffix(".html").name).write_text(compile_layout(source))
    return folder


def catalogues(locale: Path, folder: Path) -> Path:
    """The translations, compiled into `folder`."""
    for source in locale.rglob("*.po"):
        target = (folder / source.relative_to(locale)).with_suffix(".mo")
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as text, target.open("wb") as compiled:
            write_mo(compiled, read_po(text, abort_invalid=True))
    return folder
