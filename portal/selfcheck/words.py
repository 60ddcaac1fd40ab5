"""The words of the self-check page: hints beside figures, names of fields, what is wrong with one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal.domain.indicators import AVERAGES_UNITS, FUELS, STATISTICS_UNITS, Average
from portal.domain.mistakes import InputMistake
from portal.domain.scheme import Scheme
from portal.domain.wording import label, unit
from portal.web.filters import chinese, title_of
from portal.web.filters import points as shown_points

HINTS = {
    "electricity_kwh": lazy_gettext("bought from the grid, all meters"),
    "gasoline_vehicle_l": lazy_gettext("counts per person, not per floor area"),
    "diesel_vehicle_l": lazy_gettext("counts per person, not per floor area"),
    "gasoline_other_l": lazy_gettext("generators, gardening, kitchens"),
    "diesel_other_l": lazy_gettext("generators, boilers, kitchens"),
    "floor_area_m2": lazy_gettext("offices and service rooms, without housing and dormitories attached"),
    "headcount": lazy_gettext("all who really work in the building, also those outside the establishment"),
    "water_m3": lazy_gettext("all sources together"),
    "nonconventional_water_m3": lazy_gettext("rainwater and reclaimed water; it is taken off the total"),
    "water_headcount": lazy_gettext(
        "at the year's end: staff, service personnel, students or in-patients, visitors converted"),
}


def language() -> str:
    """The language in which the rules explain themselves on this page."""
    return "zh" if chinese() else "en"


def figure_name(key: str) -> str:
    """A figure's name."""
    return label(key, language())


def figure_unit(key: str) -> str:
    """A figure's unit."""
    return unit(STATISTICS_UNITS.get(key) or AVERAGES_UNITS.get(key, key), language())


def groups(keys: list[str]) -> list[tuple[str, list[str]]]:
    """The statistics as they stand together: what is burnt, over what, and water."""
    people = {"floor_area_m2", "headcount"}
    found = [(_("Energy used"), [key for key in keys if key in {fuel.key for fuel in FUELS}]),
             (_("What energy is measured against"), [key for key in keys if key in people]),
             (_("Water"), [key for key in keys if "water" in key])]
    return [(title, some) for title, some in found if some]


def means(average: Average, keys: list[str]) -> str:
    """Published averages in a row: "11.02 kgce/m²、397.34 kgce/人"."""
    return ("、" if chinese() else ", ").join(f"{getattr(average, key)} {figure_unit(key)}" for key in keys)


def name_of(scheme: Scheme, path: tuple[str, ...]) -> str:
    """What the field of a value is called: "T2 用水器具总数"."""
    if path[0] != "answers":
        return figure_name(path[-1])
    item = scheme.item(path[1])
    return f"{item.id} {count_name(scheme, path) if path[2] == 'counts' else title_of(item)}"


def count_name(scheme: Scheme, path: tuple[str, ...]) -> str:
    """The name of a count by its path."""
    return next(title_of(one) for one in scheme.item(path[1]).counts if one.id == path[3])


def wrong(scheme: Scheme, path: tuple[str, ...], mistake: InputMistake, given: Mapping[tuple[str, ...], Any]) -> str:
    """What is wrong with a field, in the words of the pages."""
    values = dict(mistake.values)
    if mistake.code == "range":
        if Decimal(given[path]) < 0:
            return _("The figure must not be negative.")
        return _("The figure must not exceed %(most)s.", most=f"{Decimal(values['most']):,f}")
    if mistake.code == "step":
        return _("Points are given in steps of %(step)s.", step=shown_points(values["step"]))
    if mistake.code == "part":
        whole = (*path[:-1], values["whole"])
        name = count_name(scheme, whole) if path[0] == "answers" else figure_name(whole[-1])
        return _("This cannot be more than “%(whole)s” (%(most)s).", whole=name, most=f"{Decimal(given[whole]):,f}")
    return _("This is not a figure. Use digits and at most one point.")
