"""Figures to score, as the interface takes them."""

from copy import deepcopy
from typing import Any

# 8 + 6 + 8 + 8 of the technical part and 11 + 7 + 11 + 9 + 9 of the other: 77 of 92, since T5 and T6 are not scored.
WATER: dict[str, Any] = {
    "institution": {"type": "school", "holds_water_certificate": False},
    "statistics": {"water_m3": "26400", "nonconventional_water_m3": 0, "water_headcount": 1200},
    "averages": {"m3_per_person": "25.35"},
    "answers": {
        "T1": {"counts": {"unit_metered": 26400, "unit_total": 26400, "sub_metered": 25500, "sub_total": 26400}},
        "T2": {"counts": {"saving": 409, "total": 412}}, "T4": {"counts": {"leaking": 3, "total": 412}},
        "T5": {"na": True}, "T6": {"na": True},
        "G1": {"points": "11"}, "G2": {"points": 7}, "G3": {"points": 11.0}, "G4": {"points": 9}, "G5": {"points": 9},
        "P2": {"met": True}},
}
ADDRESS = "/api/v1/editions/water-saving-2013/score"


def changed(**answers: Any) -> dict[str, Any]:
    """The water sheet with some answers changed; None takes one out."""
    sheet = deepcopy(WATER)
    for id, said in answers.items():
        if said is None:
            sheet["answers"].pop(id, None)
        else:
            sheet["answers"][id] = said
    return sheet


def typed(given: Any, path: str = "") -> dict[str, str]:
    """The form that says what an input says: every value by its path, as it is typed."""
    if isinstance(given, dict):
        return {name: text for key, value in given.items() for name, text in typed(value, f"{path}.{key}" if path else key).items()}
    if isinstance(given, bool):
        return {path: "yes" if given else "no"} if path.endswith(".met") else {path: "1"} if given else {}
    return {path: str(given)}
