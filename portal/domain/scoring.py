"""One sheet's score: every item with its explanation, the total under the n/a policy, pass or why not.

Several sheets are joined in `results`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal.domain.answers import Answer, Checked, InputErrors, InputMistake, checked
from portal.domain.explanation import Explanation, Reason
from portal.domain.formulas import FORMULAS, Figures
from portal.domain.indicators import Factors, NotComputable, as_number, reading, rounded
from portal.domain.results import (
    Combined,
    CombinedItem,
    Outcome,
    combine,
    combined_items,
    decide,
)
from portal.domain.scheme import Item, NotApplicablePolicy, Scheme
from portal.domain.sheet import ItemScore, ItemState, SectionScore, SheetScore

__all__ = [
    "Combined",
    "CombinedItem",
    "InputErrors",
    "InputMistake",
    "ItemScore",
    "ItemState",
    "Outcome",
    "SectionScore",
    "SheetScore",
    "combine",
    "combined_items",
    "decide",
    "score",
    "score_item",
]

_NOTHING = Answer(counts={})


def score(
    scheme: Scheme,
    *,
    institution_type: object,
    holds_water_certificate: bool = False,
    statistics: Mapping[str, Any] | None = None,
    averages: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
    factors: Factors,
    period: str = "",
) -> SheetScore:
    """The score of one sheet.

    `statistics` by the keys of `indicators.STATISTICS_UNITS`, `averages` by those of
    `AVERAGES_UNITS`, numbers or decimal texts. `answers` by item id: {"counts": {…}} for computed
    items, {"points": "11"} for the others (and for a score that departs from the computed one),
    {"na": true} where the item allows it; by prerequisite id: {"met": false}.
    Items without an answer count 0 and are named. Raises InputErrors with every mistake.
    """
    given = checked(
        scheme,
        institution_type=institution_type,
        holds_water_certificate=holds_water_certificate,
        statistics=statistics,
        averages=averages,
        answers=answers,
    )
    items = tuple(
        _item(item, given, factors=factors, period=period, policy=scheme.na_policy)
        for item in scheme.items(given.type)
    )
    by_id = {one.id: one for one in items}
    sections = tuple(
        SectionScore(
            id=section.id,
            points=sum((by_id[i.id].points for i in section.items), Decimal()),
            max=sum((_applicable(by_id[i.id], scheme.na_policy) for i in section.items), Decimal()),
        )
        for section in scheme.sections_for(given.type)
    )
    base = [s for s in sections if not scheme.section(s.id).bonus]
    extra = [s for s in sections if scheme.section(s.id).bonus]
    earned = sum((s.points for s in base), Decimal())
    applicable = sum((s.max for s in base), Decimal())
    bonus = sum((s.points for s in extra), Decimal())
    exact, most = Fraction(earned), applicable
    if scheme.na_policy is NotApplicablePolicy.EXCLUDE_RESCALE:
        most = scheme.base_total
        if applicable:
            exact = exact / Fraction(applicable) * Fraction(scheme.base_total)
    exact += Fraction(bonus)
    total = as_number(exact)
    reasons = _reasons(scheme, given, items, total)
    return SheetScore(
        edition=scheme.edition,
        items=items,
        sections=sections,
        total=total,
        max=most + sum((s.max for s in extra), Decimal()),
        pass_mark=scheme.pass_mark,
        passed=not any(r.fails for r in reasons),
        reasons=reasons,
        unmet=tuple(id for id, met in given.met.items() if not met),
        earned=earned,
        applicable=applicable,
    )


def score_item(
    item: Item,
    *,
    figures: Figures,
    answer: Mapping[str, Any] | None = None,
    policy: NotApplicablePolicy = NotApplicablePolicy.EXCLUDE_RESCALE,
) -> ItemScore:
    """One item on its own, from figures that were checked already (a live preview).

    `answer` may hold "points" and "na"; its counts are in the figures.
    """
    said = dict(answer or {})
    points = said.get("points")
    given = Answer(
        counts=figures.counts,
        points=None if points is None else Decimal(str(points)),
        na=bool(said.get("na")),
    )
    return _scored(item, given, figures, policy)


def _item(
    item: Item, given: Checked, *, factors: Factors, period: str, policy: NotApplicablePolicy
) -> ItemScore:
    answer = given.answers.get(item.id, _NOTHING)
    figures = Figures(
        statistics=given.statistics,
        averages=given.averages,
        factors=factors,
        counts=answer.counts,
        holds_water_certificate=given.holds_water_certificate,
        period=period,
    )
    return _scored(item, answer, figures, policy)


def _scored(
    item: Item, answer: Answer, figures: Figures, policy: NotApplicablePolicy
) -> ItemScore:
    if answer.na and item.not_applicable is not None:
        return _not_applicable(item, policy)
    found = _computed(item, figures) if item.formula else None
    computed = found.points if found is not None and not found.missing else None
    if answer.points is not None:
        return ItemScore(
            id=item.id,
            points=answer.points,
            max=item.points,
            state=ItemState.SCORED,
            explanation=_by_hand(item, answer.points, computed),
            computed=computed,
        )
    if found is not None:
        return ItemScore(
            id=item.id,
            points=found.points,
            max=item.points,
            state=ItemState.MISSING if found.missing else ItemState.COMPUTED,
            explanation=found,
            computed=computed,
        )
    nothing = Explanation(
        formula="manual", points=Decimal(), max=item.points, missing="no-answer"
    )
    return ItemScore(
        id=item.id,
        points=Decimal(),
        max=item.points,
        state=ItemState.MISSING,
        explanation=nothing,
    )


def _computed(item: Item, figures: Figures) -> Explanation:
    """The formula's explanation, or one that names the figure it lacks."""
    try:
        return FORMULAS[str(item.formula)].rule(item, figures)
    except NotComputable as why:
        titles = {c.id: (c.name, c.name_en) for c in item.counts}
        zh, en = titles.get(why.field, ("", ""))
        return Explanation(
            formula=str(item.formula),
            points=Decimal(),
            max=item.points,
            missing=why.reason,
            missing_values=(("field", why.field), ("field_label", zh), ("field_en", en)),
        )


def _by_hand(item: Item, points: Decimal, computed: Decimal | None) -> Explanation:
    departed = computed is not None and computed != points
    return Explanation(
        formula=item.formula or "manual",
        points=points,
        max=item.points,
        note="departed" if departed else "by-hand",
        note_values=(
            (("points", str(rounded(points))), ("computed", str(rounded(computed))))
            if departed and computed is not None
            else ()
        ),
    )


def _not_applicable(item: Item, policy: NotApplicablePolicy) -> ItemScore:
    points = item.points if policy is NotApplicablePolicy.FULL else Decimal()
    condition = item.not_applicable.condition if item.not_applicable else ""
    condition_en = item.not_applicable.condition_en if item.not_applicable else ""
    return ItemScore(
        id=item.id,
        points=points,
        max=item.points,
        state=ItemState.NA,
        explanation=Explanation(
            formula=item.formula or "manual",
            points=points,
            max=item.points,
            note="not-applicable",
            note_values=(("condition", condition), ("condition_en", condition_en or condition)),
        ),
    )


def _applicable(one: ItemScore, policy: NotApplicablePolicy) -> Decimal:
    if one.state is ItemState.NA and policy is not NotApplicablePolicy.FULL:
        return Decimal()
    return one.max


def _reasons(
    scheme: Scheme, given: Checked, items: tuple[ItemScore, ...], total: Decimal
) -> tuple[Reason, ...]:
    found = [
        Reason(
            code="prerequisite-unmet",
            values=(("item", one.id), ("title", one.text), ("title_en", one.text_en)),
        )
        for one in scheme.prerequisites
        if given.met.get(one.id) is False
    ]
    for one in items:
        item = scheme.item(one.id)
        if item.star and one.state is not ItemState.NA and one.points == 0:
            found.append(Reason(code="star-zero", values=_named(item)))
    if total < scheme.pass_mark:
        shown = reading(total, against=scheme.pass_mark)
        mark = str(rounded(scheme.pass_mark))
        found.append(
            Reason(code="below-pass-mark", values=(("total", shown), ("pass_mark", mark)))
        )
    for one in items:
        if one.state is ItemState.MISSING:
            why = one.explanation
            values = (*_named(scheme.item(one.id)), ("why", why.missing), *why.missing_values)
            found.append(Reason(code="item-missing", values=values, fails=False))
    return tuple(found)


def _named(item: Item) -> tuple[tuple[str, str], ...]:
    return (("item", item.id), ("title", item.title), ("title_en", item.title_en))
