"""Cases as a spreadsheet or as CSV: one row each, figures as numbers, no people."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from flask_babel import gettext as _

from portal import editions, wording
from portal.clock import in_china
from portal.domain.cells import safe_cell
from portal.domain.workflow import Stage
from portal.models.application import Application
from portal.web.filters import chinese, title_of

WIDTHS = (18, 34, 20, 22, 14, 14, 24, 26, 12, 26, 14, 17, 8, 17, 8, 9, 9, 9, 9, 9, 17)


def headings() -> list[str]:
    """The columns, in the page's language."""
    return [_("Case number"), _("Institution"), _("Short name"), _("Credit code"), _("Type"), _("Division"),
            _("Department"), _("Scheme"), _("Standard"), _("Round"), _("Stage"), _("At this stage since"), _("Days"),
            _("Due"), _("Days late"), _("Self-score"), _("Preliminary score"), _("Review score"), _("Spread"),
            _("Site score"), _("Submitted")]


def cases(rows: Iterable[tuple[Application, datetime | None]], at: datetime) -> io.BytesIO:
    """An xlsx file of cases with the instants at which they are due, written row by row; it stands at its beginning."""
    # loaded where it is used: thirty megabytes that most web processes never need
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Cases"))
    sheet.freeze_panes = "C2"
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    make, bold = partial(WriteOnlyCell, sheet), Font(bold=True)
    head = []
    for words in headings():
        cell = make(value=words)
        cell.font = bold
        head.append(cell)
    sheet.append(head)
    for case, due in rows:
        sheet.append([_cell(make, value) for value in _values(case, due, at)])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def lines(rows: Iterable[tuple[Application, datetime | None]], at: datetime) -> Iterator[str]:
    """The same cases as lines of a CSV file that Excel opens as UTF-8; instants as they read in China."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)

    def line(values: Iterable[Any]) -> str:
        writer.writerow(values)
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        return text

    yield "\ufeff" + line(headings())
    for case, due in rows:
        yield line(_plain(value) for value in _values(case, due, at))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return safe_cell(value)
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


def _values(case: Application, due: datetime | None, at: datetime) -> list[Any]:
    house, scheme = case.institution, editions.get(case.edition)
    here, days = in_china(at).date(), in_china(case.stage_since).date()
    late = (here - in_china(due).date()).days if due and due < at and case.stage is not Stage.CERTIFIED else None
    return [case.number, house.name, house.short_name, house.credit_code, str(wording.TYPES[house.type]),
            house.division.name, house.department.name if house.department else "", title_of(scheme),
            scheme.edition_name if chinese() else scheme.edition_name_en, case.round.name,
            str(wording.STAGES[case.stage]), _wall(case.stage_since), (here - days).days, _wall(due), late,
            case.self_total, case.preliminary_total, case.review_result, case.review_spread, case.site_total,
            _wall(case.submitted_at)]


def _wall(moment: datetime | None) -> datetime | None:
    return in_china(moment).replace(tzinfo=None, microsecond=0) if moment else None


def _cell(make: Callable[..., Any], value: Any) -> Any:
    cell = make(value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # a name that begins with = is a name, not a formula
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, Decimal):
        cell.number_format = "0.00"
    return cell
