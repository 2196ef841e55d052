"""Lists as companies have them, and files that only look like lists."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from functions.core import clock
from functions.imports import requesting
from functions.imports.rules import Ground, Terms
from functions.work import handler
from tests.functions.sent_emails import Context


def workbook(rows: Iterable[Sequence[Any]]) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


def text(content: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(content.encode(encoding))


def with_part(file: io.BytesIO, name: str, content: bytes) -> io.BytesIO:
    """The workbook with one more part, or another one of that name."""
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return changed


def sheet(rows: str) -> bytes:
    """A worksheet of these rows as XML."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def bring_in_a_member(language: str) -> None:
    """Cia is brought in with a consent that she gave elsewhere."""
    terms = Terms(
        ground=Ground.CONSENT,
        agreed_on="2026-05-01",
        how="Fjärdholms Klubb",
        words="Ja!",
        purposes=("newsletter",),
        office="malmo",
        language=language,
    )
    content = f"Name,Email,Language\nCia Ek,cia@example.com,{language}\n"
    known = requesting.upload("a terminal", "list.csv", text(content), clock.now())
    for ask in (None, terms):
        if ask:
            requesting.start(known, "a terminal", ask, clock.now())
        handler.advance({"tick": True}, Context())
