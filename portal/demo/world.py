"""What every story of the demonstration has at hand."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.demo.archive import Archive
from portal.demo.cast import Cast
from portal.demo.press import Press
from portal.demo.seasons import Days
from portal.models.person import Person


@dataclass(frozen=True, kw_only=True)
class World:
    """The open session, the seed, who and where, when, which rounds, and the evidence."""

    session: Session
    seed: int
    cast: Cast
    days: Days
    rounds: dict[tuple[str, str], int]
    """The ids of the rounds, by scheme and "open", "running" or the number of a past batch."""
    archive: Archive
    press: Press

    def person(self, who: int | str) -> Person:
        """Somebody as the session knows him or her now, by id or by the sign-in of a desk."""
        return self.session.get_one(Person, self.cast.desk[who] if isinstance(who, str) else who)
