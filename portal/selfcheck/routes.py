"""The self-check: choose an edition, fill in figures and answers, see the score; nothing is kept."""

import json
from decimal import Decimal
from typing import Any

from flask import Response, abort, get_template_attribute, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal import editions
from portal.clock import today
from portal.domain.explanation import Explanation
from portal.domain.ladder import ladder
from portal.domain.scheme import InstitutionType, Item, Scheme
from portal.domain.sheet import ItemScore, ItemState
from portal.selfcheck import words
from portal.selfcheck.api import LARGEST_BODY, OFTEN, known
from portal.selfcheck.forms import Filled, kept, needed, others, possible, read
from portal.web.errors import wants_json
from portal.web.filters import points
from portal.web.guard import Desk
from portal.web.limits import limiter
from portal.web.stateless import stateless

desk = Desk("selfcheck", __name__, public=True)

ORDER = ("water-saving", "municipal", "national")


@desk.get("/self-check")
def index() -> ResponseReturnValue:
    """The editions to check oneself against, the newest of a scheme first."""
    groups = [sorted((one for one in editions.every() if one.id == scheme), key=lambda one: one.issued, reverse=True)
              for scheme in ORDER]
    return render_template("selfcheck/index.html", groups=[group for group in groups if group])


@desk.get("/self-check/<edition>")
def sheet(edition: str) -> ResponseReturnValue:
    """An empty sheet of an edition; ?type= chooses the type of institution."""
    scheme = known(edition) or abort(404)
    start = MultiDict({"institution.type": request.args["type"]}) if "type" in request.args else MultiDict()
    return render_template("selfcheck/sheet.html", **shown(scheme, start, fresh=True))


@desk.post("/self-check/<edition>")
@limiter.limit(OFTEN)
@stateless("scores what is typed and keeps nothing: no cookie is read, no row is written", most=LARGEST_BODY)
def check(edition: str) -> ResponseReturnValue:
    """The sheet with its score: as a page, as pieces for the page's own script, or the figures as a file."""
    scheme = known(edition) or abort(404)
    if "kept" in request.files:
        return opened(scheme, request.files["kept"].read())
    page = shown(scheme, request.form)
    filled: Filled = page["filled"]
    if wants_json():
        return pieces(page)
    if "download" in request.form and not filled.errors:
        text = json.dumps(filled.given, ensure_ascii=False, indent=2) + "\n"
        return Response(text, mimetype="application/json", headers={
            "Content-Disposition": f"attachment; filename=self-check-{edition}.json"})
    return render_template("selfcheck/sheet.html", **page), 422 if filled.errors else 200


def opened(scheme: Scheme, data: bytes) -> ResponseReturnValue:
    """The sheet filled in from a file that was downloaded before."""
    try:
        form = kept(editions.read_figures(data))
    except editions.NotJson:
        form = None
    if form is None:
        return render_template("selfcheck/sheet.html", **shown(scheme, MultiDict(), fresh=True), unread=_(
            "This is not a file of the self-check. Choose the file that was downloaded here.")), 422
    page = shown(scheme, form)
    return render_template("selfcheck/sheet.html", **page), 422 if page["filled"].errors else 200


def shown(scheme: Scheme, data: MultiDict[str, str], *, fresh: bool = False) -> dict[str, Any]:
    """What the page shows of a sheet."""
    filled = read(scheme, data, today().year, fresh=fresh)
    statistics, averages = needed(scheme)
    missing = [one for one in filled.sheet.items if one.state == ItemState.MISSING]
    lacking = {one.id for one in missing}
    return {
        "scheme": scheme, "filled": filled, "statistics": statistics, "averages": averages,
        "groups": words.groups(statistics), "kinds": [one for one in InstitutionType if one in scheme.eligible_types],
        "certificate_counts": any(one.formula == "person-water-or-certificate" for one in scheme.items()),
        "scores": {one.id: one for one in filled.sheet.items}, "empty": empty, "ladder": ladder,
        "sections": {one.id: one for one in filled.sheet.sections}, "missing": missing,
        "reasons": [one for one in filled.sheet.reasons if one.fails and not (
            one.code == "star-zero" and one.value("item") in lacking)],
        "unanswered": [one for one in scheme.prerequisites if f"answers.{one.id}.met" not in filled.typed],
        "others": others(filled), "possible": possible(filled), "words": words, "language": words.language()}


def empty(item: Item) -> ItemScore:
    """An item of another type of institution, as it stands on the hidden part of the page."""
    nothing = Explanation(formula="manual", points=Decimal(), max=item.points, missing="no-answer")
    return ItemScore(id=item.id, points=Decimal(), max=item.points, state=ItemState.MISSING, explanation=nothing)


def pieces(page: dict[str, Any]) -> ResponseReturnValue:
    """The parts of the page that change while somebody types, each as HTML by the place where it goes."""
    filled: Filled = page["filled"]
    mark, outcome = (get_template_attribute("selfcheck/pieces.html", name) for name in ("mark", "outcome"))
    places = {name: render_template(f"selfcheck/{name}.html", **page)
              for name in ("panel", "bar", "result", "published")}
    for item in filled.scheme.items(filled.type):
        one = page["scores"][item.id]
        places[f"mark-{item.id}"] = mark(one, item)
        places[f"out-{item.id}"] = outcome(one, item, page["language"], ladder(item))
    return jsonify(
        places=places, errors={name: text for name, (_field, text) in filled.errors.items()},
        averages={f"averages.{key}": filled.typed.get(f"averages.{key}", "") for key in page["averages"]},
        type=filled.type.value, said=_("Score so far: %(total)s of %(max)s", total=points(filled.sheet.total, 2),
                                       max=points(filled.sheet.max)),
        hidden=[f"section-{one.id}" for one in filled.scheme.sections if not one.serves(filled.type)])
