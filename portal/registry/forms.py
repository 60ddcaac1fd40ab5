"""The statistics sheet cell by cell, and the facts of an institution."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import IntegerField, StringField, TelField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from portal import wording
from portal.domain.indicators import FUELS, STATISTICS_UNITS
from portal.domain.scheme import InstitutionType
from portal.domain.wording import FORMULA_TITLES, label, unit
from portal.models.statistics import QUANTITIES, YearlyStatistics
from portal.web.fields import Figure, fault, figure_of, shown
from portal.web.filters import chinese
from portal.web.watched import Watched

FUEL_KEYS = tuple(fuel.key for fuel in FUELS)
COSTED = (*FUEL_KEYS, "water_m3")
"""Quantities whose cost in yuan the statistical form asks for."""
NEEDED = ("water_m3", "floor_area_m2", "headcount", "water_headcount")
"""Quantities without which no indicator can be computed."""


def name_of(key: str) -> str:
    """A quantity's name in the reader's language."""
    return label(key, "zh" if chinese() else "en")


def unit_of(key: str) -> str:
    """A quantity's unit in the reader's language."""
    return unit(STATISTICS_UNITS[key], "zh" if chinese() else "en")


@dataclass
class Year:
    """One year as filled in: texts as typed, figures as read, reasons for figures out of line."""

    year: int
    typed: dict[str, str] = field(default_factory=dict)
    costs_typed: dict[str, str] = field(default_factory=dict)
    values: dict[str, Decimal] = field(default_factory=dict)
    costs: dict[str, Decimal] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    seen: str = ""
    blank: bool = True


@dataclass
class StatisticsSheet:
    """The whole sheet; `errors` names every cell that is wrong as (cell id, where, what)."""

    years: list[Year]
    errors: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def reported(self) -> list[Year]:
        """The years that say anything."""
        return [one for one in self.years if not one.blank]

    def faultless(self) -> "StatisticsSheet":
        """The years in which no cell is wrong."""
        wrong = {cell.split("-")[1] for cell, _name, _text in self.errors}
        return StatisticsSheet([one for one in self.years if str(one.year) not in wrong])

    def error(self, cell: str) -> str:
        """What is wrong with one cell; empty when nothing is."""
        return next((text for where, _name, text in self.errors if where == cell), "")


def stored_sheet(wanted: Iterable[int], known: Mapping[int, YearlyStatistics]) -> StatisticsSheet:
    """The sheet as stored."""
    years = []
    for year in wanted:
        row = known.get(year)
        if row is None:
            years.append(Year(year))
            continue
        values = {key: getattr(row, key) or Decimal() for key in QUANTITIES}
        years.append(Year(
            year, typed={key: shown(value) if value or key in NEEDED else "" for key, value in values.items()},
            costs_typed={key: shown(value) for key, value in row.costs.items()}, values=values,
            reasons={key: str(text) for key, text in row.acknowledged.items()}, seen=row.updated_at.isoformat(),
            blank=False))
    return StatisticsSheet(years)


def as_fields(sheet: StatisticsSheet) -> dict[str, str]:
    """A sheet as the form would send it."""
    found: dict[str, str] = {}
    for year in sheet.years:
        found[f"seen-{year.year}"] = year.seen
        found |= {f"q-{year.year}-{key}": text for key, text in year.typed.items()}
        found |= {f"c-{year.year}-{key}": text for key, text in year.costs_typed.items()}
        found |= {f"why-{year.year}-{name}": text for name, text in year.reasons.items()}
    return found


def read_again(sheet: StatisticsSheet, known: Mapping[int, YearlyStatistics]) -> None:
    """Mark what is stored now as seen: whoever saves again then means it."""
    for one in sheet.years:
        row = known.get(one.year)
        one.seen = row.updated_at.isoformat() if row is not None else ""


def typed_sheet(wanted: Iterable[int], form: Mapping[str, str], known: Iterable[int]) -> StatisticsSheet:
    """The sheet as sent: fields q-YEAR-KEY, c-YEAR-KEY, why-YEAR-NAME, seen-YEAR. Every wrong cell is named."""
    sheet, reported = StatisticsSheet([]), set(known)
    for year in wanted:
        one = Year(year, seen=form.get(f"seen-{year}", ""))
        for key in QUANTITIES:
            one.typed[key] = form.get(f"q-{year}-{key}", "").strip()
            one.values[key] = _read(sheet, f"q-{year}-{key}", name_of(key), year, one.typed[key])
        for key in COSTED:
            one.costs_typed[key] = form.get(f"c-{year}-{key}", "").strip()
            if one.costs_typed[key]:
                one.costs[key] = _read(sheet, f"c-{year}-{key}", _("%(name)s, cost", name=name_of(key)), year,
                                       one.costs_typed[key], places=2)
        prefix = f"why-{year}-"
        one.reasons = {name.removeprefix(prefix): text.strip()[:300] for name, text in form.items()
                       if name.startswith(prefix) and text.strip()}
        one.blank = year not in reported and not any(one.typed.values()) and not any(one.costs_typed.values())
        if not one.blank:
            _complete(sheet, one)
        sheet.years.append(one)
    return sheet


def _read(sheet: StatisticsSheet, cell: str, name: str, year: int, text: str, *, places: int = 4) -> Decimal:
    try:
        value = figure_of(text)
    except ValueError:
        sheet.errors.append((cell, f"{year} {name}", _("This is not a figure. Use digits and at most one point.")))
        return Decimal()
    wrong = fault(value, places=places, most=Decimal("1e11"))
    if wrong:
        sheet.errors.append((cell, f"{year} {name}", wrong))
        return Decimal()
    return value or Decimal()


def _complete(sheet: StatisticsSheet, one: Year) -> None:
    """What a reported year must say, and what cannot be."""
    def wrong(key: str, text: str) -> None:
        cell = f"q-{one.year}-{key}"
        if not sheet.error(cell):
            sheet.errors.append((cell, f"{one.year} {name_of(key)}", text))

    for key in NEEDED:
        if not one.values[key]:
            wrong(key, _("Enter a figure above zero: without it no indicator can be computed."))
    if not any(one.values[key] for key in FUEL_KEYS):
        wrong("electricity_kwh", _("Enter at least one kind of energy."))
    if one.values["nonconventional_water_m3"] > one.values["water_m3"] > 0:
        wrong("nonconventional_water_m3", _("This cannot be more than all water used (%(most)s m³).",
                                            most=f"{one.values['water_m3']:,f}"))
    for key in COSTED:
        if one.costs.get(key) and not one.values[key]:
            wrong(key, _("A cost is given, so the quantity is needed too."))


class InstitutionForm(Watched):
    """The facts that the institution keeps itself; the others are the bureau's."""

    short_name = StringField(lazy_gettext("Short name"), validators=[
        InputRequired(lazy_gettext("Enter the short name.")), Length(max=60)])
    address = StringField(lazy_gettext("Address"), validators=[
        InputRequired(lazy_gettext("Enter the address.")), Length(max=160)])
    postcode = StringField(lazy_gettext("Postcode"), validators=[
        Optional(), Regexp(r"^\d{6}$", message=lazy_gettext("A postcode has six digits."))],
        render_kw={"inputmode": "numeric"})
    phone = TelField(lazy_gettext("Phone"), validators=[Optional(), Length(max=40)])
    headcount = IntegerField(lazy_gettext("Headcount"), validators=[
        InputRequired(lazy_gettext("Enter the headcount.")),
        NumberRange(min=1, max=1_000_000, message=lazy_gettext("Enter a whole number above zero."))],
        render_kw={"inputmode": "numeric"})
    floor_area_m2 = Figure(lazy_gettext("Floor area"), places=2, validators=[
        InputRequired(lazy_gettext("Enter the floor area."))], render_kw={"inputmode": "decimal"})

    def facts(self) -> dict[str, Any]:
        """The facts by the institution's columns."""
        return {name: (value.strip() if isinstance(value, str) else value)
                for name, value in self.data.items() if name not in ("csrf_token", "seen")}


def kinds() -> list[tuple[str, Any]]:
    """The types of institutions with their names, for a filter."""
    return [(kind.value, wording.TYPES[kind]) for kind in InstitutionType]


def indicator_name(key: str) -> str:
    """An indicator's or a quantity's name in the reader's language."""
    names = {"kgce_per_m2": "area-energy", "kgce_per_person": "person-energy", "m3_per_person": "person-water"}
    phrase = FORMULA_TITLES.get(names.get(key, ""))
    return phrase.say("zh" if chinese() else "en") if phrase else name_of(key)
