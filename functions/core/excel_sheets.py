"""Sheets for Excel in which nothing starts a formula: cells are text, or whole numbers of ours.

A cell that a form filled may begin with `=`, `+`, `-`, `@`, a tab or a carriage return. Cells of
the type text are not calculated; the quote prefix keeps them text when somebody edits them.
"""

import io
from collections.abc import Iterable
from typing import Any, Self

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CHARACTERS = 32_767  # in a cell of Excel
WIDTH = 22  # of a column, in characters

Cell = str | int


class Sheet:
    """Its rows wait in a temporary file, so memory doesn't grow with their number; leaving the
    `with` block deletes that."""

    def __init__(self, heads: Iterable[str]) -> None:
        import xlsxwriter  # only who writes a file needs it

        self._content = io.BytesIO()
        self._book: Any = xlsxwriter.Workbook(self._content, {"constant_memory": True})
        self._sheet: Any = self._book.add_worksheet()
        self._text = self._book.add_format({"num_format": "@", "quote_prefix": True})
        self._head = self._book.add_format({"num_format": "@", "bold": True})
        self.rows = 0
        self._sheet.set_column(0, 50, WIDTH)
        self._sheet.freeze_panes(1, 0)
        self._write(0, heads, self._head)

    def add(self, cells: Iterable[Cell]) -> None:
        self.rows += 1
        self._write(self.rows, cells, self._text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    @property
    def content(self) -> bytes:
        """The file, once the block is left."""
        return self._content.getvalue()

    def _write(self, row: int, cells: Iterable[Cell], style: Any) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(row, column, cell)
            else:
                self._sheet.write_string(row, column, cell[:MOST_CHARACTERS], style)


def sheet(heads: Iterable[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """The file of a table that is small enough to be an answer."""
    with Sheet(heads) as file:
        for row in rows:
            file.add(row)
    return file.content
