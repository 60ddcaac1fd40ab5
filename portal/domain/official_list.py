"""The order of official lists: municipal bodies first, then the divisions by their code, names within."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What the order needs to know of a unit; `department` is empty for a unit that its division recommends."""

    key: int
    name: str
    division_code: str
    division: str
    department: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """One group of an official list: `municipal`, or a division with its name; keys in printed order."""

    municipal: bool
    title: str
    keys: tuple[int, ...]


def grouped(units: Iterable[Listed]) -> tuple[Group, ...]:
    """Units of municipal departments first (by department, then name), then each division by code (by name)."""
    ordered = sorted(units, key=lambda one: (
        not one.department, one.department or one.division_code, one.name, one.key))
    groups: list[Group] = []
    for one in ordered:
        municipal, title = bool(one.department), "" if one.department else one.division
        if groups and groups[-1].municipal == municipal and groups[-1].title == title:
            groups[-1] = Group(municipal=municipal, title=title, keys=(*groups[-1].keys, one.key))
        else:
            groups.append(Group(municipal=municipal, title=title, keys=(one.key,)))
    return tuple(groups)
