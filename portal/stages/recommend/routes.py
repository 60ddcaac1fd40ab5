"""The desk of districts and departments: look at what their institutions handed in, score it, recommend it."""

from dataclasses import replace

from flask import abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import editions
from portal.clock import in_china, now
from portal.domain.refusal import Refused
from portal.domain.workflow import Role
from portal.dossier import dossier, evidence_of
from portal.models.application import Application
from portal.stages.recommend import actions, letter, queries
from portal.stages.recommend.forms import Correct, Decline, Endorse, Scores, read_scores
from portal.web import sending
from portal.web.case import stations, timeline
from portal.web.corrections import asked
from portal.web.errors import wants_json
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.visitor import me

desk = Desk("recommend", __name__, prefix="/recommend", serves={Role.RECOMMENDER}, label=_l("Recommend"),
            home="recommend.queue", links=[(_l("My cases"), "recommend.queue"),
                                           (_l("Recommended lists"), "recommend.lists")])

TABS = ("waiting", "returned", "later")


def found(number: int) -> Application:
    """The case of one of the visitor's institutions, or 404."""
    return queries.case(me(), number) or abort(404)


@desk.get("/")
def queue() -> ResponseReturnValue:
    """What waits for this body, the most urgent first."""
    tab = request.args.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    scheme, words = request.args.get("scheme", ""), request.args.get("q", "").strip()
    page = page_of(queries.queue(me(), tab=tab, scheme=scheme, words=words), size=30)
    return render_template("recommend/queue.html", tab=tab, page=page, counts=queries.counts(me()), scheme=scheme,
                           words=words, schemes=_schemes(), scored=queries.scored_counts(page.rows),
                           standings=queries.standings(me()), editions=editions)


def _schemes() -> list[tuple[str, str]]:
    return list({one.id: (one.id, one) for one in editions.every()}.values())  # type: ignore[arg-type]


@desk.get("/lists")
def lists() -> ResponseReturnValue:
    """What this body has recommended, round by round, with the covering letters."""
    found = queries.standings(me())[:12]
    return render_template("recommend/lists.html",
                           shown=list(zip(found, queries.endorsed_lists(me(), found), strict=True)))


@desk.get("/lists/<int:round>/<body>/letter.pdf")
def covering_letter(round: int, body: str) -> ResponseReturnValue:
    """The covering letter with the ranked list."""
    own = next((one for one in queries.bodies(me()) if one.key == body), None) or abort(404)
    call = queries.round_of(me(), round) or abort(404)
    rows = queries.endorsed_list(call.id, own) or abort(404)
    paper = letter.render(letter.facts(call, own, rows, demo=current_app.config["PORTAL"].demo))
    return sending.paper(paper, f"{call.name}.pdf")


@desk.get("/<int:number>")
def case(number: int) -> ResponseReturnValue:
    """One case: everything handed in, and the preliminary scores."""
    return page(found(number))


def page(one: Application, *, scores: Scores | None = None, status: int = 200) -> ResponseReturnValue:
    """The case page, with what was typed when it could not be kept."""
    file = dossier(one)
    given = {row.item.id: queries.given(row.preliminary) for row in file.rows}
    shown = given | dict(scores.values if scores else {})
    shown |= {item: replace(given[item], note=note) for item, note in (scores.notes if scores else {}).items()}
    rows = [row.preliminary for row in file.rows if row.preliminary]
    return render_template(
        "recommend/case.html", case=one, file=file, scheme=file.scheme, shown=shown,
        typed=scores.typed if scores else {}, errors=scores.errors if scores else {},
        revision=actions.revision(rows), total=actions.total(one, rows),
        left=[row.item for row in file.rows if not given[row.item.id].scored],
        may={action.value for action in actions.open_to(one, by=me())}, stations=stations(one, file.scheme),
        told=timeline(one, role=Role.RECOMMENDER, person=me()), opinions=queries.opinions(one)), status


@desk.post("/<int:number>/scores")
def score(number: int) -> ResponseReturnValue:
    """Keep preliminary scores; by itself while typing, or by the button."""
    one = found(number)
    scores = read_scores(request.form, editions.get(one.edition).items(one.institution.type))
    if scores.errors:
        if wants_json():
            return jsonify(error=_("Not saved"), message=" ".join(scores.errors.values())), 422
        return page(one, scores=scores, status=422)
    revision = actions.score(one, scores.values, seen=request.form.get("revision", ""), by=me())
    if wants_json():
        return jsonify(saved=f"{in_china(now()):%H:%M:%S}", revision=revision, out=_totals(found(number)))
    flash(_("The preliminary scores are saved."), "done")
    return redirect(url_for(".case", number=number), 303)


def _totals(one: Application) -> dict[str, str]:
    """The figures beside the form after a save."""
    file = dossier(one)
    given = [queries.given(row.preliminary) for row in file.rows]
    points = current_app.jinja_env.filters["points"]
    scored = sum(value.scored for value in given)
    return {"scored": f"{scored} / {len(given)}",
            "sum": points(sum((value.points for value in given if value.points is not None), start=0)),
            "total": points(one.preliminary_total, 2)} | {
        f"part-{part.section.id}": points(part.preliminary_points) for part in file.parts}


@desk.route("/<int:number>/return", methods=["GET", "POST"])
def send_back(number: int) -> ResponseReturnValue:
    """Ask for corrections: a reason for each item, all at once."""
    one = found(number)
    file = dossier(one)
    page = asked(Correct(due_on=actions.default_due()), file, lambda reasons, summary, day: (
        actions.return_for_correction(one, reasons, by=me(), summary=summary, due_on=day)))
    if page.done:
        flash(_("%(number)s has been returned for correction; the institution has been told.", number=one.number),
              "done")
        return redirect(url_for(".queue"), 303)
    return render_template("recommend/return.html", case=one, file=file, scheme=file.scheme, page=page,
                           open="return" in _open(one), stations=stations(one, file.scheme)), page.status


@desk.route("/<int:number>/endorse", methods=["GET", "POST"])
def endorse(number: int) -> ResponseReturnValue:
    """Recommend to the bureau, with opinion and rank, within the quota."""
    one = found(number)
    body = queries.body_of(one.institution)
    taken = queries.ranks(one.round_id, body)
    form = Endorse(rank=actions.next_rank(taken))
    problem = None
    if form.validate_on_submit():
        try:
            actions.endorse(one, by=me(), opinion=form.opinion.data or "", rank=form.rank.data or 0)
            flash(_("%(number)s has been recommended to the bureau.", number=one.number), "done")
            return redirect(url_for(".case", number=number), 303)
        except Refused as refused:
            problem = refused
            one, taken = found(number), queries.ranks(one.round_id, body)
    file = dossier(one)
    return render_template(
        "recommend/endorse.html", case=one, file=file, scheme=file.scheme, form=form, problem=problem, body=body,
        taken=sorted(taken), open="endorse" in _open(one), stations=stations(one, file.scheme),
        left=[row.item for row in file.rows if not queries.given(row.preliminary).scored],
        total=actions.total(one, [row.preliminary for row in file.rows if row.preliminary]),
        others=queries.endorsed_list(one.round_id, body)), 422 if form.errors or problem else 200


@desk.route("/<int:number>/decline", methods=["GET", "POST"])
def decline(number: int) -> ResponseReturnValue:
    """Do not recommend; the page asks once more and names what follows."""
    one = found(number)
    form = Decline()
    if form.validate_on_submit():
        actions.decline(one, by=me(), reason=form.reason.data or "")
        flash(_("%(number)s is closed as not recommended; the institution reads your reason.", number=one.number),
              "done")
        return redirect(url_for(".queue"), 303)
    scheme = editions.get(one.edition)
    return render_template("recommend/decline.html", case=one, scheme=scheme, form=form, open="decline" in _open(one),
                           stations=stations(one, scheme)), 422 if form.errors else 200


def _open(one: Application) -> set[str]:
    return {action.value for action in actions.open_to(one, by=me())}


@desk.get("/<int:number>/files/<int:evidence>")
def view_file(number: int, evidence: int) -> ResponseReturnValue:
    """The pages of one evidence file as pictures."""
    one = found(number)
    shown = evidence_of(one, evidence) or abort(404)
    return render_template("recommend/file.html", case=one, scheme=editions.get(one.edition), shown=shown)


@desk.get("/<int:number>/files/<int:evidence>/download")
def download(number: int, evidence: int) -> ResponseReturnValue:
    """The original of an evidence file."""
    return sending.attachment((evidence_of(found(number), evidence) or abort(404)).file)


@desk.get("/<int:number>/files/<int:evidence>/pages/<int:at>")
def picture(number: int, evidence: int, at: int) -> ResponseReturnValue:
    """One page of an evidence file."""
    return sending.picture((evidence_of(found(number), evidence) or abort(404)).file, at)
