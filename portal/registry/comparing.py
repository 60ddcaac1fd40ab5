"""What a spreadsheet would change in the statistics sheet, and which of its cells cannot be taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.models.statistics import YearlyStatistics
from portal.registry.forms import as_fields, name_of, stored_sheet, typed_sheet, unit_of
from portal.registry.workbook import Reading
from portal.web.fields import figure_of


@dataclass(frozen=True)
class Change:
    """One figure that would change: where it stands on the sheet, what is there and what would be."""

    year: int
    name: str
    unit: str
    before: str
    after: str


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be taken: its row and column in the spreadsheet, its text, what is wrong."""

    row: int
    column: str
    what: str
    text: str
    why: str


@dataclass(frozen=True)
class Comparison:
    """Everything to look at before taking over; `fields` is the whole sheet as it would be sent then."""

    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    unknown: tuple[tuple[int, str], ...]
    same: int
    fields: Mapping[str, str]


def compared(reading: Reading, wanted: Iterable[int], known: Mapping[int, YearlyStatistics]) -> Comparison:
    """Hold what was read against what is stored; a cell that is no figure is named and left as it was."""
    years = tuple(wanted)
    before = as_fields(stored_sheet(years, known))
    wrong = {cell: text for cell, _name, text in typed_sheet(years, before | reading.fields, known).errors
             if cell in reading.fields}
    taken = {cell: text for cell, text in reading.fields.items() if cell not in wrong}
    changes = tuple(_change(cell, before.get(cell, ""), text) for cell, text in taken.items()
                    if _differs(before.get(cell, ""), text))
    faults = tuple(Fault(*reading.places[cell], _title(cell), reading.fields[cell], text)
                   for cell, text in wrong.items())
    return Comparison(changes, faults, tuple(reading.unknown), len(taken) - len(changes), before | taken)


def _differs(before: str, after: str) -> bool:
    return (figure_of(before) or 0) != (figure_of(after) or 0)


def _parts(cell: str) -> tuple[bool, int, str]:
    kind, year, key = cell.split("-", 2)
    return kind == "c", int(year), key


def _title(cell: str) -> str:
    cost, year, key = _parts(cell)
    name = _("%(name)s, cost", name=name_of(key)) if cost else name_of(key)
    return f"{year} {name}"


def _change(cell: str, before: str, after: str) -> Change:
    cost, year, key = _parts(cell)
    return Change(year, _("%(name)s, cost", name=name_of(key)) if cost else name_of(key),
                  _("yuan") if cost else unit_of(key), before, after)
