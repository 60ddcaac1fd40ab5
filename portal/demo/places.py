"""Where the demonstration plays: the divisions of Chongqing and a list of municipal departments."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class DivisionKind(StrEnum):
    """What a reporting area is."""

    MUNICIPAL = "municipal"
    DISTRICT = "district"
    COUNTY = "county"
    FUNCTIONAL_AREA = "functional-area"


@dataclass(frozen=True)
class Division:
    """A reporting area: six-character code, official name, kind.

    The functional areas have no GB/T 2260 code; theirs (5000Z1 …) are the portal's own.
    """

    code: str
    name: str
    kind: DivisionKind

    @property
    def registration_code(self) -> str:
        """The six digits a credit code may carry: the municipality's for a functional area."""
        return self.code if self.code.isdigit() else "500000"


@dataclass(frozen=True)
class Department:
    """A municipal department that recommends the institutions of its system.

    `code` is the demonstration's own (D001 …), `system` one of the values in `SYSTEMS`.
    """

    code: str
    name: str
    system: str


SYSTEMS = frozenset({"government", "education", "health", "culture", "sport", "science", "justice", "group", "affiliated"})


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("portal.demo") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def divisions() -> tuple[Division, ...]:
    """The municipal level, 38 districts and counties, three functional areas, in the order of their codes."""
    return tuple(Division(row["code"], row["name"], DivisionKind(row["kind"])) for row in _rows("divisions.csv"))


@cache
def areas() -> tuple[Division, ...]:
    """The 41 reporting areas below the municipal level."""
    return tuple(each for each in divisions() if each.kind is not DivisionKind.MUNICIPAL)


@cache
def municipal() -> Division:
    """The municipal level itself."""
    return next(each for each in divisions() if each.kind is DivisionKind.MUNICIPAL)


@cache
def departments() -> tuple[Department, ...]:
    """The 115 municipal departments of the demonstration, in the order of their codes."""
    return tuple(
        Department(f"D{ordinal:03d}", row["name"], row["system"])
        for ordinal, row in enumerate(_rows("departments.csv"), start=1)
    )


def department(name: str) -> Department:
    """The department of that name; `KeyError` when there is none."""
    for each in departments():
        if each.name == name:
            return each
    raise KeyError(name)
