"""The interface for machines: editions, the score of figures, the document that describes it, also as a page."""

from typing import Any

from flask import Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import editions
from portal.clock import today
from portal.domain.indicators import STATISTICS_UNITS, Average
from portal.domain.mistakes import InputErrors
from portal.domain.scheme import Item, Scheme
from portal.selfcheck.openapi import document
from portal.selfcheck.reading import operations
from portal.web.filters import chinese
from portal.web.guard import Desk
from portal.web.limits import limiter
from portal.web.stateless import stateless

desk = Desk("api", __name__, public=True)

LARGEST_BODY = 64 * 1024
"""Bytes; the fullest sheet of the longest edition takes a tenth of it."""
OFTEN = "600 per minute"
"""One address may stand for a whole office that types at the same time."""


@desk.after_request
def open_to_all(response: Response) -> Response:
    """Any site may ask: no cookie is read or set, and the answer depends on nothing but the question."""
    if request.path.startswith("/api/"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Max-Age"] = "86400"
        if request.method == "GET" and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=300"
            response.vary.add("Cookie")
    if response.status_code == 429:
        response.headers["Retry-After"] = "60"
    return response


@desk.get("/api")
def page() -> ResponseReturnValue:
    """The document for people, with commands to try."""
    described = document()
    return render_template("selfcheck/api.html", described=described, operations=operations(described))


@desk.get("/api/v1/openapi.json")
def openapi() -> ResponseReturnValue:
    """The document for machines, OpenAPI 3.1."""
    return jsonify(document())


@desk.get("/api/v1/editions")
def every() -> ResponseReturnValue:
    """Every edition in short."""
    return jsonify(editions=[in_short(one) for one in editions.every()])


@desk.get("/api/v1/editions/<edition>")
def one(edition: str) -> ResponseReturnValue:
    """One edition: what is asked, item by item, and the averages published last for each type of institution."""
    scheme = known(edition)
    if scheme is None:
        return nowhere(edition)
    found = {kind.value: editions.average_of(kind, today().year) for kind in sorted(scheme.eligible_types)}
    return jsonify(in_short(scheme) | {
        "na_policy": scheme.na_policy.value, "digest": editions.digest_of(edition),
        "statistics": [{"key": key, "unit": unit} for key, unit in STATISTICS_UNITS.items()],
        "averages": {kind: published(average) for kind, average in found.items() if average},
        "prerequisites": [{"id": one.id, "text": one.text, "text_en": one.text_en, "provenance": one.provenance.value}
                          for one in scheme.prerequisites],
        "sections": [{"id": part.id, "title": part.title, "title_en": part.title_en, "max": two(part.points),
                      "bonus": part.bonus, "types": sorted(part.types or scheme.eligible_types),
                      "provenance": part.provenance.value, "items": [described(item) for item in part.items]}
                     for part in scheme.sections]})


@desk.post("/api/v1/editions/<edition>/score")
@limiter.limit(OFTEN)
@stateless("scores what it is sent and keeps nothing: no cookie is read, no row is written", most=LARGEST_BODY)
def score(edition: str) -> ResponseReturnValue:
    """The score of figures and answers by an edition, as `portal score` gives it."""
    if known(edition) is None:
        return nowhere(edition)
    if not request.is_json:
        abort(415, _("Send JSON with the header Content-Type: application/json."))
    try:
        given = editions.read_figures(request.get_data(cache=False))
    except editions.NotJson as error:
        abort(400, _("This is not JSON: %(why)s.", why=error))
    try:
        return jsonify(editions.self_check(edition, given, spoken()))
    except InputErrors as errors:
        found = [{"path": one.path, "message": one.say(spoken())} for one in errors.mistakes]
        return jsonify(error="Unprocessable Content", errors=found, message=ngettext(
            "One value cannot be scored.", "%(num)s values cannot be scored.", len(found))), 422


def known(edition: str) -> Scheme | None:
    """The edition of this name, or None."""
    return next((one for one in editions.every() if one.edition == edition), None)


def nowhere(edition: str) -> ResponseReturnValue:
    """There is no such edition; these there are."""
    return jsonify(error="Not Found", message=_("There is no edition %(name)s.", name=edition[:80]),
                   editions=[one.edition for one in editions.every()]), 404


def spoken() -> str:
    """The language of explanations: ?language=en, else Chinese."""
    return "zh" if chinese() else "en"


def two(points: Any) -> str:
    """Points as the interface writes them."""
    return f"{points:.2f}"


def in_short(scheme: Scheme) -> dict[str, Any]:
    """An edition's name and totals as JSON values."""
    return {"edition": scheme.edition, "scheme": scheme.id, "name": scheme.name, "name_en": scheme.name_en,
            "edition_name": scheme.edition_name, "edition_name_en": scheme.edition_name_en, "issued": scheme.issued,
            "max": two(scheme.total), "pass_mark": two(scheme.pass_mark), "types": sorted(scheme.eligible_types)}


def published(average: Average) -> dict[str, Any]:
    """Published averages as JSON values, with where they come from."""
    return {"kgce_per_m2": format(average.kgce_per_m2, "f"), "kgce_per_person": format(average.kgce_per_person, "f"),
            "m3_per_person": format(average.m3_per_person, "f"), "area": average.area, "year": average.year,
            "label": average.label, "source": average.source, "provenance": average.provenance.value}


def described(item: Item) -> dict[str, Any]:
    """An item as JSON values: how it is scored, what it counts, how sure its text is."""
    absent = item.not_applicable
    return {
        "id": item.id, "title": item.title, "title_en": item.title_en, "max": two(item.points),
        "kind": "computed" if item.formula else "scored", "star": item.star, "step": two(item.step),
        "not_applicable": {"condition": absent.condition, "condition_en": absent.condition_en} if absent else None,
        "counts": [{"key": one.id, "title": one.name, "title_en": one.name_en, "unit": one.unit}
                   for one in item.counts],
        "requirement": item.requirement, "clause": item.clause, "provenance": item.provenance.value}
