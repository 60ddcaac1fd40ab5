"""The registry's pages: the statistics sheet, the institution's facts, and every institution for the bureau."""

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, BinaryIO, cast

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal import editions
from portal.clock import today
from portal.domain.indicators import AVERAGES_UNITS, indicators
from portal.domain.outliers import Outlier, outliers
from portal.domain.refusal import ChangedMeanwhile
from portal.domain.workflow import Role
from portal.models.institution import Institution
from portal.registry import actions, forms, queries, workbook
from portal.registry.forms import StatisticsSheet
from portal.web.filters import endpoint_url
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.visitor import me

PARTY = frozenset({Role.APPLICANT, Role.SIGNATORY})
BUREAU = frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR})

desk = Desk("registry", __name__, prefix="/registry", serves=PARTY | BUREAU, label=lazy_gettext("Registry"),
            home="registry.index", links=[(lazy_gettext("Registry"), "registry.index")])


@desk.get("/")
def index() -> ResponseReturnValue:
    """The bureau sees all institutions; an institution itself."""
    if not me().roles & BUREAU:
        return redirect(url_for("registry.statistics"))
    words, division, kind = (request.args.get(name, "").strip() for name in ("q", "division", "type"))
    return render_template(
        "registry/index.html", page=page_of(queries.search(words=words, division=division, kind=kind)), words=words,
        division=division, kind=kind, divisions=queries.divisions(), kinds=forms.kinds())


@desk.get("/institutions/<int:number>")
def one(number: int) -> ResponseReturnValue:
    """One institution with its years, for the bureau."""
    if not me().roles & BUREAU:
        abort(403)
    house = queries.institution(number) or abort(404)
    wanted = queries.years(queries.last_year())
    sheet = forms.stored_sheet(wanted, queries.statistics(house, wanted))
    return render_template("registry/one.html", house=house, sheet=sheet, **_seen_in(sheet, house))


@desk.route("/statistics", methods=["GET", "POST"])
def statistics() -> ResponseReturnValue:
    """Three years in the rows of the statistical form; warnings can be explained."""
    house = queries.own(me()) or abort(404)
    wanted = queries.years(_last())
    known = queries.statistics(house, wanted)
    sheet = forms.stored_sheet(wanted, known)
    conflict = ""
    if request.method == "POST":
        sheet = forms.typed_sheet(wanted, request.form, known)
        if not sheet.errors:
            try:
                changed = actions.save_statistics(house, sheet, by=me())
            except ChangedMeanwhile as stale:
                conflict = f"{stale.sentence} {stale.instead}"
            else:
                flash(_("Saved: %(years)s.", years="、".join(map(str, changed))) if changed
                      else _("Nothing had changed."), "done")
                return redirect(url_for("registry.statistics", year=wanted[-1]), 303)
    return _sheet_page(house, sheet, conflict=conflict), 409 if conflict else 422 if sheet.errors else 200


def _last() -> int:
    """The last year of the sheet: as asked for within reason, else the one that rounds ask for."""
    asked = request.args.get("year", type=int)
    return asked if asked is not None and 2005 <= asked <= today().year else queries.last_year()


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
    """Fill the sheet from a spreadsheet or from pasted cells; nothing is saved before somebody has looked at it."""
    house = queries.own(me()) or abort(404)
    wanted = queries.years(_last())
    known = queries.statistics(house, wanted)
    stored = forms.stored_sheet(wanted, known)
    try:
        sent = request.files.get("file")
        cells = workbook.read(cast(BinaryIO, sent.stream), sent.filename or "") if sent and sent.filename else \
            workbook.pasted(request.form.get("pasted", ""))
        filled = workbook.fields(cells, wanted)
    except workbook.Unreadable as why:
        flash(str(why), "stop")
        return redirect(url_for("registry.statistics", year=wanted[-1]), 303)
    sheet = forms.typed_sheet(wanted, {**_as_fields(stored), **filled}, known)
    flash(_("%(n)s figures were read. Look through them and save.", n=len(filled)), "warn")
    return _sheet_page(house, sheet)


def _as_fields(sheet: StatisticsSheet) -> dict[str, str]:
    """A stored sheet as the form would send it."""
    found: dict[str, str] = {}
    for year in sheet.years:
        found[f"seen-{year.year}"] = year.seen
        found |= {f"q-{year.year}-{key}": text for key, text in year.typed.items()}
        found |= {f"c-{year.year}-{key}": text for key, text in year.costs_typed.items()}
        found |= {f"why-{year.year}-{name}": text for name, text in year.reasons.items()}
    return found


def _sheet_page(house: Institution, sheet: StatisticsSheet, *, conflict: str = "") -> str:
    return render_template("registry/statistics.html", house=house, sheet=sheet, conflict=conflict,
                           editable=_mine(house), desk_links=_links(), **_seen_in(sheet, house))


def _seen_in(sheet: StatisticsSheet, house: Institution) -> dict[str, Any]:
    """Indicators, averages and figures out of line, for showing beside the sheet."""
    factors = editions.factors()
    figures: Mapping[int, Mapping[str, Decimal]] = {year.year: year.values for year in sheet.reported}
    last = sheet.years[-1].year
    average = editions.average_of(house.type, last)
    means = {key: getattr(average, key) for key in AVERAGES_UNITS} if average else {}
    found: tuple[Outlier, ...] = outliers(figures, averages=means, factors=factors)
    return {"indicators": {year: indicators(values, factors=factors) for year, values in figures.items()},
            "average": average, "outliers": found, "reasons": {year.year: year.reasons for year in sheet.years},
            "fuels": forms.FUEL_KEYS, "costed": forms.COSTED, "needed": forms.NEEDED, "name_of": forms.name_of,
            "unit_of": forms.unit_of, "indicator_name": forms.indicator_name}


def _links() -> list[tuple[Any, str, bool, None]]:
    """The strip of an institution's people: their applications and what the registry holds of them."""
    wanted = ((_("My applications"), "apply.index"), (_("Evidence library"), "apply.library"),
              (_("Energy and water statistics"), "registry.statistics"), (_("Institution"), "registry.institution"))
    return [(name, url, url == request.path, None) for name, endpoint in wanted if (url := endpoint_url(endpoint))]


def _mine(house: Institution) -> bool:
    """Whether the visitor may change what the institution reports."""
    return any(grant.role == Role.APPLICANT and grant.institution_id == house.id for grant in me().grants)


@desk.route("/institution", methods=["GET", "POST"])
def institution() -> ResponseReturnValue:
    """The facts of one's own institution."""
    house = queries.own(me()) or abort(404)
    form = forms.InstitutionForm(obj=house)
    if form.validate_on_submit():
        actions.change_institution(house, form.facts(), by=me())
        flash(_("Saved."), "done")
        return redirect(url_for("registry.institution"), 303)
    return render_template("registry/institution.html", house=house, form=form, editable=_mine(house),
                           desk_links=_links()), \
        422 if form.errors else 200
