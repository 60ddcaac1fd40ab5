"""One living case: which one it is, who has it, and what its chapters need to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from portal import editions
from portal.clock import now
from portal.demo import dossier, record
from portal.demo.cast import House
from portal.demo.record import Deed
from portal.demo.seasons import EDITIONS
from portal.demo.world import World
from portal.domain.workflow import Action, Role, Stage
from portal.models.application import Application
from portal.models.person import Person


@dataclass(frozen=True, kw_only=True)
class Pace:
    """When a case does what, in days from today."""

    open: int
    submit: int
    endorse: int
    admit: int
    list: int = -486
    """National cases: the day of the candidate list; `admit` is when their creation period ends."""
    assign: int = 0
    conclude: int = 0
    appoint: int = 0
    plan: int = 0
    visit: int = 0
    finish: int = 0
    decide: int = 0
    sign: int = 0
    nominate: int = 0
    result: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which case: its scheme and round ("open" or "running"), where its story ends, and how good it is."""

    scheme: str
    round: str
    end: str
    pace: Pace
    lean: float = 0.0
    """How much less than claimed the experts give, as a share of the points (negative)."""
    disagree: bool = False
    rectify: bool = False
    slot: int | None = None
    """The minute in which the case is opened: it decides the number, and the number whether it is drawn for a visit."""


class Journey:
    """The life of one case as its chapters know it; `case` is there once it is opened."""

    def __init__(self, world: World, plan: Plan, house: House, ordinal: int) -> None:
        self.world, self.plan, self.house = world, plan, house
        self.rng = Random(f"{world.seed}/{plan.scheme}/{plan.end}/{ordinal}")
        self.scheme = editions.get(EDITIONS[plan.scheme])
        self.number = 0
        """The id of the case once it is opened."""
        self.made: dossier.Dossier
        self.over = False

    @property
    def case(self) -> Application:
        """The case as it stands now."""
        return self.world.session.get_one(Application, self.number)

    @property
    def applicant(self) -> Person:
        """Who applies."""
        return self.world.person(self.house.applicant)

    @property
    def signatory(self) -> Person:
        """Who signs."""
        return self.world.person(self.house.signatory)

    def who(self, sign_in: str) -> Person:
        """Somebody at a desk, by sign-in."""
        return self.world.person(sign_in)

    def at(self, offset: int, hour: int = 10) -> datetime:
        """About that hour of a working day."""
        return self.world.days.at(offset, hour, self.rng.randrange(55))

    def ends(self, *names: str) -> bool:
        """Whether the story ends here; remembered."""
        self.over = self.over or self.plan.end in names
        return self.over

    def stop(self) -> None:
        """End the story."""
        self.over = True

    def write(self, kind: type, rows: list[dict[str, Any]]) -> None:
        """Write rows of one table at once."""
        if rows:
            self.world.session.execute(insert(kind), rows)

    def did(self, action: Action, details: Iterable[dict[str, Any]], *, by: int, role: Role, stage: Stage) -> None:
        """Record small deeds done one after another just now, and let the session read anew what they changed."""
        moment = now()
        record.write(self.world.session, [
            Deed(at=moment + timedelta(milliseconds=n), action=action, by=by, role=role, case=self.number, before=stage,
                 detail=detail) for n, detail in enumerate(details)])
        self.world.session.expire_all()
