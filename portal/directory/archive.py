"""Archived lists: what each round (批次) certified, kept as it was announced, with what changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.clock import today
from portal.db import db
from portal.directory.queries import IN_FORCE, group_column, listed, standing_column
from portal.domain.workflow import Action
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.event import Event
from portal.models.institution import Institution
from portal.models.round import Round


@dataclass(frozen=True)
class Announced:
    """The list of one round: when its first and last certificates were issued, how many there are and are in force."""

    round: Round
    first: date
    last: date
    size: int
    in_force: int


def lists(number: int | None = None) -> list[Announced]:
    """Every round with published certificates, the newest first; or the one of this number. One query."""
    row = Certificate
    counted = (select(Application.round_id, func.min(row.issued_on).label("first"),
                      func.max(row.issued_on).label("last"), func.count().label("size"),
                      func.sum(case((standing_column(today()).in_(IN_FORCE), 1), else_=0)).label("force"))
               .join(Application, Application.id == row.application_id).where(listed())
               .group_by(Application.round_id).subquery())
    wanted = select(Round, counted.c.first, counted.c.last, counted.c.size, counted.c.force).join(
        counted, counted.c.round_id == Round.id)
    if number is not None:
        wanted = wanted.where(Round.id == number)
    rows = db.session.execute(wanted.order_by(Round.year.desc(), counted.c.last.desc(), Round.id.desc()))
    return [Announced(*found) for found in rows]


def certificates(number: int) -> list[Certificate]:
    """The published certificates of a round with their institutions, in the order of official lists."""
    row = Certificate
    return list(db.session.scalars(
        select(row).join(row.application).where(Application.round_id == number, listed())
        .options(contains_eager(row.application),
                 joinedload(row.institution).joinedload(Institution.department))
        .order_by(group_column(), row.division_code, row.serial, row.id)))


def kept(numbers: Sequence[int]) -> dict[int, datetime]:
    """When the titles of these cases were last kept after a re-verification."""
    rows = db.session.execute(
        select(Event.application_id, func.max(Event.at))
        .where(Event.application_id.in_(numbers), Event.action == Action.KEEP_TITLE.value)
        .group_by(Event.application_id))
    return {number: at for number, at in rows if number is not None}
