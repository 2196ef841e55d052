"""A table as a text file that Excel opens with a double click, in every language of Windows.

Excel splits a CSV file at the list separator of its Windows, a semicolon in Sweden and Germany. In
UTF-16 with tabs it asks for nothing, and shows å and ß right.
"""

import csv
import io
from collections.abc import Iterable, Sequence

TYPE = "text/csv; charset=utf-16"
# Excel takes a cell that begins like this for a formula, and would run it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def excel_text(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, dialect="excel-tab")
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-16")  # with its byte order mark


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
