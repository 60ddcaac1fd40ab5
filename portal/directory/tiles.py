"""The picture of the 38 districts and counties: equal tiles in place, shaded by how many there are."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MUNICIPAL = "500000"
"""The code under which municipal departments and bodies directly under the city are listed."""


@dataclass(frozen=True)
class Place:
    """A district or county: its code, its cell in the picture (a class of public.css) and its short names."""

    code: str
    cell: str
    short: str
    short_en: str


@dataclass(frozen=True)
class Tile:
    """A place with its count and the shade, 0 (none) to 4."""

    place: Place
    count: int
    shade: int


@dataclass(frozen=True)
class Picture:
    """The tiles in reading order and where the four shades begin."""

    tiles: tuple[Tile, ...]
    steps: tuple[int, int, int, int]


@cache
def places() -> tuple[Place, ...]:
    """The 38 districts and counties in reading order of the picture."""
    text = (files("portal.directory") / "tiles.csv").read_text(encoding="utf-8")
    return tuple(Place(**row) for row in csv.DictReader(text.splitlines()))


def steps(top: int) -> tuple[int, int, int, int]:
    """Where the four shades begin: 1, 3, 6, 9 as drawn, or quarters of a larger maximum."""
    if top <= 12:
        return 1, 3, 6, 9
    return 1, -(-top // 4), -(-top // 2), -(-top * 3 // 4)


def picture(counts: Mapping[str, int]) -> Picture:
    """The picture for counts by division code; a place without a count is shown as none."""
    found = [counts.get(place.code, 0) for place in places()]
    limits = steps(max(found))
    return Picture(tiles=tuple(Tile(place, count, sum(count >= limit for limit in limits))
                               for place, count in zip(places(), found, strict=True)), steps=limits)
