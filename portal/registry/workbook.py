"""The statistics sheet as a spreadsheet: written to be filled in, read back cell by cell, or pasted."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from flask_babel import gettext as _

from portal import intake, reading
from portal.domain.indicators import STATISTICS_UNITS
from portal.domain.wording import LABELS, UNITS
from portal.intake import FileRefused
from portal.models.statistics import QUANTITIES
from portal.registry.forms import COSTED, StatisticsSheet

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 200, 30, 1024 * 1024
MOST_TEXT = 8 * 1024 * 1024  # what a spreadsheet may unpack to: the fullest sheet of the portal takes a hundredth of it
ENCODINGS = ("utf-8-sig", "gb18030")
# the printed rows of the form are in Chinese, as the national form is; the codes beside them are what is read back
_HEAD, _COST = ("代码", "指标", "单位"), "费用（元）"

Cells = list[list[str]]


class Unreadable(ValueError):
    """A spreadsheet or pasted text from which no figure could be taken; the message says why."""


@dataclass
class Reading:
    """What was found: texts by the form's fields, where each stood (row from 1, column), and rows nobody knows."""

    fields: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, str]] = field(default_factory=dict)
    unknown: list[tuple[int, str]] = field(default_factory=list)


def written(sheet: StatisticsSheet) -> bytes:
    """The sheet as xlsx: one row for each quantity and each cost, one column for each year."""
    # loaded where it is used: thirty megabytes that most web processes never need
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "能源资源消费"
    page.append([*_HEAD, *(year.year for year in sheet.years)])
    for cell in page[1]:
        cell.font = Font(bold=True)
    for key in QUANTITIES:
        sign = STATISTICS_UNITS[key]
        page.append([key, LABELS[key].zh, UNITS.get(sign, sign),
                     *(_number(year.typed.get(key, "")) for year in sheet.years)])
    for key in COSTED:
        page.append([f"cost:{key}", f"{LABELS[key].zh}{_COST}", "元",
                     *(_number(year.costs_typed.get(key, "")) for year in sheet.years)])
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 24, 34
    page.freeze_panes = "D2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def read(stream: BinaryIO, name: str) -> Cells:
    """The cells of a CSV file or of the first page of a spreadsheet as texts; Unreadable when it is neither."""
    if name.lower().endswith(".csv"):
        return _csv(stream)
    try:
        intake.examine(stream, name, kinds=("sheet",), limit=MOST_BYTES)
    except FileRefused as refused:
        raise Unreadable(_(refused.message, **refused.values)) from refused
    from openpyxl import load_workbook

    try:
        reading.refuse_swollen(stream, MOST_TEXT)
        book = load_workbook(stream, read_only=True, data_only=True)
        page = book.worksheets[0]
        return [["" if value is None else _text(value) for value in row]
                for row in page.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)]
    except Exception as error:  # a parser stumbles over a hostile file in more ways than it has names for
        raise Unreadable(
            _("The spreadsheet cannot be read. Download the empty one from this page and fill it in.")) from error


def column_name(index: int) -> str:
    """A column as spreadsheets name it: 0 is A, 26 is AA."""
    before, last = divmod(index, 26)
    return (column_name(before - 1) if before else "") + chr(ord("A") + last)


def _csv(stream: BinaryIO) -> Cells:
    data = stream.read(MOST_BYTES + 1)
    text = next((decoded for decoded in _decoded(data)), "")
    if len(data) > MOST_BYTES or not text or "\0" in text:
        raise Unreadable(_("The CSV file cannot be read: it must be text of at most 1 MB, in UTF-8 or GB18030."))
    first = text.splitlines()[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)))
    except csv.Error as error:
        raise Unreadable(_("The CSV file cannot be read: %(why)s.", why=error)) from error
    return [[cell.strip() for cell in row[:MOST_COLUMNS]] for row in rows[:MOST_ROWS]]


def _decoded(data: bytes) -> Iterator[str]:
    for encoding in ENCODINGS:
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError:
            continue


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value).strip()


def pasted(text: str) -> Cells:
    """Cells that were copied out of a spreadsheet: lines, separated by tabs."""
    return [[cell.strip() for cell in line.split("\t")] for line in text.splitlines()[:MOST_ROWS]]


def fields(cells: Iterable[Iterable[str]], wanted: Iterable[int]) -> Reading:
    """Figures as the form's fields, found by the row's code or name and the column's year.

    Unreadable when no year or no known row is there. Cells that hold no figure travel on as typed: the form names them.
    """
    rows = [list(row) for row in cells]
    years = set(wanted)
    at = next((index for index, row in enumerate(rows) if any(_year(cell) in years for cell in row)), None)
    if at is None:
        named = "、".join(map(str, sorted(years)))
        raise Unreadable(_("No column is headed by one of the years %(years)s.", years=named))
    columns = {index: _year(cell) for index, cell in enumerate(rows[at]) if _year(cell) in years}
    names, found = _names(), Reading()
    for number, row in enumerate(rows[at + 1:], start=at + 2):
        place = next((names[cell] for cell in row if cell in names), None)
        if place is None:
            title = next((cell for cell in row if cell and not cell.replace(".", "").isdecimal()), "")
            if title and any(index < len(row) and row[index] for index in columns):
                found.unknown.append((number, title))
            continue
        for index, year in columns.items():
            if index < len(row) and row[index]:
                found.fields[place.format(year)] = row[index]
                found.places[place.format(year)] = (number, column_name(index))
    if not found.fields:
        raise Unreadable(_("No row has a known code or name. Download the spreadsheet from this page and fill it in."))
    return found


def _names() -> Mapping[str, str]:
    """What a row may be called: its code, its name in either language, the same with the cost's mark."""
    return (
        {key: f"q-{{}}-{key}" for key in QUANTITIES} | {LABELS[key].zh: f"q-{{}}-{key}" for key in QUANTITIES}
        | {LABELS[key].en: f"q-{{}}-{key}" for key in QUANTITIES}
        | {f"cost:{key}": f"c-{{}}-{key}" for key in COSTED}
        | {f"{LABELS[key].zh}{_COST}": f"c-{{}}-{key}" for key in COSTED})


def _year(cell: str) -> int:
    digits = cell.removesuffix("年").strip()
    return int(digits) if len(digits) == 4 and digits.isdecimal() else 0
