"""The editions of criteria as shipped: read once, found by name, checked against the digest a round started under."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.domain import scheme_file
from portal.domain.indicators import Average, Factors, read_averages, read_factors
from portal.domain.mistakes import InputErrors, mistake
from portal.domain.scheme import InstitutionType, Scheme, digest
from portal.domain.scheme_table import Mistake
from portal.domain.scoring import score
from portal.domain.sheet import SheetScore
from portal.domain.workflow import Option
from portal.settings import shipped

NOT_EDITIONS = ("factors", "averages", "calendar")
PARTS = ("institution", "statistics", "averages", "answers")
"""What is handed in for scoring."""
HOUSE = ("type", "holds_water_certificate")


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


class NotJson(ValueError):
    """A text that is no JSON at all; the message says where it stops being so."""


def read_figures(data: bytes | str) -> Any:
    """JSON with every number as the text that was written: nothing is rounded, NaN is refused with its path later.

    NotJson for anything that cannot be read, however deep or broken it is.
    """
    try:
        return json.loads(data, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError:
        raise NotJson("nested too deeply") from None
    except ValueError as error:
        raise NotJson(str(error)) from None


def self_scored(edition: str, given: Any) -> SheetScore:
    """The score of what somebody typed, by an edition; nothing is stored. KeyError, InputErrors with every mistake.

    `given`: {"institution": {"type", "holds_water_certificate"}, "statistics", "averages", "answers"}.
    """
    scheme = get(edition)
    if not isinstance(given, Mapping):
        raise InputErrors([mistake("", "object")])
    wrong = [mistake(key, "unknown", allowed=", ".join(PARTS)) for key in given if key not in PARTS]
    house = given.get("institution")
    if house is not None and not isinstance(house, Mapping):
        wrong.append(mistake("institution", "object"))
    house = house if isinstance(house, Mapping) else {}
    wrong += [mistake(f"institution.{key}", "unknown", allowed=", ".join(HOUSE)) for key in house if key not in HOUSE]
    try:
        sheet = score(scheme, institution_type=house.get("type"), statistics=given.get("statistics"),
                      holds_water_certificate=house.get("holds_water_certificate", False),
                      averages=given.get("averages"), answers=given.get("answers"), factors=factors())
    except InputErrors as errors:
        raise InputErrors([*wrong, *errors.mistakes]) from None
    if wrong:
        raise InputErrors(wrong)
    return sheet


def self_check(edition: str, given: Any, language: str = "zh") -> dict[str, Any]:
    """The score as plain JSON values, as `portal score` and the interface answer. KeyError, InputErrors."""
    return self_scored(edition, given).as_dict(language)
