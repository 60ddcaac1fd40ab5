"""Archived lists: each round's list of certified units at a stable address, as announced, with what changed since."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.clock import in_china, today
from portal.directory import archive, queries, words
from portal.directory.desk import desk
from portal.domain.cells import safe_cell
from portal.domain.certificate import Standing
from portal.models.certificate import Certificate
from portal.web.filters import day
from portal.wording import TYPES


@dataclass(frozen=True)
class Line:
    """One line of an archived list: its printed number, the certificate, what it is worth today, what changed since."""

    serial: int
    row: Certificate
    standing: Standing
    changes: tuple[str, ...]


@desk.get("/lists")
def lists() -> ResponseReturnValue:
    """Every round's list, the newest year first."""
    found = archive.lists()
    years = sorted({one.round.year for one in found}, reverse=True)
    return render_template("directory/lists.html",
                           years=[(year, [one for one in found if one.round.year == year]) for year in years])


@desk.get("/lists/<int:number>")
def archived(number: int) -> ResponseReturnValue:
    """One round's list as it was announced."""
    found = next(iter(archive.lists(number)), None) or abort(404)
    shown = lines(number)
    return render_template("directory/list.html", found=found, lines=shown,
                           changed=sum(bool(one.changes) for one in shown),
                           notices=queries.notices_of([one.row.application_id for one in shown]))


@desk.get("/lists/<int:number>.csv")
def archived_csv(number: int) -> ResponseReturnValue:
    """One round's list as a spreadsheet file."""
    shown = lines(number) or abort(404)
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    sheet = csv.writer(text)
    sheet.writerow([_("No."), _("Unit"), _("District or municipal bodies"), _("Type of institution"),
                    _("Title awarded"), _("Certificate number"), _("Issued on"), _("Valid until"), _("Status today"),
                    _("Changes since")])
    for one in shown:
        row = one.row
        sheet.writerow([one.serial, *map(safe_cell, (
            row.holder, row.division, str(TYPES[row.institution_type]), row.title,  # type: ignore[index]
            row.number, row.issued_on.isoformat(), row.expires_on.isoformat() if row.expires_on else "",
            str(words.STANDINGS[one.standing]), "；".join(one.changes)))])
    return Response(text.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": f"attachment; filename=list-{number}-{today():%Y%m%d}.csv"})


def lines(number: int) -> list[Line]:
    """The lines of a round's list in printed order."""
    rows = archive.certificates(number)
    kept = archive.kept([row.application_id for row in rows])
    return [Line(serial, row, queries.standing_now(row), tuple(changes(row, kept.get(row.application_id))))
            for serial, row in enumerate(rows, start=1)]


def changes(row: Certificate, kept: datetime | None) -> list[str]:
    """What happened to a certificate since it was announced, in words, the oldest first."""
    found: list[tuple[date, str]] = []
    if kept:
        found.append((in_china(kept).date(), _("kept after re-verification on %(day)s", day=day(kept))))
    if row.reissued_on:
        found.append((row.reissued_on, _("reissued on %(day)s", day=day(row.reissued_on))))
    if row.expires_on and row.expires_on < today():
        found.append((row.expires_on, _("term ended on %(day)s", day=day(row.expires_on))))
    if row.ended_on and row.ended_on <= today():
        found.append((row.ended_on, _("revoked on %(day)s", day=day(row.ended_on)) if row.ended_as == "revoked"
                      else _("cancelled on %(day)s", day=day(row.ended_on))))
    renamed = [_("now called %(name)s", name=row.institution.name)] if row.institution.name != row.holder else []
    return renamed + [text for _when, text in sorted(found)]
