"""The shapes of what the interface takes and gives, as JSON Schema."""

from typing import Any

from portal.domain.scheme import InstitutionType, NotApplicablePolicy, Provenance

Json = dict[str, Any]

LISTED = ["valid", "reverifying", "expired", "revoked", "cancelled"]
TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
POINTS: Json = {"type": "string", "pattern": r"^\d+\.\d{2}$"}
DECIMAL = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
DAY: Json = {"type": "string", "format": "date"}
TYPE: Json = {"type": "string", "enum": list(InstitutionType)}
PROVENANCE: Json = {"type": "string", "enum": list(Provenance)}


def ref(name: str) -> Json:
    """A reference to a named shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def some(schema: Json) -> Json:
    """A list of one shape."""
    return {"type": "array", "items": schema}


def or_null(schema: Json) -> Json:
    """A shape or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def shape(properties: Json, *, optional: tuple[str, ...] = (), closed: bool = False) -> Json:
    """An object; every property must be there unless it is optional."""
    return {"type": "object", "properties": properties, "required": [k for k in properties if k not in optional]} | (
        {"additionalProperties": False} if closed else {})


def figures_of(properties: Json) -> Json:
    """An object of figures, each of which may be left out or null."""
    return shape(properties, optional=tuple(properties), closed=True)


def every(statistics: Json, averages: Json) -> Json:
    """All named shapes."""
    return {
        "Figure": {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": DECIMAL},
                             {"type": "null"}]},
        "Institution": shape({"type": TYPE, "holds_water_certificate": FLAG | {"default": False}},
                             optional=("holds_water_certificate",), closed=True),
        "Statistics": figures_of(statistics),
        "Averages": figures_of(averages),
        "Answer": figures_of({"counts": or_null({"type": "object", "additionalProperties": ref("Figure")}),
                              "points": ref("Figure"), "na": FLAG, "met": FLAG}),
        "ScoreInput": shape({
            "institution": ref("Institution"), "statistics": or_null(ref("Statistics")),
            "averages": or_null(ref("Averages")),
            "answers": or_null({"type": "object", "additionalProperties": or_null(ref("Answer"))})},
            optional=("statistics", "averages", "answers"), closed=True),
        "Score": shape({
            "edition": TEXT,
            "items": some(shape({"id": TEXT, "points": POINTS, "max": POINTS,
                                 "state": {"type": "string", "enum": ["computed", "scored", "na", "missing"]},
                                 "explanation": TEXT}, closed=True)),
            "sections": some(shape({"id": TEXT, "points": POINTS, "max": POINTS}, closed=True)),
            "total": POINTS, "max": POINTS, "pass_mark": POINTS, "passed": FLAG, "reasons": some(TEXT)}, closed=True),
        "Problem": shape({"error": TEXT, "message": TEXT}),
        "Mistakes": shape({"error": TEXT, "message": TEXT,
                           "errors": some(shape({"path": TEXT, "message": TEXT}, closed=True))}),
        "UnknownEdition": shape({"error": TEXT, "message": TEXT, "editions": some(TEXT)}),
        **_editions(), **_certificates(),
    }


def _editions() -> Json:
    short = {"edition": TEXT, "scheme": {"type": "string", "enum": ["national", "municipal", "water-saving"]},
             "name": TEXT, "name_en": TEXT, "edition_name": TEXT, "edition_name_en": TEXT, "issued": TEXT,
             "max": POINTS, "pass_mark": POINTS, "types": some(TYPE)}
    item = shape({
        "id": TEXT, "title": TEXT, "title_en": TEXT, "max": POINTS,
        "kind": {"type": "string", "enum": ["computed", "scored"]}, "star": FLAG, "step": POINTS,
        "not_applicable": or_null(shape({"condition": TEXT, "condition_en": TEXT})),
        "counts": some(shape({"key": TEXT, "title": TEXT, "title_en": TEXT, "unit": TEXT})),
        "requirement": TEXT, "clause": TEXT, "provenance": PROVENANCE})
    average = shape({"kgce_per_m2": TEXT, "kgce_per_person": TEXT, "m3_per_person": TEXT, "area": TEXT,
                     "year": {"type": "integer"}, "label": TEXT, "source": TEXT, "provenance": PROVENANCE})
    return {
        "Editions": shape({"editions": some(shape(short))}),
        "Item": item,
        "Edition": shape(short | {
            "na_policy": {"type": "string", "enum": list(NotApplicablePolicy)}, "digest": TEXT,
            "statistics": some(shape({"key": TEXT, "unit": TEXT})),
            "averages": {"type": "object", "additionalProperties": average},
            "prerequisites": some(shape({"id": TEXT, "text": TEXT, "text_en": TEXT, "provenance": PROVENANCE})),
            "sections": some(shape({"id": TEXT, "title": TEXT, "title_en": TEXT, "max": POINTS, "bonus": FLAG,
                                    "types": some(TYPE), "provenance": PROVENANCE, "items": some(ref("Item"))}))}),
    }


def _certificates() -> Json:
    unit = shape({"number": TEXT, "holder": TEXT, "type": TYPE, "scheme": TEXT, "title": TEXT, "division_code": TEXT,
                  "division": TEXT, "issued_on": DAY, "expires_on": or_null(DAY),
                  "status": {"type": "string", "enum": LISTED}, "ended_on": or_null(DAY)})
    return {
        "Unit": unit,
        "Units": shape({"name": TEXT, "publisher": TEXT, "licence": {"type": "object"}, "updated": or_null(TEXT),
                        "as_of": DAY, "fields": {"type": "object"}, "count": {"type": "integer"},
                        "units": some(ref("Unit"))}),
        "Verification": shape(
            {"status": {"type": "string", "enum": [*LISTED, "unknown"]}, "asked": TEXT, "fault": or_null(TEXT),
             "number": TEXT, "holder": TEXT, "scheme": TEXT, "title": TEXT, "division": TEXT, "issued_on": DAY,
             "expires_on": or_null(DAY), "ended_on": or_null(DAY), "ended_reason": or_null(TEXT),
             "checked_at": {"type": "string", "format": "date-time"}},
            optional=("asked", "fault", "number", "holder", "scheme", "title", "division", "issued_on", "expires_on",
                      "ended_on", "ended_reason")),
    }
