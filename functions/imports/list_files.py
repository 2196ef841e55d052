"""Reads the rows of a list that somebody uploads: .xlsx, or text with commas, semicolons or tabs.

A file is hostile: nothing in it is followed or computed, and what is read of it at once is bounded.
Nothing here knows what the columns mean.
"""

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from functions.core.errors import BadInputError
from functions.core.translations import N_

MOST_COLUMNS = 100
MOST_WIDTH = 1_000  # of a row of .xlsx, with what is empty
CELL_MAX = 1_000  # letters; the rest of a longer text is left out
LINE_MAX = 200_000  # letters
PARTS_MAX = 1_000  # of an .xlsx
PLAIN_BYTES, TIMES, UNPACKED_BYTES = 100_000_000, 20, 600_000_000
SAMPLE = 8_192  # bytes
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")  # in no text
DELIMITERS = ",;\t"

EMPTY = N_("This file is empty.")
IS_PDF = N_("This is a PDF. Please save the list as .xlsx or .csv, and choose that file.")
IS_LOCKED = N_(
    "This file is protected by a password, or of Excel's old kind (.xls). "
    "Please save it as .xlsx without a password."
)
HAS_MACROS = N_("This file contains macros. Please save it as .xlsx, which has none.")
NO_LIST = N_("This is neither .xlsx nor .csv. Please save the list as one of them.")
BROKEN = N_("This file is damaged. Please open it in Excel, save it again, and choose that file.")
UNPACKS = N_(
    "This file unpacks to far more than a list needs. "
    "Please copy the rows into a new workbook, and save that."
)
TOO_WIDE = N_("This list has more than 100 columns. Please delete those that aren't needed.")
OPEN_QUOTE = N_(
    "A line of this file never ends: perhaps a quotation mark isn't closed. "
    "Please open it in Excel, and save it as .xlsx."
)


@dataclass(frozen=True)
class Row:
    number: int  # as Excel counts: the first is 1
    cells: tuple[str, ...]


def rows(file: BinaryIO) -> Iterator[Row]:
    """The rows that hold anything, from the start of the file.

    Raises:
        BadInputError: it can't be read; under `file`, what to do.
    """
    for number, cells in _rows(file):
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise _refused(TOO_WIDE)
        if cells:
            yield Row(number, tuple(cells))


def _refused(message: str) -> BadInputError:
    return BadInputError({"file": message})


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    start = file.read(SAMPLE)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        return _workbook_rows(file)
    if start.startswith(b"\xd0\xcf\x11\xe0"):  # OLE: what Excel wraps encrypted workbooks in
        raise _refused(IS_LOCKED)
    if start.startswith(b"%PDF"):
        raise _refused(IS_PDF)
    if not start.strip():
        raise _refused(EMPTY)
    return _text_rows(file, start)


# ---- .xlsx


def _workbook_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    _guard(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of them may be anything
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, _cell_texts(values)
    except BadInputError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises what a broken part happens to break
        raise _refused(BROKEN) from None


def _guard(file: BinaryIO) -> None:
    """Refuse a workbook by its table of contents: reading never yields more than that declares."""
    size = file.seek(0, io.SEEK_END)
    try:
        parts = ZipFile(file).infolist()
    except (BadZipFile, ValueError, NotImplementedError):
        raise _refused(BROKEN) from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise _refused(NO_LIST)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise _refused(HAS_MACROS)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS_MAX or unpacked > min(PLAIN_BYTES + TIMES * size, UNPACKED_BYTES):
        raise _refused(UNPACKS)


def _cell_texts(values: tuple[Any, ...]) -> list[str]:
    if len(values) > MOST_WIDTH:
        raise _refused(TOO_WIDE)
    return list(map(_cell_text, values))


def _cell_text(value: Any) -> str:
    """The value as somebody would type it; a formula's is the one that Excel last computed."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()[:CELL_MAX]
    return "" if text.startswith("#") and text.endswith(("!", "?", "/A")) else text


# ---- Text


def _text_rows(file: BinaryIO, start: bytes) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(file, start)
    text = start.decode(encoding, errors="ignore")
    if not text.strip() or CONTROLS.search(text):
        raise _refused(NO_LIST)
    wrapped = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        yield from _cells(_lines(wrapped))
    except csv.Error:
        raise _refused(OPEN_QUOTE) from None
    finally:
        wrapped.detach()  # the file stays open


def _cells(lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    first, before = next(lines, ""), 0
    if first.strip().casefold().startswith("sep="):  # Excel names its mark on a line of its own
        delimiter, before = first.strip()[4:5] or ",", 1
    else:
        delimiter = max(DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark))))
        lines = _with_first(first, lines)
    for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), 1 + before):
        yield number, [cell.strip()[:CELL_MAX] for cell in cells]


def _with_first(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LINE_MAX):
        if len(line) == LINE_MAX:
            raise _refused(OPEN_QUOTE)
        yield line


def _encoding(file: BinaryIO, start: bytes) -> str:
    """By the mark at the start, by zero bytes, or whatever all of it can be read in."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if 0 in start:
        return _wide(start)
    return "utf-8-sig" if _is_utf8(file) else "cp1252"


def _wide(start: bytes) -> str:
    """UTF-16 without its mark has its zero bytes on one side."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if even == 0 or odd == 0:
        return "utf-16-be" if even else "utf-16-le"
    raise _refused(NO_LIST)


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(1 << 16):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True
