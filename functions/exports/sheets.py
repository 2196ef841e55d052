"""Sheets for Excel in which every cell is text: nothing in them starts a formula.

A cell that a form filled may begin with `=`, `+`, `-`, `@`, a tab or a carriage return. Cells of
the type text are not calculated; the quote prefix keeps them text when somebody edits them.
"""

import io
from collections.abc import Iterable
from typing import Any, Self

MOST_CHARACTERS = 32_767  # in a cell of Excel
WIDTH = 22  # of a column, in characters


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

    def add(self, cells: Iterable[str]) -> None:
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

    def _write(self, row: int, cells: Iterable[str], style: Any) -> None:
        for column, cell in enumerate(cells):
            self._sheet.write_string(row, column, cell[:MOST_CHARACTERS], style)
