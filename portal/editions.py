"""The editions of criteria as shipped: read once, found by name, checked against the digest a round started under."""

import tomllib
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.domain import scheme_file
from portal.domain.indicators import Average, Factors, read_averages, read_factors
from portal.domain.scheme import InstitutionType, Scheme, digest
from portal.domain.scheme_table import Mistake
from portal.domain.scoring import InputErrors, InputMistake, score
from portal.domain.workflow import Option
from portal.settings import shipped

NOT_EDITIONS = ("factors", "averages", "calendar")


class EditionChanged(RuntimeError):
    """A used edition no longer says what it said when the round opened; restore the file, never edit a used edition."""


def folder() -> Path:
    """Where the criteria files are."""
    return shipped("criteria")


def files() -> list[Path]:
    """Every edition file, sorted by name."""
    return sorted(path for path in folder().glob("*.toml") if not path.stem.startswith(NOT_EDITIONS))


def parsed(path: Path) -> dict[str, Any]:
    """A TOML file with its decimals kept exact."""
    return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)


@lru_cache(maxsize=1)
def _all() -> dict[str, Scheme]:
    return scheme_file.read_all({path.stem: parsed(path) for path in files()})


def get(edition: str) -> Scheme:
    """The edition of this name; KeyError when there is none."""
    return _all()[edition]


@lru_cache(maxsize=1)
def factors() -> Factors:
    """The standard-coal factors in force."""
    return read_factors(parsed(folder() / "factors-2020.toml"), file="factors-2020.toml")


@lru_cache(maxsize=1)
def averages() -> tuple[Average, ...]:
    """The same-type averages, by year and type."""
    return read_averages(parsed(folder() / "averages.toml"), file="averages.toml")


@lru_cache(maxsize=64)
def digest_of(edition: str) -> str:
    """The digest of an edition's content."""
    return digest(get(edition))


def frozen(edition: str, expected: str) -> Scheme:
    """The edition a case started under; EditionChanged when its content is no longer the same."""
    if digest_of(edition) != expected:
        raise EditionChanged(edition)
    return get(edition)


def every() -> list[Scheme]:
    """All editions, in the order of their names."""
    return list(_all().values())


def options(scheme: Scheme) -> frozenset[Option]:
    """Which optional stages this scheme has."""
    process = scheme.process
    chosen = {Option.CANDIDATE_LIST: process.candidate_list, Option.SAMPLED_VISITS: process.visits == "sampled",
              Option.NOMINATION: process.nomination}
    return frozenset(option for option, on in chosen.items() if on)


def check_files(paths: Iterable[Path]) -> list[Mistake]:
    """Every mistake in edition files, each with its place; what a file takes over is looked up beside it."""
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            content = parsed(path)
            beside = {other.stem: parsed(other) for other in path.parent.glob("*.toml") if other != path}
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            mistakes.append(Mistake(file=path.name, section="", item="", key="", wrong=str(error),
                                    allowed="a readable TOML file"))
            continue
        mistakes += scheme_file.check(content, path.name, beside)
    return mistakes


def average_of(kind: InstitutionType | str, year: int) -> Average | None:
    """The published averages that fit a type of institution best: of the year before `year` or the latest before it."""
    fitting = [one for one in averages() if InstitutionType(kind) in one.types]
    earlier = [one for one in fitting if one.year <= year]
    chosen = earlier or fitting
    return max(chosen, key=lambda one: (one.year, -len(one.types))) if chosen else None


def self_check(edition: str, given: Any) -> dict[str, Any]:
    """Score what somebody typed by an edition; nothing is stored. KeyError, InputErrors.

    `given`: {"institution": {"type", "holds_water_certificate"}, "statistics", "averages", "answers"}.
    """
    scheme = get(edition)
    mistakes = []
    if not isinstance(given, dict):
        raise InputErrors([InputMistake("", "an object is expected")])
    house = given.get("institution", {})
    if not isinstance(house, dict):
        raise InputErrors([InputMistake("institution", "an object is expected")])
    for place, keys, allowed in (("", given, {"institution", "statistics", "averages", "answers"}),
                                 ("institution.", house, {"type", "holds_water_certificate"})):
        mistakes += [InputMistake(place + key, "unknown") for key in keys if key not in allowed]
    if mistakes:
        raise InputErrors(mistakes)
    return score(scheme, institution_type=house.get("type"), statistics=given.get("statistics"),
                 holds_water_certificate=house.get("holds_water_certificate", False),
                 averages=given.get("averages"), answers=given.get("answers"), factors=factors()).as_dict()
