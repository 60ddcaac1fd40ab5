"""The open data set of certified units: its fields, its licence, its rows as JSON values and as spreadsheet cells."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _

from portal.directory.words import STANDINGS
from portal.domain.cells import safe_cell
from portal.domain.certificate import Standing
from portal.wording import TYPES

LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}

# name → (label, form, meaning), in the order of columns.
FIELDS = {
    "number": (_("Certificate number"), "text", _("Unique; its last character is a check character.")),
    "holder": (_("Holder"), "text", _("Name of the institution on the day of issue.")),
    "type": (_("Type of institution"), "code", _("government, higher-education, school, hospital, venue or other.")),
    "scheme": (_("Scheme"), "code", _("national, municipal or water-saving.")),
    "title": (_("Title awarded"), "text", _("The title as printed on the certificate.")),
    "division_code": (_("Division code"), "text",
                      _("GB/T 2260; 500000 stands for municipal departments and bodies directly under the city.")),
    "division": (_("Division name"), "text", _("Name of the division on the day of issue.")),
    "issued_on": (_("Issued on"), "date", _("ISO 8601, China time.")),
    "expires_on": (_("Valid until"), "date", _("Last valid day; empty means without a term.")),
    "status": (_("Status"), "code",
               _("valid, reverifying, expired, revoked or cancelled, on the day of the download.")),
    "ended_on": (_("Ended on"), "date", _("Day of revocation or cancellation; empty otherwise.")),
}


def dictionary() -> dict[str, dict[str, str]]:
    """The field dictionary in the reader's language."""
    return {name: {"label": str(label), "form": form, "meaning": str(meaning)}
            for name, (label, form, meaning) in FIELDS.items()}


def record(row: Any) -> dict[str, str | None]:
    """One certificate as JSON values; days as ISO 8601, None where there is none."""
    return {
        "number": row.number, "holder": row.holder, "type": row.institution_type, "scheme": row.scheme,
        "title": row.title, "division_code": row.division_code, "division": row.division,
        "issued_on": row.issued_on.isoformat(), "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "status": row.status, "ended_on": row.ended_on.isoformat() if row.ended_on else None}


def spoken(record: dict[str, str | None]) -> list[str]:
    """One certificate as cells for people: codes in words, nothing that a spreadsheet would take for a formula."""
    words = record | {"type": str(TYPES.get(record["type"], record["type"])),  # type: ignore[call-overload]
                      "status": str(STANDINGS[Standing(record["status"] or "")])}
    return [safe_cell(words[name] or "") for name in FIELDS]


def lines(records: Iterable[dict[str, str | None]]) -> Iterator[str]:
    """CSV in portions, with the mark by which spreadsheets recognise UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([str(label) for label, _form, _meaning in FIELDS.values()])
    for position, one in enumerate(records, start=1):
        writer.writerow(spoken(one))
        if position % 200 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
