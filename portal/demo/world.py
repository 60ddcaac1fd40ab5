"""What every story of the demonstration has at hand."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.demo.archive import Archive
from portal.demo.cast import Cast
from portal.demo.press import Press
from portal.demo.seasons import Days
from portal.models.round import Round


@dataclass(frozen=True, kw_only=True)
class World:
    """The open session, the seed, who and where, when, which rounds, and the evidence."""

    session: Session
    seed: int
    cast: Cast
    days: Days
    rounds: dict[tuple[str, str], Round]
    archive: Archive
    press: Press
