"""What the institution reads: its own cases, rounds it may enter, its files, and what others said about its case."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal import editions, scorecards, uploads
from portal.clock import now
from portal.db import db
from portal.domain.indicators import AVERAGES_UNITS
from portal.domain.workflow import EDITABLE, FINAL, Role
from portal.models.application import Answer, Application, Correction
from portal.models.certificate import Certificate
from portal.models.event import Event
from portal.models.evidence import Evidence, File
from portal.models.institution import Institution
from portal.models.notice import NoticeEntry, PublicNotice
from portal.models.person import Grant, Person
from portal.models.review import Clarification
from portal.models.round import Round
from portal.models.statistics import YearlyStatistics
from portal.models.upload import Upload
from portal.models.visit import Finding, Visit, VisitPhoto
from portal.stages.apply.progress import Progress, progress

PARTY = (Role.APPLICANT, Role.SIGNATORY)


def houses_of(person: Person, *roles: Role) -> list[int]:
    """The ids of the institutions for which a person holds one of the roles (default: either)."""
    wanted = roles or PARTY
    return sorted({grant.institution_id for grant in person.grants
                   if grant.role in wanted and grant.institution_id is not None})


def mine(person: Person) -> Select[Application]:
    """The cases of the person's own institutions, newest first."""
    return (select(Application).where(Application.institution_id.in_(houses_of(person)))
            .options(joinedload(Application.round), joinedload(Application.institution))
            .order_by(Application.stage.in_([stage.value for stage in FINAL]), Application.id.desc()))


def case(person: Person, number: int) -> Application | None:
    """One case of the person's own institution with everything that its pages show; None when it is another's."""
    return db.session.scalar(
        select(Application).where(Application.id == number, Application.institution_id.in_(houses_of(person)))
        .options(joinedload(Application.round), joinedload(Application.operator), joinedload(Application.signed_by),
                 joinedload(Application.institution).joinedload(Institution.division),
                 joinedload(Application.institution).joinedload(Institution.department),
                 selectinload(Application.answers)))


def version_of(number: int) -> int:
    """How new what one reads of a case after this is: its last event's place in the chain (0: none yet).

    Every change of a case appends an event, so of two answers that cross on their way the page keeps the newer one.
    """
    return db.session.scalar(select(func.max(Event.seq)).where(Event.application_id == number)) or 0


def revision_of(case: Application, places: Iterable[str]) -> int:
    """The sum of the revisions of what is answered at these items or conditions."""
    wanted = set(places)
    return sum(one.revision for one in case.answers if one.item_id in wanted)


def running_totals(cases: Sequence[Application]) -> dict[int, Decimal]:
    """What the answers of cases that are still being filled in score now, by case; three queries and one per house."""
    open_ = [case for case in cases if case.stage in EDITABLE]
    said: dict[int, list[Answer]] = {case.id: [] for case in open_}
    for one in db.session.scalars(select(Answer).where(Answer.application_id.in_(said))):
        said[one.application_id].append(one)
    reported = {(one.institution_id, one.year): one for one in db.session.scalars(select(YearlyStatistics).where(
        YearlyStatistics.institution_id.in_({case.institution_id for case in open_}),
        YearlyStatistics.year.in_({case.round.statistics_year for case in open_})))}
    holding = {house: scorecards.holds_water_certificate(house) for house in {case.institution_id for case in open_}}
    totals = {}
    for case in open_:
        year = case.round.statistics_year
        row, average = reported.get((case.institution_id, year)), editions.average_of(case.institution.type, year)
        totals[case.id] = scorecards.self_score(case, said[case.id], figures={
            "year": year, "statistics": scorecards.statistics_of(row) if row else None,
            "averages": {key: format(getattr(average, key), "f") for key in AVERAGES_UNITS} if average else {},
            "holds_water_certificate": holding[case.institution_id],
            "institution_type": case.institution.type}).total
    return totals


def institutions(person: Person) -> list[Institution]:
    """The institutions for which the person applies."""
    return list(db.session.scalars(select(Institution).where(Institution.id.in_(houses_of(person)))
                                   .options(joinedload(Institution.division)).order_by(Institution.id)))


def rounds() -> list[Round]:
    """Rounds that are open or will be, soonest deadline first."""
    return list(db.session.scalars(select(Round).where(Round.closes_at > now()).order_by(Round.closes_at, Round.id)))


def round_(number: int) -> Round | None:
    """One round."""
    return db.session.get(Round, number)


def next_rounds(case: Application) -> list[Round]:
    """Rounds of the same scheme that are open or will be and that the institution has not entered, soonest first."""
    taken = select(Application.round_id).where(Application.institution_id == case.institution_id)
    return list(db.session.scalars(
        select(Round).where(Round.closes_at > now(), Round.scheme == case.scheme, Round.id.not_in(taken))
        .order_by(Round.closes_at, Round.id).limit(3)))


def entered(houses: Iterable[int]) -> dict[tuple[int, int], Application]:
    """The cases of these institutions by (round, institution)."""
    found = db.session.scalars(select(Application).where(Application.institution_id.in_(list(houses))))
    return {(one.round_id, one.institution_id): one for one in found}


def earlier(house: Institution, round_: Round) -> Application | None:
    """The institution's latest finished case under the same edition: its answers and files can be carried over."""
    return db.session.scalar(
        select(Application).where(Application.institution_id == house.id, Application.round_id != round_.id,
                                  Application.edition == round_.edition,
                                  Application.stage.in_([stage.value for stage in FINAL]))
        .options(selectinload(Application.answers)).order_by(Application.id.desc()).limit(1))


def evidence(case: Application) -> list[Evidence]:
    """Everything attached to a case, with the files and their pictures, in the order in which it was attached."""
    return list(db.session.scalars(
        select(Evidence).where(Evidence.application_id == case.id)
        .options(joinedload(Evidence.file).selectinload(File.pictures)).order_by(Evidence.id)))


def attached(case: Application, number: int) -> Evidence | None:
    """One attachment of a case."""
    return db.session.scalar(
        select(Evidence).where(Evidence.id == number, Evidence.application_id == case.id)
        .options(joinedload(Evidence.file).selectinload(File.pictures)))


def bound(case: Application, upload: Upload) -> Evidence | None:
    """What a finished upload was attached as; None when it was taken off the case again."""
    return db.session.scalar(
        select(Evidence).where(Evidence.application_id == case.id, Evidence.item_id == upload.item_id,
                               Evidence.request_id == upload.request_id, Evidence.file_id == upload.file_id)
        .options(joinedload(Evidence.file).selectinload(File.pictures)))


def unfinished(case: Application, person: Person) -> list[Upload]:
    """The person's uploads to this case that were interrupted and can be continued."""
    return uploads.unfinished(case, by=person)


def reusable(case: Application, item_id: str, *, limit: int = 40) -> list[File]:
    """Files of the institution's library that may fit an item: those that answered it before, then the newest."""
    same = select(Evidence.file_id).where(Evidence.item_id == item_id)
    return list(db.session.scalars(
        select(File).where(File.institution_id == case.institution_id, File.id.not_in(select(VisitPhoto.file_id)))
        .order_by(File.id.in_(same).desc(), File.id.desc()).limit(limit)))


def library_file(case: Application, number: int) -> File | None:
    """One file of the institution's library."""
    return db.session.scalar(select(File).where(File.id == number, File.institution_id == case.institution_id))


def library(person: Person, *, words: str = "") -> Select[Any]:
    """The files of the person's institutions with the number of places where each is attached, newest first."""
    wanted: Any = (select(File, func.count(Evidence.id)).outerjoin(Evidence, Evidence.file_id == File.id)
                   .where(File.institution_id.in_(houses_of(person))).group_by(File.id).order_by(File.id.desc()))
    found: Select[Any] = wanted.where(File.name.contains(words, autoescape=True)) if words else wanted
    return found


def own_file(person: Person, number: int) -> File | None:
    """One file of the person's institutions, wherever it is attached."""
    return db.session.scalar(select(File).where(File.id == number, File.institution_id.in_(houses_of(person))))


def corrections(case: Application) -> list[Correction]:
    """Everything that was ever asked to be corrected, oldest first."""
    return list(db.session.scalars(select(Correction).where(Correction.application_id == case.id)
                                   .order_by(Correction.id)))


def clarifications(case: Application) -> list[Clarification]:
    """The questions asked about a case; who asked is for the bureau alone."""
    return list(db.session.scalars(select(Clarification).where(Clarification.application_id == case.id)
                                   .order_by(Clarification.id)))


def clarification(case: Application, number: int) -> Clarification | None:
    """One question asked about a case."""
    return db.session.scalar(select(Clarification).where(
        Clarification.id == number, Clarification.application_id == case.id))


def visits(case: Application) -> list[Visit]:
    """The visits of a case with their findings and photos of findings, oldest first."""
    return list(db.session.scalars(
        select(Visit).where(Visit.application_id == case.id)
        .options(selectinload(Visit.findings), selectinload(Visit.photos).joinedload(VisitPhoto.file))
        .order_by(Visit.turn)))


def finding(case: Application, number: int) -> Finding | None:
    """One finding of a visit to this case."""
    return db.session.scalar(select(Finding).join(Visit).where(
        Finding.id == number, Visit.application_id == case.id).options(joinedload(Finding.visit)))


def finding_photo(case: Application, number: int) -> VisitPhoto | None:
    """One photo that belongs to a finding of this case; other photos of the team are not the institution's to see."""
    return db.session.scalar(
        select(VisitPhoto).join(Visit).where(VisitPhoto.id == number, Visit.application_id == case.id,
                                             VisitPhoto.finding_id.is_not(None))
        .options(joinedload(VisitPhoto.file).selectinload(File.pictures)))


def certificate(case: Application) -> Certificate | None:
    """The certificate issued on a case."""
    return db.session.scalar(select(Certificate).where(Certificate.application_id == case.id))


def notice(case: Application) -> PublicNotice | None:
    """The notice that a case is on."""
    return db.session.scalar(select(PublicNotice).join(NoticeEntry).where(NoticeEntry.application_id == case.id)
                             .order_by(PublicNotice.id.desc()).limit(1))


def statistics(case: Application) -> dict[int, YearlyStatistics]:
    """The three years that a case reports: the round's year and the two before it, those that exist."""
    last = case.round.statistics_year
    found = db.session.scalars(select(YearlyStatistics).where(
        YearlyStatistics.institution_id == case.institution_id, YearlyStatistics.year.in_([last, last - 1, last - 2])))
    return {one.year: one for one in found}


def signatories(case: Application) -> list[Person]:
    """The active people who may sign for the institution."""
    return list(db.session.scalars(
        select(Person).join(Grant).where(Grant.institution_id == case.institution_id, Grant.role == Role.SIGNATORY,
                                         Person.active).order_by(Person.id)).unique())


def answered_by(case: Application) -> set[int]:
    """The ids of the people who filled in the case or attached something to it."""
    bound = db.session.scalars(select(Evidence.bound_by_id).where(Evidence.application_id == case.id).distinct())
    return {case.operator_id, *(one.updated_by_id for one in case.answers), *bound}


def waiting_questions(cases: Sequence[Application]) -> dict[int, int]:
    """How many questions of experts wait for an answer, by case."""
    rows = db.session.execute(
        select(Clarification.application_id, func.count()).where(
            Clarification.application_id.in_([one.id for one in cases]), Clarification.answered_at.is_(None))
        .group_by(Clarification.application_id))
    return {number: count for number, count in rows}


def body_of(case: Application) -> str:
    """The name of the body that recommends the case's institution."""
    house = case.institution
    if house.department is not None:
        return house.department.name
    return house.division.name


def editions_of(rounds_: Iterable[Round]) -> dict[int, Any]:
    """The schemes of rounds by round id."""
    return {one.id: editions.frozen(one.edition, one.edition_digest) for one in rounds_}



def progress_of(case: Application, *, figures: Mapping[str, Any] | None = None) -> Progress:
    """How far a case has come, from its rows as they are now (about seven queries, however many items).

    Pass `figures` (scorecards.frozen_figures) when they are at hand.
    """
    return progress(case, scorecards.scheme_of(case), sheet=scorecards.self_score(case, case.answers, figures=figures),
                    evidence=evidence(case), corrections=corrections(case), statistics=statistics(case))
