"""The pages on which the institution answers: one item, the basic conditions, the self-report."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, scorecards
from portal.domain.refusal import ChangedMeanwhile
from portal.domain.scheme import Item, Scheme
from portal.domain.workflow import Action
from portal.models.application import Application
from portal.stages.apply import actions, queries
from portal.stages.apply.desk import case_or_404, desk, may, own_item
from portal.stages.apply.forms import Reply, answer_form, conditions_form, report_form
from portal.stages.apply.progress import Progress, Row
from portal.web.errors import wants_json
from portal.web.filters import chinese
from portal.web.filters import points as shown_points
from portal.web.visitor import me


def language() -> str:
    """The language in which explanations are put."""
    return "zh" if chinese() else "en"


def saved(revision: int, **more: Any) -> ResponseReturnValue:
    """What a page's autosave is told."""
    return jsonify(saved=f"{clock.in_china(clock.now()):%H:%M}", revision=revision, **more)


def refused(errors: dict[str, Any]) -> ResponseReturnValue:
    """What a page's autosave is told when something typed does not fit."""
    texts = [str(text) for found in errors.values() for text in found]
    by_field = {name: [str(text) for text in found] for name, found in errors.items()}
    return jsonify(error=texts[0] if texts else _("Not saved"), fields=by_field), 422


def _kept(form: Any, save: Callable[[], Any], *, told: Callable[[Any], ResponseReturnValue], after: Callable[[], str],
          stored: Callable[[], int]) -> tuple[ResponseReturnValue | None, str]:
    """Save what a form sent: the answer to give, or None with why the page is shown again.

    An autosave hears what `told` makes of what was saved; a button leads to `after`. The text is not empty when another
    window saved in between: then the form takes the revision `stored` now, and whoever saves again means it.
    """
    if request.method != "POST":
        return None, ""
    if not form.validate():
        return refused(form.errors) if wants_json() else None, ""
    try:
        kept = save()
    except ChangedMeanwhile as stale:
        if wants_json():
            return (jsonify(error=str(stale.sentence), message=str(stale.sentence), instead=str(stale.instead),
                            hidden={"revision": stored()}), 409), ""
        form.revision.data, form.revision.raw_data = stored(), None
        return None, f"{stale.sentence} {stale.instead}"
    if wants_json():
        return told(kept), ""
    flash(_("Saved."), "done")
    return redirect(after(), 303), ""


def _next_or(endpoint: str, number: int) -> str:
    """The task list when the button says "next", else this page again."""
    return url_for("apply.case" if request.form.get("go") == "next" else endpoint, number=number)


@desk.route("/<int:number>/items/<item_id>", methods=["GET", "POST"])
def item(number: int, item_id: str) -> ResponseReturnValue:
    """One item: requirement, answer, evidence, note. A POST saves (autosave or button)."""
    case = case_or_404(number)
    scheme, one = own_item(case, item_id)
    stored = next((row for row in case.answers if row.item_id == item_id), None)
    form = answer_form(one, stored)
    answer, conflict = _kept(
        form, lambda: actions.save_answer(case, one, form.said(), revision=form.revision.data or 0, by=me()),
        told=lambda row: _told(number, one, row.revision), after=lambda: _after(case, scheme, one),
        stored=lambda: queries.revision_of(case_or_404(number), [item_id]))
    if answer is not None:
        return answer
    return _item_page(case if request.method == "GET" else case_or_404(number), scheme, one, form, conflict=conflict)


def _item_page(case: Application, scheme: Scheme, one: Item, form: Any, *, conflict: str = "") -> ResponseReturnValue:
    """The page of one item; 409 when another window saved, 422 when something typed does not fit."""
    figures = scorecards.frozen_figures(case)
    state = queries.progress_of(case, figures=figures)
    row = next(row for row in state.rows if row.item.id == one.id)
    editable = Action.ANSWER.value in may(case)
    page = render_template(
        "apply/item.html", case=case, scheme=scheme, item=one, form=form, row=row, state=state, may=may(case),
        section=scheme.section(one.section), neighbours=_neighbours(scheme, case, one), conflict=conflict,
        language=language(), reply=Reply(), figures=figures, editable=editable, cells=band_cells(row),
        library=queries.reusable(case, one.id) if editable and one.evidence else [],
        unfinished=queries.unfinished(case, me()) if editable and one.evidence else [])
    return page, 409 if conflict else 422 if form.errors else 200


def _neighbours(scheme: Scheme, case: Application, one: Item) -> dict[str, Any]:
    items = scheme.items(case.institution.type)
    at = [each.id for each in items].index(one.id)
    of_section = [each for each in items if each.section == one.section]
    return {"before": items[at - 1] if at else None, "after": items[at + 1] if at + 1 < len(items) else None,
            "nth": of_section.index(one) + 1, "of": len(of_section)}


def _after(case: Application, scheme: Scheme, one: Item) -> str:
    """Where the pressed button leads: the next item, or this page again."""
    after = _neighbours(scheme, case, one)["after"]
    if request.form.get("go") == "next" and after is not None:
        return url_for("apply.item", number=case.id, item_id=after.id)
    if request.form.get("go") == "next":
        return url_for("apply.case", number=case.id)
    return url_for("apply.item", number=case.id, item_id=one.id)


def band_cells(row: Row) -> list[tuple[str, str, bool]]:
    """The bands of an item for the macro `bands`: points, what for, whether it is the one reached."""
    reached = row.score.explanation.band
    return [(shown_points(band.points), band.label, reached is not None and reached.label == band.label)
            for band in row.item.bands]


def _told(number: int, one: Item, revision: int) -> ResponseReturnValue:
    version = queries.version_of(number)
    state: Progress = queries.progress_of(case_or_404(number))
    row: Row = next(row for row in state.rows if row.item.id == one.id)
    return saved(revision, version=version, out={
        "item-points": shown_points(row.score.points), "total": shown_points(state.sheet.total, 2)}, parts={
        "explained": render_template("apply/explained.html", row=row, item=one, language=language()),
        "bands": render_template("apply/part_bands.html", cells=band_cells(row)),
        "status": render_template("apply/part_status.html", row=row),
        "evidence-count": render_template("apply/part_count.html", row=row)})


@desk.route("/<int:number>/conditions", methods=["GET", "POST"])
def conditions(number: int) -> ResponseReturnValue:
    """The basic conditions of applying."""
    case = case_or_404(number)
    scheme = scorecards.scheme_of(case)
    answers = {row.item_id: row for row in case.answers}
    form = conditions_form(scheme, answers)
    answer, conflict = _kept(
        form, lambda: actions.save_conditions(case, form.said(), revision=form.revision.data or 0, by=me()),
        told=saved, after=lambda: _next_or("apply.conditions", number),
        stored=lambda: queries.revision_of(case_or_404(number), [one.id for one in scheme.prerequisites]))
    if answer is not None:
        return answer
    case = case if request.method == "GET" else case_or_404(number)
    state = queries.progress_of(case)
    editable = Action.ANSWER.value in may(case)
    page = render_template("apply/conditions.html", case=case, scheme=scheme, form=form, state=state, may=may(case),
                           conflict=conflict, editable=editable, library=queries.reusable(case, "") if editable else [],
                           unfinished=queries.unfinished(case, me()) if editable else [])
    return page, 409 if conflict else 422 if form.errors else 200


@desk.route("/<int:number>/report", methods=["GET", "POST"])
def report(number: int) -> ResponseReturnValue:
    """The self-report, chapter by chapter."""
    case = case_or_404(number)
    scheme = scorecards.scheme_of(case)
    form = report_form(scheme, case.report)
    answer, conflict = _kept(
        form, lambda: actions.save_report(case, form.texts(), revision=form.revision.data or 0, by=me()),
        told=saved, after=lambda: _next_or("apply.report", number),
        stored=lambda: int(case_or_404(number).report.get("revision", 0)))
    if answer is not None:
        return answer
    page = render_template("apply/report.html", case=case, scheme=scheme, form=form, may=may(case), conflict=conflict,
                           editable=Action.ANSWER.value in may(case))
    return page, 409 if conflict else 422 if form.errors else 200


@desk.post("/<int:number>/corrections/<int:correction>")
def reply(number: int, correction: int) -> ResponseReturnValue:
    """Say what was corrected."""
    case = case_or_404(number)
    asked = next((one for one in queries.corrections(case) if one.id == correction and one.resolved_at is None), None)
    if asked is None:
        abort(404)
    form = Reply()
    if form.validate():
        actions.reply_to_correction(case, asked, (form.text.data or "").strip(), read=request.form.get("seen", ""),
                                    by=me())
        flash(_("Saved."), "done")
    else:
        flash(_("Write what was corrected."), "stop")
    known = asked.item_id and scorecards.scheme_of(case).has_item(asked.item_id)
    return redirect(url_for("apply.item", number=number, item_id=asked.item_id) if known
                    else url_for("apply.case", number=number), 303)
