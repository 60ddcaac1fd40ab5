"""What one case says and is worth: its answers scored as the portal scores them, and sheets around that score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from portal import editions
from portal.demo import answers as invented
from portal.demo import texts
from portal.demo.answers import Answers, GivenScore
from portal.domain.indicators import AVERAGES_UNITS, as_number
from portal.domain.scheme import InstitutionType, NotApplicablePolicy, Scheme
from portal.domain.scoring import ItemState, SheetScore, score
from portal.domain.self_report import chapters

_TRIES = 12


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """Answers, the figures they are scored with, and the score."""

    scheme: Scheme
    type: InstitutionType
    answers: Answers
    notes: Mapping[str, str]
    figures: Mapping[str, Any]
    sheet: SheetScore

    @property
    def expected(self) -> dict[str, Decimal]:
        """What every item that is scored is worth by its answer."""
        return {one.id: one.points for one in self.sheet.items if one.state is not ItemState.NA}

    @property
    def absent(self) -> frozenset[str]:
        """Items that are not scored."""
        return frozenset(one.id for one in self.sheet.items if one.state is ItemState.NA)

    def total_of(self, given: Mapping[str, GivenScore]) -> Decimal:
        """What a sheet of these scores is worth: the arithmetic of a full sheet, without its explanations."""
        bonus = {item.id for section in self.scheme.sections_for(self.type) if section.bonus for item in section.items}
        earned = sum((one.points for key, one in given.items() if key not in bonus), Decimal())
        extra = sum((one.points for key, one in given.items() if key in bonus), Decimal())
        exact = Fraction(earned)
        if self.scheme.na_policy is NotApplicablePolicy.EXCLUDE_RESCALE and self.sheet.applicable:
            exact = exact / Fraction(self.sheet.applicable) * Fraction(self.scheme.base_total)
        if self.scheme.na_policy is NotApplicablePolicy.FULL:
            exact += sum((Fraction(self.scheme.item(key).points) for key in self.absent), Fraction())
        return as_number(exact + Fraction(extra))


def frozen(kind: InstitutionType, year: int, statistics: Mapping[str, Decimal], *, holds: bool = False) -> dict[str, Any]:
    """Figures in the shape in which a case freezes them when it is submitted."""
    average = editions.average_of(kind, year)
    return {
        "year": year, "statistics": {key: format(value, "f") for key, value in statistics.items()},
        "averages": {key: format(getattr(average, key), "f") for key in AVERAGES_UNITS} if average else {},
        "average_source": f"{average.label}（{average.area}，{average.year}年）" if average else "",
        "average_provenance": average.provenance.value if average else "",
        "holds_water_certificate": holds, "institution_type": kind.value,
    }


def passing(rng: Random, scheme: Scheme, *, figures: Mapping[str, Any], headcount: int, margin: Decimal = Decimal(3),
            strength: float = 0.93) -> Dossier:
    """A case that passes by `margin` points and more; weak answers are given up for stronger ones until it does."""
    for attempt in range(_TRIES):
        made = dossier(rng, scheme, figures=figures, headcount=headcount, strength=min(1.0, strength + 0.015 * attempt))
        if made.sheet.passed and made.sheet.total >= scheme.pass_mark + margin:
            return made
    return made


def dossier(rng: Random, scheme: Scheme, *, figures: Mapping[str, Any], headcount: int, strength: float) -> Dossier:
    """A case whose claims lie around `strength` of the points."""
    kind = InstitutionType(figures["institution_type"])
    said = invented.answers(rng, scheme, institution_type=kind, headcount=headcount, strength=strength,
                            water_m3=Decimal(str(figures["statistics"]["water_m3"])))
    notes = invented.statements(rng, scheme, institution_type=kind)
    return Dossier(scheme=scheme, type=kind, answers=said, notes=notes, figures=figures,
                   sheet=_score(scheme, kind, said, figures))


def sheets(rng: Random, made: Dossier, *, experts: int, disagree: bool = False, lean: float = 0.0) -> list[
        dict[str, GivenScore]]:
    """What the experts give; sheets pass as the case does, unless `lean` or `disagree` make them strict."""
    if lean:
        return [invented.sheet(rng, made.scheme, expected=made.expected, lean=lean) for _n in range(experts)]
    found = list(invented.sheets(rng, made.scheme, expected=made.expected, experts=experts, disagree=disagree))
    for place in range(experts - disagree):
        for kindness in (0.0, 0.04, 0.08, 0.15):
            if made.total_of(found[place]) > made.scheme.pass_mark:
                break
            found[place] = invented.sheet(rng, made.scheme, expected=made.expected, lean=kindness)
    return found


def answer_rows(made: Dossier, *, case: int, by: int, at: datetime, leave_out: frozenset[str] = frozenset()) -> list[
        dict[str, Any]]:
    """Rows of the table `answer` for a case, one for every item and condition except those left out."""
    rows = []
    for place in [one.id for one in made.scheme.prerequisites] + [one.id for one in made.sheet.items]:
        if place in leave_out:
            continue
        said = made.answers.get(place, {})
        rows.append({
            "application_id": case, "item_id": place, "not_applicable": bool(said.get("na")),
            "points": Decimal(said["points"]) if "points" in said else None, "met": said.get("met"),
            "counts": dict(said.get("counts", {})), "note": made.notes.get(place, ""), "revision": 1,
            "updated_at": at, "updated_by_id": by})
    return rows


def score_rows(made: Dossier, given: Mapping[str, GivenScore], **owner: Any) -> list[dict[str, Any]]:
    """One row for every item of a sheet: points and reason, or not applicable; `owner` names the sheet and the time."""
    rows = []
    for one in made.sheet.items:
        mine = given.get(one.id)
        departs = one.computed is not None and mine is not None and mine.points != one.computed
        rows.append({"item_id": one.id, "points": mine.points if mine else None, "not_applicable": mine is None,
                     "reason": mine.reason if mine and (departs or mine.points < one.max) else "", **owner})
    return rows


def report(rng: Random, scheme: Scheme, *, name: str, headcount: int, floor_area_m2: int) -> dict[str, Any]:
    """The chapters of the self-report by key."""
    written = [text for _title, text in texts.self_report(
        rng, name=name, headcount=headcount, floor_area_m2=floor_area_m2, water=scheme.id == "water-saving")]
    written.append("下一步将继续完善计量和统计，逐年降低人均用能用水，并把有效做法推广到所属单位。")
    return {chapter.key: text for chapter, text in zip(chapters(scheme.id), written, strict=True)} | {"revision": 1}


def _score(scheme: Scheme, kind: InstitutionType, said: Answers, figures: Mapping[str, Any]) -> SheetScore:
    return score(scheme, institution_type=kind.value, holds_water_certificate=bool(figures["holds_water_certificate"]),
                 statistics=figures["statistics"], averages=figures["averages"], answers=said,
                 factors=editions.factors(), period=str(figures["year"]))
