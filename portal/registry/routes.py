"""The registry's pages: every institution for the bureau, one's own facts, and (in sheet_routes) the statistics."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import seen
from portal.domain.refusal import ChangedMeanwhile
from portal.registry import actions, forms, queries, sheet_routes
from portal.registry.desk import BUREAU, desk, links, mine, seen_in
from portal.web.paging import page_of
from portal.web.visitor import me

__all__ = ["desk", "sheet_routes"]  # the module that adds its pages to the desk


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
    return render_template("registry/one.html", house=house, sheet=sheet, **seen_in(sheet, house))


@desk.route("/institution", methods=["GET", "POST"])
def institution() -> ResponseReturnValue:
    """The facts of one's own institution."""
    house = queries.own(me()) or abort(404)
    form, status = forms.InstitutionForm(obj=house, seen=seen.mark(*actions.facts_of(house))), 200
    if form.validate_on_submit():
        try:
            actions.change_institution(house, form.facts(), read=form.seen.data or "", by=me())
        except ChangedMeanwhile as stale:
            form.told(stale, seen.mark(*actions.facts_of(house)))
            status = 409
        else:
            flash(_("Saved."), "done")
            return redirect(url_for("registry.institution"), 303)
    elif form.errors:
        status = 422
    return render_template("registry/institution.html", house=house, form=form, editable=mine(house),
                           desk_links=links()), status
