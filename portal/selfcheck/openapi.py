"""The interface described as OpenAPI 3.1, in the reader's language; the tests hold it to what is really answered."""

from typing import Any

from flask_babel import gettext as _

from portal import editions
from portal.domain.indicators import AVERAGES_UNITS, STATISTICS_UNITS
from portal.domain.scheme import InstitutionType, Provenance
from portal.domain.wording import label, unit
from portal.selfcheck import schemas
from portal.web.filters import absolute, chinese

Json = dict[str, Any]

EXAMPLE: Json = {
    "institution": {"type": "school", "holds_water_certificate": False},
    "statistics": {"water_m3": "26400", "nonconventional_water_m3": 0, "water_headcount": 1200},
    "averages": {"m3_per_person": "25.35"},
    "answers": {
        "T1": {"counts": {"unit_metered": 26400, "unit_total": 26400, "sub_metered": 25500, "sub_total": 26400}},
        "T2": {"counts": {"saving": 409, "total": 412}},
        "T4": {"counts": {"leaking": 3, "total": 412}},
        "T5": {"na": True}, "T6": {"na": True},
        "G1": {"points": "11"}, "G2": {"points": 7}, "G3": {"points": "11.5"}, "G4": {"points": 9},
        "G5": {"points": 9}, "P2": {"met": True}},
}
EXAMPLE_EDITION = "water-saving-2013"


def document() -> Json:
    """The whole document; the example's answer is computed, never written down."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Open interface of the certification portal"), "version": "1",
            "description": _("Reading and calculating only: no key, no cookie, nothing is stored. Explanations are in "
                             "Chinese; add ?language=en for English."),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"}},
        "servers": [{"url": absolute("")}],
        "paths": {
            "/api/v1/editions": {"get": _editions()},
            "/api/v1/editions/{edition}": {"get": _edition()},
            "/api/v1/editions/{edition}/score": {"post": _score()},
            "/units.json": {"get": _units()},
            "/verify/{number}": {"get": _verify()}},
        "components": {"schemas": schemas.every(figures(STATISTICS_UNITS), figures(AVERAGES_UNITS))},
    }


def figures(units: dict[str, str]) -> Json:
    """The properties of an object of figures: name and unit of each."""
    tongue = "zh" if chinese() else "en"
    sign = "（{}）" if chinese() else " ({})"
    return {key: schemas.ref("Figure") | {"description": label(key, tongue) + sign.format(unit(value, tongue))}
            for key, value in units.items()}


def answer(description: str, schema: str, example: Any = None) -> Json:
    """One answer in JSON."""
    content: Json = {"schema": schemas.ref(schema)}
    if example is not None:
        content["example"] = example
    return {"description": description, "content": {"application/json": content}}


def place(name: str, description: str, example: str, choices: list[str] | None = None) -> Json:
    """A part of an address."""
    return {"name": name, "in": "path", "required": True, "description": description, "example": example,
            "schema": {"type": "string"} | ({"enum": choices} if choices else {})}


def asked(name: str, description: str, choices: list[str] | None = None, *, many: bool = False) -> Json:
    """Something that is asked for behind the question mark."""
    value: Json = {"type": "string"} | ({"enum": choices} if choices else {})
    return {"name": name, "in": "query", "description": description,
            "schema": {"type": "array", "items": value} if many else value}


def _edition_place() -> Json:
    return place("edition", _("An edition's id"), EXAMPLE_EDITION, [one.edition for one in editions.every()])


def _tongue() -> Json:
    return asked("language", _("Language of explanations and messages; Chinese unless asked otherwise"), ["zh", "en"])


def _editions() -> Json:
    return {"operationId": "editions", "summary": _("All editions of the criteria"), "tags": [_("Criteria")],
            "responses": {"200": answer(_("Every edition in short"), "Editions")}}


def _edition() -> Json:
    return {"operationId": "edition", "summary": _("One edition, item by item"), "tags": [_("Criteria")],
            "description": _("Ids, maximum, how each item is scored and how sure its text is: %(all)s.",
                             all=" | ".join(Provenance)),
            "parameters": [_edition_place()],
            "responses": {"200": answer(_("The edition"), "Edition"),
                          "404": answer(_("There is no such edition"), "UnknownEdition")}}


def _score() -> Json:
    tongue = "zh" if chinese() else "en"
    result = editions.self_check(EXAMPLE_EDITION, EXAMPLE, tongue)
    return {
        "operationId": "score", "summary": _("Score figures and answers"), "tags": [_("Self-check")],
        "description": _("The same calculation as the self-check page and the command portal score. Figures that are "
                         "left out make their items missing; they count 0 and are named. Numbers are sent as JSON "
                         "numbers or decimal strings and come back as strings with two decimals."),
        "parameters": [_edition_place(), _tongue()],
        "requestBody": {"required": True, "description": _("At most 64 KB"), "content": {"application/json": {
            "schema": schemas.ref("ScoreInput"), "example": EXAMPLE}}},
        "responses": {
            "200": answer(_("The score with an explanation of every item"), "Score", result),
            "400": answer(_("The body is not JSON"), "Problem"),
            "404": answer(_("There is no such edition"), "UnknownEdition"),
            "413": answer(_("The body is too large"), "Problem"),
            "415": answer(_("The body is not declared as JSON"), "Problem"),
            "422": answer(_("Some values cannot be scored; every one is named with its path"), "Mistakes"),
            "429": answer(_("Too many questions in one minute; ask again after Retry-After seconds"), "Problem")}}


def _units() -> Json:
    return {"operationId": "units", "summary": _("The list of certified units"), "tags": [_("Certified units")],
            "parameters": [
                asked("q", _("Words in the name, or a certificate number")),
                asked("scheme", _("Scheme"), ["national", "municipal", "water-saving"], many=True),
                asked("status", _("Status"), schemas.LISTED, many=True),
                asked("type", _("Type of institution"), list(InstitutionType), many=True),
                asked("division", _("Division code (GB/T 2260)"), many=True),
                asked("year", _("Year of the title"), many=True)],
            "responses": {"200": answer(_("The list with its field dictionary"), "Units")}}


def _verify() -> Json:
    return {"operationId": "verify", "summary": _("Verify a certificate"), "tags": [_("Certified units")],
            "parameters": [
                place("number", _("Certificate number or verification code"), "7K3M9QXA"),
                asked("format", _("json for an answer to machines"), ["json"]) | {"required": True, "example": "json"}],
            "responses": {"200": answer(_("The certificate and its status today"), "Verification"),
                          "404": answer(_("No such certificate; the status is unknown"), "Verification")}}
