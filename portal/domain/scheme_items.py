"""One item of a criteria file: its rubric, its formula, its evidence, each checked against the rest."""

from __future__ import annotations

from decimal import Decimal

from portal.domain.formulas import FORMULAS
from portal.domain.scheme import (
    Band,
    CheckMethod,
    Count,
    EvidenceRequest,
    Item,
    NotApplicable,
    Provenance,
    Step,
)
from portal.domain.scheme_table import Table, choice

__all__ = ["read_evidence", "read_item"]

KINDS = ("pdf", "image", "sheet", "document")
VAGUE = ("其他材料", "其它材料", "相关材料", "有关材料", "相关证明")
"""Names that tell nobody what to bring; the portal asks for documents by name."""


def read_item(
    t: Table, *, section: str, bonus: bool, default_step: Decimal, inherited: Provenance
) -> Item:
    """The item in a table; what is left out is taken from its section."""
    item = Item(
        id=t.text("id"),
        title=t.text("title"),
        title_en=t.text("title_en"),
        requirement=t.text("requirement"),
        points=t.decimal("points", above="0"),
        provenance=t.enum("provenance", Provenance) if t.has("provenance") else inherited,
        star=t.flag("star", False),
        bonus=bonus,
        formula=t.one_of("formula", FORMULAS) if t.has("formula") else None,
        params=_params(t),
        bands=tuple(_band(one) for one in t.tables("bands", "", needed=False)),
        steps=tuple(_step(one) for one in t.tables("steps", "", needed=False)),
        counts=tuple(_count(one) for one in t.tables("counts", "", needed=False)),
        not_applicable=_not_applicable(t),
        evidence=read_evidence(t),
        check=t.enum("check", CheckMethod),
        clause=t.text("clause", ""),
        step=t.decimal("step", above="0") if t.has("step") else default_step,
        note=t.text("note", ""),
        site_note=t.text("site_note", ""),
        section=section,
    )
    t.close()
    _check(item, t)
    return item


def read_evidence(t: Table) -> tuple[EvidenceRequest, ...]:
    """What an item or a prerequisite asks for; names must say which document is meant."""
    found: list[EvidenceRequest] = []
    for one in t.tables("evidence", "", needed=False):
        request = EvidenceRequest(
            id=one.text("id"),
            name=one.text("name"),
            name_en=one.text("name_en", ""),
            least=one.integer("least", 1, least=1),
            kinds=one.choices("kinds", KINDS),
            note=one.text("note", ""),
        )
        one.close()
        if any(vague in request.name for vague in VAGUE):
            one.wrong("evidence.name", repr(request.name), "the document's exact name")
        if any(request.id == other.id for other in found):
            one.wrong("evidence.id", request.id, "unique in its item")
        found.append(request)
    return tuple(found)


def _params(t: Table) -> tuple[tuple[str, Decimal], ...]:
    if not t.has("params"):
        return ()
    params = t.table("params")
    return tuple((name, params.decimal(name)) for name in params.names())


def _band(t: Table) -> Band:
    band = Band(
        limit=t.decimal("limit", above="0") if t.has("limit") else None,
        points=t.decimal("points", least="0"),
        label=t.text("label"),
    )
    t.close()
    return band


def _step(t: Table) -> Step:
    step = Step(
        label=t.text("label"), points=t.decimal("points", least="0"), group=t.text("group", "")
    )
    t.close()
    return step


def _count(t: Table) -> Count:
    count = Count(
        id=t.text("id"),
        name=t.text("name"),
        name_en=t.text("name_en", ""),
        unit=t.text("unit", ""),
        note=t.text("note", ""),
    )
    t.close()
    return count


def _not_applicable(t: Table) -> NotApplicable | None:
    if not t.has("not_applicable"):
        return None
    one = t.table("not_applicable")
    found = NotApplicable(
        condition=one.text("condition"),
        condition_en=one.text("condition_en", ""),
        label=one.text("label", ""),
    )
    one.close()
    return found


def _check(item: Item, t: Table) -> None:
    if item.star and item.bonus:
        t.wrong("star", "true", "false (bonus section)")
    if item.star and item.not_applicable:
        t.wrong("not_applicable", item.not_applicable.condition, "none (star item)")
    if item.step and item.points % item.step:
        t.wrong("step", item.step, f"a divisor of {item.points}")
    if not item.evidence and item.formula is None:
        t.wrong("evidence", "missing", "at least one document by its exact name")
    _check_formula(item, t)
    _check_bands(item, t)
    _check_steps(item, t)


def _check_formula(item: Item, t: Table) -> None:
    formula = FORMULAS.get(item.formula or "")
    needed_counts = formula.counts if formula else ()
    needed_params = formula.params if formula else ()
    counts = tuple(c.id for c in item.counts)
    if sorted(counts) != sorted(needed_counts):
        t.wrong("counts", choice(counts) or "none", choice(needed_counts) or "none")
    names = tuple(name for name, _ in item.params)
    if sorted(names) != sorted(needed_params):
        t.wrong("params", choice(names) or "none", choice(needed_params) or "none")
    if formula is None:
        if item.bands:
            t.wrong("bands", "given", "none (no formula)")
    elif formula.banded and not item.bands:
        t.wrong("bands", "missing", "at least two bands")
    elif not formula.banded and item.bands:
        t.wrong("bands", "given", f"none ({item.formula})")


def _check_bands(item: Item, t: Table) -> None:
    """Limits rise, points fall from the item's points to the last band, which has no limit."""
    if not item.bands:
        return
    limits = [b.limit for b in item.bands]
    if limits[-1] is not None or None in limits[:-1]:
        t.wrong("bands.limit", choice(map(str, limits)), "only the last band without a limit")
        return
    rising = [limit for limit in limits if limit is not None]
    if any(a >= b for a, b in zip(rising, rising[1:], strict=False)):
        t.wrong("bands.limit", choice(map(str, rising)), "ascending")
    points = [b.points for b in item.bands]
    if any(a < b for a, b in zip(points, points[1:], strict=False)):
        t.wrong("bands.points", choice(map(str, points)), "falling")
    if max(points) != item.points:
        t.wrong("bands.points", max(points), f"{item.points} (points)")


def _check_steps(item: Item, t: Table) -> None:
    """Parts and the best of each group reach the item's points (more is capped)."""
    if not item.steps:
        return
    best: dict[str, Decimal] = {}
    for number, step in enumerate(item.steps):
        key = step.group or f"#{number}"
        best[key] = max(best.get(key, Decimal()), step.points)
    if sum(best.values()) < item.points:
        t.wrong("steps", sum(best.values()), f"≥ {item.points} (points)")
