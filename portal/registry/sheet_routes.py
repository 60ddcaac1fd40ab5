"""The statistics sheet: filled in and saved as one types, downloaded, read from a spreadsheet and compared."""

import io
from typing import Any, BinaryIO, cast

from flask import abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock
from portal.domain.refusal import ChangedMeanwhile
from portal.models.institution import Institution
from portal.registry import actions, comparing, forms, queries, workbook
from portal.registry.desk import desk, links, mine, seen_in
from portal.registry.forms import StatisticsSheet
from portal.web.errors import wants_json
from portal.web.visitor import me


@desk.route("/statistics", methods=["GET", "POST"])
def statistics() -> ResponseReturnValue:
    """Three years in the rows of the statistical form; warnings can be explained."""
    house = queries.own(me()) or abort(404)
    wanted = queries.years(_last())
    known = queries.statistics(house, wanted)
    if request.method != "POST":
        return _page(house, forms.stored_sheet(wanted, known))
    sheet, conflict = forms.typed_sheet(wanted, request.form, known), ""
    if wants_json():
        return _autosaved(house, sheet)
    if not sheet.errors:
        try:
            changed = actions.save_statistics(house, sheet, by=me())
        except ChangedMeanwhile as stale:
            conflict = f"{stale.sentence} {stale.instead}"
            forms.read_again(sheet, queries.statistics(house, wanted))
        else:
            flash(_("Saved: %(years)s.", years="、".join(map(str, changed))) if changed
                  else _("Nothing had changed."), "done")
            return redirect(url_for("registry.statistics", year=wanted[-1]), 303)
    return _page(house, sheet, conflict=conflict), 409 if conflict else 422 if sheet.errors else 200


def _autosaved(house: Institution, sheet: StatisticsSheet) -> ResponseReturnValue:
    """Save the years in which nothing is wrong or missing; say what keeps the others."""
    wanted = [one.year for one in sheet.years]
    try:
        actions.save_statistics(house, sheet.faultless(), by=me())
    except ChangedMeanwhile as stale:
        return jsonify(error=str(stale.sentence), instead=str(stale.instead), message=str(stale.sentence),
                       hidden=_marks(house, wanted)), 409
    shown = {cell: text for cell, _name, text in sheet.errors if request.form.get(cell, "").strip()}
    empty = [name for cell, name, _text in sheet.errors if cell not in shown]
    left = ""
    if shown:
        left = _("%(n)s cells need correcting; their years are not saved yet", n=len(shown))
    elif empty:
        left = _("not saved yet: %(names)s still missing", names="、".join(empty[:3]) + ("…" if len(empty) > 3 else ""))
    seen = seen_in(sheet, house)
    return jsonify(
        saved=f"{clock.in_china(clock.now()):%H:%M}", unsaved=left, cells=shown, hidden=_marks(house, wanted), parts={
            "indicators": render_template("registry/part_indicators.html", sheet=sheet, **seen),
            "outliers": render_template("registry/part_outliers.html", sheet=sheet, editable=True, **seen)})


def _marks(house: Institution, wanted: list[int]) -> dict[str, str]:
    known = queries.statistics(house, wanted)
    return {f"seen-{year}": queries.seen(known.get(year)) for year in wanted}


def _last() -> int:
    """The last year of the sheet: as asked for within reason, else the one that rounds ask for."""
    asked = request.args.get("year", type=int)
    return asked if asked is not None and 2005 <= asked <= clock.today().year else queries.last_year()


@desk.get("/statistics.xlsx")
def download() -> ResponseReturnValue:
    """The sheet as a spreadsheet, to fill in and send back."""
    house = queries.own(me()) or abort(404)
    wanted = queries.years(_last())
    data = workbook.written(forms.stored_sheet(wanted, queries.statistics(house, wanted)))
    name = _("statistics %(year)s", year=wanted[-1]) + ".xlsx"
    return send_file(io.BytesIO(data), as_attachment=True, download_name=name,
                     mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@desk.post("/statistics/read")
def read() -> ResponseReturnValue:
    """Read a spreadsheet, a CSV file or pasted cells and show what would change; nothing is saved by it."""
    house = queries.own(me()) or abort(404)
    wanted = queries.years(_last())
    sent = request.files.get("file")
    try:
        cells = workbook.read(cast(BinaryIO, sent.stream), sent.filename or "") if sent and sent.filename else \
            workbook.pasted(request.form.get("pasted", ""))
        reading = workbook.fields(cells, wanted)
    except workbook.Unreadable as why:
        flash(str(why), "stop")
        return redirect(url_for("registry.statistics", year=wanted[-1]) + "#from", 303)
    finally:
        if sent is not None:
            sent.close()
    found = comparing.compared(reading, wanted, queries.statistics(house, wanted))
    return render_template("registry/preview.html", house=house, found=found, last=wanted[-1], desk_links=links(),
                           editable=mine(house))


def _page(house: Institution, sheet: StatisticsSheet, *, conflict: str = "") -> str:
    seen: dict[str, Any] = seen_in(sheet, house)
    return render_template("registry/statistics.html", house=house, sheet=sheet, conflict=conflict,
                           editable=mine(house), desk_links=links(), **seen)
