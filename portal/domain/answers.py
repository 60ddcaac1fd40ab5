"""What somebody handed in for scoring becomes checked figures, or every mistake is listed by path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.domain.formulas import FORMULAS
from portal.domain.indicators import AVERAGES_UNITS, STATISTICS_UNITS
from portal.domain.mistakes import InputErrors, InputMistake, mistake
from portal.domain.scheme import InstitutionType, Item, Scheme
from portal.domain.scheme_table import as_decimal

__all__ = ["LARGEST", "Answer", "Checked", "InputErrors", "InputMistake", "checked", "rubric_points"]

LARGEST = Decimal("1e15")
"""No institution reports more of anything; a larger figure is a slip of the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One checked answer: counts, points given by hand, or "not applicable"."""

    counts: Mapping[str, Decimal]
    points: Decimal | None = None
    na: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Everything a sheet is scored from, checked."""

    type: InstitutionType
    holds_water_certificate: bool
    statistics: Mapping[str, Decimal]
    averages: Mapping[str, Decimal]
    answers: Mapping[str, Answer]
    met: Mapping[str, bool]
    """Prerequisites that were answered, by id."""


def checked(
    scheme: Scheme,
    *,
    institution_type: object,
    holds_water_certificate: object,
    statistics: object,
    averages: object,
    answers: object,
) -> Checked:
    """The checked input; InputErrors with every mistake. None stands for an empty mapping."""
    wrong: list[InputMistake] = []
    kinds = sorted(scheme.eligible_types)
    kind = None
    if isinstance(institution_type, str) and institution_type in kinds:
        kind = InstitutionType(institution_type)
    else:
        wrong.append(mistake("institution.type", "choice", allowed=", ".join(kinds)))
    if not isinstance(holds_water_certificate, bool):
        wrong.append(mistake("institution.holds_water_certificate", "flag"))
    figures = _numbers(statistics, "statistics", STATISTICS_UNITS, wrong)
    water, other = figures.get("water_m3"), figures.get("nonconventional_water_m3")
    if water is not None and other is not None and other > water:
        wrong.append(mistake("statistics.nonconventional_water_m3", "part", whole="water_m3"))
    means = _numbers(averages, "averages", AVERAGES_UNITS, wrong)
    given, met = _answers(scheme, kind, answers, wrong)
    if wrong or kind is None:
        raise InputErrors(wrong)
    return Checked(
        type=kind,
        holds_water_certificate=holds_water_certificate is True,
        statistics=figures,
        averages=means,
        answers=given,
        met=met,
    )


def rubric_points(item: Item, chosen: Iterable[int]) -> Decimal:
    """The points of the chosen steps of a rubric: of one group only the best counts, never above the item."""
    alone, groups = Decimal(), dict[str, Decimal]()
    for index in set(chosen):
        step = item.steps[index]
        if step.group:
            groups[step.group] = max(groups.get(step.group, Decimal()), step.points)
        else:
            alone += step.points
    return min(item.points, alone + sum(groups.values(), Decimal()))


def _answers(
    scheme: Scheme, kind: InstitutionType | None, answers: object, wrong: list[InputMistake]
) -> tuple[dict[str, Answer], dict[str, bool]]:
    given: dict[str, Answer] = {}
    met: dict[str, bool] = {}
    own = {item.id: item for item in scheme.items(kind)}
    conditions = {one.id for one in scheme.prerequisites}
    for id, value in _mapping(answers, "answers", wrong).items():
        path = f"answers.{id}"
        if id in own:
            given[id] = _answer(own[id], value, path, wrong)
        elif id in conditions:
            said = _mapping(value, path, wrong)
            _unknown(said, ("met",), path, wrong)
            if isinstance(said.get("met"), bool):
                met[id] = said["met"]
            else:
                wrong.append(mistake(f"{path}.met", "flag"))
        elif scheme.has_item(id):
            wrong.append(mistake(path, "other-type", type=kind))
        else:
            wrong.append(mistake(path, "no-item", edition=scheme.edition))
    return given, met


def _answer(item: Item, value: object, path: str, wrong: list[InputMistake]) -> Answer:
    said = _mapping(value, path, wrong)
    _unknown(said, ("counts", "points", "na"), path, wrong)
    na = said.get("na", False)
    if not isinstance(na, bool):
        wrong.append(mistake(f"{path}.na", "flag"))
        na = False
    if na and item.not_applicable is None:
        wrong.append(mistake(f"{path}.na", "scored", item=item.id))
    points = None
    if said.get("points") is not None:
        if na:
            wrong.append(mistake(f"{path}.points", "na-points"))
        points = _points(item, said["points"], f"{path}.points", wrong)
    formula = FORMULAS.get(item.formula or "")
    names = dict.fromkeys(formula.counts if formula else (), "")
    counts = _numbers(said.get("counts"), f"{path}.counts", names, wrong)
    for part, whole in formula.part_of if formula else ():
        if part in counts and whole in counts and counts[part] > counts[whole]:
            wrong.append(mistake(f"{path}.counts.{part}", "part", whole=whole))
    return Answer(counts=counts, points=points, na=na)


def _points(
    item: Item, value: object, path: str, wrong: list[InputMistake]
) -> Decimal | None:
    number = as_decimal(value)
    if number is None:
        wrong.append(mistake(path, "number"))
    elif not 0 <= number <= item.points:
        wrong.append(mistake(path, "range", most=item.points))
        return None
    elif number % item.step:
        wrong.append(mistake(path, "step", step=item.step))
    return number


def _numbers(
    values: object, path: str, known: Mapping[str, str], wrong: list[InputMistake]
) -> dict[str, Decimal]:
    """Figures by key; null means not reported."""
    found = {}
    given = _mapping(values, path, wrong)
    _unknown(given, tuple(known), path, wrong)
    for key, value in given.items():
        if key not in known or value is None:
            continue
        number = as_decimal(value)
        if number is None:
            wrong.append(mistake(f"{path}.{key}", "number"))
        elif not 0 <= number <= LARGEST:
            wrong.append(mistake(f"{path}.{key}", "range", most=f"{LARGEST:f}"))
        else:
            found[key] = number
    return found


def _mapping(value: object, path: str, wrong: list[InputMistake]) -> Mapping[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    wrong.append(mistake(path, "object"))
    return {}


def _unknown(
    given: Mapping[str, Any], known: Iterable[str], path: str, wrong: list[InputMistake]
) -> None:
    names = tuple(known)
    for key in given:
        if key not in names:
            wrong.append(mistake(f"{path}.{key}", "unknown", allowed=", ".join(names) or "–"))
