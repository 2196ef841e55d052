"""Files: every kind that companies have is read, and any other gets a message that says what to
do."""

import datetime as dt
import io
import tracemalloc

import pytest

from functions.core.errors import BadInputError
from functions.imports import list_files
from tests.functions.imports import lists

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["Name", "E-post"], ["Åsa Öberg", "asa@example.com"]]
MEGABYTE = 1_000_000


def cells(file: io.BytesIO) -> list[list[str]]:
    return [list(row.cells) for row in list_files.rows(file)]


def refusal(file: io.BytesIO) -> str:
    with pytest.raises(BadInputError) as refused:
        cells(file)
    return refused.value.errors["file"]


@pytest.mark.parametrize("mark", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_read_in_every_encoding_and_with_every_mark(mark, encoding):
    content = "".join(f"{mark.join(row)}\r\n" for row in ROWS)
    assert cells(lists.text(content, encoding)) == ROWS


def test_a_workbook_is_read():
    assert cells(lists.workbook(ROWS)) == ROWS


def test_rows_are_numbered_as_in_excel():
    numbers = [row.number for row in list_files.rows(lists.text("a,b\n\n1,2\n"))]
    assert numbers == [1, 3]


def test_excels_line_with_the_mark_is_no_row():
    assert cells(lists.text("sep=;\na;b\n")) == [["a", "b"]]


def test_a_value_in_quotes_may_hold_the_mark_and_lines():
    assert cells(lists.text('a,b\n"Ek, Åsa","two\nlines"\n'))[1] == ["Ek, Åsa", "two\nlines"]


def test_days_and_numbers_are_read_as_people_write_them():
    row = [dt.datetime(2019, 5, 31), 2019, 43616.0, True]  # noqa: DTZ001 - Excel knows no zones
    assert cells(lists.workbook([row])) == [["2019-05-31", "2019", "43616", "True"]]


def test_formulas_are_never_computed():
    file = lists.workbook([["Name", "Email"], ['=HYPERLINK("http://evil.example")', "=1+1"]])
    assert cells(file) == [["Name", "Email"]]


def test_of_a_formula_the_value_counts_that_excel_computed():
    row = '<row r="1"><c r="A1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c></row>'
    assert cells(lists.with_part(lists.workbook(ROWS), SHEET, lists.sheet(row))) == [["ab"]]


def test_links_to_other_files_are_not_followed():
    link = b"<externalLink/>"
    assert cells(lists.with_part(lists.workbook(ROWS), "xl/externalLinks/a.xml", link)) == ROWS


def test_macros():
    file = lists.with_part(lists.workbook(ROWS), "xl/vbaProject.bin", b"code")
    assert refusal(file) == list_files.HAS_MACROS


def test_a_password():
    assert refusal(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99)) == list_files.IS_LOCKED


def test_a_pdf_called_xlsx():
    assert refusal(io.BytesIO(b"%PDF-1.7\n...")) == list_files.IS_PDF


def test_a_letter_is_no_workbook():
    file = lists.with_part(io.BytesIO(b"PK\x05\x06" + b"\0" * 18), "word/document.xml", b"<x/>")
    assert refusal(file) == list_files.NO_LIST


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03" * 99, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0"])
def test_no_text_at_all(content):
    assert refusal(io.BytesIO(content)) == list_files.NO_LIST


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_file(content):
    assert refusal(io.BytesIO(content)) == list_files.EMPTY


def test_half_a_workbook():
    whole = lists.workbook(ROWS).getvalue()
    assert refusal(io.BytesIO(whole[: len(whole) // 2])) == list_files.BROKEN


def test_a_broken_part():
    file = lists.with_part(lists.workbook(ROWS), SHEET, b"<worksheet><row")
    assert refusal(file) == list_files.BROKEN


def test_300_columns():
    assert refusal(lists.workbook([["x"] * 300])) == list_files.TOO_WIDE
    assert refusal(lists.text(",".join("x" * 300))) == list_files.TOO_WIDE


def test_a_cell_at_the_far_end_of_the_sheet():
    row = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="XFD1" t="str"><v>b</v></c></row>'
    file = lists.with_part(lists.workbook(ROWS), SHEET, lists.sheet(row))
    assert refusal(file) == list_files.TOO_WIDE


def test_a_quotation_mark_that_is_never_closed():
    assert refusal(lists.text('a,b\n"' + "never closed,\n" * 20_000)) == list_files.OPEN_QUOTE


def peak_of(file: io.BytesIO) -> int:
    """The most memory that reading takes beside the file, in bytes."""
    tracemalloc.start()
    try:
        for _ in list_files.rows(file):
            pass
    except BadInputError:
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_a_zip_bomb_is_refused_by_its_table_of_contents():
    bomb = lists.with_part(lists.workbook(ROWS), "xl/media/x", b"\0" * 150 * MEGABYTE)
    assert refusal(bomb) == list_files.UNPACKS
    assert peak_of(bomb) < MEGABYTE


def test_a_million_empty_rows_take_no_memory():
    rows = "<row/>" * 1_000_000
    file = lists.with_part(lists.workbook(ROWS), SHEET, lists.sheet(rows))
    assert cells(file) == []


def test_30_megabytes_on_one_line_take_no_memory():
    file = lists.text("a" * 30 * MEGABYTE)
    assert refusal(file) == list_files.OPEN_QUOTE
    assert peak_of(file) < 3 * MEGABYTE


def test_30_megabytes_of_rows_take_no_memory():
    row = "Åsa Ek,asa@example.com," + "a" * 3_000 + "\n"
    assert peak_of(lists.text(row * 10_000)) < 1.2 * peak_of(lists.text(row * 1_000))
