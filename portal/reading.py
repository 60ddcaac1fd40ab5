"""Read a spreadsheet or a text document as plain rows and paragraphs, to be shown beside a score; never its formats."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from xml.etree import ElementTree

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, MOST_PARAGRAPHS = 6, 200, 24, 400
MOST_TEXT = 48 * 1024 * 1024
"""Bytes of XML that are read into memory for one file; a parser needs several times as much."""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class CannotRead(ValueError):
    """The file is damaged or of a kind that is not read."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A table with its name, or running text: `rows` of cells, or `lines`; `cut`: there is more in the original."""

    name: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    cut: bool = False


def read(stream: BinaryIO, *, kind: str) -> list[Block]:
    """What a file of kind "sheet" (xlsx) or "document" (docx) says, up to the limits above. Raises CannotRead."""
    try:
        refuse_swollen(stream)
        if kind == "sheet":
            return list(_tables(stream))
        if kind == "document":
            return [_text(stream)]
    except Exception as error:  # a parser stumbles over a hostile file in more ways than it has names for
        raise CannotRead(str(error)) from error
    raise CannotRead(kind)


def refuse_swollen(stream: BinaryIO, most: int = MOST_TEXT) -> None:
    """Raise CannotRead when an Office file's texts (not its pictures) unpack to more than `most` bytes."""
    with zipfile.ZipFile(stream) as parcel:
        if sum(one.file_size for one in parcel.infolist() if one.filename.lower().endswith((".xml", ".rels"))) > most:
            raise CannotRead("the file's texts are too long to be read")
    stream.seek(0)


def _tables(stream: BinaryIO) -> Iterator[Block]:
    # loaded where it is used: thirty megabytes that most web processes never need
    from openpyxl import load_workbook

    book = load_workbook(stream, read_only=True, data_only=True)
    for sheet in book.worksheets[:MOST_SHEETS]:
        rows = [tuple(_cell(value) for value in row)
                for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)]
        while rows and not any(rows[-1]):
            rows.pop()
        wide = max((at + 1 for row in rows for at, text in enumerate(row) if text), default=0)
        if wide:
            yield Block(name=str(sheet.title), rows=tuple(row[:wide] for row in rows[:MOST_ROWS]),
                        cut=len(rows) > MOST_ROWS)
    book.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if not (value.hour or value.minute) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value).strip()


def _text(stream: BinaryIO) -> Block:
    with zipfile.ZipFile(stream) as parcel:
        root = ElementTree.fromstring(parcel.read("word/document.xml"))
    lines = [text for one in root.iter(f"{_WORD}p")
             if (text := "".join(part.text or "" for part in one.iter(f"{_WORD}t")).strip())]
    return Block(lines=tuple(lines[:MOST_PARAGRAPHS]), cut=len(lines) > MOST_PARAGRAPHS)
