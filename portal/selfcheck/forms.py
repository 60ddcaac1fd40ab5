"""What a visitor fills in, read as the interface's input: a field's name is the path of its value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from portal import editions
from portal.domain.answers import rubric_points
from portal.domain.indicators import AVERAGES_UNITS, FUELS, Average
from portal.domain.mistakes import InputErrors
from portal.domain.scheme import InstitutionType, Item, Scheme
from portal.domain.sheet import SheetScore
from portal.selfcheck import words
from portal.web.fields import figure_of

ENERGY = (*(fuel.key for fuel in FUELS), "floor_area_m2", "headcount")
WATER = ("water_m3", "nonconventional_water_m3", "water_headcount")
NEEDS = {
    "area-energy": ((*ENERGY,), "kgce_per_m2"), "person-energy": ((*ENERGY,), "kgce_per_person"),
    "person-water": ((*WATER,), "m3_per_person"), "person-water-or-certificate": ((*WATER,), "m3_per_person"),
}
"""What a formula takes from the statistics, and the average it compares with."""

Path = tuple[str, ...]

DEEPEST = 4
"""answers · T1 · counts · total"""


@dataclass
class Filled:
    """One sheet as filled in: texts as typed by name, the interface's input, what is wrong by name, the score."""

    scheme: Scheme
    type: InstitutionType
    published: Average | None
    typed: dict[str, str]
    ticked: dict[str, frozenset[int]]
    given: dict[str, Any]
    sheet: SheetScore
    errors: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(name of the field, what is wrong) by the field's name, in the order of the page."""

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in but what the page fills in itself."""
        return not any(self.given.get(part) for part in ("statistics", "answers"))


def needed(scheme: Scheme) -> tuple[list[str], list[str]]:
    """The statistics and the averages that this edition's formulas look at, in the order of the form."""
    wanted = [NEEDS[item.formula] for item in scheme.items() if item.formula in NEEDS]
    return ([key for key in (*ENERGY, *WATER) if any(key in keys for keys, _mean in wanted)],
            [key for key in AVERAGES_UNITS if any(key == mean for _keys, mean in wanted)])


def read(scheme: Scheme, data: MultiDict[str, str], year: int, *, fresh: bool = False) -> Filled:
    """The sheet in a form; `year` chooses the averages published last, which a fresh sheet is filled with.

    What is wrong is named and left out of the score.
    """
    kind = type_of(scheme, data.get("institution.type", ""))
    published = editions.average_of(kind, year)
    typed = {name: value.strip() for name, value in data.items() if value.strip()}
    before = editions.average_of(type_of(scheme, typed["averages.of"]), year) if "averages.of" in typed else None
    fill_averages(scheme, typed, published, before=before, fresh=fresh)
    ticked = {item.id: frozenset(index for index in range(len(item.steps))
                                 if str(index) in data.getlist(f"answers.{item.id}.steps"))
              for item in scheme.items(kind) if item.steps}
    flat = dict(values(scheme, kind, typed, ticked))
    sheet, errors = scored(scheme, flat)
    return Filled(scheme, kind, published, typed, ticked, nested(flat), sheet, errors)


def type_of(scheme: Scheme, asked: str) -> InstitutionType:
    """The type asked for, or the first that this edition serves."""
    kinds = [one for one in InstitutionType if one in scheme.eligible_types]
    return next((one for one in kinds if one == asked), kinds[0])


def fill_averages(scheme: Scheme, typed: dict[str, str], published: Average | None, *, before: Average | None,
                  fresh: bool) -> None:
    """Put the published averages where nothing else was typed: on the first visit, and when the type changed."""
    for key in needed(scheme)[1]:
        name, own = f"averages.{key}", format(getattr(published, key), "f") if published else ""
        untouched = before is not None and before != published and typed.get(name) == format(getattr(before, key), "f")
        if own and (fresh or untouched):
            typed[name] = own


def values(scheme: Scheme, kind: InstitutionType, typed: Mapping[str, str],
           ticked: Mapping[str, frozenset[int]]) -> Iterator[tuple[Path, Any]]:
    """Every value that was given, by its path in the interface's input."""
    yield ("institution", "type"), kind.value
    if any(item.formula == "person-water-or-certificate" for item in scheme.items(kind)):
        yield ("institution", "holds_water_certificate"), "institution.holds_water_certificate" in typed
    statistics, averages = needed(scheme)
    for path in (*(("statistics", key) for key in statistics), *(("averages", key) for key in averages)):
        if ".".join(path) in typed:
            yield path, plain(typed[".".join(path)])
    for one in scheme.prerequisites:
        said = typed.get(f"answers.{one.id}.met")
        if said in {"yes", "no"}:
            yield ("answers", one.id, "met"), said == "yes"
    for item in scheme.items(kind):
        yield from answered(item, typed, ticked.get(item.id, frozenset()))


def answered(item: Item, typed: Mapping[str, str], steps: frozenset[int]) -> Iterator[tuple[Path, Any]]:
    """What was given for one item: not applicable, else its counts, else points or the ticked steps of its rubric."""
    here = f"answers.{item.id}"
    if item.not_applicable and f"{here}.na" in typed:
        yield ("answers", item.id, "na"), True
        return
    for count in item.counts:
        if f"{here}.counts.{count.id}" in typed:
            yield ("answers", item.id, "counts", count.id), plain(typed[f"{here}.counts.{count.id}"])
    if item.formula is None and f"{here}.points" in typed:
        yield ("answers", item.id, "points"), plain(typed[f"{here}.points"])
    elif item.formula is None and steps:
        yield ("answers", item.id, "points"), format(rubric_points(item, steps).normalize(), "f")


def kept(given: Any) -> MultiDict[str, str] | None:
    """The form that a downloaded file fills in; None when it is no such file. What is unknown is left out by `read`."""
    if not isinstance(given, Mapping) or not isinstance(given.get("institution"), Mapping):
        return None
    form: MultiDict[str, str] = MultiDict()
    for path, value in leaves(given):
        if value is True or value is False:
            said = ("yes" if value else "no") if path.endswith(".met") else ("1" if value else "")
        else:
            said = value if isinstance(value, str) else ""
        form[path] = said
    return form


def leaves(value: Any, path: str = "", deep: int = 0) -> Iterator[tuple[str, Any]]:
    """Every value inside objects, by the path that leads to it, as deep as a count lies."""
    if not isinstance(value, Mapping):
        yield path, value
    elif deep < DEEPEST:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name, deep + 1)


def plain(text: str) -> str:
    """A figure as people type it, in the plain digits of the interface; what is no figure stays as it is."""
    try:
        value = figure_of(text)
    except ValueError:
        return text
    return text if value is None else format(value, "f")


def nested(flat: Mapping[Path, Any]) -> dict[str, Any]:
    """The interface's input from values by their paths."""
    given: dict[str, Any] = {}
    for path, value in flat.items():
        place = given
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return given


def scored(scheme: Scheme, flat: dict[Path, Any]) -> tuple[SheetScore, dict[str, tuple[str, str]]]:
    """The score without what is wrong, and what is wrong by name: one slip of the key does not hide the whole score."""
    kept, found = dict(flat), dict[str, tuple[str, str]]()
    while True:
        try:
            sheet = editions.self_scored(scheme.edition, nested(kept))
        except InputErrors as errors:
            wrong = {one.path: one for one in errors.mistakes}
            for path in [path for path in kept if ".".join(path) in wrong]:
                name = ".".join(path)
                found[name] = (words.name_of(scheme, path), words.wrong(scheme, path, wrong[name], kept))
                del kept[path]
            continue
        order = [".".join(path) for path in flat]
        return sheet, {name: found[name] for name in order if name in found}


def others(filled: Filled) -> list[Average]:
    """What was published beside the averages that are filled in: of the same area, year and type."""
    own = filled.published
    return [one for one in editions.averages() if own and one != own and filled.type in one.types
            and (one.area, one.year) == (own.area, own.year)]


def possible(filled: Filled) -> Decimal:
    """The points that items without an answer can still bring to the total, rescaled as the total is."""
    scheme, sheet = filled.scheme, filled.sheet
    open_items = [scheme.item(one.id) for one in sheet.items if one.state == "missing"]
    base = sum((item.points for item in open_items if not item.bonus), Decimal())
    if scheme.na_policy == "exclude-rescale" and sheet.applicable:
        base = base / sheet.applicable * scheme.base_total
    return base + sum((item.points for item in open_items if item.bonus), Decimal())
