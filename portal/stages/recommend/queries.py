"""What a district or a department reads: the cases of its own institutions, its quota, its ranks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from portal.clock import now
from portal.db import db
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.institution import Department, Division, Institution
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.models.round import Round

TABS: dict[str, tuple[Stage, ...]] = {"waiting": (Stage.RECOMMENDING,), "returned": (Stage.CORRECTING,)}


def own_institutions(person: Person) -> ColumnElement[bool]:
    """Institutions that the person's bodies recommend: a department's own, or a division's without a department."""
    rules: list[ColumnElement[bool]] = []
    for grant in person.scopes(Role.RECOMMENDER):
        if grant.department_id is not None:
            rules.append(Institution.department_id == grant.department_id)
        elif grant.division_code is not None:
            rules.append(and_(Institution.division_code == grant.division_code, Institution.department_id.is_(None)))
    return or_(*rules) if rules else false()


def mine(person: Person) -> Select[Application]:
    """Submitted cases of the person's own institutions; a draft is nobody's business yet."""
    return (select(Application).join(Application.institution).join(Application.round)
            .where(own_institutions(person), Application.stage != Stage.DRAFT, Application.submitted_at.is_not(None)))


def case(person: Person, number: int) -> Application | None:
    """One case of the person's institutions with what its page shows."""
    return db.session.scalar(mine(person).where(Application.id == number).options(
        joinedload(Application.institution).joinedload(Institution.division),
        joinedload(Application.institution).joinedload(Institution.department), joinedload(Application.round)))


def queue(person: Person, *, tab: str, scheme: str = "", words: str = "") -> Select[Application]:
    """The cases of one tab, the most urgent first."""
    wanted = _filtered(mine(person), scheme=scheme, words=words).options(
        joinedload(Application.institution).joinedload(Institution.division),
        joinedload(Application.institution).joinedload(Institution.department), joinedload(Application.round))
    if tab in TABS:
        return wanted.where(Application.stage.in_(TABS[tab])).order_by(
            func.coalesce(Application.due_at, Round.recommend_by), Application.id)
    return wanted.where(Application.stage.not_in([stage for stages in TABS.values() for stage in stages])).order_by(
        Application.stage_since.desc(), Application.id)


def _filtered(wanted: Select[Application], *, scheme: str, words: str) -> Select[Application]:
    if scheme:
        wanted = wanted.where(Application.scheme == scheme)
    if words:
        wanted = wanted.where(or_(Institution.name.icontains(words, autoescape=True),
                                  Institution.short_name.icontains(words, autoescape=True),
                                  Application.number.icontains(words, autoescape=True)))
    return wanted


def counts(person: Person) -> dict[str, int]:
    """How many cases each tab holds, and how many there are of each scheme, in one query."""
    by_stage = db.session.execute(
        mine(person).with_only_columns(Application.stage, func.count()).group_by(Application.stage)).all()
    found = {"waiting": 0, "returned": 0, "later": 0}
    for stage, number in by_stage:
        tab = next((name for name, stages in TABS.items() if stage in stages), "later")
        found[tab] += number
    return found


def scored_counts(cases: Iterable[Application]) -> dict[int, int]:
    """How many items have a preliminary score, by case."""
    return {key: number for key, number in db.session.execute(
        select(PreliminaryScore.application_id, func.count()).where(
            PreliminaryScore.application_id.in_([one.id for one in cases]),
            or_(PreliminaryScore.points.is_not(None), PreliminaryScore.not_applicable))
        .group_by(PreliminaryScore.application_id))}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is said of one item: points, or not applicable, or nothing yet."""

    points: Decimal | None = None
    not_applicable: bool = False
    note: str = ""

    @property
    def scored(self) -> bool:
        """Whether the item has a score or is not applicable."""
        return self.not_applicable or self.points is not None


def given(row: PreliminaryScore | None) -> Given:
    """What is stored of one item."""
    return Given() if row is None else Given(points=row.points, not_applicable=row.not_applicable, note=row.note)


def preliminary(case: Application) -> list[PreliminaryScore]:
    """The preliminary scores of a case."""
    return list(db.session.scalars(
        select(PreliminaryScore).where(PreliminaryScore.application_id == case.id).order_by(PreliminaryScore.item_id)))


def opinions(case: Application) -> list[tuple[Recommendation, str]]:
    """What the recommending body has said of a case, newest first, with the person's name."""
    return [(row, name) for row, name in db.session.execute(
        select(Recommendation, Person.name).join(Person, Person.id == Recommendation.recommender_id)
        .where(Recommendation.application_id == case.id).order_by(Recommendation.id.desc()))]


@dataclass(frozen=True, kw_only=True)
class Body:
    """A recommending body: a department, or a division for its institutions without a department."""

    key: str
    name: str
    department_id: int | None = None
    division_code: str | None = None

    @property
    def its(self) -> ColumnElement[bool]:
        """Which institutions it recommends."""
        if self.department_id is not None:
            return Institution.department_id == self.department_id
        return and_(Institution.division_code == self.division_code, Institution.department_id.is_(None))

    def recommends(self, house: Institution) -> bool:
        """Whether an institution is one of its own."""
        if self.department_id is not None:
            return house.department_id == self.department_id
        return house.department_id is None and house.division_code == self.division_code


def body_of(house: Institution) -> Body:
    """Who recommends an institution."""
    if house.department is not None:
        return Body(key=f"d{house.department.id}", name=house.department.name, department_id=house.department.id)
    return Body(key=f"v{house.division_code}", name=house.division.name, division_code=house.division_code)


def bodies(person: Person) -> list[Body]:
    """The bodies for which a person recommends; two queries at most."""
    departments = [one.department_id for one in person.scopes(Role.RECOMMENDER) if one.department_id is not None]
    divisions = [one.division_code for one in person.scopes(Role.RECOMMENDER) if one.department_id is None]
    found = []
    if departments:
        found += [Body(key=f"d{row.id}", name=row.name, department_id=row.id) for row in db.session.scalars(
            select(Department).where(Department.id.in_(departments)).order_by(Department.id))]
    if divisions:
        found += [Body(key=f"v{row.code}", name=row.name, division_code=row.code) for row in db.session.scalars(
            select(Division).where(Division.code.in_(divisions)).order_by(Division.code))]
    return found


def endorsed(round_id: int, body: Body) -> Select[Application, Recommendation]:
    """What a body has recommended in a round, by rank; a case withdrawn since gives its place back."""
    return (select(Application, Recommendation).join(Recommendation, Recommendation.application_id == Application.id)
            .join(Application.institution)
            .where(Application.round_id == round_id, body.its, Recommendation.outcome == "endorsed",
                   Application.stage != Stage.WITHDRAWN)
            .order_by(Recommendation.rank, Recommendation.id))


def endorsed_list(round_id: int, body: Body) -> Sequence[tuple[Application, Recommendation]]:
    """The recommended cases with their institutions, by rank."""
    found = db.session.execute(endorsed(round_id, body).options(joinedload(Application.institution))).unique()
    return [(row[0], row[1]) for row in found]


def ranks(round_id: int, body: Body) -> list[int]:
    """The ranks already given by a body in a round."""
    return [rank for rank in db.session.scalars(
        endorsed(round_id, body).with_only_columns(Recommendation.rank)) if rank is not None]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a body has come in a round."""

    round: Round
    body: Body
    endorsed: int
    waiting: int
    due: datetime

    @property
    def left(self) -> int | None:
        """How many may still be recommended; None without a quota."""
        return None if self.round.quota is None else max(0, self.round.quota - self.endorsed)

    @property
    def running(self) -> bool:
        """Whether anything is left to do: the date has not passed, or cases still wait."""
        return self.waiting > 0 or self.due >= now()


def standings(person: Person) -> list[Standing]:
    """Every round in which the person's bodies have cases: recommended, waiting, quota; newest first."""
    own = bodies(person)
    told = (select(Recommendation.application_id).where(Recommendation.outcome == "endorsed").distinct().subquery())
    rows = db.session.execute(
        mine(person).outerjoin(told, told.c.application_id == Application.id)
        .where(Application.stage != Stage.WITHDRAWN)
        .with_only_columns(Application.round_id, Institution.department_id, Institution.division_code,
                           func.count(told.c.application_id),
                           func.count().filter(Application.stage == Stage.RECOMMENDING))
        .group_by(Application.round_id, Institution.department_id, Institution.division_code)).all()
    rounds = {one.id: one for one in db.session.scalars(
        select(Round).where(Round.id.in_({row[0] for row in rows})).order_by(Round.id.desc()))} if rows else {}
    found = []
    for one in rounds.values():
        for body in own:
            fit = [row for row in rows if row[0] == one.id and (
                row[1] == body.department_id if body.department_id is not None
                else row[1] is None and row[2] == body.division_code)]
            if fit:
                found.append(Standing(round=one, body=body, endorsed=sum(row[3] for row in fit),
                                      waiting=sum(row[4] for row in fit), due=one.recommend_by))
    return found


def endorsed_lists(person: Person, shown: Sequence[Standing]) -> list[Sequence[tuple[Application, Recommendation]]]:
    """The recommended cases of each of these standings, by rank; one query however many they are."""
    rows = db.session.execute(
        select(Application, Recommendation).join(Recommendation, Recommendation.application_id == Application.id)
        .join(Application.institution)
        .where(Application.round_id.in_({one.round.id for one in shown}), own_institutions(person),
               Recommendation.outcome == "endorsed", Application.stage != Stage.WITHDRAWN)
        .order_by(Recommendation.rank, Recommendation.id).options(joinedload(Application.institution))).unique().all()
    return [[(case, said) for case, said in rows
             if case.round_id == one.round.id and one.body.recommends(case.institution)] for one in shown]


def round_of(person: Person, number: int) -> Round | None:
    """A round in which the person's institutions have submitted cases."""
    return db.session.scalar(
        select(Round).where(Round.id == number, Round.id.in_(mine(person).with_only_columns(Application.round_id))))
