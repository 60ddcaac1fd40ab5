"""Fill an empty instance with the demonstration: invented institutions, five years past and one season present."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal import clock, editions, jobs, outbox
from portal.db import db, transaction
from portal.demo import cast as people
from portal.demo import history, seasons, stories
from portal.demo.archive import Archive
from portal.demo.cast import PASSWORD, Cast, House
from portal.demo.journey import Journey, Plan
from portal.demo.numbers import Numbers
from portal.demo.press import Press
from portal.demo.seasons import Days
from portal.demo.timeline import Story, play
from portal.demo.world import World
from portal.models.certificate import Certificate
from portal.models.institution import Institution
from portal.models.job import Job
from portal.models.person import Person

Say = Callable[[str], object]

DESKS: tuple[tuple[str, str], ...] = (
    ("申报单位（区县推荐）", "applicant"), ("单位负责人", "signatory"), ("申报单位（部门推荐）", "applicant2"),
    ("单位负责人", "signatory2"), ("区县推荐", "district"), ("部门推荐", "department"), ("市局审核", "officer"),
    *(("评审专家", f"expert{n}") for n in range(1, 8)), ("复议主持", "moderator"), ("验收组长", "team-leader"),
    ("验收组员", "inspector"), ("局领导", "leader"), ("会签（发改）", "countersign-ndrc"),
    ("会签（财政）", "countersign-finance"), ("会签（水利）", "countersign-water"),
    ("会签（节水办）", "countersign-water-saving"), ("系统管理", "administrator"), ("监督审计", "auditor"),
)
"""What is printed of the people who can sign in: desk and sign-in."""


SINCE = seasons.issued("national", 0) - 700
"""The day (from today) on which the registry was filled."""


class NotEmpty(RuntimeError):
    """The instance has people or institutions already; the demonstration is only made in an empty one."""


def build(*, seed: int, scale: int, say: Say) -> None:
    """Make the demonstration in one transaction, inside an app context; the database is migrated and empty.

    The same seed on the same day gives the same data, apart from what nobody may guess (codes, receipts) and the
    password's salt. `scale` multiplies institutions and past certificates. Raises NotEmpty.
    """
    started = time.monotonic()
    if db.session.scalar(select(func.count()).select_from(Institution)):
        raise NotEmpty("this instance holds data already")
    days = Days(clock.today())
    with outbox.held(), transaction() as session:
        world = _world(session, Random(seed), seed=seed, scale=scale, days=days)
        try:
            _people_and_past(world, scale=scale, say=say, started=started)
        finally:
            world.press.close()
    _finish()
    say(f"{db.session.scalar(select(func.count()).select_from(Certificate))} certificates, "
        f"done in {time.monotonic() - started:.0f} s")


def _world(session: Session, rng: Random, *, seed: int, scale: int, days: Days) -> World:
    cast = people.settle(session, rng, scale=scale, since=days.at(SINCE))
    press = Press(seed=seed, model=cast.houses[0].demo, today=days.today)
    press.order((request.name, request.kinds, request.least)
                for edition in seasons.EDITIONS.values() for _owner, request in editions.get(edition).evidence_requests())
    press.order((name, ("image",), 2) for name in ("整改前现场照片", "整改后现场照片"))
    return World(session=session, seed=seed, cast=cast, days=days,
                 rounds={key: row.id for key, row in seasons.rounds(session, days).items()},
                 archive=Archive(session, press), press=press)


def _people_and_past(world: World, *, scale: int, say: Say, started: float) -> None:
    session, rng, cast = world.session, Random(world.seed + 1), world.cast
    since = world.days.at(SINCE)
    holders, free = _holders(rng, cast, scale=scale)
    staffed = {scheme: people.staff(session, rng, houses, cast=cast, since=since) for scheme, houses in holders.items()}
    numbers = Numbers()
    past = history.write(session, rng, cast=cast, days=world.days, rounds=world.rounds, holders=staffed, numbers=numbers)
    numbers.save(session)
    chosen = _living(world, free, numbers)
    crews = people.staff(session, rng, [house for _plan, house in chosen], cast=cast, since=since)
    strong = frozenset(house.id for house in [*crews, *(one for some in staffed.values() for one in some)])
    year = world.days.today.year
    people.report(session, rng, cast.houses, years=tuple(range(year - 5, year)), since=since, strong=strong)
    session.flush()
    say(f"{len(cast.houses)} institutions, {len(past)} deeds of the past, {time.monotonic() - started:.0f} s")
    journeys = [Journey(world, plan, house, place)
                for place, ((plan, _house), house) in enumerate(zip(chosen, crews, strict=True))]
    tales: list[Story] = [stories.life(one) for one in journeys]
    for scheme in seasons.EDITIONS:
        tales += stories.office(world, [one for one in journeys if one.plan.scheme == scheme])
    play(session, tales, past)
    say(f"{len(journeys)} living cases, {time.monotonic() - started:.0f} s")


def _holders(rng: Random, cast: Cast, *, scale: int) -> tuple[dict[str, list[House]], list[House]]:
    """Who holds certificates of each scheme, and the institutions that are left for living cases.

    Some institutions hold two titles; those that the desks' own recommenders speak for are kept for living cases.
    """
    kept = [house for house in cast.houses if house.demo.department == cast.campus.demo.department]
    kept += [house for house in cast.houses if house.demo.division == cast.home.demo.division and not house.demo.department]
    names = {house.id for house in kept}
    others = [house for house in cast.houses if house.id not in names]
    rng.shuffle(others)
    holders: dict[str, list[House]] = {}
    start = 0
    for scheme, total in history.CERTIFIED.items():
        wanted = total * scale - stories.PUBLISHED
        start = max(0, start - wanted // 4)
        holders[scheme] = others[start:start + wanted]
        start += wanted
    return holders, [*kept, *others[start:]]


def _living(world: World, free: list[House], numbers: Numbers) -> list[tuple[Plan, House]]:
    """An institution for every living case, none twice except those of the desks' own people."""
    cast = world.cast
    own = {("water-saving", "open", "draft-begun"): cast.home, ("municipal", "open", "draft-ready"): cast.home,
           ("national", "running", "rectifying"): cast.home, ("municipal", "running", "reviewing-begun"): cast.home,
           ("water-saving", "open", "correcting"): cast.campus, ("national", "open", "candidate"): cast.campus,
           ("municipal", "running", "visiting"): cast.campus}
    rest = [house for house in free if house.id not in {cast.home.id, cast.campus.id}]
    near = [house for house in rest if house.demo.division == cast.home.demo.division and not house.demo.department]
    below = [house for house in rest if house.demo.department == cast.campus.demo.department]
    far = [house for house in rest if house not in near and house not in below]
    chosen = []
    for scheme in seasons.EDITIONS:
        year = world.days.day(seasons.RUNNING.opens).year
        for plan in stories.plans(scheme, used=numbers.last[f"application:{scheme}:{year}"], year=year):
            house = own.get((plan.scheme, plan.round, plan.end))
            if house is None:
                first = near if plan.end in {"recommending", "corrected"} else below if plan.end in {
                    "recommending-begun", "screening"} else far
                house = (first or far).pop(0)
            chosen.append((plan, house))
    return chosen


def _finish() -> None:
    """What a worker would do next: papers of the new certificates, pictures of the photos; from now on desks get mail."""
    for number in db.session.scalars(select(Job.id).where(Job.state == "waiting").order_by(Job.id)).all():
        jobs.run(number)
    with transaction() as session:
        session.execute(update(Person).where(Person.sign_in.in_([sign_in for _desk, sign_in in DESKS])).values(
            notify="at-once"))


def persons() -> list[tuple[str, str, str, str]]:
    """Who can sign in at which desk: (desk, name, sign-in, password)."""
    found = db.session.scalars(select(Person).where(Person.sign_in.in_([sign_in for _desk, sign_in in DESKS])))
    names = {one.sign_in: one.name for one in found}
    return [(desk, names[sign_in], sign_in, PASSWORD) for desk, sign_in in DESKS if sign_in in names]
