"""The editions of criteria as shipped: read once, found by name, checked against the digest a round started under."""

import tomllib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.domain import scheme_file
from portal.domain.indicators import Average, Factors, read_averages, read_factors
from portal.domain.scheme import Scheme, digest
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
