"""What an expert reads (own sheets, their cases and evidence; never another's scores) and what the moderator reads."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy import case as case_when
from sqlalchemy.orm import joinedload, selectinload

from portal import editions, ties
from portal.db import db
from portal.domain.assignment import ConflictOfInterest
from portal.domain.judging import Basis
from portal.domain.workflow import Stage
from portal.models.application import Application
from portal.models.evidence import Evidence, File
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore
from portal.models.review import Clarification, Moderation, Sheet, SheetScore
from portal.models.statistics import YearlyStatistics


def _own(person: Person) -> Select[Sheet]:
    case = joinedload(Sheet.application)
    return (select(Sheet).join(Application, Application.id == Sheet.application_id)
            .where(Sheet.expert_id == person.id, Sheet.state != "recused")
            .options(case.joinedload(Application.institution), case.joinedload(Application.round)))


def _listed(person: Person) -> Select[Sheet]:
    return _own(person).options(joinedload(Sheet.application).options(*Application.without_dossier()))


def waiting(person: Person) -> list[Sheet]:
    """Sheets that this expert has to score, the most urgent first."""
    return list(db.session.scalars(
        _own(person).where(Sheet.state == "assigned", Application.stage == Stage.REVIEWING)
        .order_by(Sheet.due_at.is_(None), Sheet.due_at, Sheet.id)))


def sealed(person: Person) -> Select[Sheet]:
    """Sheets that this expert sealed, newest first."""
    return _listed(person).where(Sheet.state == "sealed").order_by(Sheet.sealed_at.desc(), Sheet.id.desc())


def unsealed_ended(person: Person) -> list[Sheet]:
    """Sheets never sealed whose case left the review meanwhile, newest first; the latest twenty."""
    return list(db.session.scalars(
        _listed(person).where(Sheet.state == "assigned", Application.stage != Stage.REVIEWING)
        .order_by(Sheet.assigned_at.desc(), Sheet.id.desc()).limit(20)))


def progress(sheets: Sequence[Sheet]) -> dict[int, int]:
    """Sheet → how many items are scored."""
    found = db.session.execute(
        select(SheetScore.sheet_id, func.count())
        .where(SheetScore.sheet_id.in_([sheet.id for sheet in sheets]),
               or_(SheetScore.points.is_not(None), SheetScore.not_applicable))
        .group_by(SheetScore.sheet_id))
    return {sheet: count for sheet, count in found.all()}


def mine(person: Person, case: int, *, whole: bool = True) -> Sheet | None:
    """This expert's sheet for a case with the case; `whole`: with its answers and the scores, as a page shows them."""
    shown = (selectinload(Sheet.scores), joinedload(Sheet.application).selectinload(Application.answers))
    return db.session.scalar(_own(person).where(Sheet.application_id == case).options(*(shown if whole else ())))


def refuse_tied(case: Application, person: Person) -> None:
    """Nobody reads a case as its judge who may not judge it. Raises ConflictOfInterest."""
    if found := ties.conflicts(case, person):
        raise ConflictOfInterest(found)


def neighbours(person: Person, sheet: Sheet) -> tuple[int | None, int | None, int, int]:
    """Cases of the sheets before and after this one in the queue, its position (0: not waiting) and their number."""
    cases = list(db.session.scalars(
        select(Sheet.application_id).join(Application, Application.id == Sheet.application_id)
        .where(Sheet.expert_id == person.id, Sheet.state == "assigned", Application.stage == Stage.REVIEWING)
        .order_by(Sheet.due_at.is_(None), Sheet.due_at, Sheet.id)))
    if sheet.application_id not in cases:
        return None, (cases[0] if cases else None), 0, len(cases)
    at = cases.index(sheet.application_id)
    return (cases[at - 1] if at else None, cases[at + 1] if at + 1 < len(cases) else None, at + 1, len(cases))


def preliminary(case: Application) -> list[PreliminaryScore]:
    """The recommending body's scores."""
    return list(db.session.scalars(select(PreliminaryScore).where(PreliminaryScore.application_id == case.id)))


def evidence(case: Application, *, pictures: bool = True) -> list[Evidence]:
    """Everything attached to a case with its files, and their pictures if wanted, in the order it was bound."""
    file = joinedload(Evidence.file)
    return list(db.session.scalars(
        select(Evidence).where(Evidence.application_id == case.id)
        .options(file.selectinload(File.pictures) if pictures else file).order_by(Evidence.id)))


def file_of(person: Person, case: int, evidence: int) -> File | None:
    """A file of a case that this expert has a sheet for, and is not tied to (see `lifecycle.tied`)."""
    return db.session.scalar(
        select(File).join(Evidence, Evidence.file_id == File.id)
        .join(Sheet, and_(Sheet.application_id == Evidence.application_id, Sheet.expert_id == person.id,
                          Sheet.state != "recused"))
        .where(Evidence.id == evidence, Evidence.application_id == case).options(selectinload(File.pictures)))


def has_page(case: Application, basis: Basis) -> bool:
    """Whether a page is one of the evidence of this case; a file whose pages nobody counted has a first page."""
    pages = db.session.execute(
        select(func.coalesce(File.pages, 1)).select_from(Evidence).join(File, File.id == Evidence.file_id)
        .where(Evidence.id == basis.evidence, Evidence.application_id == case.id)).scalar_one_or_none()
    return pages is not None and 1 <= basis.page <= pages


def asked(sheet: Sheet) -> list[Clarification]:
    """What this expert asked the institution on this case, newest first."""
    return list(db.session.scalars(
        select(Clarification).where(Clarification.sheet_id == sheet.id).order_by(Clarification.id.desc())))


def all_asked(person: Person) -> Select[Any]:
    """Every question of this expert with its case, unanswered last."""
    wanted: Any = (
        select(Clarification, Application)
        .join(Sheet, Sheet.id == Clarification.sheet_id)
        .join(Application, Application.id == Clarification.application_id)
        .where(Sheet.expert_id == person.id, Sheet.state != "recused")
        .options(joinedload(Application.institution))
        .order_by(Clarification.answered_at.is_(None), Clarification.answered_at.desc(), Clarification.id.desc()))
    return wanted


def years(case: Application) -> list[YearlyStatistics]:
    """The institution's statistics of the scored year and the two before it, oldest first."""
    year = case.round.statistics_year
    return list(db.session.scalars(
        select(YearlyStatistics).where(YearlyStatistics.institution_id == case.institution_id,
                                       YearlyStatistics.year.between(year - 2, year))
        .order_by(YearlyStatistics.year)))


def moderations(case: Application) -> list[Moderation]:
    """How disagreements on a case were settled, newest first."""
    return list(db.session.scalars(
        select(Moderation).where(Moderation.application_id == case.id).order_by(Moderation.id.desc())))


def reviewing(person: Person, *, ready: bool) -> Select[Any]:
    """Cases under review for a moderator who neither scores nor belongs there: (case, sealed, open, lowest, highest).

    `ready`: all sheets are in, the widest spread first; else those that wait, the earliest deadline first.
    """
    counts = (select(Sheet.application_id.label("case"), func.count().filter(Sheet.state == "sealed").label("sealed"),
                     func.count().filter(Sheet.state == "assigned").label("open"),
                     func.min(Sheet.total).label("low"), func.max(Sheet.total).label("high"),
                     func.min(Sheet.due_at).filter(Sheet.state == "assigned").label("due"))
              .where(Sheet.state != "recused").group_by(Sheet.application_id).subquery())
    asked = case_when({one.edition: one.process.experts for one in editions.every()}, value=Application.edition)
    sealed, open_ = func.coalesce(counts.c.sealed, 0), func.coalesce(counts.c.open, 0)
    complete = and_(open_ == 0, sealed >= asked)
    own = exists().where(Sheet.application_id == Application.id, Sheet.expert_id == person.id)
    wanted = (select(Application, sealed, open_, counts.c.low, counts.c.high, counts.c.due)
              .outerjoin(counts, counts.c.case == Application.id)
              .where(Application.stage == Stage.REVIEWING, ~own,
                     Application.institution_id != (person.employer_id or 0), complete if ready else ~complete)
              .options(joinedload(Application.institution), joinedload(Application.round)))
    if ready:
        return wanted.order_by((counts.c.high - counts.c.low).desc(), Application.stage_since, Application.id)
    return wanted.order_by(counts.c.due.is_(None), counts.c.due, Application.id)


def to_moderate(person: Person, number: int) -> Application | None:
    """A case that has been at the review, unless this moderator was assigned to score it."""
    own = exists().where(Sheet.application_id == Application.id, Sheet.expert_id == person.id)
    seen = exists().where(Sheet.application_id == Application.id)
    return db.session.scalar(
        select(Application).where(Application.id == number, ~own, or_(Application.stage == Stage.REVIEWING, seen))
        .options(joinedload(Application.institution), joinedload(Application.round), selectinload(Application.answers)))


def sheets_of(case: Application) -> list[Sheet]:
    """Every sheet of a case with its expert and its scores, in the order of assignment."""
    return list(db.session.scalars(
        select(Sheet).where(Sheet.application_id == case.id)
        .options(joinedload(Sheet.expert), selectinload(Sheet.scores)).order_by(Sheet.id)))


def questions(case: Application) -> list[Clarification]:
    """All questions on a case with their answers, newest first."""
    return list(db.session.scalars(
        select(Clarification).where(Clarification.application_id == case.id).order_by(Clarification.id.desc())))
