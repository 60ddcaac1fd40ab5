"""Spreadsheets and text documents as institutions attach them, byte for byte the same for the same figures."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from random import Random
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from portal.demo import scan_tables
from portal.demo.lettering import DISCLAIMER, MARK
from portal.demo.statistics import QUANTITIES, YearOfStatistics
from portal.demo.texts import PARAGRAPHS

_SAVED = datetime(2020, 1, 1)
_LABELS = {
    "electricity_kwh": "电力（千瓦时）",
    "natural_gas_m3": "天然气（立方米）",
    "raw_coal_kg": "原煤（千克）",
    "gasoline_vehicle_l": "汽油—车辆用油（升）",
    "gasoline_other_l": "汽油—其他用油（升）",
    "diesel_vehicle_l": "柴油—车辆用油（升）",
    "diesel_other_l": "柴油—其他用油（升）",
    "lpg_kg": "液化石油气（千克）",
    "heat_mj": "热力（兆焦）",
    "water_m3": "用水（立方米）",
    "nonconventional_water_m3": "非常规水源（立方米）",
}
# Share of a year's use in each month: air conditioning in July and August, heating in January.
_MONTHS = (9.6, 8.1, 7.4, 7.0, 7.2, 8.6, 10.4, 10.2, 8.8, 7.2, 7.3, 8.2)


def workbook(
    rng: Random, *, document_name: str, holder: str, genre: str, today: date, figures: YearOfStatistics | None = None
) -> bytes:
    """An xlsx of the genre (`scans.Genre`); with `figures` the year's quantities and costs month by month, adding up."""
    book = Workbook()
    sheet = book.active
    sheet.title = document_name[:28]
    rows = _months(figures) if figures else [tuple(_cell(text) for text in row) for row in scan_tables.rows_of(rng, genre)]
    sheet.append([document_name])
    sheet.append([f"单位：{holder}　　{MARK}　　制表日期：{today.isoformat()}"])
    for row in rows:
        sheet.append(list(row))
    sheet.append([DISCLAIMER])
    wide = len(rows[0])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=wide)
    sheet["A1"].font = Font(bold=True, size=15)
    sheet["A1"].alignment = Alignment(horizontal="center")
    for cell in sheet[3]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DCEBE6")
    for column in range(1, wide + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 20
    sheet.freeze_panes = "B4"
    book.properties.creator, book.properties.subject, book.properties.created = holder, MARK, _SAVED
    out = BytesIO()
    book.save(out)
    return _settled(out.getvalue())


def text_document(rng: Random, *, document_name: str, holder: str, today: date) -> bytes:
    """A docx of one heading and numbered paragraphs: the three parts that every reader of the format asks for."""
    texts = [document_name, f"{holder}　{today.year}年{today.month}月　{MARK}"]
    texts += [f"{number}、{text}" for number, text in zip("一二三四五", rng.sample(PARAGRAPHS, k=5), strict=True)]
    texts.append(DISCLAIMER)
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in texts)
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{head}<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    return _zipped((name, text.encode()) for name, text in parts.items())


def _months(figures: YearOfStatistics) -> list[tuple[str | float, ...]]:
    """The year in monthly rows, each quantity beside its cost; December takes what rounding left."""
    used = [key for key in QUANTITIES if figures.quantities[key]]
    head: list[str | float] = [f"{figures.year}年月份"]
    for key in used:
        head += [_LABELS[key], f"{_LABELS[key].split('（')[0]}费用（元）"]
    rows: list[tuple[str | float, ...]] = [tuple(head)]
    columns: list[list[float]] = []
    for key in used:
        for value in (figures.quantities[key], figures.costs[key]):
            cells = [round(float(value) * share / 100, 2) for share in _MONTHS[:-1]]
            columns.append([*cells, round(float(value) - sum(cells), 2), float(value)])
    for ordinal in range(12):
        rows.append((f"{ordinal + 1}月", *(column[ordinal] for column in columns)))
    rows.append(("合计", *(column[12] for column in columns)))
    return rows


def _cell(text: str) -> str | float:
    """Figures as numbers, so that the sheet can be added up."""
    return float(text.replace(",", "")) if re.fullmatch(r"[\d,]+(\.\d+)?", text) else text


def _settled(archive: bytes) -> bytes:
    """The same archive without the moment it was saved at."""
    with zipfile.ZipFile(BytesIO(archive)) as source:
        parts = [(each.filename, source.read(each)) for each in source.infolist()]
    stamp = _SAVED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    parts = [
        (name, re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, body) if name == "docProps/core.xml" else body)
        for name, body in parts
    ]
    return _zipped(parts)


def _zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts:
            entry = zipfile.ZipInfo(name, date_time=_SAVED.timetuple()[:6])
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, body)
    return out.getvalue()
